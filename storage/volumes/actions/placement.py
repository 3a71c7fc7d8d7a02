"""On which back end a volume lies, and of which type it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm
from storage.declaring import storage_action, words
from storage.fields import check_type, type_field
from storage.states import all_of
from storage.volumes import operations
from storage.volumes.states import free, rested, ungrouped

GROUP = gettext_lazy("Place")
POLICIES = [
    ("never", gettext_lazy("never: fail where it would have to move")),
    ("on-demand", gettext_lazy("on demand: move it where it has to")),
]


def pool_text(pool: Any) -> str:
    free_space = _("%(size)d GiB free") % {"size": pool.free} if pool.free is not None else ""
    return " · ".join(filter(None, (pool.name, free_space)))


class RetypeForm(ActionForm):
    one_cluster = True
    volume_type = type_field(required=True)
    migration_policy = forms.ChoiceField(label=gettext_lazy("Migration"), choices=POLICIES, initial="never")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wanted = cleaned.get("volume_type")
        for volume in self.targets if wanted else []:
            if volume.volume_type == wanted:
                self.add_error("volume_type", _("“%(name)s” is of this type already.") % {"name": volume})
        if wanted and not self.errors:
            for project in {volume.project_id for volume in self.targets}:
                check_type(self, "volume_type", wanted, project)
        return cleaned


class MigrateForm(ActionForm):
    one_cluster = True
    host = ResourceField(
        "storage.pool",
        label=gettext_lazy("Host or pool"),
        describe=pool_text,
        only=lambda rows, form: rows.exclude(cloud_id=form.target.host) if form.target else rows,
    )
    force_host_copy = forms.BooleanField(
        label=gettext_lazy("Copy it on the host, past the back end's own way"), required=False
    )
    lock_volume = forms.BooleanField(label=gettext_lazy("Let nothing else happen to it meanwhile"), required=False)

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
        gettext_lazy("Leave it to its back end"),
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
