"""What kinds of jobs there are. A kind says how one item is done and how to find out what became of one whose
worker died; everything else (leases, retries, limits, cancelling) is the same for all."""

from dataclasses import dataclass
from typing import Protocol

from jobs.models import Job, JobItem
from opsys.kit.declare.action import Outcome


class Kind(Protocol):
    name: str

    def do(self, job: Job, item: JobItem) -> Outcome:
        """Do it. Never raises for what a cloud does."""

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """What became of an item whose worker fell silent while it was running; None: it may be done now."""

    def rested(self, job: Job) -> None:
        """Nothing of the job is under way any more, for now or for good."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """KeyError for a kind that no longer exists."""
    return _kinds[name]


@dataclass(frozen=True)
class Target:
    """What a new job's item is about: the row's key and what to call it once the row is gone. Without a cluster it
    is about the platform itself."""

    pk: int
    cluster_id: int | None
    cluster_name: str
    cloud_id: str
    name: str
