"""What people can do with an address scope."""

from django.utils.translation import gettext_lazy

from networking.address_scopes import cloud, forms
from networking.declaring import create_action, delete_action, edit_action, with_extension

ACTIONS = (
    create_action(
        gettext_lazy("Create an address scope"),
        cloud.create,
        forms.CreateForm,
        when=with_extension("address-scope"),
        command=lambda cluster, *, name, ip_version: [
            *("address", "scope", "create", "--ip-version", str(ip_version)),
            name,
        ],
    ),
    edit_action(
        cloud.edit,
        forms.EditForm,
        command=lambda scope, *, name: ["address", "scope", "set", "--name", name, scope.cloud_id],
    ),
    delete_action(cloud.delete, command=lambda scope: ["address", "scope", "delete", scope.cloud_id]),
)
