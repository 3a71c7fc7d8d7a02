"""The saved views of a person, and the columns they chose, per type."""

from dataclasses import dataclass, field

from django.db import transaction
from django.http import QueryDict

from opsys.kit.declare.resource import Resource
from opsys.kit.models import SavedView

MOST_VIEWS = 50
NONE = "-"
"""`?view=-` shows the list itself, whatever the default view is."""
NOT_KEPT = ("view", "page")
SCOPE = ("cluster", "group")


@dataclass(frozen=True)
class Saved:
    """`columns` are the names chosen for this type, empty for the usual ones."""

    views: list[SavedView] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    @property
    def default(self) -> SavedView | None:
        return next((view for view in self.views if view.is_default), None)

    def named(self, name: str) -> SavedView | None:
        return next((view for view in self.views if view.name == name), None)


def saved_by(user, resource: Resource) -> Saved:
    """One query."""
    rows = list(SavedView.objects.filter(user=user, resource=resource.name).order_by("name"))
    columns = next((row.query.split(",") for row in rows if not row.name and row.query), [])
    return Saved([row for row in rows if row.name], columns)


def keep_columns(user, resource: Resource, names: list[str]) -> None:
    """From now on these; none: the usual ones."""
    SavedView.objects.update_or_create(
        user=user, resource=resource.name, name="", defaults={"query": ",".join(names), "is_default": False}
    )


def save_view(user, resource: Resource, name: str, query: str, *, default: bool, old: SavedView | None = None) -> None:
    """Keep it under this name; `old` is the view it replaces. At most one view of a type is the default."""
    with transaction.atomic():
        views = SavedView.objects.filter(user=user, resource=resource.name)
        if default:
            views.filter(is_default=True).update(is_default=False)
        if old is None:
            views.create(user=user, resource=resource.name, name=name, query=query, is_default=default)
        else:
            views.filter(pk=old.pk).update(name=name, query=query, is_default=default)


def worth_keeping(params: QueryDict) -> str:
    """The query of an address without what only says where one is in it. The same list gives the same text."""
    kept = sorted((name, values) for name, values in params.lists() if name not in NOT_KEPT and any(values))
    query = QueryDict(mutable=True)
    for name, values in kept:
        query.setlist(name, [value for value in values if value])
    return query.urlencode()


def address_of(view: SavedView, present: QueryDict | None = None) -> str:
    """The query that opens the view. Clusters chosen in the `present` address count more than the view's own."""
    query = QueryDict(view.query, mutable=True)
    chosen = {name: present.getlist(name) for name in SCOPE if present.get(name)} if present else {}
    if chosen:
        for name in SCOPE:
            query.pop(name, None)
        for name, values in chosen.items():
            query.setlist(name, values)
    query["view"] = view.name
    return query.urlencode()
