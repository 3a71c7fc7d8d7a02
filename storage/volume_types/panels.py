"""What lives only in a volume type: its extra specs, the projects that may use it, its encryption."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from opsys.kit.declare.resource import Column
from opsys.kit.declare.table_panel import TablePanel
from storage.volume_types import cloud
from storage.volume_types.models import VolumeType


def extra_specs(conn, volume_type: VolumeType, *, user, query) -> dict[str, Any]:
    return {"rows": [{"key": key, "value": value} for key, value in volume_type.extra_specs.items()]}


def projects(conn, volume_type: VolumeType, *, user, query) -> dict[str, Any]:
    return {"rows": [{"project": project} for project in cloud.projects_with_access(conn, volume_type.cloud_id)]}


def encryption(conn, volume_type: VolumeType, *, user, query) -> dict[str, Any]:
    found = cloud.encryption(conn, volume_type.cloud_id)
    shown = {name: found.get(name) for name in ("provider", "cipher", "key_size", "control_location")}
    return {"rows": [shown] if found.get("encryption_id") else []}


PANELS = (
    TablePanel(
        "extra-specs",
        _("Extra specs"),
        load=extra_specs,
        cloud=False,
        columns=(Column("key", _("Key"), kind="code"), Column("value", _("Value"), kind="code")),
        add=("set-extra-spec",),
        on_entry=("set-extra-spec", "remove-extra-spec"),
    ),
    TablePanel(
        "projects",
        _("Projects"),
        load=projects,
        icon="folders",
        when=lambda volume_type: not volume_type.public,
        columns=(Column("project", _("Project"), refers="identity.project"),),
        add=("give-access",),
        on_entry=("take-access",),
    ),
    TablePanel(
        "encryption",
        _("Encryption"),
        load=encryption,
        icon="lock",
        columns=(
            Column("provider", _("Provider")),
            Column("cipher", _("Cipher")),
            Column("key_size", _("Key size (bits)")),
            Column("control_location", _("Control location")),
        ),
        add=("set-encryption",),
        on_entry=("set-encryption", "remove-encryption"),
        nothing=_("Its volumes are not encrypted."),
    ),
)
