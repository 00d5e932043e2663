"""One rep in time: where its phases lie, and everything to be said in it.

In a hold, a rep is a breath: in, and out. It is not numbered. The coach tells the time about every
ten seconds, and counts down the last five.

A rep is planned whole, one phase before it begins, so that the scheduler knows every beat when it
looks for gaps. Nothing is said here: the results are requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from string import Formatter
from types import MappingProxyType

from .events import CueRequest, Placement
from .plan import SAMPLE_RATE, Cue, CueClass, Exercise, Opener, Phase, Tempo, Wording

TOLD_EVERY = 10
"""Seconds of a hold between tellings of the time."""

LAST_SECONDS = 5
"""Seconds at the end of a hold that are counted down."""

OPEN_REPS = 30
"""Reps of a set without a target whose texts are rendered in advance. Any further ones are rendered
when they come."""


class Unbounded(str):
    """Words in place of a whole number that there is not. They take no unit."""

    def __format__(self, unit: str) -> str:
        return str(self)


class Talkativeness(IntEnum):
    """How much the lifter wants to hear. Safety, counts and breath are never affected."""

    QUIET = 0
    """No form cues, no encouragement."""
    NORMAL = 1
    FULL = 2
    """Form cues and encouragement twice as often."""


@dataclass(frozen=True, slots=True)
class RepClock:
    """When each phase of one rep begins."""

    rep: int
    """Its number in the set, from 1."""
    order: tuple[Phase, Phase, Phase, Phase]
    """The phases in the order of this exercise."""
    starts: tuple[int, int, int, int, int]
    """The first sample of each phase in that order, then the first sample after the rep."""

    @classmethod
    def at(cls, rep: int, start: int, tempo: Tempo, first: Phase) -> RepClock:
        """The rep that begins at sample `start`."""
        order = (
            first,
            first.following,
            first.following.following,
            first.following.following.following,
        )
        a, b, c, d = (tempo.of(phase) for phase in order)
        return cls(
            rep, order, (start, start + a, start + a + b, start + a + b + c, start + a + b + c + d)
        )

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def end(self) -> int:
        return self.starts[4]

    @property
    def lift_end(self) -> int:
        """When the rep counts."""
        return self.span(Phase.LIFT)[1]

    @property
    def last_phase(self) -> Phase:
        """The last phase longer than 0. While it runs, the next rep is planned."""
        return next(
            phase for phase in reversed(self.order) if self.span(phase)[0] < self.span(phase)[1]
        )

    def span(self, phase: Phase) -> tuple[int, int]:
        """First sample of `phase`, and the one after its last."""
        index = self.order.index(phase)
        return self.starts[index], self.starts[index + 1]

    def phases(self) -> tuple[tuple[Phase, int], ...]:
        """The phases longer than 0, with their first samples."""
        return tuple(
            (phase, start)
            for phase, start, end in zip(self.order, self.starts, self.starts[1:], strict=False)
            if start < end
        )

    def phase_at(self, at: int) -> Phase:
        """The phase at sample `at`, which lies within the rep."""
        return [phase for phase, start in self.phases() if start <= at][-1]

    def retimed(self, at: int, tempo: Tempo) -> RepClock:
        """This rep at another tempo, from the phase at `at` on.

        That phase keeps its first sample. If it would already be over at the new tempo, it ends at
        `at`.
        """
        running = self.order.index(self.phase_at(at))
        starts = list(self.starts)
        for index in range(running, 4):
            starts[index + 1] = starts[index] + tempo.of(self.order[index])
            if index == running:
                starts[index + 1] = max(starts[index + 1], at)
        a, b, c, d, e = starts
        return RepClock(self.rep, self.order, (a, b, c, d, e))


def half_way(target: int) -> int:
    """The rep after which half of `target` reps are done."""
    return (target + 1) // 2


def rep_wants(
    exercise: Exercise,
    clock: RepClock,
    target: int,
    talk: Talkativeness,
    attempt: int,
    after: int,
    resumed: bool = False,
    values: Mapping[str, str] = MappingProxyType({}),
    goes_on: bool = True,
) -> tuple[CueRequest, ...]:
    """Everything to be said because of rep `clock.rep` of `target` (0: as many as possible).
    Unless the set `goes_on`, nothing announces the next rep.

    `attempt` counts how often this rep was begun: a paused rep begins again, and so do its cues.
    `after` is the sample from which announcements about this rep may be heard: the end of the
    previous lift. The first rep after a pause (`resumed`) has every safety reminder, because the
    pause may have cut the one that was due. `values` are the variables of cues and openers, except
    those that change with the rep.
    """
    wants: list[CueRequest] = []
    here = {**values, **rep_values(exercise, clock.rep, target)}
    tag = f"{clock.rep}.{attempt}"
    for phase, start in clock.phases():
        opener = _opener(exercise, clock, phase)
        over = clock.rep == target and phase is Phase.TOP and phase is clock.order[-1]
        if over and opener.kind is CueClass.BREATH:
            continue  # a breath for the next rep, and there is none
        opened = opening(opener, phase, clock.rep, attempt, start, clock.span(phase)[1], here)
        if opened is not None:
            wants.append(opened)
        if exercise.openers[phase].ticks:
            wants += _ticks(exercise, phase, clock, tag)
    if exercise.held:
        wants += _time(exercise, clock, target, tag)
    else:
        wants.append(_count(exercise, clock, tag))
    wants += _announcements(exercise, clock, target, tag, after)
    for cue in exercise.cues:
        texts = _sayable(cue.wording, cue.turn(clock.rep), here)
        if not texts and cue.kind is CueClass.SAFETY:
            texts = _without_unknown(cue.wording, cue.turn(clock.rep), here)
        if texts and (_due(cue, clock.rep, talk) or (resumed and cue.kind is CueClass.SAFETY)):
            wants.append(
                CueRequest(
                    key=f"{cue.id}/{tag}",
                    id=cue.id,
                    kind=cue.kind,
                    texts=texts,
                    at=clock.start,
                    until=clock.end,
                    prefer=clock.start if cue.phase is None else clock.span(cue.phase)[0],
                    priority=cue.priority,
                )
            )
    if goes_on and (not target or clock.rep < target):
        # The next rep's first word begins before its beat, and so inside this rep. A search for
        # gaps here must know of it.
        end = clock.end + clock.starts[1] - clock.starts[0]
        rep = clock.rep + 1
        then = {**values, **rep_values(exercise, rep, target)}
        opener = _opener(exercise, clock, clock.order[0])
        following = opening(opener, clock.order[0], rep, attempt, clock.end, end, then)
        if following is not None:
            wants.append(following)
    return tuple(wants)


def _opener(exercise: Exercise, clock: RepClock, phase: Phase) -> Opener:
    """What opens `phase`. A breath taken at the top is taken on the way down if there is no top."""
    top = exercise.openers[Phase.TOP]
    start, end = clock.span(Phase.TOP)
    if phase is Phase.LOWER and start == end and top.kind is CueClass.BREATH and top.wording.full:
        return top
    return exercise.openers[phase]


def opening(
    opener: Opener,
    phase: Phase,
    rep: int,
    attempt: int,
    at: int,
    until: int,
    values: Mapping[str, str],
) -> CueRequest | None:
    """What `opener` says as `phase` of rep `rep` begins, from `at` until `until`; None if it says
    nothing."""
    if not opener.wording.full:
        return None
    texts = _sayable(opener.wording, rep - 1, values)
    texts = texts or _without_unknown(opener.wording, rep - 1, values)
    if rep > opener.learned:
        texts = texts[-1:]
    return CueRequest(
        key=f"{phase.value}/{rep}.{attempt}",
        id=phase.value,
        kind=opener.kind,
        texts=texts,
        at=at,
        until=until,
        place=Placement.BEAT,
        priority=10,
    )


def _ticks(exercise: Exercise, phase: Phase, clock: RepClock, tag: str) -> list[CueRequest]:
    """ "two", "three", ... on each whole second inside a phase."""
    start, end = clock.span(phase)
    return [
        CueRequest(
            key=f"{phase.value}-{second + 1}/{tag}",
            id=f"{phase.value}-{second + 1}",
            kind=CueClass.COUNT,
            texts=(exercise.language.counted(second + 1),),
            at=start + second * SAMPLE_RATE,
            until=end,
            place=Placement.BEAT,
            priority=60,
            yields=True,
        )
        for second in range(1, -(-(end - start) // SAMPLE_RATE))
    ]


def _count(exercise: Exercise, clock: RepClock, tag: str) -> CueRequest:
    """The rep's number: on the beat of the top. It ends with the lift if there is no top, or if the
    top has words of its own."""
    start, end = clock.span(Phase.TOP)
    alone = start < end and not exercise.openers[Phase.TOP].wording.full
    return CueRequest(
        key=f"count/{tag}",
        id="count",
        kind=CueClass.COUNT,
        texts=(sentence(exercise.language.counted(clock.rep)),),
        at=clock.lift_end,
        until=clock.span(Phase.TOP)[1],
        place=Placement.BEAT if alone else Placement.END,
        priority=20,
    )


def _announcements(
    exercise: Exercise, clock: RepClock, target: int, tag: str, after: int
) -> list[CueRequest]:
    """Half-way and the last rep: after the previous count, or in this rep's first phase."""
    done = clock.rep - 1
    lines = []
    if clock.rep == target and target > 1 and not exercise.held:
        lines.append("last_rep")
    elif target and done and done == half_way(target) and target >= exercise.half_way_from:
        lines.append("half_way")
    values = _told(exercise, done, target)
    return [
        CueRequest(
            key=f"{line}/{tag}",
            id=line,
            # The last rep must be announced; half-way gives way to breath and phases.
            kind=CueClass.PROMPT if line == "last_rep" else CueClass.COUNT,
            texts=filled(exercise.lines[line], 0, **values),
            at=after,
            until=clock.span(clock.order[0])[1],
            priority=30,
        )
        for line in lines
    ]


def _told(exercise: Exercise, done: int, target: int) -> dict[str, str]:
    """The values of `{done}` and `{left}` after `done` reps; without a target, nothing is known to
    be left."""
    number = exercise.language.number
    if not target:
        return {"done": number(exercise.told(done)), "left": Unbounded()}
    return {
        "done": number(exercise.told(done)),
        "left": number(exercise.told(target) - exercise.told(done)),
    }


def _time(exercise: Exercise, clock: RepClock, target: int, tag: str) -> list[CueRequest]:
    """The time of a hold, as this breath ends, and its last seconds."""
    wants = []
    line = time_told(exercise, clock.rep, target)
    if line is not None and any(exercise.lines[line].full):
        wants.append(
            CueRequest(
                key=f"{line}/{tag}",
                id=line,
                kind=CueClass.COUNT,
                texts=filled(exercise.lines[line], 0, **_told(exercise, clock.rep, target)),
                at=clock.end,
                until=clock.end,
                place=Placement.END,
                priority=20,
            )
        )
    over = clock.end + (target - clock.rep) * (clock.end - clock.start)
    for left in range(LAST_SECONDS, 0, -1) if target else ():
        at = over - left * SAMPLE_RATE
        if clock.start <= at < clock.end:
            # Breathing goes on: if a breath has its word here, the number comes before it.
            opened = at in [start for _, start in clock.phases()]
            wants.append(
                CueRequest(
                    key=f"last-{left}/{tag}",
                    id=f"last-{left}",
                    kind=CueClass.COUNT,
                    texts=(sentence(exercise.language.counted(left)),),
                    at=at,
                    until=at + SAMPLE_RATE,
                    place=Placement.END if opened else Placement.BEAT,
                    priority=20,
                )
            )
    return wants


def time_told(exercise: Exercise, done: int, target: int) -> str | None:
    """The line that tells the time after `done` breaths of a hold, about every `TOLD_EVERY`
    seconds; None if it is not told then. The first half tells the time done, the second the time
    left."""
    breath = exercise.tempo.rep
    every = TOLD_EVERY * SAMPLE_RATE
    over, left = done * breath, (target - done) * breath
    half = half_way(target)
    if not target:
        return "held_so_far" if over // every > (over - breath) // every else None
    if left <= LAST_SECONDS * SAMPLE_RATE or (done == half and target >= exercise.half_way_from):
        return None
    if done <= half:
        return "held_so_far" if over // every > (over - breath) // every else None
    return "held_left" if -(-left // every) < -(-(left + breath) // every) else None


def rep_values(exercise: Exercise, rep: int, target: int) -> dict[str, str]:
    """The variables that change with each rep: its number, and how many come after it. Of a hold,
    in seconds."""
    return {
        "rep": exercise.language.number(exercise.told(rep)),
        "left": _told(exercise, rep, target)["left"],
    }


def _sayable(wording: Wording, turn: int, values: Mapping[str, str]) -> tuple[str, ...]:
    """The texts for the `turn`-th time. If one needs a value that is not known (a weight, a next
    exercise), the next alternative; () if every alternative does."""
    for n in range(len(wording.full)):
        texts = tuple(
            text
            for text in wording.turn(turn + n)
            if all(values.get(name) for _, name, _, _ in Formatter().parse(text) if name)
        )
        if texts:
            return tuple(capital(text.format_map(values)) for text in texts)
    return ()


def without(wording: Wording, unknown: str) -> Wording:
    """`wording` without the sentences that use the variable `unknown`; what consists of nothing
    else stays as it is."""

    def cut(text: str) -> str:
        kept = [part for part in _SENTENCES.split(text) if unknown not in _variables(part)]
        return " ".join(kept) or text

    return Wording(tuple(map(cut, wording.full)), tuple(map(cut, wording.short)))


_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def _variables(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _without_unknown(wording: Wording, turn: int, values: Mapping[str, str]) -> tuple[str, ...]:
    """What must be said, if no alternative can be said whole: without the sentences that name what
    is left of a set that has no target."""
    if not any(map(_variables, wording.full)):
        return ()
    known = without(wording, "left")
    return tuple(
        capital(text.format_map({**values, "left": Unbounded()})) for text in known.turn(turn)
    )


def varying_texts(
    wording: Wording, exercise: Exercise, reps: int, values: Mapping[str, str]
) -> tuple[str, ...]:
    """Every text with variables of a cue or an opener, in a set of `reps`."""
    if not any("{" in text for text in (*wording.full, *wording.short)):
        return ()
    texts: list[str] = []
    for rep in range(1, (reps or OPEN_REPS) + 1):
        here = {**values, **rep_values(exercise, rep, reps)}
        for turn in range(len(wording.full)):
            texts += _sayable(wording, turn, here)
    return tuple(dict.fromkeys(texts))


def _due(cue: Cue, rep: int, talk: Talkativeness) -> bool:
    if cue.kind is CueClass.SAFETY or talk is Talkativeness.NORMAL:
        return cue.due(rep)
    if talk is Talkativeness.QUIET:
        return False
    return cue.due(rep) or (cue.every > 1 and cue.due(rep + cue.every // 2))


_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)\w")


def capital(text: str) -> str:
    """`text` with a capital at the start of each sentence: it may begin with a number in words."""
    return _SENTENCE_START.sub(lambda found: found[0].upper(), text)


def sentence(text: str) -> str:
    """`text` as a sentence of its own: a capital first, a full stop last."""
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def filled(wording: Wording, turn: int, **values: str) -> tuple[str, ...]:
    """The texts of `wording` for its `turn`-th time, with the variables filled in."""
    return tuple(capital(text.format_map(values)) for text in wording.turn(turn))


def fixed_texts(exercise: Exercise, reps: int) -> tuple[str, ...]:
    """Every text of a set of `reps` that is known in advance, so that it can be rendered in
    advance."""
    counted = exercise.language.counted
    longest = max(exercise.tempo.of(phase) for phase in Phase) // SAMPLE_RATE
    most = LAST_SECONDS if exercise.held else reps
    texts = [sentence(counted(n)) for n in range(1, max(most, exercise.countdown) + 1)]
    texts += [counted(n) for n in range(2, longest + 2)]
    wordings = [
        *(opener.wording for opener in exercise.openers.values()),
        *(cue.wording for cue in exercise.cues),
        *exercise.lines.values(),
    ]
    for wording in wordings:
        texts += [capital(text) for text in (*wording.full, *wording.short) if "{" not in text]
    return tuple(dict.fromkeys(text for text in texts if text))


def numbered_texts(exercise: Exercise, reps: int) -> tuple[str, ...]:
    """Every text of a set of `reps` that names reps done or left, to be rendered in advance."""
    number = exercise.language.number
    counted = {"done", "left"}
    texts = []
    for wording in exercise.lines.values():
        for text in (*wording.full, *wording.short):
            named = {name for _, name, _, _ in Formatter().parse(text) if name}
            if not named or not named <= counted:
                continue
            whole = exercise.told(reps)
            for done in range(whole + 1):
                values = {"done": number(done), "left": number(whole - done)}
                texts.append(capital(text.format(**values)))
    return tuple(dict.fromkeys(texts))
