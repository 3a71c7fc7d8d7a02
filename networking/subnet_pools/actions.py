"""What people can do with a subnet pool."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from networking.commands import options, repeated
from networking.declaring import create_action, delete_action, edit_action, network_action
from networking.subnet_pools import cloud, forms
from networking.subnet_pools.models import SubnetPool

FLAGS = {
    "default_prefix_length": "--default-prefix-length",
    "min_prefix_length": "--min-prefix-length",
    "max_prefix_length": "--max-prefix-length",
    "address_scope": "--address-scope",
    "default_quota": "--default-quota",
    "description": "--description",
}


def _create_command(cluster, *, name: str, prefixes: list[str], **given: Any) -> list[str]:
    return ["subnet", "pool", "create", *repeated("--pool-prefix", prefixes), *options(given, FLAGS), name]


def _edit_command(pool: SubnetPool, **given: Any) -> list[str]:
    if given.get("address_scope") == "":
        given.pop("address_scope")
        return ["subnet", "pool", "set", "--no-address-scope", *_edit_command(pool, **given)[3:]]
    return ["subnet", "pool", "set", *options(given, {"name": "--name", **FLAGS}), pool.cloud_id]


ACTIONS = (
    create_action(gettext_lazy("Create a subnet pool"), cloud.create, forms.CreateForm, command=_create_command),
    edit_action(cloud.edit, forms.EditForm, command=_edit_command),
    network_action(
        "set-default",
        gettext_lazy("Make it the default, or not"),
        cloud.edit,
        permission=access.ADMINISTER,
        form=forms.DefaultForm,
        single=True,
        icon="star",
        touches=("networking.subnetpool",),
        command=lambda pool, *, is_default: [
            *("subnet", "pool", "set", "--default" if is_default else "--no-default"),
            pool.cloud_id,
        ],
    ),
    network_action(
        "add-prefixes",
        gettext_lazy("Add prefixes"),
        cloud.add_prefixes,
        form=forms.AddPrefixesForm,
        single=True,
        icon="square-plus",
        command=lambda pool, *, prefixes: [
            *("subnet", "pool", "set", *repeated("--pool-prefix", prefixes)),
            pool.cloud_id,
        ],
    ),
    network_action(
        "remove-prefixes",
        gettext_lazy("Remove prefixes"),
        cloud.remove_prefixes,
        form=forms.RemovePrefixesForm,
        single=True,
        danger=True,
        icon="square-minus",
    ),
    delete_action(cloud.delete, command=lambda pool: ["subnet", "pool", "delete", pool.cloud_id]),
)
