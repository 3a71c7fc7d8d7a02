"""An inventory as Ansible's scripts print it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from monitoring.exports.hosts import Host


def inventory(hosts: Iterable[Host]) -> dict[str, Any]:
    """With `_meta`, so that Ansible asks once. What has no address is not in it: nobody can connect to it."""
    groups: dict[str, list[str]] = defaultdict(list)
    variables: dict[str, dict[str, Any]] = {}
    for host in hosts:
        if host.address:
            name = host.full_name
            variables[name] = variables_of(host)
            for group in dict.fromkeys(groups_of(host)):
                groups[group].append(name)
    listed = {name: {"hosts": members} for name, members in sorted(groups.items())}
    return {"_meta": {"hostvars": variables}, "all": {"children": [*listed, "ungrouped"]}, **listed}


def groups_of(host: Host) -> Iterator[str]:
    server = host.server
    pairs = [
        ("cluster", host.cluster),
        ("project", host.project),
        ("flavor", server.flavor),
        ("image", host.image),
        ("zone", server.availability_zone),
        ("status", server.status),
        *(("tag", tag) for tag in server.tags),
        *(("meta", f"{key}_{value}") for key, value in server.metadata.items()),
    ]
    return (group_name(kind, value) for kind, value in pairs if value)


def group_name(kind: str, value: str) -> str:
    """Letters, digits and underscores are all that Ansible takes without a warning."""
    return re.sub(r"\W", "_", f"{kind}_{value}")


def variables_of(host: Host) -> dict[str, Any]:
    """What servers say of themselves stands below `openstack`: only we name what Ansible acts upon."""
    server = host.server
    known = {
        "ansible_host": host.address,
        "openstack": {
            "id": server.cloud_id,
            "name": _raw(server.name),
            "cluster": host.cluster,
            "project": host.project,
            "project_id": server.project_id,
            "status": server.status,
            "flavor": server.flavor,
            "image": host.image,
            "availability_zone": server.availability_zone,
            "addresses": server.address_lines,
            "tags": [_raw(tag) for tag in server.tags],
            "metadata": {key: _raw(value) for key, value in server.metadata.items()},
        },
    }
    return {**known, "ansible_user": host.username} if host.username else known


def _raw(text: str) -> Any:
    """Metadata is written by whoever owns the server. Ansible would evaluate a template in it on the machine it runs
    on; so marked it does not."""
    return {"__ansible_unsafe": text} if "{" in text else text
