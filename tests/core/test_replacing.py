"""A copy with changes is the same as `dataclasses.replace` makes it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.support.session_driver import leg_press
from voicecoach.core import session as coach
from voicecoach.core.events import State
from voicecoach.core.session.replacing import replace


def test_a_session_is_copied_with_what_changes_and_stays_as_it_was() -> None:
    session, _ = coach.begin(leg_press())
    before = dataclasses.replace(session)
    changed = replace(session, now=5, state=State.REP)
    assert changed == dataclasses.replace(session, now=5, state=State.REP)
    assert type(changed) is type(session)
    assert session == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.now = 6  # type: ignore[misc]


def test_what_is_no_field_is_refused() -> None:
    session, _ = coach.begin(leg_press())
    with pytest.raises(TypeError, match="nobody"):
        replace(session, nobody=1)  # type: ignore[call-arg]
