"""What the services' names of their quotas mean."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

UNITS = {"ram": "MiB", "gigabytes": "GiB", "backup_gigabytes": "GiB", "per_volume_gigabytes": "GiB"}

OPTIONS = {
    "key_pairs": "key-pairs",
    "metadata_items": "properties",
    "server_groups": "server-groups",
    "server_group_members": "server-group-members",
    "backup_gigabytes": "backup-gigabytes",
    "per_volume_gigabytes": "per-volume-gigabytes",
    "network": "networks",
    "subnet": "subnets",
    "subnetpool": "subnetpools",
    "port": "ports",
    "router": "routers",
    "floatingip": "floating-ips",
    "security_group": "secgroups",
    "security_group_rule": "secgroup-rules",
    "rbac_policy": "rbac-policies",
}
"""The command line's options, where they are not the service's own words."""

LABELS: "dict[str, StrPromise]" = {
    "instances": _("Servers"),
    "cores": _("vCPUs"),
    "ram": _("Memory (MiB)"),
    "key_pairs": _("Key pairs of a user"),
    "metadata_items": _("Metadata entries of a server"),
    "server_groups": _("Server groups"),
    "server_group_members": _("Servers of a server group"),
    "volumes": _("Volumes"),
    "gigabytes": _("Volumes and snapshots (GiB)"),
    "per_volume_gigabytes": _("One volume (GiB)"),
    "snapshots": _("Snapshots"),
    "backups": _("Backups"),
    "backup_gigabytes": _("Backups (GiB)"),
    "groups": _("Volume groups"),
    "network": _("Networks"),
    "subnet": _("Subnets"),
    "subnetpool": _("Subnet pools"),
    "port": _("Ports"),
    "router": _("Routers"),
    "floatingip": _("Floating IPs"),
    "security_group": _("Security groups"),
    "security_group_rule": _("Security group rules"),
    "rbac_policy": _("Shares of networks (RBAC)"),
    "trunk": _("Trunks"),
}
"""In the order in which they are shown. What is not here, the quotas of volume types for example, comes last under
the service's own name."""


def label_of(name: str) -> str:
    return str(LABELS.get(name, name))


def place_of(name: str) -> tuple[int, str]:
    """For sorting."""
    return list(LABELS).index(name) if name in LABELS else len(LABELS), name
