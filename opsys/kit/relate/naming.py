"""Which resource people mean by an id or a name. A name counts only where one resource of a cluster bears it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clusters.inventory import SOURCES, InventoryItem, type_name

TOLD = 10
MOST_ALIKE = 1000
PROJECT = "identity.project"


class Ambiguous(ValueError):
    """A name that fits several resources of one cluster. The text lists them, so that one can be named by its id."""

    def __init__(self, value: str, candidates: Sequence[InventoryItem], more: bool = False):
        self.candidates = candidates
        listed = "; ".join(descriptions(candidates)) + ("; …" if more else "")
        super().__init__(_("“%(value)s” is not unique: %(listed)s. Give the ID.") % {"value": value, "listed": listed})


def bearing(rows: QuerySet, value: str) -> QuerySet:
    """The rows with this id, or where there is none those of this name: who names a resource after another's id is
    not taken for it."""
    with_id = rows.filter(cloud_id=value)
    if with_id.exists():
        return with_id
    # A database may take names for equal that differ in case or in trailing blanks.
    alike = rows.filter(name=value).order_by("pk").values_list("pk", "name")[:MOST_ALIKE]
    return rows.filter(pk__in=[pk for pk, name in alike if name == value])


def the_one(rows: QuerySet, value: str) -> InventoryItem | None:
    """The row meant, None if there is none. Raises `Ambiguous`."""
    return only(bearing(rows, value), value) if value else None


def only(rows: QuerySet, value: str) -> InventoryItem | None:
    """The one row of these; None if there are none. Raises `Ambiguous`."""
    found = list(rows.select_related("cluster").order_by("cluster__name", "pk")[: TOLD + 1])
    if len(found) > 1:
        raise Ambiguous(value, found[:TOLD], len(found) > TOLD)
    return found[0] if found else None


@dataclass(frozen=True)
class Meant:
    """What one value stands for: an id, or a name with (cluster, id) of each resource that bears it."""

    value: str
    named: Sequence[tuple[int, str]] = ()
    label: str = ""


def meant_by(rows: QuerySet, values: Sequence[str], most: int) -> list[Meant]:
    """What is meant by each of these ids and names, of resources in at most `most` clusters. One query. What is an id
    or nothing's name stands for itself. Raises `Ambiguous` for a name that several of one cluster bear."""
    either = rows.filter(Q(cloud_id__in=values) | Q(name__in=values, gone_at=None))
    found = list(either.values_list("cluster_id", "cloud_id", "name")[: most * len(values) + 1])
    return [_meant(rows, value, found, most) for value in values]


def _meant(rows: QuerySet, value: str, found: Sequence[tuple[int, str, str]], most: int) -> Meant:
    if label := next((name or value for _cluster, cloud_id, name in found if cloud_id == value), ""):
        return Meant(value, label=label)
    # A database may take names for equal that differ in case.
    named = [(cluster, cloud_id) for cluster, cloud_id, name in found if name == value]
    clusters = Counter(cluster for cluster, _id in named)
    if len(clusters) == len(named) <= most:
        return Meant(value, named, label=value)
    several = [cluster for cluster, count in clusters.items() if count > 1] or list(clusters)
    alike = bearing(rows.filter(gone_at=None, cluster_id__in=several), value).select_related("cluster")
    listed = list(alike.order_by("cluster__name", "pk")[: TOLD + 1])
    raise Ambiguous(value, listed[:TOLD], len(listed) > TOLD)


def descriptions(items: Iterable[InventoryItem]) -> list[str]:
    """Each as people tell it from others of its name: by domain or project, cluster and id."""
    items = list(items)
    projects = _project_names(items)
    return [_describe(item, projects) for item in items]


def place_of(item: InventoryItem, projects: dict[tuple[int, str], str]) -> str:
    """The domain of a project or a user, the project of everything else; "" where it has none."""
    if domain := getattr(item, "domain", ""):
        return _("domain %(name)s") % {"name": domain}
    if item.project_id:
        return _("project %(name)s") % {"name": projects.get((item.cluster_id, item.project_id)) or item.project_id}
    return ""


def told_apart(items: Sequence[InventoryItem], labels: Sequence[str]) -> list[str]:
    """Labels for a list of choices: where several are the same, each says where it lies and its id."""
    double = {label for label in labels if list(labels).count(label) > 1} if len(set(labels)) < len(labels) else set()
    if not double:
        return list(labels)
    projects = _project_names([item for item, label in zip(items, labels, strict=True) if label in double])
    return [
        " · ".join(filter(None, [label, place_of(item, projects), item.cloud_id])) if label in double else label
        for item, label in zip(items, labels, strict=True)
    ]


def _describe(item: InventoryItem, projects: dict[tuple[int, str], str]) -> str:
    place = place_of(item, projects)
    where = _("cluster %(name)s") % {"name": item.cluster.name}
    return f"{item.name} ({', '.join(filter(None, [place, where, f'ID {item.cloud_id}']))})"


def _project_names(items: Iterable[InventoryItem]) -> dict[tuple[int, str], str]:
    wanted = {(item.cluster_id, item.project_id) for item in items if item.project_id}
    known = {type_name(model): model for model in SOURCES}
    if PROJECT not in known or not wanted:
        return {}
    clusters, ids = {cluster for cluster, _id in wanted}, {cloud_id for _cluster, cloud_id in wanted}
    # Only of clusters whose rows were found, and those were looked for among what somebody may see.
    rows = known[PROJECT].objects.filter(cluster_id__in=clusters, cloud_id__in=ids)
    return {(row.cluster_id, row.cloud_id): row.name for row in rows.only("cluster_id", "cloud_id", "name")}
