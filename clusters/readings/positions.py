"""How far a complete pass has come. It stands in the state, so that any worker can go on from there."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from clusters.gateway import CloudError, Page
from clusters.models import Cluster, SyncState

# A page is as large as the cloud answers in about this time, so that what changed is not kept waiting for long.
PAGE_SECONDS = 3
LEAST_ROWS, FIRST_ROWS, MOST_ROWS = 50, 500, 1000
# Nobody waits for the end of a page of ids, and few long ones are fewer requests; but no answer may come too late.
IDS_SECONDS, LEAST_IDS = 10, 250
MOST_RESTARTS = 5
LONG_SECONDS, STUCK_SECONDS = 10, 120


@dataclass
class Position:
    """`kind` says whether whole rows are read ("full") or their ids ("index"). `index` is the list that is being read
    and `markers` where in it, the best first; `read` how many rows came, of `about` so many that were known at the
    beginning. `passed_over`: a delta has left its changes to this pass; `again`: another one meanwhile, so that
    another complete pass has to follow. `names_since` is the second of a mass change whose names are read first,
    `names_markers` where in these. `changes_at` is when a delta in between last told all changes, `at` when the pass
    last went on. Of more than `most_ids` ids at once (0: any number) the answer did not come in time. `unwritten`:
    which rows it saw is only known to the worker that reads."""

    began: datetime
    about: int = 0
    kind: str = "full"
    index: int = 0
    markers: list[str] = field(default_factory=list)
    read: int = 0
    seconds: float = 0.0
    pages: int = 0
    restarts: int = 0
    passed_over: bool = False
    again: bool = False
    names_since: str = ""
    names_markers: list[str] = field(default_factory=list)
    changes_at: str = ""
    at: str = ""
    most_ids: int = 0
    unwritten: bool = False

    @classmethod
    def of(cls, state: SyncState) -> "Position | None":
        """None if no complete pass is under way."""
        if not state.position:
            return None
        names = {each.name for each in fields(cls)}  # another release may have had others
        known = {name: value for name, value in state.position.items() if name in names}
        return cls(**{**known, "began": parse_datetime(state.position["began"])})

    def dump(self) -> dict[str, Any]:
        said = {"began": self.began.isoformat(), "at": timezone.now().isoformat(), "seconds": round(self.seconds, 3)}
        return {**asdict(self), **said}

    def go_on(self, page: Page, seconds: float, cluster: Cluster) -> None:
        """After this page, which took so long. A list whose markers are refused again and again has no end."""
        self.restarts += page.from_start
        if self.restarts > MOST_RESTARTS:
            raise CloudError("bad_answer", cluster=cluster.name)
        self.markers = page.markers
        self.index += not page.markers
        self.read += len(page.items)
        self.pages += 1
        self.seconds += seconds


def rows_a_page(asked: int, got: int, seconds: float) -> int:
    """How many rows to ask for next, after `asked` ones were, of which `got` came in so many seconds. Few rows tell
    nothing about the time of many."""
    if got * 2 < asked:
        return asked
    wanted = int(got * PAGE_SECONDS / max(seconds, 0.001))
    return max(LEAST_ROWS, min(MOST_ROWS, 2 * asked, wanted))


def ids_a_page(state: SyncState, position: Position, most: int) -> int:
    """How many ids to ask for next: as many as come in `IDS_SECONDS`, by how long this pass took so far, or else the
    last one, or a complete reading, which takes longer."""
    times = ((position.read, position.seconds), (position.about, state.index_took), (position.about, state.full_took))
    rows, seconds = next(((rows, seconds) for rows, seconds in times if rows and seconds), (most, 0.001))
    wanted = min(most, position.most_ids or most, int(rows * IDS_SECONDS / seconds))
    return max(min(LEAST_IDS, most), wanted)


@dataclass(frozen=True)
class Progress:
    """Of a complete pass that is under way: so many rows were read, of `about` so many; 0 where that is not known."""

    read: int
    about: int


def progress(state: SyncState) -> Progress | None:
    """None for a pass that is short, and so nobody's concern, or that nobody has gone on with for long."""
    position, now = Position.of(state), timezone.now()
    if position is None or (now - position.began).total_seconds() < LONG_SECONDS:
        return None
    at = parse_datetime(position.at)
    if at is None or (now - at).total_seconds() > STUCK_SECONDS:
        return None
    return Progress(position.read, position.about if position.about >= position.read else 0)
