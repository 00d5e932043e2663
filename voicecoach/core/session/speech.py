"""What the coach has said and still has to say, and how: how much, how loud, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..events import CueRequest, Intent
from ..pacing import Talkativeness
from .loudness import NORMAL, Loudness


@dataclass(frozen=True, slots=True)
class Speech:
    """The state of the coach's speech at one sample."""

    talk: Talkativeness = Talkativeness.NORMAL
    loudness: Loudness = NORMAL
    said_as: Mapping[Intent, str] = field(default_factory=dict)
    """How each command is said, for when the lifter asks."""
    last: tuple[CueRequest, ...] = ()
    """What "repeat" says again: lines of this state, true as long as it lasts."""
    count: int = 0
    """How many lines were asked for. It makes their keys unique."""
    turns: Mapping[str, int] = field(default_factory=dict)
    """How often each line was said. It picks among alternatives."""
    answer: tuple[str, CueRequest] | None = None
    """The line with a number of reps that may still wait for its gap, and its request."""
    news: Mapping[str, str] = field(default_factory=dict)
    """Lines about the log and the microphone that nobody has heard yet, in order, each with the key
    of its request; "" if it is not being said."""
    options: tuple[str, ...] = ()
    """The commands that were told last, or were to be."""
    told: int = 0
    """How many of them were told; 0 if all were."""
    disclaimed: bool = False
    """True if the lifter was told that the coach is no doctor."""
    owes_account: bool = False
    """True if the summary of the workout waits for an answer."""

    def with_talk(self, talk: Talkativeness) -> Speech:
        return replace(self, talk=talk)

    def with_loudness(self, loudness: Loudness) -> Speech:
        return replace(self, loudness=loudness)

    def with_disclaimer(self) -> Speech:
        return replace(self, disclaimed=True)

    def owe(self, account: bool) -> Speech:
        return replace(self, owes_account=account)

    # --- lines --------------------------------------------------------------------------------

    def turn(self, line: str) -> int:
        """How often `line` was said before."""
        return self.turns.get(line, 0)

    def word(self, line: str) -> Speech:
        """Count another request for `line`."""
        return replace(self, count=self.count + 1, turns={**self.turns, line: self.turn(line) + 1})

    def repeat(self, last: tuple[CueRequest, ...]) -> Speech:
        """Let "repeat" say `last` again."""
        return replace(self, last=last)

    def again(self, lines: int) -> Speech:
        """Count requests for `lines` lines that keep their wordings."""
        return replace(self, count=self.count + lines)

    def answered(self, line: str, want: CueRequest | None) -> Speech:
        """Remember `want`, of `line`: it names reps, and must be right when heard. None: forget."""
        return replace(self, answer=(line, want) if want is not None else None)

    # --- news ---------------------------------------------------------------------------------

    @property
    def untold(self) -> tuple[str, ...]:
        """The news that is not being said now."""
        return tuple(line for line, key in self.news.items() if not key)

    def break_news(self, line: str, key: str) -> Speech:
        """`line` is news, and is being said with this `key`."""
        return replace(self, news={**self.news, line: key})

    def drop_news(self, *lines: str) -> Speech:
        """These lines are no longer news."""
        left = {line: key for line, key in self.news.items() if line not in lines}
        return replace(self, news=left)

    def news_over(self, key: str, heard: bool) -> Speech:
        """The line `key` is over. If it was news and nobody `heard` it, it waits."""
        told = next((line for line, its in self.news.items() if its == key.rstrip("+")), None)
        if told is None:
            return self
        return self.drop_news(told) if heard else self.break_news(told, "")

    # --- options ------------------------------------------------------------------------------

    def next_option(self, phrases: tuple[str, ...]) -> int:
        """The index in `phrases` to tell first: the one after those told last."""
        return self.told if self.options == phrases else 0

    def tell(self, phrases: tuple[str, ...], told: int) -> Speech:
        """Note that `phrases` were told up to index `told`."""
        return replace(self, options=phrases, told=told if told < len(phrases) else 0)
