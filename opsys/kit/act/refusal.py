"""Why something may not be done. The same words disable the button, answer the API and stand in the audit."""

from clusters import access
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
    if reason := action.when(item):
        return "state", sentence(reason)
    return MAY


def why_not_open(link: Link, item: InventoryItem, held: access.Held) -> str:
    """The same for a link; the page behind it asks for itself whether it may be opened."""
    if reason := access.why_not_on(held, link.permission, item):
        return reason
    return _("It no longer exists.") if item.gone_at else ""


def why_not_in(
    action: Action, cluster: Cluster, held: access.Held, project: Project | NoProject | None = None
) -> tuple[str, str]:
    """The same for an action that makes something new in a cluster, and in a project of it where one was chosen or
    could not be."""
    if reason := _why_not_there(action, cluster, held, project):
        return "permission", reason
    if (refusal := _by_cluster(action, cluster)) != MAY:
        return refusal
    if isinstance(project, NoProject):
        return project.code, str(project)
    if project is not None and not action.takes_project:
        return "no_project", outside_projects()
    if reason := action.when(cluster):
        return "state", sentence(reason)
    return MAY


def _why_not_there(action: Action, cluster: Cluster, held: access.Held, project: Project | NoProject | None) -> str:
    if isinstance(project, NoProject) and held.projects(cluster.pk, action.permission):
        return ""  # what is the matter with it is said below
    chosen = project.id if isinstance(project, Project) else None
    if chosen is None and action.takes_project and held.projects(cluster.pk, action.permission) and project is None:
        return access.why_not_in_project(held, action.permission, cluster, None)
    if not action.takes_project:
        return access.why_not(held, action.permission, cluster)
    return access.why_not_in_project(held, action.permission, cluster, chosen)


def outside_projects() -> str:
    return _("This is made for the whole cluster and not in a project.")


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
