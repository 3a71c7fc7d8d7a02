"""What `manage.py ops` does to resources: the same forms and the same `perform()` as every other door."""

from typing import Any

from django.core.management.base import CommandError

from clusters import access
from opsys.kit.act.perform import perform, perform_in, refuse_unknown
from opsys.kit.act.plan import only_for, plan_of
from opsys.kit.act.refusal import outside_projects, why_not_in
from opsys.kit.approvals.asking import ask_instead
from opsys.kit.approvals.creations import ask_to_make
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import ActionForm, filled
from opsys.kit.forms.project import UNCLEAR, NoProject, project_named
from opsys.kit.relate.naming import Ambiguous, bearing, only


class NotThere(CommandError):
    def __init__(self, target: str):
        self.target = target
        super().__init__(f"“{target}” was not found, or may not be seen. Nothing was done.")


def on_rows(
    resource: Resource, action: Action, rows, targets: list[str], given: dict[str, Any], *, user, why: str = ""
) -> list[Outcome]:
    """Do it to the rows that these words name. Nothing is done when one of them is unclear."""
    if not targets:
        raise CommandError("Name at least one ID.")
    if action.single and len(targets) > 1:
        raise CommandError(f"“{action.name}” is done to one at a time.")
    try:
        pks = [find_row(rows, target).pk for target in targets]
    except NotThere as error:
        refuse_unknown(resource, action, [error.target], user=user, via="cli")
        raise
    params = {}
    if action.form is None and given:
        raise CommandError(f"“{action.name}” takes no parameters.")
    if action.form is not None:
        ready = plan_of(resource, action, pks, user).ready
        if ready:
            params = checked(filled(action.form, given, targets=ready, user=user)).params()
        action = only_for(action, {item.pk for item in ready})
    asked: dict[str, Any] = {"user": user, "via": "cli", "params": params, "why": why}
    return ask_instead(resource, action, pks, **asked) or perform(resource, action, pks, **asked)


def in_clusters(
    resource: Resource, action: Action, names: list[str], given: dict[str, Any], *, user, project: str = ""
) -> list[Outcome]:
    """Make something new in the one cluster that is named, or in the only one there is; in the `project` that is
    named, or in that of the cluster's credential."""
    visible = access.visible_clusters(user)
    clusters = list(visible.filter(name__in=names) if names else visible[:2])
    if len(clusters) != 1 or len(names) > 1:
        raise CommandError("Say in which cluster: --cluster NAME. Nothing was made.")
    (cluster,) = clusters
    _code, reason = why_not_in(action, cluster, access.held_by(user))
    if reason:
        name = str(given.get("name", ""))
        return [perform_in(resource, action, cluster, name=name, user=user, via="cli", params={})]
    if project and not action.takes_project:
        raise CommandError(f"{outside_projects()} Nothing was made.")
    try:
        place = project_named(cluster, project, user=user)
    except NoProject as problem:
        if problem.code in UNCLEAR:
            raise CommandError(f"{problem} Nothing was made.") from None
        name = str(given.get("name", ""))
        return [perform_in(resource, action, cluster, name=name, user=user, via="cli", params={}, project=problem)]
    form = checked(filled(action.form or ActionForm, given, cluster=cluster, project=place, user=user))
    asked: dict[str, Any] = {"user": user, "via": "cli", "project": place}
    requests = form.requests()
    return ask_to_make(resource, action, cluster, requests, **asked) or [
        perform_in(resource, action, cluster, name=name, params=params, **asked) for name, params in requests
    ]


def find_row(rows, target: str):
    """The row of this id or name, or CLUSTER/NAME. Names may hold a slash too, so both are looked for."""
    cluster, _slash, name = target.partition("/")
    found = bearing(rows, target) | bearing(rows.filter(cluster__name=cluster), name)
    try:
        row = only(found, target) if target else None
    except Ambiguous as reason:
        raise CommandError(f"{reason} CLUSTER/NAME tells clusters apart. Nothing was done.") from None
    if row is None:
        raise NotThere(target)
    return row


def checked(form: ActionForm) -> ActionForm:
    if not form.is_valid():
        lines = [
            f"{name}: {message}" if name != "__all__" else str(message)
            for name, messages in form.errors.items()
            for message in messages
        ]
        raise CommandError("Nothing was done.\n" + "\n".join(lines))
    return form
