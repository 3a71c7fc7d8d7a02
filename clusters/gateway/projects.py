"""Acting in other projects than the credential's own: which ones Keystone allows, and connections scoped to them."""

import shlex
import threading
from collections import OrderedDict
from typing import Any

from openstack.connection import Connection

from clusters.gateway.errors import CloudError
from clusters.gateway.identity import user_domain_of
from clusters.gateway.listing import many
from clusters.models import Cluster, Credential
from clusters.sentences import gettext as _

MOST_KEPT = 64
"""So many connections to other projects are kept open in one process; the one unused for longest goes first."""

ROLE = "member"
"""What creating and changing things in a project takes by the services' default policies."""


class ProjectError(CloudError):
    """The credential cannot act in this project. `code` is no_role, which `command` grants, or one_project for an
    application credential."""

    def __init__(self, code: str, *, cluster: str, project: str, command: str = ""):
        super().__init__(code, cluster=cluster)
        self.project = project
        self.command = command

    def __str__(self) -> str:
        values = {"cluster": self.cluster, "project": self.project, "role": ROLE, "command": self.command}
        if self.code == "one_project":
            return (
                _(
                    "The credential of cluster %(cluster)s is an application credential, which is bound to its own "
                    "project. To work in project %(project)s, give the cluster a user name and a password."
                )
                % values
            )
        return (
            _(
                "The platform's user has no role in project %(project)s of cluster %(cluster)s. It needs the role "
                "“%(role)s” there. Who administers the cloud can grant it: %(command)s"
            )
            % values
        )


def allowed_projects(conn: Connection) -> list[dict[str, Any]]:
    """The projects in which the connection's user has a role, as Keystone lists them."""
    return many(conn.identity, "/auth/projects", "projects")


def no_role(cluster: Cluster, credential: Credential, user_id: str | None, project: str) -> ProjectError:
    """`user_id` is what Keystone calls the credential's user, for credentials that name none."""
    words = ["openstack", "role", "add", "--project", project]
    if credential.username and credential.kind == Credential.Kind.PASSWORD:
        words += ["--user", credential.username, "--user-domain", user_domain_of(credential)]
    else:
        words += ["--user", credential.user_id or user_id or ""]
    return ProjectError("no_role", cluster=cluster.name, project=project, command=shlex.join([*words, ROLE]))


class ProjectConnections:
    """Connections scoped to other projects, by (cluster, project). A `key` that differs from the one a connection was
    opened with (another address, a changed credential) drops all connections of that cluster."""

    def __init__(self, most: int = MOST_KEPT):
        self._most = most
        self._kept: OrderedDict[tuple[int, str], tuple[tuple, Connection]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, cluster_id: int, project: str, key: tuple) -> Connection | None:
        with self._lock:
            found = self._kept.get((cluster_id, project))
            if found is None or found[0] != key:
                return None
            self._kept.move_to_end((cluster_id, project))
            return found[1]

    def put(self, cluster_id: int, project: str, key: tuple, conn: Connection) -> None:
        with self._lock:
            for place in [place for place, kept in self._kept.items() if place[0] == cluster_id and kept[0] != key]:
                del self._kept[place]
            self._kept[cluster_id, project] = (key, conn)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop(self, cluster_id: int, project: str = "") -> None:
        """Forget one project's connection, or without a project all of the cluster."""
        with self._lock:
            for place in [place for place in self._kept if place[0] == cluster_id and project in ("", place[1])]:
                del self._kept[place]

    def __len__(self) -> int:
        return len(self._kept)
