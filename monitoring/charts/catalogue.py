"""Which charts there are of what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from monitoring.samples.metrics import CLUSTER, HOST, NETWORK, POOL, PROJECT, SERVER
from opsys.kit.declare import register

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

GIB = 1024
USED, TOTAL = _("Allocated"), _("In all")


@dataclass(frozen=True)
class Line:
    """One metric. Of a name that ends with "/" each label is a line of its own. With `over` the values are those of
    the one metric for each of the other, else they are divided by `per`. With `share` they are percent of both."""

    metric: str
    label: "str | StrPromise" = ""
    over: str = ""
    per: float = 1
    share: bool = False


@dataclass(frozen=True)
class Chart:
    """`colour(label)` names a line's colour where it means something; `stacked` lines stand on each other. Where it
    `fills`, the first line is what is used of the second."""

    name: str
    title: "str | StrPromise"
    lines: Sequence[Line]
    unit: str = ""
    stacked: bool = False
    colour: Callable[[str], str] | None = None
    fills: bool = False


def _status_colour(resource_name: str) -> Callable[[str], str]:
    def colour(status: str) -> str:
        resource = register.get(resource_name)
        return resource.status_colour(resource.model(status=status))

    return colour


def _used(name: str, title: "StrPromise", unit: str = "", per: float = 1) -> Chart:
    lines = (Line(f"{name}.used", USED, per=per), Line(f"{name}.total", TOTAL, per=per))
    return Chart(name, title, lines, unit, fills=True)


def _one(name: str, title: "StrPromise", unit: str = "", per: float = 1) -> Chart:
    return Chart(name.replace(".", "-"), title, (Line(name, title, per=per),), unit)


def _of_quota(name: str, title: "StrPromise", unit: str = "", per: float = 1) -> Chart:
    """What a project has, and its quota where there is a limit."""
    lines = (Line(name, title, per=per), Line(f"{name}.limit", _("Quota"), per=per))
    return Chart(name, title, lines, unit, fills=True)


def _states(name: str, title: "StrPromise", resource_name: str) -> Chart:
    return Chart(name, title, (Line(f"{name}/"),), stacked=True, colour=_status_colour(resource_name))


_CAPACITY = (
    _used("vcpus", _("vCPUs")),
    _used("memory", _("Memory"), "GiB", GIB),
    _used("disk", _("Disk"), "GiB"),
)
CHARTS: dict[str, tuple[Chart, ...]] = {
    CLUSTER: (
        _states("servers", _("Servers by state"), "compute.server"),
        Chart("latency", _("Latency of the APIs"), (Line("api.ms/", over="api.requests/"),), "ms"),
        Chart("errors", _("Failed readings"), (Line("api.errors/", over="api.requests/", share=True),), "%"),
        *_CAPACITY,
        _used("addresses", _("External addresses")),
        _one("volumes.gib", _("Volume space"), "GiB"),
        _states("volumes", _("Volumes by state"), "storage.volume"),
        Chart("down", _("Services and hosts down"), (Line("down/"),)),
    ),
    HOST: (_one("servers", _("Servers")), *_CAPACITY),
    PROJECT: (
        _of_quota("servers", _("Servers")),
        _of_quota("vcpus", _("vCPUs")),
        _of_quota("memory", _("Memory"), "GiB", GIB),
        _of_quota("gib", _("Volume space"), "GiB"),
        _of_quota("volumes", _("Volumes")),
        _of_quota("addresses", _("Floating IPs")),
    ),
    POOL: (
        Chart("used", _("Used space"), (Line("used", _("Used")), Line("usable", _("Usable"))), "GiB", fills=True),
        Chart(
            "provisioned",
            _("Provisioned space"),
            (Line("provisioned", _("Provisioned")), Line("provisionable", _("Provisionable"))),
            "GiB",
            fills=True,
        ),
    ),
    NETWORK: (_used("addresses", _("Addresses")),),
    SERVER: (
        Chart("cpu", _("CPU"), (Line("cpu.ns", _("CPU"), per=1e7),), "%"),
        _one("memory.used", _("Memory"), "MiB"),
        Chart(
            "disk",
            _("Disk"),
            (Line("disk.read", _("read"), per=GIB), Line("disk.write", _("written"), per=GIB)),
            "KiB/s",
        ),
        Chart(
            "network",
            _("Network"),
            (Line("net.in", _("received"), per=GIB), Line("net.out", _("sent"), per=GIB)),
            "KiB/s",
        ),
    ),
}


def chart_of(kind: str, name: str) -> Chart:
    """KeyError if there is none."""
    return {chart.name: chart for chart in CHARTS[kind]}[name]
