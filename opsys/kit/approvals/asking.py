"""Asking a second person, instead of doing it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from audit.acting import Actor
from audit.noting import note
from clusters.sentences import gettext as _
from opsys.kit.act.perform import perform
from opsys.kit.act.plan import only_for, plan_of
from opsys.kit.act.selection import seen
from opsys.kit.approvals.gate import Gate, rules_for
from opsys.kit.approvals.models import Approval
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource


def ask_instead(
    resource: Resource,
    action: Action,
    pks: list[int],
    *,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any] | None = None,
    why: str = "",
) -> list[Outcome] | None:
    """The outcomes that say that a second person is asked, None where nobody has to be. It is asked about all that
    qualify, also those on clusters that would take one only: what belongs together is not done by halves."""
    if not rules_for(resource, action):
        return None
    plan, gate = plan_of(resource, action, pks, user), Gate(resource, action, user)
    if not any(gate.wants_second(item.cluster) for item in plan.ready):
        return None
    actor = Actor(user, via, client)
    approval = write_down(
        actor,
        resource,
        action,
        items=[{"name": item.name, "cluster": item.cluster.name, "id": item.cloud_id} for item in plan.ready],
        inputs=params or {},
        told=dict(params or {}),
        pks=[item.pk for item in plan.ready],
        seen=seen(plan.ready),
        why=why,
    )
    rest = [pk for pk in pks if pk not in approval.pks]
    asked_by: dict[str, Any] = {"user": user, "via": via, "client": client, "why": why}
    refused = dict(zip(rest, perform(resource, only_for(action, ()), rest, **asked_by), strict=True))
    waits = {item.pk: waiting(approval, item.name, item.cluster.name, item.cloud_id) for item in plan.ready}
    return [waits.get(pk) or refused[pk] for pk in pks]


def write_down(
    actor: Actor,
    resource: Resource,
    action: Action,
    *,
    items: list[dict[str, str]],
    inputs: Any,
    told: dict[str, Any],
    **fields: Any,
) -> Approval:
    """An approval that waits, and the audit's event about it, which tells `told` of the parameters. `items` are what
    people see of what it is about, as {name, cluster, id}; `fields` are those of the model."""
    approval = Approval.objects.create(
        user=actor.user,
        via=actor.via,
        client=actor.client,
        resource=resource.name,
        action=action.name,
        items=items,
        inputs=json.dumps(inputs, cls=DjangoJSONEncoder),
        expires_at=timezone.now() + timedelta(hours=settings.APPROVAL_HOURS),
        **fields,
    )
    tell(actor, approval, "ask", params=told)
    return approval


def waiting(approval: Approval, name: str, cluster: str, cloud_id: str = "") -> Outcome:
    """Says to who asked that it waits."""
    reason = _("A second person is asked to approve this: approval %(number)d, until %(until)s.") % {
        "number": approval.pk,
        "until": f"{approval.expires_at:%Y-%m-%d %H:%M} UTC",
    }
    return Outcome(Status.REFUSED, name=name, cloud_id=cloud_id, cluster=cluster, code="approval", reason=reason)


def tell(actor: Actor, approval: Approval, verb: str, params: dict[str, Any] | None = None, reason: str = "") -> None:
    """The audit's event about it, with what it is about."""
    clusters = sorted({item["cluster"] for item in approval.items})
    facts: dict[str, Any] = {
        "approval": approval.pk,
        "action": f"{approval.resource}.{approval.action}",
        "asked_by": approval.user.get_username(),
        "items": [f"{item['name']} ({item['cluster']})" for item in approval.items],
        **({"params": params} if params else {}),
        **({"why": approval.why} if approval.why else {}),
    }
    name = ", ".join(item["name"] for item in approval.items)[:250]
    place = clusters[0] if len(clusters) == 1 else ""
    note(
        actor,
        f"approvals.{verb}",
        resource=approval.resource,
        name=name,
        cluster_name=place,
        params=facts,
        reason=reason,
    )
