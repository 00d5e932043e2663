"""What a button says in each state, and what none may say."""

from __future__ import annotations

import pytest

from tests.support.session_driver import shipped
from tests.support.session_steps import reach
from voicecoach.core.buttons import USUAL, Button, playing, said
from voicecoach.core.events import URGENT, Intent, State
from voicecoach.core.hints import Hints

PHRASES = shipped().phrases
HINTS = Hints(PHRASES)


@pytest.mark.parametrize(
    ("button", "state", "phrase"),
    [
        (Button.NEXT, State.READY, "start set"),
        (Button.NEXT, State.ARMED, "start set"),
        (Button.NEXT, State.REP, "done"),
        (Button.NEXT, State.REST, "start set"),
        (Button.PLAY_PAUSE, State.REP, "pause"),
        (Button.PLAY_PAUSE, State.PAUSED, "resume"),
        (Button.PAUSE, State.REP, "pause"),
        (Button.PAUSE, State.COUNTDOWN, "pause"),
        (Button.PLAY_PAUSE, State.COUNTDOWN, "pause"),
    ],
)
def test_a_button_says_what_leads_on(button: Button, state: State, phrase: str) -> None:
    assert said(button, reach(state), {}, HINTS) == phrase


@pytest.mark.parametrize("language", ["en", "de", "es", "ko"])
def test_a_button_says_it_in_the_language_of_the_commands(language: str) -> None:
    phrases = shipped(language).phrases
    hints = Hints(phrases)
    for button, states in USUAL.items():
        for state, intent in states.items():
            text = said(button, reach(state), {}, hints)
            assert text is not None
            command = phrases.parse(text)
            assert command is not None
            assert command.intent is intent


@pytest.mark.parametrize("button", Button)
@pytest.mark.parametrize("state", [State.PROOF, State.GATE, State.RACKING])
def test_no_press_answers_for_the_catches_or_for_the_microphone(
    button: Button, state: State
) -> None:
    """Whoever presses twice for "done" has not locked them."""
    assert said(button, reach(state), {}, HINTS) is None


def test_earbuds_that_are_taken_out_never_start_a_rep() -> None:
    """They send "pause" then, and "play" when they are put in again."""
    for chosen in ({}, {Button.PLAY_PAUSE: {State.PAUSED: "resume", State.REP: "pause"}}):
        assert said(Button.PAUSE, reach(State.PAUSED), chosen, HINTS) is None
        for state in (State.REP, State.PAUSED, State.COUNTDOWN, State.ARMED):
            assert said(Button.PLAY, reach(state), chosen, HINTS) is None
    assert not playing(reach(State.PAUSED))
    assert playing(reach(State.REP))


def test_a_choice_takes_the_place_of_what_is_usual_in_its_state_only() -> None:
    chosen = {Button.NEXT: {State.REP: "slower", State.REST: ""}}
    assert said(Button.NEXT, reach(State.REP), chosen, HINTS) == "slower"
    assert said(Button.NEXT, reach(State.REST), chosen, HINTS) is None
    assert said(Button.NEXT, reach(State.ARMED), chosen, HINTS) == "start set"


def test_no_button_usually_says_what_stays_a_word() -> None:
    usual = {intent for states in USUAL.values() for intent in states.values()}
    assert usual == {Intent.START, Intent.DONE, Intent.PAUSE, Intent.RESUME}
    assert not usual & URGENT
