"""What people can do with a volume type, and when not. All projects of a cloud use them, so this is administration."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import Action
from opsys.kit.declare.usual import create_action, delete_action, edit_action
from storage.declaring import option, properties, words
from storage.volume_types import cloud, forms
from storage.volume_types.models import VolumeType

ADMIN: dict[str, Any] = {"permission": access.ADMINISTER}
SPECS: dict[str, Any] = {**ADMIN, "group": gettext_lazy("Extra specs")}
ACCESS: dict[str, Any] = {**ADMIN, "group": gettext_lazy("Access"), "form": forms.AccessForm}
ENCRYPTION: dict[str, Any] = {**ADMIN, "group": gettext_lazy("Encryption"), "single": True}


def _private(volume_type: VolumeType) -> str:
    return _("It is public: every project may use it.") if volume_type.public else ""


def _create_command(cluster, *, name: str, is_public: bool, **given: Any) -> list[str]:
    said = ["--public" if is_public else "--private", *option("--description", given.get("description"))]
    said += [word for project in given.get("projects", []) for word in ("--project", project)]
    return ["volume", "type", "create", *said, *properties(given.get("extra_specs")), name]


def _set(volume_type: VolumeType, *said: str) -> list[str]:
    return ["volume", "type", "set", *said, volume_type.cloud_id]


def _unset(volume_type: VolumeType, *said: str) -> list[str]:
    return ["volume", "type", "unset", *said, volume_type.cloud_id]


def _edit_command(volume_type: VolumeType, *, name: str, description: str, is_public: bool) -> list[str]:
    return _set(volume_type, "--name", name, "--description", description, "--public" if is_public else "--private")


def _encryption_command(volume_type: VolumeType, **given: Any) -> list[str]:
    flags = {f"--encryption-{name.replace('_', '-')}": value for name, value in given.items()}
    return _set(volume_type, *(word for flag, value in flags.items() for word in option(flag, value)))


ACTIONS = (
    create_action(
        gettext_lazy("Create a volume type"), cloud.create, forms.CreateForm, command=_create_command, **ADMIN
    ),
    edit_action(cloud.edit, forms.EditForm, command=_edit_command, **ADMIN),
    Action(
        "set-extra-spec",
        gettext_lazy("Set an extra spec"),
        cloud.set_extra_spec,
        form=forms.SpecForm,
        icon="pencil",
        command=lambda volume_type, *, key, value: _set(volume_type, "--property", f"{key}={value}"),
        **SPECS,
    ),
    Action(
        "remove-extra-spec",
        gettext_lazy("Remove an extra spec"),
        cloud.remove_extra_spec,
        form=forms.SpecKeyForm,
        danger=True,
        icon="trash",
        command=lambda volume_type, *, key: _unset(volume_type, "--property", key),
        **SPECS,
    ),
    Action(
        "give-access",
        gettext_lazy("Let a project use it"),
        cloud.give_access,
        when=_private,
        icon="user-plus",
        command=lambda volume_type, *, project: _set(volume_type, "--project", project),
        **ACCESS,
    ),
    Action(
        "take-access",
        gettext_lazy("No longer let a project use it"),
        cloud.take_access,
        when=_private,
        danger=True,
        icon="user-minus",
        command=lambda volume_type, *, project: _unset(volume_type, "--project", project),
        **ACCESS,
    ),
    Action(
        "set-encryption",
        gettext_lazy("Encrypt its volumes"),
        cloud.set_encryption,
        form=forms.EncryptionForm,
        icon="lock",
        command=_encryption_command,
        **ENCRYPTION,
    ),
    Action(
        "remove-encryption",
        gettext_lazy("No longer encrypt its volumes"),
        cloud.remove_encryption,
        danger=True,
        icon="trash",
        command=lambda volume_type: _unset(volume_type, "--encryption-type"),
        **ENCRYPTION,
    ),
    delete_action(cloud.delete, destroys=True, command=words("volume", "type", "delete"), **ADMIN),
)
