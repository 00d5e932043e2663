"""What may be said in a set, for the tests of recognisers."""

from __future__ import annotations

from voicecoach.core.events import Command, Grammar, Intent

IN_SET = Grammar.of(
    {
        "done": Command(Intent.DONE),
        "i'm done": Command(Intent.DONE),
        "stop": Command(Intent.STOP),
        "stop now": Command(Intent.STOP),
        "pause": Command(Intent.PAUSE),
        "slower": Command(Intent.SLOWER),
        "slow down": Command(Intent.SLOWER),
        "faster": Command(Intent.FASTER),
        "speed up": Command(Intent.FASTER),
        "how many": Command(Intent.HOW_MANY),
        "one more": Command(Intent.MORE, (("more", 1),)),
        "two more": Command(Intent.MORE, (("more", 2),)),
        "2 more": Command(Intent.MORE, (("more", 2),)),
        "repeat that": Command(Intent.REPEAT),
        "quiet": Command(Intent.QUIET),
        "help": Command(Intent.HELP),
        "it hurts": Command(Intent.PAIN),
        "i'm dizzy": Command(Intent.PAIN),
    },
    (
        "that's",
        "stopped",
        "shop",
        "down",
        "don",
        "bye",
        "dawn",
        "because",
        "lower",
        "one more time",
    ),
)
"""Commands, and words that sound like them."""

BAR = 0.5
"""Confidence from which a command counts."""
