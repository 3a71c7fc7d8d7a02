"""What the network forms of servers offer, from the rows of networking."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from clusters.sentences import gettext as _
from compute.servers.networking import NEW
from opsys.kit.forms.choices import OFFERED, ResourceField, ResourcesField
from opsys.kit.forms.form import ActionForm

PORT, FLOATING_IP, NETWORK = "networking.port", "networking.floatingip", "networking.network"
SECURITY_GROUP = "networking.securitygroup"


def port_text(port: Any) -> str:
    return " · ".join(filter(None, [port.name, ", ".join(port.addresses), port.mac_address]))


def own_ports(rows: QuerySet, form: ActionForm) -> QuerySet:
    return rows.filter(device_id=form.target.cloud_id) if form.target is not None else rows.none()


def free_ports(rows: QuerySet, form: ActionForm) -> QuerySet:
    return _of_project(rows, form).filter(device_id="")


def own_floating_ips(rows: QuerySet, form: ActionForm) -> QuerySet:
    return rows.filter(port_id__in=own_ports(form.rows(PORT), form).values("cloud_id"))


def external_networks(rows: QuerySet, form: ActionForm) -> QuerySet:
    return rows.filter(external=True)


def against_network(network: Any, form: ActionForm) -> str:
    """Why a new port of it would be refused or without an address, or ""."""
    return "" if network.subnets else _("It has no subnet, so there is no address to give.")


def _of_project(rows: QuerySet, form: ActionForm) -> QuerySet:
    """Those of the project that all targets are of; none where they are of several."""
    projects = {server.project_id for server in form.targets}
    return rows.filter(project_id=projects.pop()) if len(projects) == 1 else rows.none()


class PortField(ResourceField):
    def __init__(self, **options: Any):
        super().__init__(PORT, describe=port_text, **options)


class FloatingIpField(ResourceField):
    """One of the server's project: first those that lead nowhere, then a new one of each external network, then those
    that lead elsewhere, with whom they would be taken from. Cleans to an id, or to `NEW` and the id of a network."""

    def __init__(self, **options: Any):
        super().__init__(FLOATING_IP, only=_of_project, **options)
        self.network = ResourceField(NETWORK, only=external_networks)

    def bind_to(self, form: ActionForm) -> None:
        self.form = self.network.form = form
        rows = list(self._rows()[:OFFERED]) if form.target is not None else []
        networks = form.rows(NETWORK).filter(external=True).order_by("name")[:OFFERED] if rows or form.target else []
        holders = _holders(form, [ip for ip in rows if ip.port_id])
        self.choices = [
            *((ip.cloud_id, ip.name) for ip in rows if not ip.port_id and not ip.data.get("port_forwardings")),
            *((f"{NEW}{one.cloud_id}", _("A new one of %(network)s") % {"network": one}) for one in networks),
            *((ip.cloud_id, _taken(ip, holders[ip.port_id])) for ip in rows if holders.get(ip.port_id)),
        ]

    def clean(self, value: Any) -> str:
        text = str(value or "")
        return f"{NEW}{self.network.clean(text.removeprefix(NEW))}" if text.startswith(NEW) else super().clean(value)


def _holders(form: ActionForm, used: list[Any]) -> dict[str, str]:
    """Port → the server that has it, or what else it is called. Not those of the server itself."""
    ports = list(
        form.rows(PORT).filter(cloud_id__in=[ip.port_id for ip in used]).exclude(device_id=form.target.cloud_id)
    )
    servers = form.rows("compute.server").filter(cloud_id__in=[port.device_id for port in ports])
    names = {server.cloud_id: str(server) for server in servers}
    return {port.cloud_id: names.get(port.device_id) or str(port) for port in ports}


def _taken(ip: Any, holder: str) -> str:
    return _("%(address)s · is taken from %(holder)s (%(fixed)s)") % {
        "address": ip.name,
        "holder": holder,
        "fixed": ip.fixed_address or "–",
    }


class _OfOneProject:
    """Security groups are a project's own: all servers must be of one."""

    def bind_to(self, form: ActionForm) -> None:
        super().bind_to(form)  # type: ignore[misc]
        if len({server.project_id for server in form.targets}) > 1:
            self.help_text = _("Choose servers of one project to choose one of its security groups.")


class SecurityGroupField(_OfOneProject, ResourceField):
    def __init__(self, **options: Any):
        super().__init__(SECURITY_GROUP, only=_of_project, **options)


class SecurityGroupsField(_OfOneProject, ResourcesField):
    def __init__(self, **options: Any):
        super().__init__(SECURITY_GROUP, only=_of_project, **options)


def secured(form: ActionForm, port_id: str) -> None:
    """Whether security groups hold on this port at all."""
    port = form.rows(PORT).filter(cloud_id=port_id).first()
    if port is not None and not port.port_security:
        raise forms.ValidationError(
            _("Port security is off on this port, so it has no security groups."), code="state"
        )
