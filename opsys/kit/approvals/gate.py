"""Whether an action takes two on a cluster, and whether a second person said yes."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from clusters import access
from clusters.models import Cluster
from clusters.sentences import gettext as _
from opsys.kit.approvals.models import RISKY, Approval, ApprovalRule
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource


class Gate:
    """For one action by one person, with the approval it comes with. The rules are read once."""

    def __init__(self, resource: Resource, action: Action, user: Any, approval: int | None = None) -> None:
        self.rules = rules_for(resource, action)
        self.approved = _granted(resource, action, user, approval) if self.rules and approval else None

    def wants_second(self, cluster: Cluster) -> bool:
        return any(rule.covers(cluster) for rule in self.rules)

    def why_not(self, cluster: Cluster, pk: int) -> str:
        """Why this may not be done to this row without a second person, or ""."""
        if not self.wants_second(cluster) or (self.approved is not None and pk in self.approved.pks):
            return ""
        return _("A second person has to approve this on cluster %(cluster)s.") % {"cluster": cluster.name}

    @property
    def approved_by(self) -> str:
        by = self.approved.decided_by if self.approved is not None else None
        return by.get_username() if by is not None else ""


def rules_for(resource: Resource, action: Action) -> list[ApprovalRule]:
    """Looking takes nobody else, and what is made anew is not asked about."""
    if action.permission == access.VIEW or action.scope != "item":
        return []
    names = [f"{resource.name}.{action.name}", *([RISKY] if action.risky else [])]
    return list(ApprovalRule.objects.filter(action__in=names))


def asks_second(resource: Resource, action: Action, clusters: Iterable[Cluster]) -> bool:
    gate = Gate(resource, action, None)
    return any(gate.wants_second(cluster) for cluster in clusters)


def _granted(resource: Resource, action: Action, user: Any, pk: int) -> Approval | None:
    known = Approval.objects.filter(
        pk=pk, state=Approval.State.APPROVED, user=user, resource=resource.name, action=action.name
    )
    found = known.exclude(decided_by=user).select_related("decided_by").first()
    return found if found is not None and found.runs_until > timezone.now() else None
