"""How long things were there in a month. Pure values: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

GIB = 1024
"""In MiB."""


@dataclass(frozen=True)
class Life:
    """Something of a project from `begin` to `end` (None: it is still there), and how much of what it has."""

    project: tuple[int, str]
    begin: datetime
    end: datetime | None
    amounts: "Hours"


@dataclass
class Hours:
    """Sizes times hours: memory, disk and volumes in GiB hours."""

    servers: float = 0
    vcpus: float = 0
    memory: float = 0
    disk: float = 0
    volumes: float = 0
    addresses: float = 0

    @classmethod
    def of_server(cls, vcpus: float, ram: float, disk: float, ephemeral: float) -> "Hours":
        """An hour of one server, by its flavor as Nova tells it: memory in MiB, disks in GiB."""
        return cls(servers=1, vcpus=vcpus, memory=ram / GIB, disk=disk + ephemeral)

    def add(self, amounts: "Hours", hours: float) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + hours * getattr(amounts, one.name))


@dataclass(frozen=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, text: str) -> "Month":
        """From "2026-11"; ValueError if it is none."""
        moment = datetime.strptime(text, "%Y-%m")
        return cls(moment.year, moment.month)

    @property
    def begin(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return datetime(self.year + self.month // 12, self.month % 12 + 1, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


def used(lives: Iterable[Life], begin: datetime, end: datetime) -> dict[tuple[int, str], Hours]:
    """By project, of what was there between the two moments."""
    found: dict[tuple[int, str], Hours] = {}
    for life in lives:
        last = min(life.end or end, end)
        hours = (last - max(life.begin, begin)).total_seconds() / 3600
        if hours > 0:
            found.setdefault(life.project, Hours()).add(life.amounts, hours)
    return found
