"""Why something may not be done. The same words disable the button, answer the API and stand in the audit."""

from clusters import access
from clusters.guards import reasons
from clusters.inventory import InventoryItem
from clusters.microversions import as_numbers
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import sentence
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Link
from opsys.kit.forms.project import NoProject, Project

MAY = ("", "")


def why_not(action: Action, item: InventoryItem, held: access.Held) -> tuple[str, str]:
    """(code, reason) why this may not be done to the item now, ("", "") if it may."""
    if reason := access.why_not_on(held, action.permission, item):
        return "permission", reason
    if item.gone_at:
        return "gone", _("It no longer exists.")
    if (refusal := _by_cluster(action, item.cluster)) != MAY:
        return refusal
    if (refusal := _guarded(action, item)) != MAY:
        return refusal
    if reason := action.when(item):
        return "state", sentence(reason)
    return MAY


def _guarded(action: Action, item: InventoryItem) -> tuple[str, str]:
    """Reading is never guarded; a protection keeps from what deletes, destroys or interrupts."""
    if action.permission == access.VIEW:
        return MAY
    if reason := reasons.why_closed(item.cluster):
        return "closed", reason
    if action.deletes or action.risky or action.interrupts:
        if reason := reasons.why_protected(item.cluster, item._meta.label_lower, item.cloud_id):
            return "protected", reason
    return MAY


def why_no_reason(action: Action, cluster: Cluster, why: str) -> str:
    """What cannot be undone wants a reason in production: the sentence that asks for it, or ""."""
    if why.strip() or not action.risky or not reasons.wants_reason(cluster):
        return ""
    return _("Cluster %(cluster)s is %(environment)s: give a reason.") % {
        "cluster": cluster.name,
        "environment": cluster.get_environment_display(),
    }


def why_not_open(link: Link, item: InventoryItem, held: access.Held) -> str:
    """The same for a link; the page behind it asks for itself whether it may be opened."""
    if reason := access.why_not_on(held, link.permission, item):
        return reason
    return _("It no longer exists.") if item.gone_at else ""


def why_not_in(
    action: Action,
    cluster: Cluster,
    held: access.Held,
    project: Project | NoProject | None = None,
    *,
    decided: bool = False,
) -> tuple[str, str]:
    """The same for an action that makes something new in a cluster, and in a project of it where one was chosen or
    could not be. Before it is `decided` which project, it is enough that there is one."""
    if reason := _why_not_there(action, cluster, held, project, decided):
        return "permission", reason
    if reason := reasons.why_closed(cluster):
        return "closed", reason
    if (refusal := _by_cluster(action, cluster)) != MAY:
        return refusal
    if isinstance(project, NoProject):
        return project.code, str(project)
    if project is not None and not action.takes_project:
        return "no_project", outside_projects()
    if reason := action.when(cluster):
        return "state", sentence(reason)
    return MAY


def _why_not_there(
    action: Action, cluster: Cluster, held: access.Held, project: Project | NoProject | None, decided: bool
) -> str:
    if not action.takes_project:
        return access.why_not(held, action.permission, cluster)
    if isinstance(project, Project):
        return access.why_not_in_project(held, action.permission, cluster, project.id)
    # What is the matter with a project that could not be found is said by whoever asked for it.
    if (not decided or isinstance(project, NoProject)) and held.projects(cluster.pk, action.permission):
        return ""
    return access.why_not_in_project(held, action.permission, cluster, None)


def outside_projects() -> str:
    return _("This belongs to the whole cluster, not to a project.")


def _by_cluster(action: Action, cluster: Cluster) -> tuple[str, str]:
    if not cluster.enabled:
        return "disabled", _("Cluster %(cluster)s is disabled.") % {"cluster": cluster.name}
    if reason := _missing_capability(action, cluster):
        return "capability", reason
    return MAY


def _missing_capability(action: Action, cluster: Cluster) -> str:
    if not action.needs:
        return ""
    service, _space, version = action.needs.partition(" ")
    found = cluster.capabilities.get("services", {}).get(service)
    if found is None:
        return ""  # never checked: let the cloud answer
    if found.get("code") == "no_service":
        return _("Cluster %(cluster)s has no %(service)s service.") % {"cluster": cluster.name, "service": service}
    if version and found.get("max") and as_numbers(found["max"]) < as_numbers(version):
        return _("Needs %(service)s API %(version)s; cluster %(cluster)s offers %(found)s.") % {
            "service": service,
            "version": version,
            "cluster": cluster.name,
            "found": found["max"],
        }
    return ""
