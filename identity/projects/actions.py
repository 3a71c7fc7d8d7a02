"""What people can do to a project: change its quotas. One action a service, as each may be missing or fail alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from clusters import access
from identity import quota_services as quotas
from identity.projects import forms
from identity.projects.models import Project
from identity.quota_words import OPTIONS
from opsys.kit.declare.action import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def command(project: Project, limits: Mapping[str, int] | None = None, force: bool = False) -> list[str]:
    words = ["quota", "set"]
    for name, limit in (limits or {}).items():
        words += [f"--{OPTIONS.get(name, name)}", str(limit)]
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
