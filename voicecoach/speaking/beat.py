"""TODO"""

from .voice import Pcm


def find_beat(pcm: Pcm) -> int:
    return 0
