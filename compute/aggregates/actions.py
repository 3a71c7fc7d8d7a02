"""What people can do to a host aggregate, and when not."""

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from compute.aggregates import cloud, forms
from compute.aggregates.models import Aggregate
from opsys.kit.declare.action import Action, gone


def _empty(aggregate: Aggregate) -> str:
    count = len(aggregate.hosts)
    if not count:
        return ""
    return ngettext(
        "It still has %(count)d host. Remove it first.", "It still has %(count)d hosts. Remove them first.", count
    ) % {"count": count}


def _has_hosts(aggregate: Aggregate) -> str:
    return "" if aggregate.hosts else _("It has no hosts.")


def _edit_command(aggregate: Aggregate, name: str | None = None, availability_zone: str | None = None) -> list[str]:
    words = ["aggregate", "set"]
    words += ["--name", name] if name else []
    words += ["--zone", availability_zone] if availability_zone else []
    return [*words, aggregate.cloud_id]


def _metadata_command(aggregate: Aggregate, metadata: dict[str, str | None] | None = None) -> list[str]:
    metadata = metadata or {}
    if removed := [key for key, value in metadata.items() if value is None]:
        words = ["aggregate", "unset", *(word for key in removed for word in ("--property", key))]
    else:
        words = ["aggregate", "set", *(word for pair in metadata.items() for word in ("--property", "=".join(pair)))]
    return [*words, aggregate.cloud_id]


ACTIONS = (
    Action(
        "create",
        gettext_lazy("Create an aggregate"),
        cloud.create,
        scope="cluster",
        permission=access.ADMINISTER,
        form=forms.CreateForm,
        icon="plus",
        needs="compute",
        command=lambda cluster, name="", availability_zone="": [
            *("aggregate", "create"),
            *(("--zone", availability_zone) if availability_zone else ()),
            name,
        ],
    ),
    Action(
        "edit",
        gettext_lazy("Edit"),
        cloud.edit,
        permission=access.ADMINISTER,
        form=forms.EditForm,
        single=True,
        icon="pencil",
        needs="compute",
        touches=("compute.hypervisor",),
        command=_edit_command,
    ),
    Action(
        "add-host",
        gettext_lazy("Add a host"),
        cloud.add_host,
        permission=access.ADMINISTER,
        form=forms.AddHostForm,
        icon="server-cog",
        needs="compute",
        touches=("compute.hypervisor", "compute.service"),
        command=lambda aggregate, host="": ["aggregate", "add", "host", aggregate.cloud_id, host],
    ),
    Action(
        "remove-host",
        gettext_lazy("Remove a host"),
        cloud.remove_host,
        permission=access.ADMINISTER,
        when=_has_hosts,
        form=forms.RemoveHostForm,
        icon="unlink",
        needs="compute",
        touches=("compute.hypervisor", "compute.service"),
        command=lambda aggregate, host="": ["aggregate", "remove", "host", aggregate.cloud_id, host],
    ),
    Action(
        "set-metadata",
        gettext_lazy("Edit metadata"),
        cloud.set_metadata,
        permission=access.ADMINISTER,
        form=forms.MetadataForm,
        single=True,
        icon="tags",
        needs="compute",
        command=_metadata_command,
    ),
    Action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        permission=access.ADMINISTER,
        when=_empty,
        goal_reached=gone,
        icon="trash",
        danger=True,
        needs="compute",
        touches=("compute.hypervisor",),
        command=lambda aggregate: ["aggregate", "delete", aggregate.cloud_id],
    ),
)
