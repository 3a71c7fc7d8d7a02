"""What the network forms offer, asked from Neutron."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clusters.gateway import many
from compute.servers import lookup
from compute.servers.actions.fields import OfServerField
from opsys.kit.forms.choices import CloudChoiceField, CloudChoicesField


def port_text(port: dict) -> str:
    addresses = [entry.get("ip_address") for entry in port.get("fixed_ips") or [] if entry.get("ip_address")]
    return " · ".join(filter(None, [port.get("name"), ", ".join(addresses), port.get("mac_address")]))


def own_ports(conn, server) -> list[tuple[str, str]]:
    return [(port.get("id") or "", port_text(port)) for port in lookup.ports(conn, server.cloud_id)]


def free_ports(conn, server) -> list[tuple[str, str]]:
    query = urlencode({"project_id": server.project_id, "device_id": ""})
    ports = many(conn.network, f"/ports?{query}", "ports")
    return [(port.get("id") or "", port_text(port)) for port in ports if not port.get("device_id")]


def floating_ip_choices(conn, server) -> list[tuple[str, str]]:
    """The free ones of the server's project by their address, then a new one of each external network."""
    query = urlencode({"project_id": server.project_id})
    present = many(conn.network, f"/floatingips?{query}", "floatingips")
    free = [ip.get("floating_ip_address") or "" for ip in present if not ip.get("port_id")]
    external = many(conn.network, f"/networks?{urlencode({'router:external': 'true'})}", "networks")
    new = [(f"new:{network.get('id')}", str(network.get("name") or network.get("id"))) for network in external]
    return [*((address, address) for address in sorted(free)), *new]


def own_floating_ip_choices(conn, server) -> list[tuple[str, str]]:
    """As Neutron has them: what Nova says of a server's addresses lags behind by minutes."""
    ports = [str(port.get("id")) for port in lookup.ports(conn, server.cloud_id)]
    found = [str(ip.get("floating_ip_address") or "") for ip in lookup.floating_ips(conn, ports)]
    return [(address, address) for address in sorted(found)]


class FloatingIpField(OfServerField):
    def __init__(self, **options):
        super().__init__("floating-ips", load=floating_ip_choices, **options)

    def offer(self, choices) -> None:
        """The words around a network's name are of whoever looks, so they are not kept with the choices."""
        super().offer(
            [
                (value, _("A new one of %(network)s") % {"network": label} if value.startswith("new:") else label)
                for value, label in choices
            ]
        )


class _OfProject:
    """Security groups are a project's own: all servers must be of one."""

    def bind_to(self, form) -> None:
        projects = {server.project_id for server in form.targets}
        if len(projects) == 1 and form.cluster is not None:
            project = projects.pop()
            self.name = f"{self.name}:{project}"
            self.load = lambda conn: security_groups_of(conn, project)
            super().bind_to(form)
        else:
            self.form = form
            self.help_text = _("Choose servers of one project to choose one of its security groups.")
            self.offer([])


def security_groups_of(conn, project: str) -> list[tuple[str, str]]:
    groups = many(conn.network, f"/security-groups?{urlencode({'project_id': project})}", "security_groups")
    return sorted(((group.get("id") or "", group.get("name") or "") for group in groups), key=lambda pair: pair[1])


class SecurityGroupField(_OfProject, CloudChoiceField):
    def __init__(self, **options):
        super().__init__("security-groups", load=lambda conn: [], **options)


class SecurityGroupsField(_OfProject, CloudChoicesField):
    def __init__(self, **options):
        super().__init__("security-groups", load=lambda conn: [], **options)
