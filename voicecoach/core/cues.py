"""The cue scheduler: lays out everything the coach wants to say on one line of speech.

Two cues never overlap. Each new request lays out the whole pending line again, in this order:

1.  Cues on a beat (phases, breath, rep numbers) take their exact places.
2.  Cues that only need a gap (safety, prompts, form) take the longest wording that fits, as near
    as possible to where they are wanted. They may cover counts that yield.
3.  Those counts, and then encouragement, take what is left.
4.  A cue that must be heard and found no room (safety always, a prompt when its time runs out)
    displaces whatever costs least. Nothing displaces safety.

While reps are paced, only safety may be placed beyond the end of the plan. What comes next may be a
reminder, and no answer may take its place.

An urgent request (the coach has gone deaf) cuts the line that sounds, unless that is a safety
reminder that is nearly over. A prompt or reminder that was cut is said again afterwards.

Within each step `(priority, at, order of asking)` settles ties. A cue is committed only when its
first sample is due. Every request ends exactly once, as played, cut or dropped, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .events import CueRequest, Placement
from .plan import SAMPLE_RATE, CueClass

LATENESS = 150 * SAMPLE_RATE // 1000
"""How late a cue on a beat may come if something else sounds, in samples. Any later, it would say
the wrong thing. A count that yields is never late: it is on its second or not said."""

PAUSE = 40 * SAMPLE_RATE // 1000
"""Samples of silence between two cues, so that words don't run together."""

FIRST_WORD = 1200 * SAMPLE_RATE // 1000
"""Samples within which an urgent cue must begin. It waits that long for a safety reminder to end,
because a reminder that is cut says nothing."""

FADE = 20 * SAMPLE_RATE // 1000
"""Length of the fade-out of a cut cue, in samples."""


class Outcome(StrEnum):
    PLAYED = "played"
    CUT = "cut"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class MeasuredWording:
    """A wording as the voice in use says it."""

    text: str
    length: int
    """Samples."""
    beat: int
    """Samples from its first sound to the moment the ear takes as its beat."""


@dataclass(frozen=True, slots=True)
class TimedRequest:
    """A request with its wordings measured, longest first."""

    want: CueRequest
    spoken: tuple[MeasuredWording, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """Play this: first sample at `at`, last before `end`."""

    at: int
    end: int
    want: CueRequest
    spoken: MeasuredWording


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a request."""

    at: int
    """First sample of its sound. If it was dropped, when it was given up."""
    end: int
    want: CueRequest
    text: str
    outcome: Outcome
    reason: str


@dataclass(slots=True)
class _Pending:
    """A request that waits, and its place in the current layout."""

    offer: TimedRequest
    order: int
    start: int | None = None
    spoken: MeasuredWording | None = None
    blocked_by: str = ""

    @property
    def want(self) -> CueRequest:
        return self.offer.want

    @property
    def end(self) -> int:
        assert self.start is not None
        assert self.spoken is not None
        return self.start + self.spoken.length

    @property
    def rank(self) -> tuple[int, int, int]:
        return (self.want.priority, self.want.at, self.order)

    def ideal(self, spoken: MeasuredWording) -> int:
        """Where a cue on a beat must begin."""
        lead = spoken.length if self.want.place is Placement.END else spoken.beat
        return self.want.at - lead

    @property
    def given_up_at(self) -> int:
        """The sample from which it can't be said any more."""
        if self.want.place is Placement.GAP:
            return self.want.until - min(s.length for s in self.offer.spoken) + 1
        late = 0 if self.want.yields else LATENESS
        return max(self.ideal(s) for s in self.offer.spoken) + late + 1

    def take(self, start: int, spoken: MeasuredWording) -> None:
        self.start, self.spoken, self.blocked_by = start, spoken, ""

    def give_way(self, to: str) -> None:
        self.start, self.spoken, self.blocked_by = None, None, to


_NEVER = 1 << 62
_GAP_STEPS = (CueClass.SAFETY, CueClass.PROMPT, CueClass.COUNT, CueClass.FORM)
_COST = {
    CueClass.ENCOURAGEMENT: 1,
    CueClass.FORM: 2,
    CueClass.COUNT: 4,
    CueClass.PROMPT: 8,
    CueClass.PHASE: 16,
    CueClass.BREATH: 16,
}
"""Cost of displacing a cue of a class. Safety can't be displaced."""


class CueScheduler:
    """One line of speech. Time passes only in `advance`; samples are absolute."""

    def __init__(self) -> None:
        self._now = 0
        self._asked = 0
        self._pending: dict[str, _Pending] = {}
        self._known: set[str] = set()
        self._sounding: Started | None = None
        self._silent_from = 0
        self._known_until: int | None = None
        self._stale = False
        self._uneventful = 0
        """Nothing begins or ends before this sample, unless something else is asked for."""
        self._missed: set[str] = set()
        """Ids of breath cues that were dropped the last time they were due."""
        self._over: list[Ended] = []
        """What ended during layout, for the next `advance` to report."""

    @property
    def sounding(self) -> Started | None:
        """The cue that sounds."""
        return self._sounding

    @property
    def idle(self) -> bool:
        """True if nothing sounds and nothing waits."""
        return self._sounding is None and not self._pending

    def say(self, offers: Iterable[TimedRequest]) -> None:
        """Ask for `offers`. A key that is pending is updated; one that was decided is ignored. A
        waiting prompt gives way if the same prompt is asked for again."""
        for offer in offers:
            key = offer.want.key
            if key in self._pending:
                self._pending[key].offer = offer
            elif key not in self._known:
                self._forget_older(offer.want)
                self._known.add(key)
                self._asked += 1
                self._pending[key] = _Pending(offer, self._asked)
        self._stale = True

    def _forget_older(self, want: CueRequest) -> None:
        for pending in self._in_order():
            older = pending.want
            same = older.told and want.told and older.id == want.id
            if same and older.kind is want.kind is CueClass.PROMPT:
                self._over.append(self._drop(pending, self._now, "it was asked for again"))

    def pace(
        self, offers: Sequence[TimedRequest], known_until: int, retimed: bool = False
    ) -> list[Ended]:
        """Ask for the pacing of a rep, see `events.Pace`.

        With `retimed`, pending beats that are not in `offers` are dropped.
        """
        asked = {offer.want.key for offer in offers} if retimed else self._pending.keys()
        dropped = [
            self._drop(pending, self._now, "the rep was replanned")
            for pending in self._in_order()
            if pending.want.place is not Placement.GAP and pending.want.key not in asked
        ]
        self.say(offers)
        self._known_until = known_until
        return dropped

    def hush(self, reason: str, cut: bool = True) -> list[Ended]:
        """Be silent: drop what waits and, with `cut`, fade out what sounds over `FADE`.

        Without `cut` (a set that ends by itself), a waiting alarm is still said.
        """
        self._uneventful = 0
        sounding = self._sounding if cut else None
        ended = [self._cut_short(sounding, reason)] if sounding is not None else []
        ended += [
            self._drop(pending, self._now, reason)
            for pending in self._in_order()
            if cut or not pending.want.urgent
        ]
        self._known_until = None
        return ended

    def unsay(self, lines: Collection[str], reason: str) -> list[Ended]:
        """Drop waiting requests whose ids are in `lines`, and cut one that sounds."""
        self._stale = True
        sounding = self._sounding
        ended = [
            self._drop(pending, self._now, reason)
            for pending in self._in_order()
            if pending.want.id in lines
        ]
        if sounding is not None and sounding.want.id in lines:
            ended.append(self._cut_short(sounding, reason))
        return ended

    def advance(self, to: int) -> list[Started | Ended]:
        """What begins and ends before sample `to`, in order of time."""
        if not self._stale and to <= self._uneventful:
            self._now = max(self._now, to)
            return []
        happened: list[Started | Ended] = []
        while True:
            if self._stale:
                self._lay_out()
                happened += self._over
                self._over = []
            at, what = self._next()
            if at >= to:
                self._uneventful = at
                break
            self._now = max(self._now, at)
            if what is None:
                sounded = self._sounding
                assert sounded is not None
                self._sounding = None
                self._silent_from = sounded.end
                happened.append(
                    Ended(
                        sounded.at,
                        sounded.end,
                        sounded.want,
                        sounded.spoken.text,
                        Outcome.PLAYED,
                        _lateness(sounded),
                    )
                )
            elif what.start is not None and what.spoken is not None and what.start <= at:
                del self._pending[what.want.key]
                self._sounding = Started(what.start, what.end, what.want, what.spoken)
                self._missed.discard(what.want.id)
                happened.append(self._sounding)
            else:
                reason = f"gave way to {what.blocked_by}" if what.blocked_by else "no room"
                happened.append(self._drop(what, at, reason))
        self._now = max(self._now, to)
        return happened

    def _next(self) -> tuple[int, _Pending | None]:
        """When the next thing happens, and to which pending cue. None: the sounding cue ends."""
        best_at, best = _NEVER, None
        if self._sounding is not None:
            best_at = self._sounding.end
        for pending in self._pending.values():
            if pending.start is not None:
                at = pending.start
            elif pending.want.kind is CueClass.SAFETY:
                continue  # laid out again until it finds a place
            else:
                at = max(pending.given_up_at, self._now)
            if at < best_at or (at == best_at and best is not None and pending.rank < best.rank):
                best_at, best = at, pending
        return best_at, best

    def _cut_short(self, sounding: Started, reason: str) -> Ended:
        end = min(sounding.end, self._now + FADE)
        self._sounding = None
        self._silent_from = end
        return Ended(sounding.at, end, sounding.want, sounding.spoken.text, Outcome.CUT, reason)

    def _drop(self, pending: _Pending, at: int, reason: str) -> Ended:
        del self._pending[pending.want.key]
        if pending.want.kind is CueClass.BREATH:
            self._missed.add(pending.want.id)
        return Ended(at, at, pending.want, pending.offer.spoken[0].text, Outcome.DROPPED, reason)

    def _in_order(self) -> list[_Pending]:
        return sorted(self._pending.values(), key=lambda pending: pending.rank)

    # --- laying out the line -----------------------------------------------------------------

    def _lay_out(self) -> None:
        self._stale = False
        self._pre_empt()
        line = self._in_order()
        for pending in line:
            pending.start, pending.spoken = None, None
        for pending in line:
            if pending.want.urgent:
                self._place_at_once(pending)
        on_beat = [p for p in line if p.want.place is not Placement.GAP]
        for pending in on_beat:
            if not pending.want.yields:
                self._place_on_beat(pending)
        gaps = [p for p in line if p.want.place is Placement.GAP and not p.want.urgent]
        if self._known_until is None:
            # Nothing is paced: lines are said in the order they were asked for.
            gaps.sort(key=lambda pending: pending.order)
            self._place_open(gaps)
        self._place_reminders(gaps)
        for kind in _GAP_STEPS:
            self._place_open(p for p in gaps if p.want.kind is kind)
        for pending in on_beat:
            if pending.want.yields:
                self._place_on_beat(pending)
        self._place_open(p for p in gaps if p.want.kind not in _GAP_STEPS)
        for pending in gaps:
            if pending.start is None and self._must_speak(pending):
                self._displace(pending)
        for pending in on_beat:
            if pending.start is None:
                self._place_on_beat(pending)  # what was displaced may have been in its way

    def _place_open(self, gaps: Iterable[_Pending]) -> None:
        """Place those that have no place yet, in this order."""
        for pending in gaps:
            if pending.start is None:
                self._place_in_gap(pending)

    def _place_reminders(self, gaps: Iterable[_Pending]) -> None:
        """Place each safety reminder in a free gap, or, once it can't wait, in place of another
        cue."""
        for pending in sorted(gaps, key=lambda pending: pending.want.until):
            # An overdue reminder comes before those of later reps.
            if pending.want.kind is CueClass.SAFETY and pending.start is None:
                self._place_in_gap(pending)
                if pending.start is None and pending.given_up_at <= self._free_from():
                    self._displace(pending)

    def _pre_empt(self) -> None:
        """Cut what sounds if an urgent request can't wait for its end."""
        sounding = self._sounding
        if sounding is None:
            return
        for pending in self._in_order():
            shortest = min(spoken.length for spoken in pending.offer.spoken)
            if sounding.want.urgent and sounding.want.priority <= pending.want.priority:
                continue
            reminds = sounding.want.kind is CueClass.SAFETY and not sounding.want.urgent
            if reminds and sounding.end + PAUSE <= pending.want.at + FIRST_WORD:
                continue
            if pending.want.urgent and sounding.end + PAUSE + shortest > pending.want.until:
                self._over.append(self._cut_short(sounding, f"gave way to {pending.want.id}"))
                if sounding.want.place is Placement.GAP:
                    again = replace(
                        sounding.want, key=f"{sounding.want.key}+", at=self._now, prefer=0
                    )
                    offer = TimedRequest(again, (sounding.spoken,))
                    self._known.add(again.key)
                    # It was being said already, so it comes before whatever waits.
                    self._pending[again.key] = _Pending(offer, order=0)
                return

    def _must_speak(self, pending: _Pending) -> bool:
        """Whether it may displace others: safety at once, a prompt when no gap can come in time."""
        if pending.want.kind is CueClass.SAFETY:
            return True
        if pending.want.key.endswith("+"):
            return True  # an urgent request cut it
        want = pending.want
        return want.kind is CueClass.PROMPT and not want.patient and self._presses(want)

    def _stays(self, there: CueRequest, want: CueRequest) -> bool:
        """Whether `want` may not displace `there`. Only safety may displace a breath cue that was
        missed last time; nothing displaces safety."""
        if there.kind is CueClass.SAFETY:
            return True
        return want.kind is not CueClass.SAFETY and there.id in self._missed

    def _presses(self, want: CueRequest) -> bool:
        """Whether it can't wait for what is not planned yet. True for all but prompts."""
        known = self._known_until
        return want.kind is not CueClass.PROMPT or known is None or (want.by or want.until) <= known

    def _free_from(self) -> int:
        """The first sample at which another cue may begin."""
        busy = self._sounding.end if self._sounding is not None else self._silent_from
        return max(self._now, busy + PAUSE if busy else 0)

    def _blocker(self, start: int, end: int, ignoring: _Pending) -> _Pending | None:
        """The placed cue, other than `ignoring`, that overlaps `start`..`end`."""
        for other in self._pending.values():
            if (
                other is not ignoring
                and other.start is not None
                and other.start < end + PAUSE
                and start < other.end + PAUSE
            ):
                return other
        return None

    def _place_at_once(self, pending: _Pending) -> None:
        start = self._free_from()
        while (blocker := self._blocker(start, start + 1, pending)) is not None:
            start = blocker.end + PAUSE  # another urgent one
        in_time = [s for s in pending.offer.spoken if start + s.length <= pending.want.until]
        pending.take(start, (in_time or pending.offer.spoken[-1:])[0])

    def _place_on_beat(self, pending: _Pending) -> None:
        """Place it exactly on its beat; failing that, a little late, or early if it must end
        there."""
        for considerate in (True, False):
            for spoken in pending.offer.spoken:
                start = self._near_beat(pending, spoken)
                if start is None:
                    continue
                end = start + spoken.length
                if considerate and (
                    end > max(pending.want.until, pending.want.at)
                    or self._crowds_a_beat(pending, start, end)
                ):
                    continue
                pending.take(start, spoken)
                return
        if self._sounding is not None and not pending.blocked_by:
            pending.blocked_by = self._sounding.want.id

    def _near_beat(self, pending: _Pending, spoken: MeasuredWording) -> int | None:
        """Where `spoken` can begin, as near as possible to its exact place."""
        ideal = pending.ideal(spoken)
        late = 0 if pending.want.yields else LATENESS
        start = max(ideal, self._free_from())
        while start <= ideal + late:
            blocker = self._blocker(start, start + spoken.length, pending)
            if blocker is None or blocker.start is None:
                return start
            pending.blocked_by = blocker.want.id
            sooner = blocker.start - PAUSE - spoken.length
            if pending.want.place is Placement.END and ideal - LATENESS <= sooner < ideal:
                # A rep's number makes way for the first word of the next rep.
                if sooner < self._free_from() or self._blocker(
                    sooner, sooner + spoken.length, pending
                ):
                    return None
                return sooner
            start = blocker.end + PAUSE
        return None

    def _crowds_a_beat(self, pending: _Pending, start: int, end: int) -> bool:
        """Whether this wording would leave another cue no room on its beat."""
        for other in self._pending.values():
            want = other.want
            if other is pending or want.place is Placement.GAP or want.yields:
                continue
            shortest = other.offer.spoken[-1]
            early = LATENESS if want.place is Placement.END else 0
            begin = other.ideal(shortest)
            if start < begin and begin - early < end + PAUSE:
                return True
        return False

    def _place_in_gap(self, pending: _Pending) -> None:
        want = pending.want
        earliest = max(want.at, self._free_from())
        until = min(want.until, self._horizon(want))
        # A prompt that still has time waits for a gap for its full wording.
        wordings = pending.offer.spoken if self._presses(want) else pending.offer.spoken[:1]
        for spoken in wordings:
            starts = self._room(earliest, until, spoken.length, pending)
            later = [max(start, want.prefer) for start, last in starts if last >= want.prefer]
            sooner = [last for _, last in starts if last < want.prefer]
            if later:
                pending.take(later[0], spoken)
                return
            if sooner:
                pending.take(sooner[-1], spoken)
                return

    def _horizon(self, want: CueRequest) -> int:
        """When a gap cue must have ended at the latest, whatever its request says."""
        if want.kind is CueClass.SAFETY or self._known_until is None:
            return _NEVER
        return self._known_until

    def _room(
        self, earliest: int, until: int, length: int, pending: _Pending
    ) -> list[tuple[int, int]]:
        """The ranges (first, last) of starts from which `length` samples are free."""
        taken = sorted(
            (other.start - PAUSE, other.end + PAUSE)
            for other in self._pending.values()
            if other is not pending and other.start is not None
        )
        ranges = []
        start = earliest
        for busy_from, busy_to in [*taken, (until, until)]:
            last = min(busy_from, until) - length
            if start <= last:
                ranges.append((start, last))
            start = max(start, busy_to)
        return ranges

    def _displace(self, pending: _Pending) -> None:
        """Find the place where speaking costs least, and displace the cues there."""
        want = pending.want
        best: tuple[tuple[int, int, int], int, MeasuredWording, list[_Pending]] | None = None
        earliest = max(want.at, self._free_from())
        horizon = self._horizon(want)
        others = [p for p in self._pending.values() if p is not pending and p.start is not None]
        for spoken in pending.offer.spoken:
            latest = max(earliest, want.until - spoken.length)
            starts = {earliest, latest, max(earliest, min(want.prefer, latest))}
            starts |= {other.end + PAUSE for other in others}
            starts |= {
                other.start - PAUSE - spoken.length for other in others if other.start is not None
            }
            for start in sorted(starts):
                end = start + spoken.length
                if start < earliest or end > horizon:
                    continue
                in_the_way = [
                    p
                    for p in others
                    if p.start is not None and p.start < end + PAUSE and start < p.end + PAUSE
                ]
                if any(self._stays(p.want, want) for p in in_the_way):
                    continue
                overdue = max(0, end - (want.by or want.until))
                cost = sum(_COST[p.want.kind] for p in in_the_way)
                score = (overdue, cost, abs(start - want.prefer))
                if best is None or score < best[0]:
                    best = (score, start, spoken, in_the_way)
        if best is None:
            return
        _, start, spoken, in_the_way = best
        for other in in_the_way:
            other.give_way(want.id)
        pending.take(start, spoken)


def _lateness(sounded: Started) -> str:
    """How late a cue on a beat was, for the trace; "" if it was on time."""
    want = sounded.want
    if want.place is Placement.GAP:
        return ""
    lead = sounded.spoken.length if want.place is Placement.END else sounded.spoken.beat
    late = sounded.at + lead - want.at
    return f"late by {late * 1000 // SAMPLE_RATE} ms" if late else ""
