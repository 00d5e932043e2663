"""The buttons of a headset and a clicker in a workout, as the settings say."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from ..buttons import clicker
from ..buttons.headset import Headset, NoButtonsError, installed
from ..config.settings import ButtonsPart
from ..core import buttons
from ..core.buttons import Button
from ..core.commands import PhraseTable
from ..core.hints import Hints
from ..core.session import Session
from ..doctor.findings import Finding, ok, warning
from .mistakes import Mistake


def listen(
    stack: ExitStack,
    asked: ButtonsPart,
    phrases: PhraseTable,
    session: Callable[[], Session],
    say: Callable[[str], None],
    lost: Callable[[str], None],
) -> None:
    """Let presses count as said, until `stack` is closed. `session` gives the one of now. `say` and
    `lost` are called by other threads. Raises Mistake if the headset's buttons can't be had."""
    if not (asked.headset or asked.clicker):
        return
    hints, chosen, one_at_a_time = Hints(phrases), asked.chosen(), threading.Lock()

    def pressed(button: Button) -> None:
        with one_at_a_time:
            text = buttons.said(button, session(), chosen, hints)
        if text is not None:
            say(text)

    if asked.headset:
        try:
            headset = Headset(pressed, lost, lambda: buttons.playing(session()))
        except NoButtonsError as fault:
            raise Mistake(str(fault)) from fault
        stack.callback(headset.close)
    if asked.clicker:
        stack.callback(clicker.Clicker(asked.clicker, pressed, lost).close)


def examined(asked: ButtonsPart) -> Iterator[Finding]:
    """What the doctor says of them; nothing if none is used."""
    if asked.headset and not installed():
        yield warning("buttons of the headset: no dbus-fast", "pip install 'voicecoach[buttons]'")
    elif asked.headset:
        yield ok("buttons of the headset: play/pause and next come to the coach in a workout")
    if not asked.clicker:
        return
    known = clicker.names()
    found = clicker.find(asked.clicker)
    unread = [device for device in found if not os.access(device, os.R_OK)]
    if not found:
        there = ", ".join(known) or "nothing"
        yield warning(f'clicker: there is no "{asked.clicker}"', f"choose one of: {there}")
    elif unread:
        yield warning(
            f"clicker: {unread[0]} can't be read",
            "add yourself to the group input, and log in again",
        )
    else:
        yield ok(f"clicker: {', '.join(map(str, found))}")
