"""Fields that forms of several rooms have, and how what they offer is described."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import gateway
from clusters.coerce import mapping
from clusters.gateway import CloudError, many
from opsys.kit.forms.choices import CloudChoiceField, ResourceField
from opsys.kit.forms.form import ActionForm

LARGEST = 2**31 - 1
GIB = 2**30
NAME_HELP = gettext_lazy("{name} becomes the volume's name, {date} the moment in UTC.")


def sized_text(item: Any) -> str:
    """How a volume, a snapshot or a backup is offered."""
    state = "" if item.status == "available" else f" · {item.status}"
    return f"{item.name or item.cloud_id} · {item.size} GiB{state}"


def size_field(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(**{"label": gettext_lazy("Size (GiB)"), "min_value": 1, "max_value": LARGEST, **options})


def description_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)


def type_field(**options: Any) -> ResourceField:
    return ResourceField(
        "storage.volumetype",
        by="name",
        **{
            "label": gettext_lazy("Type"),
            "required": False,
            "empty_label": gettext_lazy("The default one"),
            **options,
        },
    )


def zone_field() -> CloudChoiceField:
    return CloudChoiceField(
        "volume-zones",
        load=zones,
        label=gettext_lazy("Availability zone"),
        required=False,
        empty_label=gettext_lazy("Any"),
    )


def zones(conn) -> list[tuple[str, str]]:
    found = many(conn.block_storage, "/os-availability-zone", "availabilityZoneInfo")
    usable = [zone.get("zoneName") for zone in found if mapping(zone.get("zoneState")).get("available") is not False]
    return [(name, name) for name in usable if isinstance(name, str)]


def smallest_disk(image: Any) -> int:
    """How many GiB a volume needs to hold the image's content."""
    virtual = image.data.get("virtual_size")
    octets = virtual if isinstance(virtual, int) and virtual > 0 else image.size or 0
    return max(1, image.min_disk, -(-octets // GIB))


def check_type(form: ActionForm, field: str, name: str, project_id: str) -> None:
    """Put an error on the field when the project may not use this private type. Where the cloud does not tell who
    may, it decides by itself."""
    row = form.rows("storage.volumetype").filter(name=name).first() if name and form.cluster else None
    if row is None or row.public or not project_id:
        return
    try:
        with gateway.call(form.cluster) as call:
            path = f"/types/{row.cloud_id}/os-volume-type-access"
            found = many(call.conn.block_storage, path, "volume_type_access")
    except CloudError:
        return
    if project_id not in {entry.get("project_id") for entry in found}:
        form.add_error(field, _("The type “%(name)s” is private, and the project may not use it.") % {"name": name})
