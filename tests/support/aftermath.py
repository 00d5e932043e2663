"""What must hold after a workout in which something broke: each check yields what is wrong."""

from __future__ import annotations

import json
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

from voicecoach.audio.tones import TONES, tick
from voicecoach.core.cues import LATENESS, Ended, Outcome
from voicecoach.core.events import Entered, Intent, PhaseBegan, Placement, RepDone, SetOver, State
from voicecoach.core.plan import CueClass, samples
from voicecoach.core.workout import SetBegan, WorkoutBegan, WorkoutOver
from voicecoach.history.database import LogError
from voicecoach.history.journal import Journal, News
from voicecoach.history.log import Log
from voicecoach.runtime.trace import InOrder, fields

from . import sound_of_records
from .boundaries import DEAF, MUTE
from .injector import Injected
from .injector import injected as again
from .invariants import INVARIANTS, Drama, Stretch, accepted, state_at
from .session_driver import SessionRun

NEVER = 1 << 40

DEAFNESS = ("deaf", "still_deaf", "deaf_for_good")

NOTICED = samples(1.6)
"""Output samples in which a dead output is noticed."""

SAID = samples(2.0 + 0.35)
"""Output samples in which deafness is said: two seconds, and what is rendered ahead."""

FAILS_TO_WRITE = {("log", "can't be written"), ("disk", "is full")}

TRIED = samples(1.0)
"""Output samples that a record may be ahead of the moment at which it is written."""

Check = Callable[[Injected], Iterator[str]]
CHECKS: list[Check] = []


def check(each: Check) -> Check:
    CHECKS.append(each)
    return each


def faults_after(injected: Injected) -> list[str]:
    """Everything that does not hold, one line each; the traceback if the program failed."""
    if injected.crash:
        return [f"it failed:\n{injected.crash}"]
    found: list[str] = []
    for each in CHECKS:
        try:
            found += [f"{each.__name__}: {wrong}" for wrong in each(injected)]
        except Exception:
            found.append(f"{each.__name__} failed:\n{traceback.format_exc()}")
    return found


def _run(injected: Injected) -> SessionRun:
    """Its records. A line that still sounds at the end counts as played."""
    machine = injected.machine
    records = [*machine.records]
    if (sounding := machine.loop._player.sounding) is not None:
        at, end, text = sounding.at, sounding.end, sounding.spoken.text
        records.append(Ended(at, end, sounding.want, text, Outcome.PLAYED, ""))
    return SessionRun(tuple(records), machine.sound[:0])


def _mute(injected: Injected) -> tuple[Stretch, ...]:
    """When nobody heard the coach, as far as it knew."""
    spans = []
    since: int | None = None
    for at, lost in injected.machine.mute:
        if lost and since is None:
            since = at
        elif not lost and since is not None:
            spans.append(Stretch(since, at))
            since = None
    return (*spans, *([Stretch(since, NEVER)] if since is not None else []))


def _spans(injected: Injected, does: str) -> list[Stretch]:
    """When a fault of this kind lasted, by the samples of the loop."""
    return [
        Stretch(begun, NEVER if mended is None else mended)
        for fault, begun, mended in injected.spans
        if fault.way.does == does
    ]


@check
def the_invariants_hold(injected: Injected) -> Iterator[str]:
    run, machine = _run(injected), injected.machine
    drama = Drama(
        run,
        machine.exercise,
        injected.plan.language,
        (),
        _mute(injected),
        machine.closed,
        machine.loop.position,
    )
    for invariant in INVARIANTS:
        try:
            invariant(drama)
        except AssertionError:
            line = traceback.format_exc().splitlines()
            yield f"{invariant.__name__}: {' '.join(line[-3:])}"


@check
def it_sounds_as_the_records_say(injected: Injected) -> Iterator[str]:
    yield from sound_of_records.differences(injected.machine)
    yield from sound_of_records.misheard(injected.machine)


@check
def each_phase_has_its_tick_and_each_number_its_beat(injected: Injected) -> Iterator[str]:
    machine = injected.machine
    tones = set(machine.tones)
    for record in machine.records:
        if isinstance(record, PhaseBegan) and (record.at, tick(record.phase)) not in tones:
            yield f"no tick at {record}"
        if not isinstance(record, Ended) or record.outcome is not Outcome.PLAYED:
            continue
        clip = machine.book_of_clips.get(record.text, record.want.kind)
        if record.want.kind is CueClass.COUNT and record.want.place is Placement.BEAT:
            late = record.at + clip.beat - record.want.at
            if not 0 <= late <= (0 if record.want.yields else LATENESS):
                yield f"a number {late} samples late: {record}"
        if clip.spoken == record.reason.startswith("a tone replaced it"):
            yield f"a tone and no word of it, or the other way round: {record}"
        if not clip.spoken and not any(clip.pcm is tone for tone in TONES.values()):
            yield f"no tone of ours: {record}"


@check
def reps_are_counted_only_while_they_are_paced(injected: Injected) -> Iterator[str]:
    run = _run(injected)
    for rep in run.reps:
        if state_at(run, rep.at) is not State.REP:
            yield f"{rep} in {state_at(run, rep.at).value}"


@check
def no_rep_is_paced_to_a_dead_output(injected: Injected) -> Iterator[str]:
    for dead in _spans(injected, MUTE):
        for phase in _run(injected).phases:
            if dead.start + NOTICED <= phase.at < dead.end < NEVER:
                yield f"{phase}, and the output was dead since {dead.start}"


@check
def deafness_is_said(injected: Injected) -> Iterator[str]:
    machine, run = injected.machine, _run(injected)
    deaf = _spans(injected, DEAF)
    others = [fault for fault, _, _ in injected.spans if fault.way.does != DEAF]
    last = machine.loop.position
    closed = NEVER if machine.closed is None else machine.closed
    for span in deaf[:1]:
        end = span.start + SAID
        if min(span.end, last, closed) < end or any(f.way.does for f in others):
            continue
        asked = [cue for cue in run.cues() if cue.want.id in DEAFNESS]
        if state_at(run, end) is State.SUMMARY or any(cue.at < span.start for cue in asked):
            continue
        busy = [each for each in machine.accepted() if span.start <= each.at <= end]
        if not any(span.start <= cue.at <= end for cue in asked) and not busy:
            yield f"deaf since {span.start}, and not said until {end}"


@check
def a_log_that_fails_is_told(injected: Injected) -> Iterator[str]:
    machine = injected.machine
    last = machine.loop.position
    if machine.disk.share < 1.0:
        return
    failing = [
        (begun, mended)
        for fault, begun, mended in injected.spans
        if (fault.boundary, fault.way.name) in FAILS_TO_WRITE
    ]
    for begun, mended in failing:
        end = last if mended is None else mended
        written = [r for r in machine.records if isinstance(r, RepDone | SetOver)]
        # What failed before it and still does has been told.
        since = min(b for b, m in failing if b <= begun and (m is None or begun <= m))
        news = [line for at, line in machine.log_told if since <= at]
        if any(begun + TRIED < r.at < end - TRIED for r in written) and not news:
            yield f"the log fails from {begun} to {end}, and nothing is said"


@check
def no_news_is_forgotten(injected: Injected) -> Iterator[str]:
    """It was heard, or it is not true any more, or it still waits."""
    machine, run = injected.machine, _run(injected)
    waiting = machine.loop.conversation.session.speech.news
    for n, (at, line) in enumerate(machine.log_told):
        later = [name for _, name in machine.log_told[n + 1 :]]
        obsolete = line in later or (line == "log_waits" and "log_written" in later)
        heard = any(c.at >= at and not injected_unheard(injected, c) for c in run.played(line))
        # It was told after the last step.
        too_late = at >= machine.loop.position
        if not (obsolete or heard or line in waiting or too_late):
            yield f"{line} of {at} is forgotten"


def injected_unheard(injected: Injected, cue: Ended) -> bool:
    return any(cue.end in stretch for stretch in _mute(injected))


@check
def the_program_ends_with_the_catches(injected: Injected) -> Iterator[str]:
    """If it ends a set, and somebody hears it until the end."""
    machine, run = injected.machine, _run(injected)
    closed = machine.closed
    if closed is None or not any(over.at == closed for over in run.sets):
        return
    broken = any(mended is None and fault.way.does for fault, _, mended in injected.spans)
    if broken or any(mute.end > closed for mute in _mute(injected)):
        return
    asked = [cue for cue in run.cues("lock_again") if cue.at >= closed]
    answered = any(each.at > closed for each in machine.accepted())
    if not any(cue.outcome is Outcome.PLAYED or answered for cue in asked):
        yield "the catches were not asked for"


@check
def after_pain_and_stop_nothing_is_counted(injected: Injected) -> Iterator[str]:
    run = _run(injected)
    for at in accepted(run, Intent.STOP, Intent.PAIN):
        begun = [e.at for e in run.entered if e.to is State.COUNTDOWN and e.at >= at]
        until = min(begun, default=NEVER)
        if any(at < rep.at < until for rep in run.reps):
            yield f"a rep after {at}"


@check
def a_sleep_interrupts_the_reps(injected: Injected) -> Iterator[str]:
    run = _run(injected)
    for slept in run.slept:
        begun = [e.at for e in run.entered if e.to is State.COUNTDOWN and e.at >= slept.at]
        until = min(begun, default=NEVER)
        for phase in run.phases:
            if slept.at <= phase.at < until:
                yield f"{phase} after {slept}"


@check
def the_trace_is_whole(injected: Injected) -> Iterator[str]:
    machine = injected.machine
    lost = [note for note in machine.notes if "events.jsonl" in note]
    disk = [fault for fault, _, _ in injected.spans if fault.boundary == "disk"]
    if machine.killed:
        return
    if lost:
        if not disk:
            yield f"the trace was lost: {lost}"
        return
    order = InOrder()
    order.feed(machine.records, 0)
    wanted = [json.loads(json.dumps(fields(record))) for record in order.rest()]
    if machine.trace() != wanted:
        yield f"{len(machine.trace())} lines in the trace, {len(wanted)} records"


# --- the log ----------------------------------------------------------------------------------


def _trained(injected: Injected) -> list[tuple[str, int]]:
    """Each set with a rep, as the records say, and how many reps were paced."""
    sets: list[list[object]] = []
    for record in injected.machine.records:
        match record:
            case SetBegan():
                sets.append([record.exercise, 0])
            case RepDone():
                sets[-1][1] = int(str(sets[-1][1])) + 1
    return [(str(name), int(str(reps))) for name, reps in sets if reps]


@check
def what_was_finished_is_in_the_log(injected: Injected) -> Iterator[str]:
    machine = injected.machine
    told = [note for note in machine.notes if News.LOST.value in note]
    if told:
        if not machine.disk.full:
            yield f"lost, and the disk is not full: {told}"
        return
    if machine.killed and machine.unsafe:
        return
    _heal(injected)
    news: list[str] = []
    later = machine.clock.now() + timedelta(minutes=10)
    journal = Journal(
        machine.last_log,
        later,
        lambda each, line: news.append(line),
        [machine.folder / "state"],
        machine.folder / "run",
    )
    broken, damaged = journal.interrupted, journal.damaged
    journal.close()
    if damaged:
        yield f"it can't be read: {damaged}"
    with closing(sqlite3.connect(machine.last_log)) as raw:
        whole = raw.execute("PRAGMA integrity_check").fetchall()
        if whole != [("ok",)]:
            yield f"it is damaged: {whole}"
    try:
        with Log(machine.last_log) as log:
            sets = [each for workout in log.workouts() for each in workout.sets]
            logged = [(each.exercise, len(log.reps(each.id))) for each in sets]
            counted = [each.counted or 0 for each in sets]
            unread = log.damaged
    except LogError as fault:
        yield f"it does not open: {fault}"
        return
    if unread:
        yield f"rows can't be read: {unread}"
    if counted != [reps for _, reps in logged]:
        yield f"of {counted} reps the log has {logged}"
    wanted = _trained(injected)
    logged = [each for each in logged if each[1]]
    old = len(logged) - len(wanted)
    if old < 0 or logged[old:] != wanted or old > 2 * injected.plan.broken:
        yield f"the log has {logged}, trained was {wanted}; news: {news}"
    yield from _offered(injected, broken is not None)


def _offered(injected: Injected, offered: bool) -> Iterator[str]:
    """A workout that was cut off is offered, unless the clock says that it is old."""
    machine = injected.machine
    clock = any(fault.boundary in ("clock", "process") for fault, _, _ in injected.spans)
    opened = [r for r in machine.records if isinstance(r, WorkoutBegan | WorkoutOver)]
    trained = any(isinstance(r, SetBegan) for r in machine.records)
    under_way = trained and bool(opened) and isinstance(opened[-1], WorkoutBegan)
    if clock or injected.plan.broken:
        return
    if under_way and _trained(injected) and not offered:
        yield "it is not offered to carry on"
    if offered and not trained:
        yield "a workout without a set is offered"


def _heal(injected: Injected) -> None:
    """The next day, everything is well."""
    machine = injected.machine
    machine.mend()
    machine.disk.full, machine.disk.log = False, 0
    if machine.log.parent.is_file():
        machine.log.parent.unlink()
    if machine.log.is_dir():
        machine.log.rmdir()


@check
def what_does_no_harm_changes_nothing(injected: Injected) -> Iterator[str]:
    if not injected.harmless:
        return
    with again(injected.plan.seed, well=True) as well:
        if well.fingerprint != injected.fingerprint:
            yield "it is another workout than if nothing had failed"


@check
def sets_begin_and_end_in_turn(injected: Injected) -> Iterator[str]:
    run = _run(injected)
    bounds = [r for r in run.records if isinstance(r, SetBegan | SetOver)]
    for one, other in pairwise(bounds):
        if isinstance(one, SetOver) == isinstance(other, SetOver):
            yield f"{one} before {other}"
    for entered in run.records:
        if isinstance(entered, Entered) and entered.at > injected.machine.loop.position:
            yield f"{entered} is in the future"
