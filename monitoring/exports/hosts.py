"""Servers as other tools know them: a name, an address, and what they are grouped by."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.http import QueryDict

from opsys.kit.declare import register
from opsys.kit.lists.query import query_for
from terminal.models import DefaultUser

CHUNK = 2000
PLAIN = re.compile(r"\w[\w.-]*", re.ASCII)
NOT_PLAIN = re.compile(r"[^\w.-]|^[.-]", re.ASCII)
"""A name is anything somebody typed in: line feeds, patterns and options must not get into other tools' files."""


class BadFilter(Exception):
    """`errors` are those of the list's filters."""

    def __init__(self, errors: Any):
        super().__init__(errors.as_text())
        self.errors = errors


@dataclass(frozen=True)
class Host:
    """`name` is no other one's in its cluster, and made of letters, digits, dots, hyphens and underscores: where the
    server's own name is not, its id stands behind it. `address` is the floating one if it has any; `username` what
    people log in as, where it is known of its image."""

    name: str
    server: Any
    cluster: str
    project: str
    image: str
    address: str
    username: str
    size: dict[str, int] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """No other one's at all."""
        return f"{NOT_PLAIN.sub('_', self.cluster)}.{self.name}"


def hosts(params: QueryDict, *, user) -> Iterator[Host]:
    """The servers that this user may see and the list's filters leave, in the order of their names.
    Raises `BadFilter`. A few queries for all, and one for each CHUNK of them."""
    servers = register.get("compute.server")
    query = query_for(servers, params, user=user)
    if query.filter.is_bound and not query.filter.is_valid():
        raise BadFilter(query.filter.errors)
    clusters = {cluster.pk: cluster.name for cluster in query.scope.clusters}
    projects, images = (_names(name, query.scope.ids) for name in ("identity.project", "compute.image"))
    usernames = list(DefaultUser.objects.order_by("-cluster", "pk").values_list("cluster_id", "image", "username"))
    rows = query.rows.prefetch_related(None).order_by("name", "pk")
    taken = Counter(rows.order_by().values_list("cluster_id", "name"))
    for server in rows.iterator(chunk_size=CHUNK):
        cluster, place = clusters[server.cluster_id], (server.cluster_id, server.name)
        unique = taken[place] == 1 and PLAIN.fullmatch(server.name)
        image = images.get((server.cluster_id, server.image_id), "")
        yield Host(
            name=server.name if unique else f"{NOT_PLAIN.sub('_', server.name) or 'server'}-{server.cloud_id}",
            server=server,
            cluster=cluster,
            project=projects.get((server.cluster_id, server.project_id), server.project_id),
            image=image,
            address=next(iter([*server.floating_addresses, *server.fixed_addresses]), ""),
            username=_username(usernames, server.cluster_id, image),
            size=server.flavor_size,
        )


def _names(type_name: str, cluster_ids: list[int]) -> dict[tuple[int, str], str]:
    rows = register.get(type_name).model.objects.filter(cluster_id__in=cluster_ids)
    return {
        (cluster, cloud_id): name for cluster, cloud_id, name in rows.values_list("cluster_id", "cloud_id", "name")
    }


def _username(usernames: list[tuple[int | None, str, str]], cluster_id: int, image: str) -> str:
    found = (
        username
        for cluster, pattern, username in usernames
        if cluster in (None, cluster_id) and image and fnmatchcase(image.lower(), pattern.lower())
    )
    return next(found, "")
