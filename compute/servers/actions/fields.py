"""Fields that forms of several groups have, and how what they offer is described."""

from django.utils.translation import gettext_lazy as _

from compute.servers.quantities import gibibytes
from opsys.kit.forms.choices import CloudChoiceField, ResourceField


def flavor_text(flavor) -> str:
    return f"{flavor.name} · {flavor.vcpus} vCPU · {gibibytes(flavor.ram)} · {flavor.disk} GiB"


def image_text(image) -> str:
    return f"{image.name or image.cloud_id} · {image.os_distro}" if image.os_distro else image.name or image.cloud_id


def flavor_field(**options) -> ResourceField:
    return ResourceField(
        "compute.flavor",
        label=_("Flavor"),
        describe=flavor_text,
        only=lambda rows, form: rows.filter(disabled=False),
        **options,
    )


def image_field(**options) -> ResourceField:
    return ResourceField(
        "compute.image",
        describe=image_text,
        only=lambda rows, form: rows.filter(status="active", hidden=False),
        **{"label": _("Image"), **options},
    )


def host_field() -> CloudChoiceField:
    return CloudChoiceField(
        "compute-hosts",
        load=hosts,
        label=_("Target host"),
        required=False,
        empty_label=_("Let the scheduler choose"),
        help_text=_("Only where all chosen servers are of one cluster."),
    )


def hosts(conn) -> list[tuple[str, str]]:
    services = conn.compute.services(binary="nova-compute")
    usable = [service for service in services if service.state == "up" and service.status == "enabled"]
    return [(service.host, f"{service.host} · {service.availability_zone}") for service in usable]


class OfServerField(CloudChoiceField):
    """Choices that the cloud gives for the one server: `load(conn, server)`. Asked again as soon as its row has
    changed."""

    def bind_to(self, form) -> None:
        server, load = form.target, self.load
        if server is not None:
            self.name = f"{self.name}:{server.cloud_id}:{server.digest}"
            self.load = lambda conn: load(conn, server)
        super().bind_to(form)
