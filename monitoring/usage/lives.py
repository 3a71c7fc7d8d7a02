"""When what the inventory knows of was there, also what is gone.

Hours are counted as Nova counts them: from the launch to the deletion, whether a server runs or not, with the flavor
it has now. So a server that was resized counts with its new flavor from the beginning.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.dateparse import parse_datetime

from monitoring.usage.hours import Hours, Life
from opsys.kit.declare import register


def lives(cluster_ids: Collection[int], begin: datetime, end: datetime) -> Iterator[Life]:
    """Of what was there at some time between the two moments. Four queries."""
    yield from _servers(cluster_ids, begin, end)
    for cluster_id, project, size, created, gone in _there("storage.volume", cluster_ids, begin, end).values_list(
        "cluster_id", "project_id", "size", "created_at", "gone_at"
    ):
        yield Life((cluster_id, project), created, gone, Hours(volumes=size))
    for cluster_id, project, created, gone in _there("networking.floatingip", cluster_ids, begin, end).values_list(
        "cluster_id", "project_id", "created_at", "gone_at"
    ):
        yield Life((cluster_id, project), created, gone, Hours(addresses=1))


def _servers(cluster_ids: Collection[int], begin: datetime, end: datetime) -> Iterator[Life]:
    flavors = register.get("compute.flavor").model.objects.filter(cluster_id__in=cluster_ids)
    sizes = {
        (cluster_id, name): Hours.of_server(vcpus, ram, disk, ephemeral)
        for cluster_id, name, vcpus, ram, disk, ephemeral in flavors.order_by("-gone_at", "pk").values_list(
            "cluster_id", "name", "vcpus", "ram", "disk", "ephemeral"
        )
    }
    rows = _there("compute.server", cluster_ids, begin, end).annotate(
        vcpus=KT("data__flavor__vcpus"),
        ram=KT("data__flavor__ram"),
        disk=KT("data__flavor__disk"),
        ephemeral=KT("data__flavor__ephemeral"),
        launched=KT("data__OS-SRV-USG:launched_at"),
        terminated=KT("data__OS-SRV-USG:terminated_at"),
    )
    named = ("cluster_id", "project_id", "flavor", "gone_at")
    told = ("vcpus", "ram", "disk", "ephemeral", "launched", "terminated")
    for cluster_id, project, flavor, gone, vcpus, ram, disk, ephemeral, launched, terminated in rows.values_list(
        *named, *told
    ):
        began = _moment(launched)
        if began is None:  # it never ran
            continue
        if vcpus is None:  # clouds before compute 2.47 do not tell; the flavor may have been edited since
            amounts = sizes.get((cluster_id, flavor), Hours(servers=1))
        else:
            amounts = Hours.of_server(_number(vcpus), _number(ram), _number(disk), _number(ephemeral))
        yield Life((cluster_id, project), began, _moment(terminated) or gone, amounts)


def _there(resource: str, cluster_ids: Collection[int], begin: datetime, end: datetime) -> Any:
    rows = register.get(resource).model.objects.filter(cluster_id__in=cluster_ids, created_at__lt=end)
    return rows.filter(Q(gone_at=None) | Q(gone_at__gt=begin)).order_by()


def _moment(text: str | None) -> datetime | None:
    moment = parse_datetime(text) if text else None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _number(text: Any) -> float:
    try:
        return max(0.0, float(text))
    except (TypeError, ValueError):
        return 0.0
