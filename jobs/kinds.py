"""What kinds of jobs there are. A kind says how one item is done and how to find out what became of one whose
worker died; everything else (leases, retries, limits, cancelling) is the same for all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from jobs.models import Job, JobItem
from opsys.kit.declare.action import Outcome


@dataclass(frozen=True)
class Later:
    """The cloud is busy with an item: `do` is called for it again after so many seconds, by whichever worker then has
    the job, and nobody waits for it until then. `reason` is what people read meanwhile."""

    seconds: float
    reason: str = ""


class Kind(Protocol):
    name: str

    def do(self, job: Job, item: JobItem) -> Outcome | Later:
        """Do it. Never raises for what a cloud does. Whoever says `Later` has it done once, however often it is
        called."""

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """What became of an item whose worker fell silent while it was running; None: it may be done now."""

    def rested(self, job: Job) -> None:
        """Nothing of the job is under way any more, for now or for good."""


@dataclass(frozen=True)
class Result:
    """What a job that ended led to, as one can see now, beyond what became of its items: whether it `reached` what it
    was for, what stands in the way with its number, and where to go on (label, address)."""

    text: str
    reached: bool
    reasons: list[tuple[str, int]] = field(default_factory=list)
    ways: list[tuple[str, str]] = field(default_factory=list)


ResultOf = Callable[[Job, Any], Result | None]

_kinds: dict[str, Kind] = {}
_results: dict[str, ResultOf] = {}


def register(kind: Kind, *, result: ResultOf | None = None) -> None:
    """`result(job, user)` tells what it led to, as this user may know it."""
    _kinds[kind.name] = kind
    if result is not None:
        _results[kind.name] = result


def get(name: str) -> Kind:
    """KeyError for a kind that no longer exists."""
    return _kinds[name]


def result_of(job: Job, *, user) -> Result | None:
    """None while it goes on, and for kinds whose items tell all there is."""
    tell = _results.get(job.kind)
    return tell(job, user) if tell is not None and job.ended else None


@dataclass(frozen=True)
class Target:
    """What a new job's item is about: the row's key and what to call it once the row is gone. Without a cluster it
    is about the platform itself."""

    pk: int
    cluster_id: int | None
    cluster_name: str
    cloud_id: str
    name: str
