"""What a schedule does: whether it may be saved so, and what a run of it begins."""

from dataclasses import dataclass
from functools import partial

from django.http import Http404, QueryDict

from clusters import access
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs import bulk
from jobs.models import Job
from jobs.schedules import copying, drill, retention, snapshots
from jobs.schedules.models import Schedule
from opsys.kit.declare import register
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.filters import filter_class
from opsys.kit.lists.query import Query, query_for

LEFT_ASIDE = ("page", "per_page", "sort", "view", "columns")
"""What an address copied from a list also holds, and which does not choose rows."""


class Refused(Exception):
    """A schedule that cannot be saved so, or a run that does not begin. The text is the reason, for people."""


@dataclass(frozen=True)
class Begun:
    """`job` is None when there was nothing to do."""

    job: Job | None
    note: str = ""


def types() -> list[Resource]:
    """The types on which something can be done by the clock."""
    return [resource for resource in register.resources() if offered(resource)]


def type_named(name: str) -> Resource | None:
    return {resource.name: resource for resource in types()}.get(name)


def actions(resource: Resource) -> list[Action]:
    """What may be done while nobody is there to be asked: nothing that is dangerous or wants parameters."""
    return [action for action in resource.on_items if not action.dialog and not action.single]


def offered(resource: Resource, kind: str = "") -> list[Action]:
    """Those that schedules of this kind do, or of any."""
    copies = [way.action for way in copying.ways(resource.name).values()]
    every = {Schedule.Kind.POWER: actions(resource), Schedule.Kind.SNAPSHOT: copies, Schedule.Kind.DRILL: []}
    return every[Schedule.Kind(kind)] if kind in every else [*every[Schedule.Kind.POWER], *copies]


def chosen(text: str) -> QueryDict:
    """The filters out of what people pasted: a query string, or a whole address of a list."""
    params = QueryDict(text.strip().partition("?")[2] or text.strip().removeprefix("?"), mutable=True)
    for name in list(params):
        values = [value for value in params.getlist(name) if value]
        if values and name not in LEFT_ASIDE:
            params.setlist(name, values)
        else:
            del params[name]
    return params


def as_text(params: QueryDict) -> str:
    return params.urlencode(safe="/:,")


def found(resource: Resource, text: str, *, user) -> Query:
    """What these filters show this user. Raises `Refused` for what is unclear: it must never mean all there are."""
    params = chosen(text)
    if not params:
        raise Refused(_("Say which %(what)s, for example: cluster=east&q=dev-") % {"what": resource.label_plural})
    known = {"cluster", "group", *filter_class(resource.name).base_filters}
    if unknown := sorted(set(params) - known):
        raise Refused(
            _("The list of %(what)s has no filter “%(name)s”.") % {"what": resource.label_plural, "name": unknown[0]}
        )
    try:
        query = query_for(resource, params, user=user)
    except Http404:
        raise Refused(_("A cluster or group named there does not exist, or may not be seen.")) from None
    for name, errors in query.filter.errors.items():
        raise Refused(f"{name}: {errors[0]}")
    return query


def check(schedule: Schedule, *, owner) -> dict[str, str]:
    """Field → why its value cannot stay. A check for people's sake; each run asks again."""
    if schedule.kind == Schedule.Kind.AUDIT:
        if reason := retention.why_not(owner):
            return {"": reason}
        return {} if schedule.days else {"days": _("Enter how many days to keep.")}
    if schedule.kind == Schedule.Kind.SNAPSHOT:
        way = snapshots.way_of(schedule)
        if way is None:
            return {"action": _("Choose how copies are made.")}
        if complaints := snapshots.check(schedule, way):
            return complaints
        resource, needed = way.resource, way.permissions
    elif schedule.kind == Schedule.Kind.DRILL:
        restoring = drill.way()
        if restoring is None:
            return {"": _("Backups cannot be restored here.")}
        resource, needed = register.get(drill.VOLUMES), restoring.permissions
    else:
        resource = type_named(schedule.resource)
        if resource is None:
            return {"resource": _("Nothing can be scheduled for this type.")}
        do = {a.name: a for a in actions(resource)}.get(schedule.action)
        if do is None:
            return {"action": _("Choose an action.")}
        needed = [do.permission]
    return _check_scope(resource, needed, schedule.query, owner)


def _check_scope(resource: Resource, needed: list[str], query: str, owner) -> dict[str, str]:
    """Whether the owner may see what the filters name, and holds each of these permissions on all of its clusters."""
    try:
        scope = found(resource, query, user=owner).scope
    except Refused as reason:
        return {"query": str(reason)}
    held = access.held_by(owner)
    if not scope.clusters:
        return {"query": _("There is no cluster you may see.")}
    for cluster in scope.clusters:
        for permission in needed:
            if reason := access.why_not(held, permission, cluster):
                return {"query": reason}
    return {}


def begin(schedule: Schedule) -> Begun:
    """Start what is due now, with the rights the owner holds now. Raises `Refused`; then nothing was started."""
    owner = schedule.owner
    if owner is None:
        raise Refused(_("The account of its owner, %(name)s, no longer exists.") % {"name": schedule.owner_name})
    if not owner.is_active:
        raise Refused(_("The account of its owner, %(name)s, is disabled.") % {"name": schedule.owner_name})
    if schedule.kind == Schedule.Kind.AUDIT:
        return Begun(retention.submit(schedule))
    if schedule.kind == Schedule.Kind.SNAPSHOT:
        return _make_copies(schedule)
    if schedule.kind == Schedule.Kind.DRILL:
        return _try_backups(schedule)
    return _act(schedule)


def _act(schedule: Schedule) -> Begun:
    """A bulk job on those the action fits. The others are at rest already, or busy: a nightly stop that finds half
    of them stopped has not failed."""
    resource = type_named(schedule.resource)
    action = {a.name: a for a in actions(resource)}.get(schedule.action) if resource else None
    if action is None:
        raise Refused(_("There is no action “%(name)s” any more.") % {"name": schedule.action})
    fitting, left = _fitting(found(resource, schedule.query, user=schedule.owner), action.when)
    note = _left_out(resource, left)
    if not fitting:
        return Begun(None, note or _nothing(resource))
    pks = [row.pk for row in fitting]
    return Begun(bulk.submit(resource, action, pks, user=schedule.owner, via="schedule"), note)


def _make_copies(schedule: Schedule) -> Begun:
    way = snapshots.way_of(schedule)
    if way is None:
        raise Refused(_("Such copies cannot be made and deleted here."))
    query = found(way.resource, schedule.query, user=schedule.owner)
    fitting, left = _fitting(query, partial(snapshots.why_not, way))
    note = _left_out(way.resource, left)
    if not fitting:
        return Begun(None, note or _nothing(way.resource))
    return Begun(snapshots.submit(schedule, way, fitting), note)


def _try_backups(schedule: Schedule) -> Begun:
    if drill.way() is None:
        raise Refused(_("Backups cannot be restored here."))
    resource = register.get(drill.VOLUMES)
    rows = list(found(resource, schedule.query, user=schedule.owner).rows)
    return Begun(drill.submit(schedule, rows)) if rows else Begun(None, _nothing(resource))


def _fitting(query: Query, when) -> tuple[list, list]:
    """The rows of which `when` knows no reason why not, and the others with theirs."""
    fitting, left = [], []
    for row in query.rows:
        if reason := when(row):
            left.append((row, reason))
        else:
            fitting.append(row)
    return fitting, left


def _nothing(resource: Resource) -> str:
    return _("No %(one)s was found.") % {"one": resource.label}


def _left_out(resource: Resource, left: list) -> str:
    if not left:
        return ""
    row, reason = left[0]
    return ngettext(
        "%(count)d %(one)s was left out: %(name)s. %(reason)s",
        "%(count)d %(many)s were left out, the first: %(name)s. %(reason)s",
        len(left),
    ) % {
        "count": len(left),
        "one": resource.label,
        "many": resource.label_plural,
        "name": row.name or row.cloud_id,
        "reason": reason,
    }
