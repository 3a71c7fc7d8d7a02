"""Whether servers fit on hosts. Pure values: no database, no cloud."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Needs:
    """Memory in MiB, disk in GiB."""

    vcpus: int = 0
    memory: int = 0
    disk: int = 0


@dataclass
class Room:
    """What a host may still give away by Placement's figures, ratios included; None: it does not say."""

    host: str
    zone: str
    vcpus: int | None
    memory: int | None
    disk: int | None

    def takes(self, needs: Needs, zone: str) -> bool:
        if zone and self.zone != zone:
            return False
        pairs = ((self.vcpus, needs.vcpus), (self.memory, needs.memory), (self.disk, needs.disk))
        return all(free is None or free >= wanted for free, wanted in pairs)

    def take(self, needs: Needs) -> None:
        self.vcpus = None if self.vcpus is None else self.vcpus - needs.vcpus
        self.memory = None if self.memory is None else self.memory - needs.memory
        self.disk = None if self.disk is None else self.disk - needs.disk


def place(wanted: Sequence[tuple[Needs, str]], rooms: Iterable[Room]) -> list[str]:
    """For each of the needs, with the zone it must stay in ("": any), the host it goes to, "" where none is left. The
    largest are placed first, each where most memory is free, as Nova's scheduler does by default."""
    left = list(rooms)
    found = [""] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda at: (-wanted[at][0].memory, -wanted[at][0].vcpus, at))
    for at in order:
        needs, zone = wanted[at]
        fitting = [room for room in left if room.takes(needs, zone)]
        if fitting:
            room = max(fitting, key=lambda room: (room.memory or 0, room.vcpus or 0, room.host))
            room.take(needs)
            found[at] = room.host
    return found
