"""What a schedule does: whether it may be saved so, and what a run of it begins."""

from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters import access
from jobs import bulk
from jobs.models import Job
from jobs.schedules import retention
from jobs.schedules.models import Schedule
from opsys.kit import register
from opsys.kit.action import Action
from opsys.kit.filters import filter_class
from opsys.kit.query import Query, query_for
from opsys.kit.resource import Resource

LEFT_ASIDE = ("page", "per_page", "sort")
"""What an address copied from a list also holds, and which does not choose rows."""


class Refused(Exception):
    """A schedule that cannot be saved so, or a run that does not begin. The text is the reason, for people."""


@dataclass(frozen=True)
class Begun:
    """`job` is None when there was nothing to do."""

    job: Job | None
    note: str = ""


def servers() -> Resource:
    return register.get("compute.server")


def actions() -> list[Action]:
    """What may be done while nobody is there to be asked: nothing that is dangerous or wants parameters."""
    return [action for action in servers().actions if not action.dialog]


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


def found(text: str, *, user) -> Query:
    """What these filters show this user. Raises `Refused` for what is unclear: it must never mean all servers."""
    params = chosen(text)
    if not params:
        raise Refused(_("Say which servers, for example: cluster=east&q=dev-"))
    known = {"cluster", "group", *filter_class(servers().name).base_filters}
    if unknown := sorted(set(params) - known):
        raise Refused(_("The server list has no filter “%(name)s”.") % {"name": unknown[0]})
    try:
        query = query_for(servers(), params, user=user)
    except Http404:
        raise Refused(_("A cluster or group named there does not exist, or may not be seen.")) from None
    for name, errors in query.filter.errors.items():
        raise Refused(f"{name}: {errors[0]}")
    return query


def check(*, kind: str, action: str, query: str, days: int | None, owner) -> dict[str, str]:
    """Field → why its value cannot stay. A check for people's sake; each run asks again."""
    if kind == Schedule.Kind.AUDIT:
        if reason := retention.why_not(owner):
            return {"": reason}
        return {} if days else {"days": _("Say how many days are kept.")}
    do = {a.name: a for a in actions()}.get(action)
    if do is None:
        return {"action": _("Choose an action.")}
    try:
        scope = found(query, user=owner).scope
    except Refused as reason:
        return {"query": str(reason)}
    held = access.held_by(owner)
    if not scope.clusters:
        return {"query": _("There is no cluster you may see.")}
    for cluster in scope.clusters:
        if reason := access.why_not(held, do.permission, cluster):
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
    return _act_on_servers(schedule)


def _act_on_servers(schedule: Schedule) -> Begun:
    """A bulk job on those the action fits. The others are at rest already, or busy: a nightly stop that finds half
    of them stopped has not failed."""
    action = {a.name: a for a in actions()}.get(schedule.action)
    if action is None:
        raise Refused(_("There is no action “%(name)s” any more.") % {"name": schedule.action})
    fitting, left = [], []
    for row in found(schedule.query, user=schedule.owner).rows:
        reason = action.when(row)
        if reason:
            left.append((row, reason))
        else:
            fitting.append(row.pk)
    note = _left_out(left)
    if not fitting:
        return Begun(None, note or _("No server was found."))
    return Begun(bulk.submit(servers(), action, fitting, user=schedule.owner, via="schedule"), note)


def _left_out(left: list) -> str:
    if not left:
        return ""
    row, reason = left[0]
    return ngettext(
        "%(count)d server was left out: %(name)s. %(reason)s",
        "%(count)d servers were left out, the first: %(name)s. %(reason)s",
        len(left),
    ) % {"count": len(left), "name": row.name or row.cloud_id, "reason": reason}
