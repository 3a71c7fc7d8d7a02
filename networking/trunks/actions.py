"""What people can do with a trunk and its subports."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from networking.commands import options, switches
from networking.declaring import create_action, delete_action, edit_action, network_action, with_extension
from networking.trunks import cloud, forms
from networking.trunks.models import Trunk

PORTS = ("networking.port",)
SWITCHES = {"admin_state_up": ("--enable", "--disable")}
FLAGS = {"name": "--name", "description": "--description"}


def _has_subports(trunk: Trunk) -> str:
    return "" if trunk.sub_port_ids else _("It has no subports.")


def _create_command(cluster, *, port: str, name: str = "", **given: Any) -> list[str]:
    words = [*options(given, FLAGS), *switches(given, SWITCHES)]
    return ["network", "trunk", "create", "--parent-port", port, *words, name or "trunk"]


def _edit_command(trunk: Trunk, **given: Any) -> list[str]:
    return ["network", "trunk", "set", *options(given, FLAGS), *switches(given, SWITCHES), trunk.cloud_id]


ACTIONS = (
    create_action(
        gettext_lazy("Create a trunk"),
        cloud.create,
        forms.CreateForm,
        when=with_extension("trunk"),
        touches=PORTS,
        command=_create_command,
    ),
    edit_action(cloud.edit, forms.EditForm, command=_edit_command),
    network_action(
        "add-subport",
        gettext_lazy("Add a subport"),
        cloud.add_subport,
        form=forms.AddSubportForm,
        single=True,
        icon="square-plus",
        touches=PORTS,
        command=lambda trunk, *, port, segmentation_id: [
            *("network", "trunk", "set", "--subport"),
            f"port={port},segmentation-type=vlan,segmentation-id={segmentation_id}",
            trunk.cloud_id,
        ],
    ),
    network_action(
        "remove-subport",
        gettext_lazy("Remove a subport"),
        cloud.remove_subport,
        when=_has_subports,
        form=forms.RemoveSubportForm,
        single=True,
        danger=True,
        icon="square-minus",
        touches=PORTS,
        command=lambda trunk, *, port: ["network", "trunk", "unset", "--subport", port, trunk.cloud_id],
    ),
    delete_action(cloud.delete, touches=PORTS, command=lambda trunk: ["network", "trunk", "delete", trunk.cloud_id]),
)
