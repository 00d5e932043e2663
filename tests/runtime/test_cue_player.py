"""The cue player, when a voice is slow: lines that are being made wait, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voicecoach.core.cues import Ended, MeasuredWording, Outcome, Started
from voicecoach.core.events import CueRequest, Hush, Say, Unsay
from voicecoach.core.plan import SAMPLE_RATE, CueClass
from voicecoach.runtime.cue_player import CuePlayer

SECOND = SAMPLE_RATE


class Slow:
    """A playback whose texts are half a second long, some of them not made yet."""

    def __init__(self, *unmade: str) -> None:
        self.unmade = set(unmade)
        self.started: list[tuple[int, str]] = []

    def measure(self, text: str, kind: CueClass) -> MeasuredWording:
        assert text not in self.unmade, "this would wait for the voice"
        return MeasuredWording(text, SECOND // 2, 0)

    def ready(self, text: str) -> bool:
        return text not in self.unmade

    def voiced(self, text: str, kind: CueClass) -> bool:
        return True

    def start(self, cue: Started) -> None:
        self.started.append((cue.at, cue.spoken.text))

    def cut(self, at: int) -> None:
        pass

    def tone(self, name: str, at: int) -> None:
        pass

    def gain(self, decibels: float, at: int) -> None:
        pass


def line(text: str, at: int = 0, seconds: float = 20) -> CueRequest:
    until = at + round(seconds * SECOND)
    return CueRequest(text, text, CueClass.PROMPT, (text,), at, until)


def outcomes(records: Iterable[object]) -> list[tuple[str, Outcome]]:
    return [(each.text, each.outcome) for each in records if isinstance(each, Ended)]


def test_a_line_that_is_being_made_is_said_once_it_is_and_lets_others_go_first() -> None:
    playback = Slow("Eighty-two and a half kilos.")
    player = CuePlayer(playback)
    player.perform(Say(0, (line("Eighty-two and a half kilos."),)))
    player.perform(Say(0, (line("Noted."),)))
    player.speak_until(2 * SECOND)
    assert playback.started == [(0, "Noted.")]
    assert not player.idle
    playback.unmade.clear()
    records = player.speak_until(4 * SECOND)
    assert playback.started[1] == (2 * SECOND, "Eighty-two and a half kilos.")
    assert outcomes(records) == [("Eighty-two and a half kilos.", Outcome.PLAYED)]
    assert player.idle


def test_what_was_asked_for_together_is_said_in_order_but_an_alarm_waits_for_nothing() -> None:
    playback = Slow("Eighty-two and a half kilos.")
    player = CuePlayer(playback)
    alarm = replace(line("I can't hear you."), kind=CueClass.SAFETY)
    wants = (line("Eighty-two and a half kilos."), line("Load twenty a side."), alarm)
    player.perform(Say(0, wants))
    player.speak_until(2 * SECOND)
    assert playback.started == [(0, "I can't hear you.")]
    playback.unmade.clear()
    player.speak_until(5 * SECOND)
    assert [text for _, text in playback.started[1:]] == [want.texts[0] for want in wants[:2]]


def test_what_is_about_safety_is_said_in_the_wording_that_is_there() -> None:
    playback = Slow("Twenty-four seconds. Knees to the floor.")
    player = CuePlayer(playback)
    texts = ("Twenty-four seconds. Knees to the floor.", "Knees to the floor.")
    ended = replace(line("ended"), texts=texts)
    said: list[str]
    for tenth, kind, said in ((1, CueClass.PROMPT, []), (2, CueClass.SAFETY, [texts[1]])):
        player.perform(Say(0, (replace(ended, key=kind, kind=kind),)))
        player.speak_until(tenth * SECOND // 10)
        assert [text for _, text in playback.started] == said


def test_what_is_no_longer_to_be_said_ends_although_it_was_never_made() -> None:
    for effect in (Hush(SECOND, "stop"), Unsay(SECOND, frozenset({"Four."}), "no longer true")):
        player = CuePlayer(Slow("Four."))
        player.perform(Say(0, (line("Four."),)))
        assert outcomes(player.perform(effect)) == [("Four.", Outcome.DROPPED)]
        assert player.idle


def test_a_line_asked_for_again_while_it_is_made_is_the_newer_one() -> None:
    playback = Slow("Four.", "Five.")
    player = CuePlayer(playback)
    for text in ("Four.", "Five."):
        want = line(text)
        player.perform(Say(0, (CueRequest("left", "left", want.kind, (text,), 0, want.until),)))
    playback.unmade.clear()
    player.speak_until(2 * SECOND)
    assert playback.started == [(0, "Five.")]
