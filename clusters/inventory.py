"""Our copy of what the clouds hold. Lists read it and never a cloud; this file alone writes it.

A resource type joins with a model (`InventoryItem`) and a `Source` that says how to read it from a cloud.
"""

import hashlib
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections, models, router
from django.db.models.lookups import Contains
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from clusters import access, partial, signals
from clusters.addresses import canonical, spellings
from clusters.coerce import coerced, is_id
from clusters.gateway import Index, Listing
from clusters.links import write_links
from clusters.models import Cluster
from clusters.partial import PARTIAL_SINCE

Row = Mapping[str, Any]
"""One resource as plain values: the model's own fields by name. `gone=True` says it was deleted in the cloud,
`partial=True` that the cloud did not send all of it: what is not in the row stays as it was last known. A partial row
that was sent without its id says by which columns (`known_by`) the rows are found that it is about."""

MOST_IN_A_QUERY = 1000
ABOUT_ROWS = frozenset({"gone", "partial", "known_by"})


@dataclass(frozen=True)
class Source:
    """How one resource type is read from a cloud. The functions take an SDK connection and return plain values.

    `fetch` yields all rows page by page; `changes`, where the service can tell, those touched since a moment of
    the cloud's clock, deleted ones included; `fetch_one` a single row, raising when it does not exist. Types of which
    there may be many give `Listed` values instead of functions (changes in their order), so that a pass goes on from
    the page it came to. With an `index` long lists are read completely only now and then, and compared with it in
    between; it also says that `changes` do not tell what is gone.
    `full_seconds` is how old a complete reading may become (None: the setting `SYNC_FULL_SECONDS`). `role` is the one
    that OpenStack's own policies ask of whoever lists it. `events` are the beginnings of the types of the service's
    notifications that tell of a resource of this type, with the places of the payload where its id may stand.
    """

    service: str
    fetch: Callable[[Any], Iterable[Sequence[Row]]]
    fetch_one: Callable[[Any, str], Row]
    changes: Callable[[Any, datetime], Iterable[Sequence[Row]]] | None = None
    full_seconds: float | None = None
    index: Index | None = None
    names: Callable[[datetime], Listing] | None = None
    role: str = "reader"
    events: Mapping[str, Sequence[str]] = field(default_factory=dict)


class SearchField(models.CharField):
    """What people search a row by, in one short column, so that a search need not read whole rows.

    The row's `search_words()` say what; they are written whenever the row is. What does not fit is not found.
    Kept in lower case and compared byte by byte, which is twice as fast as by a collation's rules: look it up with
    `contains`, in any case.
    """

    def __init__(self, **options: Any):
        # An index of four-byte characters may hold 768 of them on MariaDB, and lists filter by more than this.
        super().__init__(**{"max_length": 600, "editable": False, "default": "", **options})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = map(canonical, filter(None, model_instance.search_words()))
        text = " ".join(words)[: self.max_length].lower()
        setattr(model_instance, self.attname, text)
        return text


def contains_sql(column: str, text: str, connection: Any) -> tuple[str, str]:
    """The condition that a column, as it stands in SQL, holds a text, byte by byte, and its one parameter. On MariaDB
    INSTR compares a fifth to a third quicker than LIKE; on SQLite it is the other way round."""
    if connection.vendor == "mysql":
        return f"INSTR({column}, BINARY %s) > 0", text
    return f"{column} {connection.operators['contains']}", f"%{connection.ops.prep_for_like_query(text)}%"


def text_found(text: str) -> models.Q:
    """Rows whose search words hold the text, or the address it means."""
    condition = models.Q()
    for spelling in spellings(text):
        condition |= models.Q(search_text__contains=spelling)
    return condition


@SearchField.register_lookup
class _LowerContains(Contains):
    def get_prep_lookup(self) -> str:
        return str(self.rhs).lower()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        condition, param = contains_sql(column, self.rhs, connection)
        return condition, [*params, param]


def seen_with(model: type["InventoryItem"], held: access.Held) -> models.Q:
    """The rows of a type that may be seen with these rights."""
    projects = {pk: held.projects(pk, access.VIEW) for pk in held.in_projects if pk not in held}
    return in_clusters(model, [*held, *projects], projects)


def in_clusters(
    model: type["InventoryItem"], cluster_ids: Sequence[int], projects: Mapping[int, frozenset[str]]
) -> models.Q:
    """Rows of these clusters; where projects are given for one, only what lies in them or is there for all."""
    condition = models.Q(cluster_id__in=[pk for pk in cluster_ids if pk not in projects])
    for pk in cluster_ids:
        if pk in projects:
            condition |= models.Q(cluster_id=pk) & model.of_projects(projects[pk])
    return condition


class InventoryQuerySet(models.QuerySet):
    def visible_to(self, user) -> "InventoryQuerySet":
        """What this user may see. The only way in for every door."""
        if access.is_platform_admin(user):
            return self
        return self.filter(seen_with(self.model, access.held_by(user)))

    def present(self) -> "InventoryQuerySet":
        return self.filter(gone_at=None)


class InventoryItem(models.Model):
    """A resource of a cloud as it was last seen. `data` holds what people do not filter or sort by."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="+", verbose_name=_("cluster"), db_index=False)
    cloud_id = models.CharField(_("ID"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    project_id = models.CharField(_("project"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), null=True)
    updated_at = models.DateTimeField(_("updated"), null=True)
    synced_at = models.DateTimeField(_("seen"))
    gone_at = models.DateTimeField(_("gone"), null=True)
    digest = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    search_text = SearchField()

    for_all_projects: models.Q | None = None
    """Which rows of a type everybody in the cloud uses, whose ever they are: public flavors, shared networks."""

    references: Mapping[str, Mapping[str, str]] = {}
    """Names of what the row refers to: type → id → name. Filled for the rows of a page."""

    objects = InventoryQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["cluster", "cloud_id"], name="unique_%(class)s_in_cluster")]

    def __str__(self) -> str:
        return self.name or self.cloud_id

    @classmethod
    def of_projects(cls, projects: frozenset[str]) -> models.Q:
        """What may be seen by whoever sees these projects only. What lies in no project is not theirs."""
        own = models.Q(project_id__in=projects - {""})
        return own if cls.for_all_projects is None else own | cls.for_all_projects

    def in_projects(self, projects: frozenset[str]) -> bool:
        """Whether it lies in one of these, and may be acted on by who acts there."""
        return bool(self.project_id) and self.project_id in projects

    def search_words(self) -> list[str]:
        """What people find it by: first its name and its id, then what else it bears (addresses, say)."""
        return [self.name, self.cloud_id]

    @property
    def partial(self) -> bool:
        """Whether the cloud last sent only a part of it."""
        return PARTIAL_SINCE in self.data

    @property
    def partial_since(self) -> datetime | None:
        """When it was last sent whole: so old is what else is known of it. None: always whole, or never."""
        moment = self.data.get(PARTIAL_SINCE)
        return parse_datetime(moment) if isinstance(moment, str) else None

    @property
    def transitional(self) -> bool:
        """Whether the cloud is working on it, so that it is worth looking again soon."""
        return False


def list_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column the list of a type sorts by, and one for what it is searched by.

    It also holds what lists always filter by, so that a page is found in the index alone.
    """
    return [
        models.Index(
            fields=["gone_at", column, "id", "cluster", *(["status"] if column != "status" else [])],
            name=f"{kind}_by_{column}",
        )
        for column in (*columns, "search_text")
    ]


def filter_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column whose values are counted by cluster (filters, the overview): they are counted in
    the index alone and in its order."""
    return [
        models.Index(fields=["gone_at", column, "cluster"], name=f"{kind}_has_{column}"[:30]) for column in columns
    ]


def relation_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column by which rows refer to another resource and that the list does not sort by."""
    return [models.Index(fields=["cluster", column, "gone_at"], name=f"{kind}_of_{column}"[:30]) for column in columns]


SOURCES: dict[type[InventoryItem], Source] = {}


def track(model: type[InventoryItem], source: Source) -> None:
    """From now on the sync reads this type from every cluster."""
    SOURCES[model] = source


def type_name(model: type[InventoryItem]) -> str:
    """How a resource type is called in addresses, commands and the audit: `compute.server`."""
    return model._meta.label_lower


def model_named(name: str) -> type[InventoryItem]:
    """The tracked model of this type name; KeyError if there is none."""
    return {type_name(model): model for model in SOURCES}[name]


@dataclass
class Changes:
    """What a write changed, as cloud ids."""

    seen: int = 0
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)

    def add(self, other: "Changes") -> None:
        self.seen += other.seen
        self.changed += other.changed
        self.gone += other.gone


def store(model: type[InventoryItem], cluster: Cluster, rows: Iterable[Row], *, seen_at: datetime) -> Changes:
    """Write one page of rows that the cloud showed at `seen_at`.

    A row that was written from a younger look (after an action, say) is left alone. Unchanged rows cost one
    shared UPDATE. Values that a column cannot hold are fitted to it. Returns what really changed.
    """
    by_id = {row["cloud_id"]: row for row in _with_ids(model, cluster, rows) if is_id(row["cloud_id"])}
    known = {
        cloud_id: (digest, gone_at, synced_at)
        for cloud_id, digest, gone_at, synced_at in model.objects.filter(
            cluster=cluster, cloud_id__in=list(by_id)
        ).values_list("cloud_id", "digest", "gone_at", "synced_at")
    }
    before = _before(model, cluster, [cloud_id for cloud_id, row in by_id.items() if row.get("partial")])
    changes = Changes(seen=len(by_id))
    write, touch = [], []
    for cloud_id, row in by_id.items():
        digest = _digest(row)
        old_digest, old_gone_at, synced_at = known.get(cloud_id, (None, None, None))
        if synced_at and synced_at > seen_at:
            continue
        gone = bool(row.get("gone"))
        if gone and (cloud_id not in known or old_gone_at):
            continue
        if digest == old_digest and not old_gone_at and not gone:
            touch.append(cloud_id)
            continue
        values = coerced(model, {key: value for key, value in row.items() if key not in ABOUT_ROWS})
        if row.get("partial"):
            values = partial.completed(values, before.get(cloud_id))
        write.append(
            model(cluster=cluster, synced_at=seen_at, gone_at=seen_at if gone else None, digest=digest, **values)
        )
        (changes.gone if gone else changes.changed).append(cloud_id)
    if touch:
        model.objects.filter(cluster=cluster, cloud_id__in=touch).update(synced_at=seen_at)
    if write:
        # Before the rows: if this process dies in between, their digests have them written again.
        write_links(model, cluster, [item for item in write if not item.gone_at])
        signals.changing.send(model, cluster=cluster, items=write, known=known)
        _upsert(model, write)
    return changes


def _with_ids(model: type[InventoryItem], cluster: Cluster, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if known_by := row.get("known_by"):
            found = model.objects.filter(cluster=cluster, gone_at=None, **known_by)
            for cloud_id in found.values_list("cloud_id", flat=True):
                yield {**row, "cloud_id": cloud_id}
        else:
            yield row


def marks(model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], mark_in: str) -> dict[str, Any]:
    """The mark that each of these rows bears, if it is there; None without `mark_in`."""
    rows = model.objects.filter(cluster=cluster, cloud_id__in=cloud_ids, gone_at=None)
    if not mark_in:
        return dict.fromkeys(rows.values_list("cloud_id", flat=True))
    return dict(rows.values_list("cloud_id", f"data__{mark_in}"))


def still_there(model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], *, seen_at: datetime) -> None:
    """The cloud showed at `seen_at` that these are as they are known."""
    for first in range(0, len(cloud_ids), MOST_IN_A_QUERY):
        some = cloud_ids[first : first + MOST_IN_A_QUERY]
        model.objects.filter(cluster=cluster, cloud_id__in=some, synced_at__lt=seen_at).update(synced_at=seen_at)


def rename(model: type[InventoryItem], cluster: Cluster, names: Mapping[str, str], *, seen_at: datetime) -> Changes:
    """The cloud showed at `seen_at` that rows, by their ids, have these names. All else of them stays as it is and as
    old as it is, and is written when it is read."""
    changes, known, write = Changes(), {}, []
    for item in model.objects.filter(cluster=cluster, cloud_id__in=list(names), gone_at=None, synced_at__lt=seen_at):
        name = coerced(model, {"name": names[item.cloud_id]})["name"]
        if item.name == name:
            continue
        known[item.cloud_id] = (item.digest, item.gone_at, item.synced_at)
        item.pk, item.name, item.digest = None, name, ""
        write.append(item)
        changes.changed.append(item.cloud_id)
    if write:
        signals.changing.send(model, cluster=cluster, items=write, known=known)
        # Three times as quick as bulk_update(), whose SQL has a case for each value.
        _upsert(model, write, ["name", "search_text", "digest"])
    return changes


def _before(model: type[InventoryItem], cluster: Cluster, cloud_ids: list[str]) -> dict[str, InventoryItem]:
    found = model.objects.filter(cluster=cluster, cloud_id__in=cloud_ids) if cloud_ids else ()
    return {item.cloud_id: item for item in found}


def missing(model: type[InventoryItem], cluster: Cluster, *, before: datetime, but: Container[str] = ()) -> list[str]:
    """The ids of what a complete pass that began at `before` did not show, those first that were not seen for longest.
    `but` are those that it showed and that were not written."""
    rows = model.objects.filter(cluster=cluster, gone_at=None, synced_at__lt=before).order_by("synced_at", "pk")
    return [cloud_id for cloud_id in rows.values_list("cloud_id", flat=True) if cloud_id not in but]


def mark_missing_gone(
    model: type[InventoryItem], cluster: Cluster, cloud_ids: Sequence[str], *, before: datetime
) -> Changes:
    """After a complete pass that began at `before` and did not show these: they no longer exist, unless they were
    written meanwhile."""
    changes = Changes()
    for first in range(0, len(cloud_ids), MOST_IN_A_QUERY):
        some = cloud_ids[first : first + MOST_IN_A_QUERY]
        rows = model.objects.filter(cluster=cluster, gone_at=None, synced_at__lt=before, cloud_id__in=some)
        if ids := list(rows.values_list("cloud_id", flat=True)):
            signals.vanishing.send(model, cluster=cluster, rows=rows)
            rows.update(gone_at=timezone.now())
            changes.gone += ids
    return changes


def mark_gone(item: InventoryItem) -> None:
    """The cloud said that it does not exist."""
    now = timezone.now()
    rows = type(item).objects.filter(pk=item.pk, gone_at=None)
    signals.vanishing.send(type(item), cluster=item.cluster, rows=rows)
    rows.update(gone_at=now, synced_at=now)


def _upsert(model: type[InventoryItem], items: list[InventoryItem], columns: Sequence[str] = ()) -> None:
    """Of rows that are there only these columns are written; by default all."""
    own = columns or [f.name for f in model._meta.concrete_fields if f.name not in ("id", "cluster", "cloud_id")]
    options: dict[str, Any] = {"update_conflicts": True, "update_fields": own}
    if _can_name_the_constraint(model):
        options["unique_fields"] = ["cluster", "cloud_id"]
    model.objects.bulk_create(items, batch_size=500, **options)


def _can_name_the_constraint(model: type[InventoryItem]) -> bool:
    return connections[router.db_for_write(model)].features.supports_update_conflicts_with_target


def _digest(row: Row) -> str:
    text = json.dumps(row, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
