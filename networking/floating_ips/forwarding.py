"""Port forwardings of a floating IP: one of its ports leads to a port of a fixed address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters.coerce import mapping, sequence
from clusters.sentences import gettext as _
from networking import neutron
from networking.declaring import network_action
from networking.floating_ips.forms import of_things, port_text
from networking.floating_ips.models import FloatingIp
from opsys.kit.declare.resource import Column
from opsys.kit.declare.table_panel import ROWS, TablePanel
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

GROUP = gettext_lazy("Port forwarding")
PROTOCOLS = [(name, name) for name in ("tcp", "udp", "icmp", "sctp", "dccp")]
OF_PORTS = ("tcp", "udp", "sctp", "dccp")


def forwardings(ip: FloatingIp) -> list[dict[str, str]]:
    """Each with its id in `forwarding`, as texts."""
    found = map(mapping, sequence(ip.data.get("port_forwardings")))
    names = {
        "forwarding": "id",
        "protocol": "protocol",
        "external_port": "external_port",
        "internal_address": "internal_ip_address",
        "internal_port": "internal_port",
        "port": "internal_port_id",
    }
    rows = [{name: str(entry.get(key) or "") for name, key in names.items()} for entry in found]
    return sorted(rows, key=lambda entry: (entry["protocol"], int(entry["external_port"] or 0)))


def add_forwarding(
    conn,
    cloud_id: str,
    *,
    port: str,
    internal_address: str,
    protocol: str,
    external_port: int | None = None,
    internal_port: int | None = None,
) -> None:
    wish = {
        "internal_port_id": port,
        "internal_ip_address": internal_address,
        "protocol": protocol,
        "external_port": external_port,
        "internal_port": internal_port,
    }
    wish = {name: value for name, value in wish.items() if value is not None}
    neutron.create(conn, f"/floatingips/{cloud_id}/port_forwardings", "port_forwarding", wish)


def remove_forwarding(conn, cloud_id: str, *, forwarding: str) -> None:
    neutron.delete(conn, f"/floatingips/{cloud_id}/port_forwardings/{forwarding}")


class AddForm(ActionForm):
    protocol = forms.ChoiceField(label=gettext_lazy("Protocol"), choices=PROTOCOLS, initial="tcp")
    external_port = forms.IntegerField(
        label=gettext_lazy("Port of the floating IP"), min_value=1, max_value=65535, required=False
    )
    port = ResourceField("networking.port", label=gettext_lazy("Leads to"), describe=port_text, only=of_things)
    internal_address = forms.GenericIPAddressField(
        label=gettext_lazy("Address"),
        protocol="IPv4",
        required=False,
        help_text=gettext_lazy("Which of the port's addresses. Leave empty for the first."),
    )
    internal_port = forms.IntegerField(
        label=gettext_lazy("Port there"),
        min_value=1,
        max_value=65535,
        required=False,
        help_text=gettext_lazy("Leave empty for the same port."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        with_ports = cleaned.get("protocol") in OF_PORTS
        if with_ports and cleaned.get("external_port") is None and "external_port" not in self.errors:
            self.add_error("external_port", _("This protocol has ports: say which one is forwarded."))
        for name in ("external_port", "internal_port"):
            if cleaned.get(name) is not None and not with_ports:
                self.add_error(name, _("This protocol has no ports."))
        self._check_address(cleaned)
        taken = {(one["protocol"], one["external_port"]) for one in (forwardings(self.target) if self.target else [])}
        if (cleaned.get("protocol"), str(cleaned.get("external_port") or "")) in taken:
            self.add_error("external_port", _("It is forwarded already."))
        return cleaned

    def _check_address(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("port"):
            return
        port = self.rows("networking.port").get(cloud_id=cleaned["port"])
        own = [text for text in port.addresses if ":" not in text]
        if not own:
            self.add_error("port", _("It has no IPv4 address."))
        elif cleaned.get("internal_address") and cleaned["internal_address"] not in own:
            self.add_error("internal_address", _("The port does not have this address."))
        else:
            cleaned["internal_address"] = cleaned.get("internal_address") or own[0]
            if self.rows("networking.floatingip").filter(port_id=port.cloud_id).exists():
                self.add_error("port", _("A floating IP leads there already, so nothing can be forwarded to it."))

    def params(self) -> dict[str, Any]:
        given = super().params()
        if "external_port" in given:
            given.setdefault("internal_port", given["external_port"])
        return given


class RemoveForm(ActionForm):
    forwarding = forms.ChoiceField(label=gettext_lazy("Port forwarding"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        rows = forwardings(self.target) if self.target is not None else []
        self.fields["forwarding"].choices = [
            (row["forwarding"], f"{row['protocol']} {row['external_port']} → {row['internal_address']}")
            for row in rows
        ]


def _no_port(ip: FloatingIp) -> str:
    if ip.port_id:
        return _("It leads to %(address)s as a whole. Disassociate it first.") % {"address": ip.fixed_address}
    return ""


def _has_some(ip: FloatingIp) -> str:
    return "" if forwardings(ip) else _("It has no port forwardings.")


def _add_command(ip: FloatingIp, *, port: str, protocol: str, **given: Any) -> list[str]:
    ends = {"internal_address": "--internal-ip-address", "internal_port": "--internal-protocol-port"}
    flags = {**ends, "external_port": "--external-protocol-port"}
    words = [word for name, flag in flags.items() if name in given for word in (flag, str(given[name]))]
    start = ["floating", "ip", "port", "forwarding", "create", "--port", port, "--protocol", protocol]
    return [*start, *words, ip.cloud_id]


ACTIONS = (
    network_action(
        "add-port-forwarding",
        gettext_lazy("Forward a port"),
        add_forwarding,
        when=_no_port,
        form=AddForm,
        single=True,
        icon="arrows-right-left",
        group=GROUP,
        touches=("networking.port",),
        command=_add_command,
    ),
    network_action(
        "remove-port-forwarding",
        gettext_lazy("No longer forward a port"),
        remove_forwarding,
        when=_has_some,
        form=RemoveForm,
        single=True,
        danger=True,
        icon="square-minus",
        group=GROUP,
        command=lambda ip, *, forwarding: [
            *("floating", "ip", "port", "forwarding", "delete", ip.cloud_id),
            forwarding,
        ],
    ),
)


def _load(conn, ip: FloatingIp, *, user, query) -> dict[str, Any]:
    return {ROWS: forwardings(ip)}


PANEL = TablePanel(
    "port-forwardings",
    gettext_lazy("Port forwarding"),
    load=_load,
    cloud=False,
    icon="arrows-right-left",
    columns=(
        Column("protocol", gettext_lazy("Protocol")),
        Column("external_port", gettext_lazy("Port")),
        Column("internal_address", gettext_lazy("Leads to"), kind="code"),
        Column("internal_port", gettext_lazy("Port there")),
        Column("port", gettext_lazy("Network port"), refers="networking.port"),
    ),
    add=("add-port-forwarding",),
    on_entry=("remove-port-forwarding",),
    nothing=gettext_lazy("It has no port forwardings."),
)
