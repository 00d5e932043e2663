"""Checks of a cue script that need a voice: how long its texts take, and whether they fit.

Each exercise is simulated without sound (`preview.foresee`), at its own tempo and with the voice's
lengths: a set as it is written, and one twice as long, because a lifter may ask for more. What is
never said in the longer one is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from string import Formatter

from ..config import Config, Fault
from ..config.coached import translation_file
from ..core.cues import MeasuredWording
from ..core.pacing import Talkativeness, capital
from ..core.plan import (
    LONGEST_SENSIBLE_REP,
    SAMPLE_RATE,
    Cue,
    CueClass,
    Exercise,
    Opener,
    Phase,
    Wording,
)
from ..core.session import begin
from ..core.session.lines import cue_values, weight_words
from ..core.workout import Unit, Weight
from ..preview import Rehearsal, Told, foresee, losses, tally, worded
from .findings import Kind, LintFinding
from .overlong import fitting, overlong
from .overlong import in_seconds as _s

Extent = Callable[[str], tuple[int, int] | None]
"""A text's length and beat in the voice in use, in samples; None if the voice can't say it."""

SPEECH = 0.7
"""Share of a set above which the coach talks too much. Breath, counts and reminders fill about half
of a set at 3-1-2-1, and three quarters at 2-0-1-0, which nobody can follow."""

_SAVED = SAMPLE_RATE // 10
"""Samples that a short wording must save to be of use."""

_OTHER_REPS = 'let it come in other reps ("from", "every"), or give it a lower "priority"'

_TONE = SAMPLE_RATE // 5
"""The approximate length of the tone that replaces what no voice can say."""


_SOME_WEIGHT = Weight(Decimal(80), Unit.KG)
"""The weight of a set without a plan, which has none."""


def measured(
    config: Config, extent: Extent, only: Collection[str] | None = None, speech: float = SPEECH
) -> Iterator[LintFinding]:
    """Everything that does not fit, in the exercises on offer or in `only` those. `speech`: the
    share of a set, 0 to 1, above which it is reported.
    """
    for exercise in config.offered or (config.exercise,):
        if only is None or exercise.id in only:
            yield from _Measuring(config, exercise, extent).findings(speech)


def lengths(extent: Extent, mute: dict[str, None]) -> Callable[[str, CueClass], MeasuredWording]:
    """For `foresee`; texts that can't be said are added to `mute`."""

    known: dict[str, MeasuredWording] = {}

    def measure(text: str, kind: CueClass) -> MeasuredWording:
        if text not in known:
            found = extent(text)
            if found is None:
                mute[text] = None
            known[text] = MeasuredWording(text, *(found or (_TONE, 0)))
        return known[text]

    return measure


class _Known(dict[str, str]):
    """The values of a text's variables."""

    def __missing__(self, name: str) -> str:
        """A value known only in a workout, such as the name of a microphone."""
        return _Unknown("twelve")


class _Unknown(str):
    """Ignores the unit that a text gives it."""

    def __format__(self, unit: str) -> str:
        return str(self)


class _Measuring:
    """The checks of one exercise."""

    def __init__(self, config: Config, exercise: Exercise, extent: Extent) -> None:
        self._config = config
        self._exercise = exercise
        self._mute: dict[str, None] = {}
        self._measure = lengths(extent, self._mute)
        self._longer = replace(exercise, reps=2 * exercise.reps)
        self._usual = foresee(self._longer, self._measure)
        self._own = foresee(self._exercise, self._measure)

    def findings(self, speech: float) -> Iterator[LintFinding]:
        yield from self._too_slow()
        yield from self._mutes()
        for phase, opener in self._exercise.openers.items():
            if opener.wording.full and self._exercise.tempo.of(phase):
                yield from self._opener(phase, opener)
        for cue in self._exercise.cues:
            yield from self._cue(cue)
        yield from self._lines()
        yield from overlong(self._config, self._exercise, self._length)
        yield from self._busy(speech)
        yield from self._dropped()

    # --- the whole set ------------------------------------------------------------------------

    def _too_slow(self) -> Iterator[LintFinding]:
        rep = self._exercise.tempo.rep
        if rep > LONGEST_SENSIBLE_REP:
            yield self._at(
                ("tempo",),
                Kind.TEMPO,
                f"a rep at {self._tempo} takes {_s(rep)} s",
                "reps of 0.5 to 8 s build muscle alike, and slower than 10 s is probably worse "
                "(Schoenfeld, Ogborn & Krieger 2015)",
                "take seconds out of the tempo: 10 or less in all",
            )

    def _busy(self, speech: float) -> Iterator[LintFinding]:
        share = tally(self._own).speech
        if share > speech:
            yield self._at(
                ("tempo",),
                Kind.BUSY,
                f"the coach speaks {100 * share:.0f} % of a set at {self._tempo}, "
                f"more than {100 * speech:.0f} %",
                "the lifter has no time to feel the rep, and over a loudspeaker is hardly heard",
                'let cues come less often ("every"), make them shorter, or the tempo slower',
            )

    def _dropped(self) -> Iterator[LintFinding]:
        """What is not heard every time it is due, in a set as written; `preview` reports the
        same."""
        known = {*(cue.id for cue in self._exercise.cues), *self._exercise.lines}
        for lost in losses(self._own):
            told = self._told(lost.id)
            if lost.reps and any(each.heard for each in told):
                phase = next((p.value for p in Phase if p.value == lost.id), "")
                path: tuple[str, ...] = ("openers", phase, "say") if phase else ("name",)
                if lost.id in known:
                    named = {cue.id for cue in self._exercise.cues}
                    path = ("cue", lost.id, "say") if lost.id in named else ("lines", lost.id)
                why = lost.why.removeprefix("dropped: ")
                message = f'"{lost.text}" is not said in {lost.when}: {why}'
                yield LintFinding.at(self._place(path), Kind.DROPPED, message)

    def _mutes(self) -> Iterator[LintFinding]:
        for text in self._mute:
            yield self._at(
                self._path_of(text),
                Kind.MUTE,
                f'the voice in use can\'t say "{text}"',
                "a tone is heard in its place",
                "write it in letters and words that the voice knows",
            )

    # --- what opens a phase -------------------------------------------------------------------

    def _opener(self, phase: Phase, opener: Opener) -> Iterator[LintFinding]:
        wording = opener.wording
        lasts = self._exercise.tempo.of(phase)
        yield from self._hardly_shorter(("openers", phase.value), wording)
        if wording.short and opener.learned >= self._exercise.reps:
            yield self._at(
                ("openers", phase.value, "short_after"),
                Kind.NEVER,
                f"the short wording comes after rep {opener.learned}, and a set has "
                f"{self._exercise.reps}",
                "the full one is said in each rep",
                'let it come sooner ("short_after")',
            )
        for key, texts in (("say", wording.full), ("short", wording.short)):
            for text in texts:
                takes = self._length(text)
                if takes > lasts:
                    yield self._at(
                        ("openers", phase.value, key),
                        Kind.LONG,
                        f'"{text}" takes {_s(takes)} s, and {phase.value} lasts {_s(lasts)} s at '
                        f"{self._tempo}",
                        "it is still being said when the next phase begins",
                        fitting(text, takes, lasts),
                    )
        told = self._told(phase.value)
        if told and not any(cue.heard for cue in told):
            yield self._never_heard(("openers", phase.value, "say"), told)
        for text in wording.full if told else ():
            if not self._ever_wanted(phase.value, text):
                yield self._at(
                    ("openers", phase.value, "say"),
                    Kind.NEVER,
                    f'"{text}" is never said: its turn never comes',
                    'from the rep after "short_after" on the short wording is enough',
                    'take it out, or make "short_after" larger',
                )

    # --- reminders ----------------------------------------------------------------------------

    def _cue(self, cue: Cue) -> Iterator[LintFinding]:
        path = ("cue", cue.id)
        if cue.start > self._exercise.reps:
            yield self._at(
                (*path, "from"),
                Kind.NEVER,
                f"it comes first in rep {cue.start}, and a set has {self._exercise.reps}",
                "it is said in longer sets only",
                f'begin at rep {self._exercise.reps} or before ("from")',
            )
        told = self._told(cue.id)
        yield from self._hardly_shorter(path, cue.wording)
        yield from self._unsaid(cue, told)
        if told and not any(each.heard for each in told):
            yield self._never_heard((*path, "say"), told)
            return
        yield from self._out_of_phase(cue)
        for text in cue.wording.full:
            due = [each for each in told if worded(text, each.full)]
            if due and not any(worded(text, each.text) and each.heard for each in due):
                yield from self._too_long(path, text, due)

    def _hardly_shorter(self, path: tuple[str, ...], wording: Wording) -> Iterator[LintFinding]:
        """Short wordings that save no time."""
        for n, text in enumerate(wording.full):
            short = wording.short[n % len(wording.short)] if wording.short else ""
            if short and self._length(text) - self._length(short) < _SAVED:
                yield self._at(
                    (*path, "short"),
                    Kind.SPARE,
                    f'"{short}" takes {_s(self._length(short))} s, and the full wording '
                    f'"{text}" {_s(self._length(text))} s',
                    "it fits nowhere where the full one does not",
                    "make it shorter, or take it out",
                )

    def _unsaid(self, cue: Cue, told: list[Told]) -> Iterator[LintFinding]:
        """Alternatives that never get their turn."""
        last = self._usual.exercise.reps
        for text in cue.wording.full if told else ():
            # What names a weight or the next exercise has its turn in a workout.
            if not self._ever_wanted(cue.id, text) and not self._names_unknown(text):
                yield self._at(
                    ("cue", cue.id, "say"),
                    Kind.NEVER,
                    f'"{text}" is never said, not even in a set of {last} reps',
                    f"every {cue.every} reps the next text has its turn",
                    'let the cue come more often ("every"), or take the text out',
                )
        for text in cue.wording.short[len(cue.wording.full) :]:
            yield self._at(
                ("cue", cue.id, "short"),
                Kind.NEVER,
                f'"{text}" is short for no text of "say"',
                "each text has the short one at the same place in the list",
                "write as many short texts as full ones, or a single one",
            )

    def _out_of_phase(self, cue: Cue) -> Iterator[LintFinding]:
        """Cues whose shortest wording is longer than their phase."""
        if cue.phase is None:
            return
        lasts = self._exercise.tempo.of(cue.phase)
        texts = cue.wording.short or cue.wording.full
        text = min(texts, key=self._length)
        takes = self._length(text)
        if not lasts:
            yield self._at(
                ("cue", cue.id, "phase"),
                Kind.LONG,
                f"{cue.phase.value} takes no time at {self._tempo}",
                "it is said in another phase of the rep",
                'name a phase that takes some time, or "any"',
            )
        elif takes > lasts:
            yield self._at(
                ("cue", cue.id, "short" if cue.wording.short else "say"),
                Kind.LONG,
                f'"{text}" takes {_s(takes)} s, and {cue.phase.value} lasts {_s(lasts)} s at '
                f"{self._tempo}",
                "it is said in another phase of the rep",
                f'{fitting(text, takes, lasts)}, or name a longer phase, or "any"',
            )

    # --- lines --------------------------------------------------------------------------------

    def _lines(self) -> Iterator[LintFinding]:
        """What is announced in the set: half-way, the last rep, each rep's number."""
        for name in ("half_way", "last_rep"):
            told = self._told(name)
            if told and not any(each.heard for each in told):
                found = self._never_heard(("lines", name), told)
                # Half-way may give way to anything else, as intended.
                if name == "last_rep" or found.remedy != _OTHER_REPS:
                    yield found
        numbers = self._told("count")
        if numbers and not any(each.heard for each in numbers):
            top = self._exercise.openers.get(Phase.TOP)
            yield self._at(
                ("tempo",),
                Kind.ROOM,
                f"the number of the rep is never heard at {self._tempo}",
                "the lifter does not know how many are done",
                "with [openers.top] it ends with the lift: give the lift a second more, shorten "
                "what opens it, or take [openers.top] out"
                if top is not None and top.wording.full and self._exercise.tempo.of(Phase.TOP)
                else "give the top a second, or shorten what opens the next phase",
            )

    # --- saying it ----------------------------------------------------------------------------

    def _never_heard(self, path: tuple[str, ...], told: list[Told]) -> LintFinding:
        one = min(told, key=lambda each: self._length(self._shortest(each)))
        text = self._shortest(one)
        takes = self._length(text)
        room = max(self._usual.longest_stretch(each, alone=True) for each in told)
        if takes > room:
            return self._at(
                path,
                Kind.ROOM,
                f'"{text}" takes {_s(takes)} s and never finds room in a set at {self._tempo}: '
                f"the longest stretch is {_s(room)} s",
                f"the {self._exercise.name} goes without it",
                fitting(text, takes, room),
            )
        return self._at(
            path,
            Kind.ROOM,
            f'"{text}" is never said in a set at {self._tempo}: {one.lost}',
            "what else is said in its reps takes the room",
            _OTHER_REPS,
        )

    def _too_long(self, path: tuple[str, ...], text: str, due: list[Told]) -> Iterator[LintFinding]:
        takes = self._length(text)
        room = max(self._usual.longest_stretch(each) for each in due)
        if takes <= room:
            return  # it gives way to others, according to its class and priority
        instead = next((each.text for each in due if each.heard), "")
        yield self._at(
            (*path, "say"),
            Kind.LONG,
            f'"{text}" takes {_s(takes)} s and is never said in full in a set at {self._tempo}: '
            f"the longest stretch is {_s(room)} s",
            f'"{instead}" is said each time' if instead else "its turn is silent",
            fitting(text, takes, room),
        )

    def _shortest(self, told: Told) -> str:
        cue = next((cue for cue in self._exercise.cues if cue.id == told.id), None)
        texts = (*cue.wording.full, *cue.wording.short) if cue is not None else (told.full,)
        return min(texts, key=self._length)

    def _told(self, id: str) -> list[Told]:
        return [each for each in self._usual.cues if each.id == id]

    def _ever_wanted(self, id: str, text: str) -> bool:
        """Whether `text` gets its turn in some set, at least in the most talkative one."""
        return any(
            worded(text, each.full)
            for rehearsed in (self._usual, self._talkative)
            for each in rehearsed.cues
            if each.id == id
        )

    def _names_unknown(self, text: str) -> bool:
        """Whether `text` names what only a workout knows."""
        values = cue_values(begin(self._exercise)[0])
        return any(values.get(name) == "" for _, name, _, _ in Formatter().parse(text) if name)

    @cached_property
    def _talkative(self) -> Rehearsal:
        return foresee(self._longer, self._measure, talk=Talkativeness.FULL)

    def _length(self, text: str) -> int:
        """The length of a text, with the longest values of its variables."""
        if "{" in text:
            text = capital(text.format_map(self._values))
        return self._measure(text, CueClass.FORM).length

    @cached_property
    def _values(self) -> _Known:
        session, _ = begin(self._exercise)
        number = self._exercise.language.number
        numbers = (number(n) for n in range(1, self._exercise.told(self._exercise.reps) + 1))
        longest = max(numbers, key=len)
        known = {name: value for name, value in cue_values(session).items() if value}
        weight = weight_words(session, _SOME_WEIGHT)
        others = dict.fromkeys(("rep", "left", "done", "reps", "set", "sets", "of"), longest)
        return _Known({**others, "weight": weight, **known})

    @property
    def _tempo(self) -> str:
        return str(self._exercise.tempo)

    def _path_of(self, text: str) -> tuple[str, ...]:
        """Where a text is written, if that is known."""
        for cue in self._exercise.cues:
            if text in cue.wording.full or text in cue.wording.short:
                return ("cue", cue.id, "say" if text in cue.wording.full else "short")
        for phase, opener in self._exercise.openers.items():
            if text in opener.wording.full or text in opener.wording.short:
                return ("openers", phase.value, "say" if text in opener.wording.full else "short")
        for name, wording in self._exercise.lines.items():
            if text in wording.full or text in wording.short:
                return ("lines", name)
        return ("name",)

    def _at(
        self, path: tuple[str, ...], kind: Kind, message: str, why: str, remedy: str
    ) -> LintFinding:
        return LintFinding.at(self._place(path), kind, message, why, remedy)

    def _place(self, path: tuple[str, ...]) -> Fault:
        """Where it is written; a translation comes before the script."""
        exercise = self._exercise.id
        if path[0] == "lines":
            return self._config.text_of(exercise, *path)
        files = (translation_file(exercise, self._config.spoken), f"exercises/{exercise}.toml")
        documents = [self._config.documents[f] for f in files if f in self._config.documents]
        for document in documents:
            if (at := document.path_to(path)) is not None:
                return document.fault(at, "")
        return self._place(path[:-1]) if len(path) > 1 else documents[-1].fault(path, "")
