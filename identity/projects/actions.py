"""What people can do to a project: change its quotas. One action a service, as each may be missing or fail alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from clusters import access
from identity.projects import forms, quotas
from identity.projects.models import Project
from opsys.kit.declare.action import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WORDS = {
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


def command(project: Project, limits: Mapping[str, int] | None = None, force: bool = False) -> list[str]:
    words = ["quota", "set"]
    for name, limit in (limits or {}).items():
        words += [f"--{WORDS.get(name, name)}", str(limit)]
    return [*words, *(["--force"] if force else []), project.cloud_id]


def quota_action(
    name: str, label: "StrPromise", service: quotas.Service, form: type[forms.QuotaForm], needs: str, icon: str
) -> Action:
    return Action(
        name,
        label,
        service.write,
        permission=access.ADMINISTER,
        form=form,
        single=True,
        icon=icon,
        needs=needs,
        group=gettext_lazy("Settings"),
        command=command,
    )


ACTIONS = (
    quota_action(
        "set-compute-quota",
        gettext_lazy("Edit compute quota"),
        quotas.COMPUTE,
        forms.ComputeQuotaForm,
        "compute",
        "cpu",
    ),
    quota_action(
        "set-storage-quota",
        gettext_lazy("Edit storage quota"),
        quotas.STORAGE,
        forms.StorageQuotaForm,
        "block-storage",
        "database",
    ),
    quota_action(
        "set-network-quota",
        gettext_lazy("Edit network quota"),
        quotas.NETWORK,
        forms.NetworkQuotaForm,
        "network",
        "network",
    ),
)
