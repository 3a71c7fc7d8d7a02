"""On which back end a volume lies, and of which type it is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.coerce import mapping
from clusters.gateway import many
from opsys.kit.declare.checks import all_of
from opsys.kit.forms.choices import CloudChoiceField
from opsys.kit.forms.form import ActionForm
from storage import type_access
from storage.declaring import storage_action, words
from storage.volumes import operations
from storage.volumes.states import free, rested, ungrouped

GROUP = gettext_lazy("Place")
POLICIES = [
    ("never", gettext_lazy("never: fail where it would have to move")),
    ("on-demand", gettext_lazy("on demand: move it where it has to")),
]


def pools(conn) -> list[tuple[str, str]]:
    """Each with what is free in it, as far as its driver says so."""
    found = many(conn.block_storage, "/scheduler-stats/get_pools", "pools", query={"detail": "true"})
    return [(str(pool.get("name") or ""), _pool_text(pool)) for pool in found]


def _pool_text(pool: Mapping[str, Any]) -> str:
    free = mapping(pool.get("capabilities")).get("free_capacity_gb")
    said = _("%(size)d GiB free") % {"size": free} if isinstance(free, int | float) else ""
    return " · ".join(filter(None, (str(pool.get("name") or ""), said)))


class RetypeForm(ActionForm):
    one_cluster = True
    volume_type = CloudChoiceField("all-volume-types", load=type_access.every, label=gettext_lazy("Type"))
    migration_policy = forms.ChoiceField(label=gettext_lazy("Migration"), choices=POLICIES, initial="never")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wanted = cleaned.get("volume_type")
        for volume in self.targets if wanted else []:
            if volume.volume_type == wanted:
                self.add_error("volume_type", _("“%(name)s” is of this type already.") % {"name": volume})
        if wanted and self.cluster is not None and not self.errors:
            closed = type_access.closed_to(self.cluster, wanted, {volume.project_id for volume in self.targets})
            for volume in self.targets:
                if volume.project_id in closed:
                    reason = _("The type “%(type)s” is private, and the project of “%(name)s” may not use it.")
                    self.add_error("volume_type", reason % {"type": wanted, "name": volume})
        return cleaned


class MigrateForm(ActionForm):
    one_cluster = True
    host = CloudChoiceField("pools", load=pools, label=gettext_lazy("Host or pool"))
    force_host_copy = forms.BooleanField(
        label=gettext_lazy("Copy it on the host instead of by the back end's own means"), required=False
    )
    lock_volume = forms.BooleanField(label=gettext_lazy("Block other actions meanwhile"), required=False)

    def clean_host(self) -> str:
        host = self.cleaned_data["host"]
        if here := next((volume for volume in self.targets if volume.host == host), None):
            raise forms.ValidationError(_("“%(name)s” is there already.") % {"name": here}, code="there")
        return host

    def params(self) -> dict[str, Any]:
        return {name: value for name, value in super().params().items() if value is not False}


def migrate_command(volume, *, host: str, force_host_copy: bool = False, lock_volume: bool = False) -> list[str]:
    flags = [*(["--force-host-copy"] if force_host_copy else []), *(["--lock-volume"] if lock_volume else [])]
    return ["volume", "migrate", "--host", host, *flags, volume.cloud_id]


ACTIONS = (
    storage_action(
        "retype",
        gettext_lazy("Change the type"),
        operations.retype,
        permission=access.PROVISION,
        when=all_of(rested, ungrouped),
        form=RetypeForm,
        icon="category",
        group=GROUP,
        command=lambda volume, *, volume_type, migration_policy: [
            *("volume", "set", "--type", volume_type, "--retype-policy", migration_policy, volume.cloud_id)
        ],
    ),
    storage_action(
        "migrate",
        gettext_lazy("Migrate"),
        operations.migrate,
        permission=access.ADMINISTER,
        when=all_of(rested, ungrouped),
        form=MigrateForm,
        icon="arrows-right-left",
        group=GROUP,
        touches=("storage.pool",),
        command=migrate_command,
    ),
    storage_action(
        "unmanage",
        gettext_lazy("Unmanage (the data stays on the back end)"),
        operations.unmanage,
        permission=access.ADMINISTER,
        when=all_of(free, ungrouped),
        destroys=True,
        icon="plug-x",
        group=GROUP,
        touches=("storage.pool",),
        command=words("volume", "delete", "--remote"),
    ),
)
