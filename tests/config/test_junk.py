"""Whatever a file contains, the result is a configuration or a list of faults, never a crash."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.config import ConfigError, exercise, grammar, layers, messages, workout
from voicecoach.config.document import Document
from voicecoach.config.plain import validated
from voicecoach.config.program import read as read_program
from voicecoach.config.settings import Settings

EXERCISES = layers.names([layers.shipped()], "exercises")

READERS: dict[str, Callable[[Document], object]] = {
    "voicecoach.toml": lambda document: validated(Settings, document),
    "exercises/leg-press.toml": lambda document: exercise.read(document, document),
    "workouts/supersets.toml": lambda document: workout.read(document, EXERCISES),
    "programs/wave.toml": lambda document: read_program(document, EXERCISES),
    "languages/en/messages.toml": lambda document: messages.read(document, "en"),
    "languages/ko/commands.toml": lambda document: grammar.read(document, "ko"),
}
SHIPPED = {name: Document.read(layers.shipped(), name) for name in READERS}

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats()
    | st.dates()
    | st.text("ab{}[]()<>|;\\: .'\n", max_size=8)
    | st.sampled_from(["safety", "top", "3-1-2-1", "{n}", "{reps}", "start"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "say", "short", "class", "from", "to", "x", "every"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, child in inside:
        found.append((value, key))
        if isinstance(child, dict | list):
            found += spots(child)
    return found


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_junk_anywhere_is_a_fault_and_never_a_crash(name: str, data: st.DataObject) -> None:
    shipped = SHIPPED[name]
    values = copy.deepcopy(dict(shipped.data))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(spots(values)))
        if isinstance(container, dict) and data.draw(st.booleans()):
            container[data.draw(st.sampled_from(["x", "reps", "from", "say"]))] = data.draw(JUNK)
        else:
            container[key] = data.draw(JUNK)
    try:
        READERS[name](dataclasses.replace(shipped, data=values))
    except ConfigError as error:
        faults = error.faults
    else:
        return
    assert faults
    for fault in faults:
        assert fault.file == name
        assert fault.line >= 1
        assert "\n" not in str(fault)
        # pydantic's own messages are not for a script author.
        assert "Input should" not in str(fault)
