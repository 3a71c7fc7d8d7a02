"""What people can do with a QoS specification. Volumes of all projects get it, so this is administration."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from opsys.kit.declare.action import Action
from opsys.kit.declare.usual import create_action, delete_action
from storage.declaring import properties, words
from storage.qos_specs import cloud, forms
from storage.qos_specs.models import QosSpec

ADMIN: dict[str, Any] = {"permission": access.ADMINISTER}
LIMITS: dict[str, Any] = {**ADMIN, "group": _("Limits")}
TYPES: dict[str, Any] = {**ADMIN, "group": _("Volume types"), "touches": ("storage.volumetype",)}


def _create_command(cluster, *, name: str, consumer: str, specs: dict[str, str] | None = None) -> list[str]:
    return ["volume", "qos", "create", "--consumer", consumer, *properties(specs), name]


def _set(spec: QosSpec, key: str, value: str) -> list[str]:
    return ["volume", "qos", "set", "--property", f"{key}={value}", spec.cloud_id]


ACTIONS = (
    create_action(_("Create a QoS specification"), cloud.create, forms.CreateForm, command=_create_command, **ADMIN),
    Action(
        "set-consumer",
        _("Change the consumer"),
        cloud.set_keys,
        form=forms.ConsumerForm,
        icon="adjustments",
        command=lambda spec, *, consumer: _set(spec, "consumer", consumer),
        **LIMITS,
    ),
    Action(
        "set-key",
        _("Set a limit"),
        cloud.set_key,
        form=forms.KeyValueForm,
        icon="pencil",
        command=lambda spec, *, key, value: _set(spec, key, value),
        **LIMITS,
    ),
    Action(
        "remove-key",
        _("Remove a limit"),
        cloud.remove_key,
        form=forms.KeyForm,
        danger=True,
        icon="trash",
        command=lambda spec, *, key: ["volume", "qos", "unset", "--property", key, spec.cloud_id],
        **LIMITS,
    ),
    Action(
        "associate",
        _("Associate with a volume type"),
        cloud.associate,
        form=forms.AssociateForm,
        single=True,
        icon="link",
        command=lambda spec, *, volume_type: ["volume", "qos", "associate", spec.cloud_id, volume_type],
        **TYPES,
    ),
    Action(
        "disassociate",
        _("Disassociate from a volume type"),
        cloud.disassociate,
        form=forms.DisassociateForm,
        single=True,
        danger=True,
        icon="unlink",
        command=lambda spec, *, volume_type: [
            *("volume", "qos", "disassociate", "--volume-type", volume_type, spec.cloud_id)
        ],
        **TYPES,
    ),
    Action(
        "disassociate-all",
        _("Disassociate from all volume types"),
        cloud.disassociate_all,
        danger=True,
        icon="unlink",
        command=words("volume", "qos", "disassociate", "--all"),
        **TYPES,
    ),
    delete_action(cloud.delete, destroys=True, command=words("volume", "qos", "delete"), **ADMIN),
)
