"""The project in which something new is made: which ones a cluster has, which is meant, whether we may act there."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache

from clusters import gateway
from clusters.gateway import CloudError, ProjectError
from clusters.inventory import model_named
from clusters.models import Cluster, Credential
from clusters.sentences import gettext as _

FRESH_SECONDS = 60
OFFERED = 500
ASK_SECONDS = 10
TYPE = "identity.project"
UNCLEAR = ("not_found", "ambiguous")
"""Codes of a `NoProject` that names no project, or several."""


@dataclass(frozen=True)
class Project:
    """`allowed`: the cluster's credential has a role there. Without a domain's name `domain` is its id."""

    id: str
    name: str
    domain: str = ""
    allowed: bool = True

    def __str__(self) -> str:
        return f"{self.domain}/{self.name}" if self.domain else self.name

    def is_called(self, text: str) -> bool:
        return text in (self.id, self.name, f"{self.domain}/{self.name}")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class NoProject(Exception):
    """Nothing can be made in the project that was asked for. `str()` is the sentence; `code` is not_found, ambiguous
    or a `CloudError`'s."""

    def __init__(self, code: str, reason: str):
        self.code = code
        super().__init__(reason)


def projects_of(cluster: Cluster, *, user) -> list[Project]:
    """All that are known, those first where the credential has a role. Raises `CloudError` when Keystone cannot say
    where that is."""
    allowed = {entry["id"]: entry for entry in _allowed(cluster)}
    known = _known(cluster, user)
    found = [
        Project(cloud_id, entry["name"], known[cloud_id].domain if cloud_id in known else entry["domain"])
        for cloud_id, entry in allowed.items()
    ]
    found += [project for cloud_id, project in known.items() if cloud_id not in allowed]
    return sorted(found, key=lambda project: (not project.allowed, project.name.lower(), project.domain))


def project_named(cluster: Cluster, text: str, *, user) -> Project | None:
    """The project of this id, this name, or DOMAIN/NAME; None without a text, which is the credential's own project.
    Raises `NoProject`."""
    if not text:
        return None
    try:
        matches = [project for project in projects_of(cluster, user=user) if project.is_called(text)]
        if exact := [project for project in matches if project.id == text]:
            matches = exact
        if not matches:
            reason = _("There is no project “%(name)s” in cluster %(cluster)s.")
            raise NoProject("not_found", reason % {"name": text, "cluster": cluster.name})
        if len(matches) > 1:
            reason = _("“%(value)s” is not unique. Give its ID, or DOMAIN/NAME.")
            raise NoProject("ambiguous", reason % {"value": text})
        (project,) = matches
        if not project.allowed:
            _ask_the_cloud(cluster, project)
        return Project(project.id, project.name, project.domain)
    except CloudError as error:
        raise NoProject(error.code, str(error)) from error


def _ask_the_cloud(cluster: Cluster, project: Project) -> None:
    """Whether a role has been granted since the list was read; if not, `ProjectError` says which one is missing."""
    try:
        with gateway.call(cluster, seconds=ASK_SECONDS, project=project.id):
            return
    except ProjectError as error:
        error.project = project.name
        raise


@dataclass(frozen=True)
class Places:
    """What a form offers as (id, label): the credential's `own` project, the `others` it has a role in, and those
    `without` a role. `problem` is why Keystone could not say which are which."""

    own: str
    others: list[tuple[str, str]]
    without: list[tuple[str, str]]
    problem: str = ""


def places_in(cluster: Cluster, *, user) -> Places:
    own_id = cluster.capabilities.get("project_id") or ""
    problem = ""
    try:
        projects = projects_of(cluster, user=user)
    except CloudError as error:
        projects, problem = list(_known(cluster, user).values()), str(error)
    several = len({project.domain for project in projects}) > 1
    labels = {p.id: f"{p.name} ({p.domain})" if several and p.domain else p.name for p in projects}
    others = [project for project in projects if project.id != own_id][:OFFERED]
    return Places(
        labels.get(own_id, own_id),
        [(project.id, labels[project.id]) for project in others if project.allowed],
        [(project.id, labels[project.id]) for project in others if not project.allowed],
        problem,
    )


def _allowed(cluster: Cluster) -> list[dict[str, str]]:
    """Kept for a minute, and only for this very credential."""
    found = Credential.objects.filter(cluster=cluster).values_list("kind", "changed_at").first()
    kind, changed_at = found or ("", None)
    key = f"allowed-projects:{cluster.pk}:{changed_at.timestamp() if changed_at else ''}"
    kept = cache.get(key)
    if kept is None:
        with gateway.call(cluster, seconds=ASK_SECONDS) as call:
            entries = [entry for entry in gateway.allowed_projects(call.conn) if entry.get("enabled") is not False]
            if kind == Credential.Kind.APPLICATION_CREDENTIAL:
                # Keystone lists all projects of its user, but it is good in its own alone.
                entries = [entry for entry in entries if entry.get("id") == call.conn.current_project_id]
        kept = [_entry(entry) for entry in entries]
        cache.set(key, kept, FRESH_SECONDS)
    return kept


def _entry(entry: dict[str, Any]) -> dict[str, str]:
    cloud_id = str(entry.get("id") or "")
    return {
        "id": cloud_id,
        "name": str(entry.get("name") or cloud_id),
        "domain": str(entry.get("domain_id") or ""),
    }


def _known(cluster: Cluster, user) -> dict[str, Project]:
    """Those of the inventory, by id, as if nobody were allowed there. Empty where no such type is there."""
    try:
        model: Any = model_named(TYPE)
    except KeyError:
        return {}
    rows = model.objects.visible_to(user).present().filter(cluster=cluster)
    values = rows.order_by("name").values_list("cloud_id", "name", "domain")
    return {cloud_id: Project(cloud_id, name or cloud_id, domain, allowed=False) for cloud_id, name, domain in values}
