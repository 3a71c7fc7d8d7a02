"""What `manage.py ops` means by all rows that match its filters."""

from typing import Any

from django.core.management.base import CommandError
from django.http import Http404, QueryDict

from jobs.models import Job
from opsys.kit.act.dispatch import perform_or_submit
from opsys.kit.act.plan import Plan, plan_of
from opsys.kit.act.selection import Unfit, params_of, programs_choice, unexpected
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import filled
from opsys.kit.lists.query import Query, query_for
from opsys.kit.management.acting import checked


def filters(words: list[str], clusters: list[str]) -> dict[str, list[str]]:
    """`["status=SHUTOFF", "q=web"]` as an object; a name may come several times."""
    found: dict[str, list[str]] = {"cluster": clusters} if clusters else {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise CommandError(f"“{word}” is no filter. For example: --filter status=SHUTOFF")
        found.setdefault(name, []).append(value)
    return found


def listed(resource: Resource, given: dict[str, list[str]], sort: str, *, user) -> Query:
    """The list for these filters; without any, all that the user may see."""
    try:
        params = params_of(resource, given).copy() if given else QueryDict(mutable=True)
    except Unfit as reason:
        raise CommandError(str(reason)) from None
    params["sort"] = sort
    try:
        query = query_for(resource, params, user=user)
    except Http404:
        raise CommandError("A cluster or group named there does not exist, or may not be seen.") from None
    if not query.filter.is_valid():
        raise CommandError(f"The filter cannot be used. {query.filter.errors.as_text()}")
    return query


def plan_for_all(resource: Resource, action: Action, given: dict[str, list[str]], *, user) -> Plan:
    if action.single or action.scope == "cluster":
        raise CommandError(f"“{action.name}” is not done to many at once.")
    try:
        return plan_of(resource, action, programs_choice(resource, given, user=user), user)
    except Unfit as reason:
        raise CommandError(str(reason)) from None


def on_all(
    resource: Resource, action: Action, plan: Plan, given: dict[str, Any], expect: int | None, *, user, why: str = ""
) -> list[Outcome] | Job:
    """Do it to those that qualify, if they are as many as expected."""
    if complaint := unexpected(action, plan.ready, expect):
        raise CommandError(complaint)
    if not plan.ready:
        raise CommandError("None of them qualifies. Nothing was done. Why: add --dry-run.")
    if action.form is None and given:
        raise CommandError(f"“{action.name}” takes no parameters.")
    params = checked(filled(action.form, given, targets=plan.ready, user=user)).params() if action.form else {}
    pks = [item.pk for item in plan.ready]
    return perform_or_submit(resource, action, pks, user=user, via="cli", params=params, why=why)
