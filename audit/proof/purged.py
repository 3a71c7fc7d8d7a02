"""What was cleared away on purpose. It is announced in the audit before it goes, by positions in the tree; these
events are never cleared themselves, so that what is missing stays explained."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from audit.models import Event, TreeState
from audit.models.event import PURGE
from audit.proof import tree

RANGES_PER_EVENT = 90  # `audit.redaction` keeps 100 entries of a list


class Positions:
    """Positions in the tree, as ranges: `"0-999"`, `"1003"`."""

    def __init__(self, ranges: Iterable[str]):
        pairs = sorted(
            (int(first), int(last or first)) for first, _dash, last in (one.partition("-") for one in ranges)
        )
        self._pairs: list[tuple[int, int]] = []
        for first, last in pairs:
            if self._pairs and first <= self._pairs[-1][1] + 1:
                self._pairs[-1] = (self._pairs[-1][0], max(last, self._pairs[-1][1]))
            else:
                self._pairs.append((first, last))

    def __contains__(self, position: int) -> bool:
        index = bisect_right(self._pairs, (position, float("inf"))) - 1
        return index >= 0 and position <= self._pairs[index][1]


def ranges_of(positions: Iterable[int]) -> Iterator[str]:
    """Ascending positions as ranges."""
    first = last = None
    for position in positions:
        if last is not None and position == last + 1:
            last = position
            continue
        if last is not None:
            yield f"{first}-{last}"
        first = last = position
    if last is not None:
        yield f"{first}-{last}"


def purged_positions() -> Positions:
    """All that authentic events say was cleared."""
    state = TreeState.objects.filter(pk=1).first() or TreeState(pk=1)
    announced = Event.objects.filter(action=PURGE, phase=Event.Phase.STARTED)
    rows = tree.rows_of(announced, unauthenticated_to=state.unauthenticated_to)
    return Positions(one for row in rows if row.authentic for one in row.facts["params"].get("positions", []))
