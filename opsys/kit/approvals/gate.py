"""Whether an action takes two on a cluster, and whether a second person said yes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from clusters import access
from clusters.models import Cluster
from clusters.sentences import gettext as _
from opsys.kit.approvals.models import RISKY, Approval, ApprovalRule
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import NoProject, Project


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
        return _needed(cluster)

    def why_not_new(
        self, cluster: Cluster, name: str, params: Mapping[str, Any], project: Project | NoProject | None
    ) -> str:
        """Why this may not be made without a second person, or ""."""
        if not self.wants_second(cluster):
            return ""
        if self.approved is not None and self.approved.cluster_id == cluster.pk:
            return "" if digest_of(name, params, project) in self.approved.pks else _needed(cluster)
        return _needed(cluster)

    @property
    def approved_by(self) -> str:
        by = self.approved.decided_by if self.approved is not None else None
        return by.get_username() if by is not None else ""


def rules_for(resource: Resource, action: Action) -> list[ApprovalRule]:
    """Looking takes nobody else."""
    if action.permission == access.VIEW:
        return []
    names = [f"{resource.name}.{action.name}", *([RISKY] if action.risky else [])]
    return list(ApprovalRule.objects.filter(action__in=names))


def asks_second(resource: Resource, action: Action, clusters: Iterable[Cluster]) -> bool:
    gate = Gate(resource, action, None)
    return any(gate.wants_second(cluster) for cluster in clusters)


def digest_of(name: str, params: Mapping[str, Any], project: Project | NoProject | None) -> str:
    """Stands for what is to be made: what was approved runs, and nothing else. "" for what cannot wait, as a file that
    is being sent cannot."""
    place = project.id if isinstance(project, Project) else ""
    try:
        said = json.dumps([name, dict(params), place], cls=DjangoJSONEncoder, sort_keys=True)
    except TypeError:
        return ""
    return hashlib.sha256(said.encode()).hexdigest()


def _needed(cluster: Cluster) -> str:
    return _("A second person has to approve this on cluster %(cluster)s.") % {"cluster": cluster.name}


def _granted(resource: Resource, action: Action, user: Any, pk: int) -> Approval | None:
    known = Approval.objects.filter(
        pk=pk, state=Approval.State.APPROVED, user=user, resource=resource.name, action=action.name
    )
    found = known.exclude(decided_by=user).select_related("decided_by").first()
    return found if found is not None and found.runs_until > timezone.now() else None
