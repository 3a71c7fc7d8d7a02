"""Network interfaces, floating IPs and security groups of a server."""

from django import forms
from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from compute.servers import networking
from compute.servers.actions.base import option, server_action
from compute.servers.actions.network_choices import (
    FLOATING_IP,
    NETWORK,
    FloatingIpField,
    PortField,
    SecurityGroupField,
    SecurityGroupsField,
    against_network,
    free_ports,
    own_floating_ips,
    own_ports,
    secured,
)
from compute.servers.states import has_addresses, ready
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

GROUP = gettext_lazy("Network")
PLUGGABLE = ("ACTIVE", "PAUSED", "SHUTOFF")


class AttachInterfaceForm(ActionForm):
    network = ResourceField(
        NETWORK,
        label=gettext_lazy("Network"),
        required=False,
        against=against_network,
        help_text=gettext_lazy("Makes a new port."),
    )
    port = PortField(only=free_ports, label=gettext_lazy("Or a free port"), required=False)
    fixed_ip = forms.GenericIPAddressField(
        label=gettext_lazy("Address"), required=False, help_text=gettext_lazy("Leave empty for the next free one.")
    )

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("network")) == bool(cleaned.get("port")) and not self.errors:
            raise forms.ValidationError(_("Choose either a network or a port."), code="either")
        if cleaned.get("port") and cleaned.get("fixed_ip"):
            self.add_error("fixed_ip", _("A port has its addresses already."))
        return cleaned


class PortForm(ActionForm):
    port = PortField(only=own_ports, label=gettext_lazy("Interface"))


class AssociateForm(ActionForm):
    floating_ip = FloatingIpField(label=gettext_lazy("Floating IP"))
    fixed_ip = forms.ChoiceField(label=gettext_lazy("Leads to"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        addresses = self.target.fixed_addresses if self.target else []
        self.fields["fixed_ip"].choices = [("", _("Its first address")), *((ip, ip) for ip in addresses)]


class DisassociateForm(ActionForm):
    floating_ip = ResourceField(FLOATING_IP, only=own_floating_ips, label=gettext_lazy("Floating IP"))


class SecurityGroupForm(ActionForm):
    one_cluster = True

    security_group = SecurityGroupField(label=gettext_lazy("Security group"))


class PortSecurityForm(PortForm):
    security_groups = SecurityGroupsField(
        label=gettext_lazy("Security groups"), help_text=gettext_lazy("All groups that the interface should have.")
    )

    def clean_port(self):
        secured(self, self.cleaned_data["port"])
        return self.cleaned_data["port"]


def attach_command(server, *, network: str = "", port: str = "", fixed_ip: str = "") -> list[str]:
    if port:
        return ["server", "add", "port", server.cloud_id, port]
    if fixed_ip:
        return ["server", "add", "fixed", "ip", "--fixed-ip-address", fixed_ip, server.cloud_id, network]
    return ["server", "add", "network", server.cloud_id, network]


def associate_command(server, *, floating_ip: str, fixed_ip: str = "") -> list[str]:
    if floating_ip.startswith(networking.NEW):
        return ["floating", "ip", "create", floating_ip.removeprefix(networking.NEW)]
    return ["server", "add", "floating", "ip", *option("--fixed-ip-address", fixed_ip), server.cloud_id, floating_ip]


def port_security_command(server, *, port: str, security_groups: list[str]) -> list[str]:
    chosen = [word for group in security_groups for word in ("--security-group", group)]
    return ["port", "set", "--no-security-group", *chosen, port]


ACTIONS = (
    server_action(
        "associate-floating-ip",
        gettext_lazy("Associate a floating IP"),
        networking.associate_floating_ip,
        needs="network",
        when=has_addresses,
        form=AssociateForm,
        single=True,
        icon="world-pin",
        group=GROUP,
        touches=("networking.floatingip", "compute.server"),
        command=associate_command,
    ),
    server_action(
        "disassociate-floating-ip",
        gettext_lazy("Disassociate a floating IP"),
        networking.disassociate_floating_ip,
        needs="network",
        when=has_addresses,
        form=DisassociateForm,
        single=True,
        icon="world",
        danger=True,
        group=GROUP,
        touches=("networking.floatingip", "compute.server"),
        command=lambda server, *, floating_ip: ["server", "remove", "floating", "ip", server.cloud_id, floating_ip],
    ),
    server_action(
        "attach-interface",
        gettext_lazy("Attach an interface"),
        networking.attach_interface,
        nova="attach_interface",
        when=ready(*PLUGGABLE),
        form=AttachInterfaceForm,
        single=True,
        icon="plug-connected",
        group=GROUP,
        touches=("networking.port", "networking.subnet"),
        command=attach_command,
    ),
    server_action(
        "detach-interface",
        gettext_lazy("Detach an interface"),
        networking.detach_interface,
        nova="detach_interface",
        when=ready(*PLUGGABLE, also=(has_addresses,)),
        form=PortForm,
        single=True,
        icon="plug-connected-x",
        danger=True,
        group=GROUP,
        touches=("networking.port", "networking.floatingip"),
        command=lambda server, *, port: ["server", "remove", "port", server.cloud_id, port],
    ),
    server_action(
        "add-security-group",
        gettext_lazy("Add a security group"),
        networking.add_security_group,
        when=has_addresses,
        form=SecurityGroupForm,
        icon="shield-check",
        group=GROUP,
        touches=("networking.port",),
        command=lambda server, *, security_group: [
            "server",
            "add",
            "security",
            "group",
            server.cloud_id,
            security_group,
        ],
    ),
    server_action(
        "remove-security-group",
        gettext_lazy("Remove a security group"),
        networking.remove_security_group,
        when=has_addresses,
        form=SecurityGroupForm,
        icon="shield-off",
        danger=True,
        group=GROUP,
        touches=("networking.port",),
        command=lambda server, *, security_group: [
            *("server", "remove", "security", "group", server.cloud_id, security_group)
        ],
    ),
    server_action(
        "port-security-groups",
        gettext_lazy("Security groups of an interface"),
        networking.set_port_security_groups,
        needs="network",
        when=has_addresses,
        form=PortSecurityForm,
        single=True,
        icon="shield",
        group=GROUP,
        touches=("networking.port",),
        command=port_security_command,
    ),
)
