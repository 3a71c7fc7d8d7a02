"""Asking a second person before something new is made."""

import json
from typing import Any

from audit.acting import Actor
from clusters import access
from clusters.models import Cluster
from opsys.kit.act.refusal import why_not_in
from opsys.kit.approvals.asking import waiting, write_down
from opsys.kit.approvals.gate import Gate, digest_of
from opsys.kit.approvals.models import Approval
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import NoProject, Project

Requests = list[tuple[str, dict[str, Any]]]
"""Of each new resource its name and parameters."""


def ask_to_make(
    resource: Resource,
    action: Action,
    cluster: Cluster,
    requests: Requests,
    *,
    user,
    via: str,
    client: str = "",
    project: Project | NoProject | None = None,
) -> list[Outcome] | None:
    """One outcome that says that a second person is asked about all of it. None where nobody has to be, and where it
    would be refused anyway."""
    if not Gate(resource, action, user).wants_second(cluster):
        return None
    refused, _reason = why_not_in(action, cluster, access.held_by(user), project, decided=True)
    if refused or isinstance(project, NoProject):
        return None
    approval = write_down(
        Actor(user, via, client),
        resource,
        action,
        items=[{"name": name, "cluster": cluster.name, "id": ""} for name, _params in requests],
        inputs=requests,
        told={"requests": [params for _name, params in requests]},
        pks=[digest_of(name, params, project) for name, params in requests],
        cluster=cluster,
        project=project.as_dict() if project else None,
    )
    return [waiting(approval, ", ".join(name for name, _params in requests), cluster.name)]


def requests_of(approval: Approval) -> Requests:
    """What was asked for; nothing once it ran."""
    said = json.loads(approval.inputs)
    return [(name, params) for name, params in said] if isinstance(said, list) else []


def project_of(approval: Approval) -> Project | None:
    return Project(**approval.project) if approval.project else None
