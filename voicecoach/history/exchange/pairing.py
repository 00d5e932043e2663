"""Matches two lists of sets: no program gives sets ids.

Equal sets match first; then the pairs that keep the order and differ least.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence

_MOST = 250_000
"""Pairs to compare. An exercise has dozens of sets in a workout; a file with more is no training
log, and the sets are paired in order."""


def equal(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The indices of equal items, each used once, ordered by `left`.

    Each is paired with the next equal item behind the pair before it, as long as there is one. So
    if `left` only lacks some of `right`, each of two equal items keeps its place.
    """
    places: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, each in enumerate(right):
        places[each].append(place)
    passed: dict[Hashable, deque[int]] = defaultdict(deque)
    pairs, moved, last = [], [], -1
    for place, each in enumerate(left):
        ahead = places[each]
        while ahead and ahead[0] < last:
            passed[each].append(ahead.popleft())
        if ahead:
            last = ahead.popleft()
            pairs.append((place, last))
        else:
            moved.append(place)
    for place in moved:
        free = passed[left[place]] or places[left[place]]
        if free:
            pairs.append((place, free.popleft()))
    return sorted(pairs)


def nearest(left: int, right: int, apart: Callable[[int, int], int]) -> list[tuple[int, int]]:
    """As many index pairs as possible, in order, with the least sum of `apart`."""
    if left > right:
        return [(b, a) for a, b in nearest(right, left, lambda a, b: apart(b, a))]
    if left * right > _MOST:
        return [(each, each) for each in range(left)]
    # least[a][b]: the least sum for the first `a` of left and the first `b` of right.
    never = 1 << 30
    least = [[0] * (right + 1)]
    for a in range(1, left + 1):
        row = [never] * (right + 1)
        for b in range(a, right - left + a + 1):
            row[b] = min(row[b - 1], least[a - 1][b - 1] + apart(a - 1, b - 1))
        least.append(row)
    pairs = []
    b = right
    for a in range(left, 0, -1):
        while b > a and least[a][b - 1] <= least[a][b]:
            b -= 1
        pairs.append((a - 1, b - 1))
        b -= 1
    return pairs[::-1]
