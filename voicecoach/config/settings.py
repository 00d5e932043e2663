"""`voicecoach.toml`: how the coach speaks, listens and behaves in every exercise."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from voicecoach.core.buttons import Button, Presses
from voicecoach.core.events import State
from voicecoach.core.workout import Sled, WarmUp, Weight

from .fields import (
    MOST_ENTRIES,
    Free,
    Part,
    Takes,
    Text,
    choice,
    described,
    number,
    refused,
    seconds,
    weighed,
    whole,
)

_NOISY = 0.95
"""A bar above this would refuse nearly every command (confidence is 0 to 1)."""


def _one_of(what: str, *words: str) -> object:
    return choice(what, {word: word for word in words})


def _yes_no_auto(value: object) -> object:
    if isinstance(value, bool) or value == "auto":
        return value
    raise refused(f'expected true, false or "auto"; {described(value)}')


_YES_NO_AUTO = Takes(
    _yes_no_auto, forms=({"type": "boolean"}, {"type": "string", "enum": ["auto"]})
)


class Coach(Part):
    """The exercise and the language."""

    exercise: Text = Field(examples=["leg-press"])
    """The name of a file in exercises/, without .toml: the exercise that is offered first."""
    language: Text = Field(examples=["en"])
    """The language of your commands: a folder in languages/."""
    program: Free = Field(default="", examples=["linear"])
    """The name of a file in programs/, without .toml: plain `voicecoach` goes on with it; "" for
    none."""


class Voice(Part):
    """How the coach sounds."""

    engine: Annotated[
        Literal["auto", "pyttsx3", "hibari"], _one_of("voice engine", "auto", "pyttsx3", "hibari")
    ] = Field(examples=["auto"])
    """"pyttsx3" is the system's voice, "hibari" a natural English one, "auto" the better."""
    rate: Annotated[int, whole(100, 300)] = Field(examples=[175])
    """Words per minute of the system's voice (pyttsx3)."""
    speed: Annotated[float, number(0.5, 2.0)] = Field(examples=[1.0])
    """Speed of the natural voice; 1 is as recorded."""
    warmth: Annotated[float, number(-6.0, 6.0, "decibels")] = Field(default=0.0, examples=[3.0])
    """More body and less edge for the natural voice, in dB; negative is brighter."""
    voice: Free = Field(examples=[""])
    """The voice's name in its engine; "" is the engine's default for the language."""
    beats: dict[Text, Annotated[float, number(0.0, 2.0, "seconds")]] = Field(
        default={}, max_length=MOST_ENTRIES
    )
    """Text -> seconds from the start of its sound to the beat that is heard."""
    pronounce: dict[Text, Text] = Field(
        default={}, max_length=MOST_ENTRIES, examples=[{"RDL": "Romanian deadlift"}]
    )
    """Word -> what any voice reads instead."""


class Listening(Part):
    """How commands are heard, and when they are accepted."""

    engine: Annotated[
        Literal["auto", "spotter", "vosk", "moonshine"],
        _one_of("recogniser", "auto", "spotter", "vosk", "moonshine"),
    ] = Field(examples=["auto"])
    """The recogniser; "auto" takes what is installed."""
    bar: Annotated[float, number(0.0, _NOISY)] = Field(examples=[0.5])
    """Least confidence (0 to 1) of a command to be accepted."""
    stop_bar: Annotated[float, number(0.0, _NOISY)] = Field(examples=[0.3])
    """The same for "stop", pain and help."""
    margin: Annotated[float, number(0.0, 0.9)] = Field(examples=[0.15])
    """By how much the best reading must beat the next one."""
    hold_off: Annotated[int, seconds(0.0, 5.0)] = Field(examples=[0.5])
    """Seconds after a command in which the same one is taken for its echo."""
    loudspeaker: Annotated[Literal["auto"] | bool, _YES_NO_AUTO] = Field(examples=["auto"])
    """Whether the microphone may hear the coach; "auto" asks the sound server."""
    echo: Annotated[
        Literal["auto", "on", "off"], _one_of("echo cancellation", "auto", "on", "off")
    ] = Field(examples=["auto"])
    """Whether the coach's sound is removed from what the microphone hears."""
    tone_in_doubt: bool = Field(examples=[True])
    """Whether a quiet tone answers a possible command that was not accepted."""
    only_me: bool = Field(default=False, examples=[False])
    """Whether commands are refused unless the voice is the enrolled one; "stop", pain and help are
    always accepted."""
    models: Free = Field(examples=[""])
    """Folder with recogniser models; "" looks in the usual places."""
    prove_stop: bool = Field(examples=[True])
    """Whether a live workout begins with a test of the stop word."""


class Sound(Part):
    """What reaches the ear, and through which devices."""

    microphone: Free = Field(examples=[""])
    """Part of the microphone's name; "" is the system's default."""
    output: Free = Field(examples=[""])
    """Part of the output's name; "" is the system's default."""
    ceiling_dbfs: Annotated[float, number(-40.0, 0.0, "decibels")] = Field(examples=[-1.0])
    """No sample is louder than this, whatever is mixed."""
    loudness_db: Annotated[float, number(-12.0, 9.0, "decibels")] = Field(examples=[0.0])
    """The coach's gain when a workout begins; "louder" and "softer" change it."""
    duck: bool = Field(examples=[False])
    """Whether other programs get quieter while the coach speaks."""
    duck_db: Annotated[float, number(3.0, 60.0, "decibels")] = Field(examples=[12.0])
    """How much quieter."""
    tick: bool = Field(examples=[True])
    """Whether a soft tick marks each phase."""


class Talk(Part):
    """How much is said."""

    level: Annotated[
        Literal["quiet", "normal", "full"], _one_of("level", "quiet", "normal", "full")
    ] = Field(examples=["normal"])
    """"quiet": only safety, breath and counts; "full": everything else twice as often."""


class Weights(Part):
    """What a plate-loaded machine weighs, for "sled plus two plates a side"."""

    sled: Annotated[Weight, weighed()] | None = None
    """Its weight without plates."""
    plate: Annotated[Weight, weighed()] | None = None
    """The weight of what "plate" means."""

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if (self.sled is None) != (self.plate is None):
            raise refused('"sled" and "plate" go together; write both, or neither')
        if self.sled and self.plate and self.sled.unit is not self.plate.unit:
            raise refused(f"sled and plate are weighed alike; {self.sled} and {self.plate} are not")
        return self

    def sled_and_plates(self) -> Sled | None:
        """What the session needs of it; None if it is not set."""
        if self.sled is None or self.plate is None:
            return None
        return Sled(self.sled, self.plate)


_MOST_STEPS = 8

_STEP = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0, "maximum": 95},
    "minItems": 2,
    "maxItems": 2,
}


def _steps(value: object) -> tuple[tuple[int, int], ...]:
    """Pairs of a share of the work weight, in percent, and reps."""
    wanted = (
        "expected pairs of percent (0 to 95, rising) and reps (1 to 30), like [[0, 5], [50, 3]]"
    )
    if not isinstance(value, list) or not value:
        raise refused(f"{wanted}; {described(value)}")
    if len(value) > _MOST_STEPS:
        raise refused(f"a warm-up has up to {_MOST_STEPS} steps; here are {len(value)}")
    steps = []
    for pair in value:
        match pair:
            case [bool(), _] | [_, bool()]:
                raise refused(wanted)
            case [int() as percent, int() as reps] if 0 <= percent <= 95 and 1 <= reps <= 30:
                steps.append((percent, reps))
            case _:
                raise refused(f"{wanted}; in one pair {described(pair)}")
    if any(before >= after for (before, _), (after, _) in pairwise(steps)):
        raise refused(f"{wanted}; these do not rise")
    return tuple(steps)


class WarmUpPart(Part):
    """The rule of "warm me up to eighty": lighter sets before the work sets."""

    steps: Annotated[
        tuple[tuple[int, int], ...],
        Takes(_steps, forms=({"type": "array", "items": _STEP, "minItems": 1},)),
    ] = Field(default=WarmUp().steps, examples=[[[0, 5], [40, 5], [60, 3], [80, 2]]])
    """Percent of the work weight and reps of each set, lightest first; 0: the empty bar."""
    rest: Annotated[int, seconds(0, 600)] = WarmUp().rest
    """Seconds of rest after each of them; 0 for no limit."""

    def rule(self) -> WarmUp:
        return WarmUp(self.steps, self.rest)


class PressesPart(Part):
    """What a button says in each state: a phrase of the command file, or "" for nothing."""

    interrupted: Free | None = None
    """While the coach asks whether to carry on."""
    choice: Free | None = None
    """While an exercise is chosen."""
    ready: Free | None = None
    """Before a set. Left out, "next" starts it."""
    setup: Free | None = None
    """While the machine is set up."""
    gate: Free | None = None
    """While the coach asks for the catches."""
    armed: Free | None = Field(default=None, examples=["start set"])
    """While the coach waits for the start. Left out, "next" starts the set."""
    countdown: Free | None = None
    """While it counts down."""
    rep: Free | None = Field(default=None, examples=["done"])
    """In a set. Left out, "next" ends it and "play_pause" pauses it."""
    paused: Free | None = Field(default=None, examples=["resume"])
    """While a set is paused. Left out, "play_pause" goes on."""
    rest_pause: Free | None = None
    """In a rest-pause."""
    racking: Free | None = None
    """While the coach asks to lock the catches."""
    rest: Free | None = Field(default=None, examples=["skip rest"])
    """In a rest. Left out, "next" starts the next set."""
    summary: Free | None = None
    """When the workout is over."""

    def phrases(self) -> dict[State, str]:
        """The phrases that are written, by state."""
        written = {State(name.replace("_", "-")): value for name, value in self}
        return {state: phrase for state, phrase in written.items() if phrase is not None}


class ButtonsPart(Part):
    """The buttons of a headset, a clicker or a foot switch, which say a phrase (Linux)."""

    headset: bool = Field(default=False, examples=[True])
    """Whether play/pause and next come to the coach; it needs voicecoach[buttons]."""
    clicker: Free = Field(default="", examples=["Presenter"])
    """Part of the name of a presenter or a foot switch; "" for none."""
    play_pause: PressesPart = PressesPart()
    """What play/pause says, by state."""
    next: PressesPart = PressesPart()
    """What next says, by state."""

    def chosen(self) -> Presses:
        """What was chosen for each button."""
        return {
            Button.PLAY_PAUSE: self.play_pause.phrases(),
            Button.NEXT: self.next.phrases(),
        }


class Settings(Part):
    """The whole file."""

    coach: Coach
    voice: Voice
    listening: Listening
    sound: Sound
    talk: Talk
    weights: Weights = Weights()
    warm_up: WarmUpPart = WarmUpPart()
    buttons: ButtonsPart = ButtonsPart()
