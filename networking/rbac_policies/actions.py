"""What people can do with an RBAC policy: sharing, and ending it. It reaches into other projects, so it is an
administrator's."""

from django.utils.translation import gettext_lazy

from clusters import access
from networking.declaring import create_action, delete_action, edit_action, with_extension
from networking.rbac_policies import cloud, forms

SHARED = ("networking.network", "networking.securitygroup", "networking.qospolicy")


def _create_command(cluster, *, object_type: str, object_id: str, access: str, target_project: str) -> list[str]:
    whom = ["--target-all-projects"] if target_project == cloud.EVERYBODY else ["--target-project", target_project]
    return ["network", "rbac", "create", "--type", object_type, "--action", access, *whom, object_id]


ACTIONS = (
    create_action(
        gettext_lazy("Share with a project"),
        cloud.create,
        forms.CreateForm,
        permission=access.ADMINISTER,
        icon="share",
        touches=SHARED,
        when=with_extension("rbac-policies"),
        command=_create_command,
    ),
    edit_action(
        cloud.edit,
        forms.EditForm,
        label=gettext_lazy("Share with another project"),
        permission=access.ADMINISTER,
        danger=True,
        touches=SHARED,
        command=lambda policy, *, target_project: [
            *("network", "rbac", "set", "--target-project", target_project),
            policy.cloud_id,
        ],
    ),
    delete_action(
        cloud.delete,
        label=gettext_lazy("No longer share"),
        permission=access.ADMINISTER,
        touches=SHARED,
        command=lambda policy: ["network", "rbac", "delete", policy.cloud_id],
    ),
)
