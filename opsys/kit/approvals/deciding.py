"""Saying yes or no to what somebody else asked."""

import json
from typing import Any

from django.utils import timezone

from audit.acting import Actor
from clusters import access
from clusters.sentences import gettext as _
from jobs.models import Job
from opsys.kit.act.dispatch import make_or_submit, perform_or_submit
from opsys.kit.act.plan import plan_of
from opsys.kit.act.refusal import why_not_in
from opsys.kit.act.selection import seen
from opsys.kit.approvals.asking import tell
from opsys.kit.approvals.creations import project_of, requests_of
from opsys.kit.approvals.models import Approval
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource


class Refused(Exception):
    """Why it may not be decided; the text is a sentence for people."""


def open_to(user) -> list[Approval]:
    """What waits and this person may decide, the newest first."""
    waiting = Approval.objects.waiting().exclude(user=user).select_related("user", "cluster")[:200]
    return [approval for approval in waiting if not why_not_decide(approval, user)]


def visible(user, pk: int) -> Approval | None:
    approval = Approval.objects.select_related("user", "decided_by", "cluster").filter(pk=pk).first()
    if approval is None or Approval.objects.known_to(user).filter(pk=pk).exists():
        return approval
    return None if why_not_decide(approval, user) else approval


def why_not_decide(approval: Approval, user) -> str:
    """Why this person may not decide it, or "". Who decides must hold what is asked for, on each of the rows."""
    if not user.is_active or approval.user_id == user.pk:
        return _("The person who asked cannot approve it. Ask somebody else.")
    found = what(approval)
    if found is None or not approval.pks:
        return _("It no longer exists.")
    resource, action = found
    held = access.held_by(user)
    if approval.cluster is not None:
        code, reason = why_not_in(action, approval.cluster, held, project_of(approval), decided=True)
        return reason if code == "permission" else ""
    items = resource.model.objects.visible_to(user).select_related("cluster").in_bulk(approval.pks)
    for pk in approval.pks:
        if (item := items.get(pk)) is None:
            return _("You may not see all of it.")
        if reason := access.why_not_on(held, action.permission, item):
            return reason
    return ""


def approve(approval: Approval, actor: Actor, answer: str = "") -> Approval:
    """Do it, as the person who asked and with their rights; the approval then holds what came of it. Raises Refused
    where this person may not decide it, it is decided or expired, or it is no longer what was asked for."""
    _check(approval, actor)
    resource, action = what(approval)  # type: ignore[misc]  # checked
    if approval.cluster is None:
        _check_the_same(approval, actor, resource, action, answer)
    _decide(approval, actor, Approval.State.APPROVED, answer)
    tell(actor, approval, "approve", reason=answer)
    done = _run(approval, resource, action)
    result: dict[str, Any] = (
        {"job": done.pk} if isinstance(done, Job) else {"outcomes": [{**one.as_dict(), "shown": None} for one in done]}
    )
    approval.result = result
    approval.inputs = "{}"  # it ran, or a job has it
    approval.save(update_fields=["result", "inputs"])
    return approval


def _check_the_same(approval: Approval, actor: Actor, resource: Resource, action: Action, answer: str) -> None:
    plan = plan_of(resource, action, approval.pks, approval.user)
    if seen(plan.ready) != approval.seen or _names(plan.ready) != _names_asked(approval):
        _decide(approval, actor, Approval.State.CHANGED, answer)
        tell(actor, approval, "changed", reason=(why := _("It has changed meanwhile and has to be asked for again.")))
        raise Refused(why)


def _run(approval: Approval, resource: Resource, action: Action) -> list[Outcome] | Job:
    asker: dict[str, Any] = {"user": approval.user, "via": approval.via, "client": approval.client}
    if approval.cluster is not None:
        place = project_of(approval)
        requests = requests_of(approval)
        return make_or_submit(
            resource, action, approval.cluster, requests, project=place, approval=approval.pk, **asker
        )
    params = json.loads(approval.inputs)
    return perform_or_submit(
        resource, action, approval.pks, params=params, why=approval.why, approval=approval.pk, **asker
    )


def decline(approval: Approval, actor: Actor, answer: str = "") -> Approval:
    _check(approval, actor)
    _decide(approval, actor, Approval.State.DECLINED, answer)
    tell(actor, approval, "decline", reason=answer)
    return approval


def withdraw(approval: Approval, actor: Actor) -> Approval:
    """By who asked."""
    if approval.user_id != actor.user.pk:
        raise Refused(_("Only the person who asked can take it back."))
    _decide(approval, actor, Approval.State.WITHDRAWN, "")
    tell(actor, approval, "withdraw")
    return approval


def what(approval: Approval) -> tuple[Resource, Action] | None:
    known = {resource.name: resource for resource in register.resources()}
    resource = known.get(approval.resource)
    try:
        scope = "cluster" if approval.cluster_id else "item"
        return (resource, resource.action(approval.action, scope)) if resource else None
    except KeyError:
        return None


def _check(approval: Approval, actor: Actor) -> None:
    if reason := why_not_decide(approval, actor.user):
        raise Refused(reason)


def _decide(approval: Approval, actor: Actor, state: str, answer: str) -> None:
    """Once: of two people at the same time the second finds it decided."""
    now = timezone.now()
    fields = {"state": state, "decided_by": actor.user, "decided_at": now, "answer": answer[:500]}
    if not Approval.objects.waiting().filter(pk=approval.pk).update(**fields):
        raise Refused(_("It was decided already, or has expired."))
    for name, value in fields.items():
        setattr(approval, name, value)


def _names(items: list[Any]) -> list[tuple[str, str]]:
    return sorted((item.cloud_id, item.name) for item in items)


def _names_asked(approval: Approval) -> list[tuple[str, str]]:
    return sorted((item["id"], item["name"]) for item in approval.items)
