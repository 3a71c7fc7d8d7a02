"""Fields that forms of several rooms have, and how what they offer is described."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters.coerce import mapping
from clusters.gateway import many
from opsys.kit.forms.choices import CloudChoiceField
from storage import type_access

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


def type_field() -> CloudChoiceField:
    """Of the types that the project may use in which something new is made."""
    return CloudChoiceField(
        "volume-types",
        load=type_access.usable,
        label=gettext_lazy("Type"),
        required=False,
        empty_label=gettext_lazy("The default one"),
        error_messages={"invalid_choice": gettext_lazy("The project may use no volume type “%(value)s”.")},
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
