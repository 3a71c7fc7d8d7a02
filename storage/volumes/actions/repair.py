"""Where Cinder's records and the world have come apart."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.forms.form import ActionForm
from storage.declaring import option, storage_action
from storage.volumes import operations
from storage.volumes.actions.attaching import ForceDetachForm
from storage.volumes.states import attached

GROUP = gettext_lazy("Repair")
STATUSES = ("available", "in-use", "error", "creating", "deleting", "attaching", "detaching", "maintenance")


class ResetForm(ActionForm):
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[(name, name) for name in STATUSES], initial="available"
    )
    attach_status = forms.ChoiceField(
        label=gettext_lazy("Attachment"),
        choices=[("", gettext_lazy("As it is")), *((name, name) for name in ("detached", "attached"))],
        required=False,
    )
    end_migration = forms.BooleanField(label=gettext_lazy("No migration is under way"), required=False)

    def params(self) -> dict[str, Any]:
        return {name: value for name, value in super().params().items() if value is not False}


def reset_command(volume, *, status: str, attach_status: str = "", end_migration: bool = False) -> list[str]:
    attachment = [f"--{attach_status}"] if attach_status else []
    return ["volume", "set", *option("--state", status), *attachment, volume.cloud_id]


ACTIONS = (
    storage_action(
        "reset-status",
        gettext_lazy("Reset the status"),
        operations.reset_status,
        permission=access.ADMINISTER,
        form=ResetForm,
        danger=True,
        icon="tool",
        group=GROUP,
        command=reset_command,
    ),
    storage_action(
        "force-detach",
        gettext_lazy("Force to detach"),
        operations.force_detach,
        permission=access.ADMINISTER,
        when=attached,
        form=ForceDetachForm,
        single=True,
        danger=True,
        icon="plug-connected-x",
        group=GROUP,
        touches=("compute.server",),
    ),
)
