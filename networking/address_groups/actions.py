"""What people can do with an address group."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from networking.address_groups import cloud, forms
from networking.address_groups.models import AddressGroup
from networking.commands import options, repeated
from networking.declaring import create_action, delete_action, edit_action, network_action, with_extension

FLAGS = {"name": "--name", "description": "--description"}


def _create_command(cluster, *, name: str, addresses: Sequence[str] = (), description: str = "") -> list[str]:
    words = [*repeated("--address", addresses), *(["--description", description] if description else [])]
    return ["address", "group", "create", *words, name]


def _addresses_command(verb: str):
    def command(group: AddressGroup, *, addresses: list[str]) -> list[str]:
        return ["address", "group", verb, *repeated("--address", addresses), group.cloud_id]

    return command


def _edit_command(group: AddressGroup, **given: Any) -> list[str]:
    return ["address", "group", "set", *options(given, FLAGS), group.cloud_id]


ACTIONS = (
    create_action(
        gettext_lazy("Create an address group"),
        cloud.create,
        forms.CreateForm,
        when=with_extension("address-group"),
        command=_create_command,
    ),
    edit_action(cloud.edit, forms.EditForm, command=_edit_command),
    network_action(
        "add-addresses",
        gettext_lazy("Add addresses"),
        cloud.add_addresses,
        form=forms.AddForm,
        single=True,
        icon="square-plus",
        command=_addresses_command("set"),
    ),
    network_action(
        "remove-addresses",
        gettext_lazy("Remove addresses"),
        cloud.remove_addresses,
        form=forms.RemoveForm,
        single=True,
        danger=True,
        icon="square-minus",
        command=_addresses_command("unset"),
    ),
    delete_action(cloud.delete, command=lambda group: ["address", "group", "delete", group.cloud_id]),
)
