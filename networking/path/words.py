"""The reasons of steps, as sentences."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from networking.packet_filter import INGRESS
from networking.path.filtering import EGRESS
from networking.path.steps import Because, State, Step, Verdict

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

VERDICTS: "dict[Verdict, tuple[StrPromise, str]]" = {
    Verdict.YES: (_("It gets there, and the answer comes back."), "green"),
    Verdict.LEAVES: (_("It leaves the cloud. What happens outside is not known."), "green"),
    Verdict.NO: (_("It does not get there."), "red"),
    Verdict.UNKNOWN: (_("The known data is not enough to tell."), "yellow"),
}
STATES: "dict[State, tuple[StrPromise, str, str]]" = {
    State.PASSES: (_("passes"), "green", "check"),
    State.BLOCKS: (_("blocks"), "red", "x"),
    State.UNKNOWN: (_("not known"), "yellow", "help-circle"),
}
SENTENCES: "dict[Because, StrPromise]" = {
    Because.SERVER_RUNS: _("The server is in %(status)s."),
    Because.SERVER_IS_OFF: _("The server is in %(status)s: it neither sends nor answers."),
    Because.SERVER_UNKNOWN: _("The server is in %(status)s: whether it runs is not known."),
    Because.PORT_IS_UP: _("The port is up."),
    Because.PORT_IS_OFF: _("The port is administratively down."),
    Because.PORT_IS_DOWN: _("The port is in %(status)s: nothing is plugged in."),
    Because.PORT_UNKNOWN: _("The port is in %(status)s, which does not say whether it is plugged in."),
    Because.MISSING: _("The inventory does not have it."),
    Because.NO_ADDRESS: _("The port has no address of IPv%(version)s."),
    Because.OWN_ADDRESS: _("It is the port's own address."),
    Because.LINK_LOCAL: _(
        "Link-local addresses are not routed. Of these only Neutron's metadata service may answer, which the "
        "inventory does not tell of."
    ),
    Because.NO_FILTER: _("Port security is off: nothing is filtered."),
    Because.NETWORK_IS_OFF: _("The network is administratively down."),
    Because.SAME_SUBNET: _("%(to)s is in the same subnet."),
    Because.NO_GATEWAY: _("The subnet has neither a gateway nor a route to there."),
    Because.NO_ROUTER: _("No router has the address %(next_hop)s on this network."),
    Because.GATEWAY_OUTSIDE: _("The next hop %(next_hop)s is a machine that Neutron does not know."),
    Because.VIA_DEVICE: _("The next hop %(next_hop)s is not a Neutron router. What it does is not known."),
    Because.ROUTER_RUNS: _("The router is in %(status)s."),
    Because.ROUTER_IS_OFF: _("The router is administratively down, or in ERROR (%(status)s)."),
    Because.ROUTER_UNKNOWN: _("The router is in %(status)s: whether it forwards is not known."),
    Because.CONNECTED: _("The router is in the network of %(to)s."),
    Because.STATIC_ROUTE: _("A static route leads to %(to)s by %(next_hop)s."),
    Because.HOST_ROUTE: _("A host route of the subnet leads to %(to)s by %(next_hop)s."),
    Because.GATEWAY: _("The subnet's gateway is %(next_hop)s."),
    Because.NO_ROUTE: _("The router has no route to %(to)s."),
    Because.LOOP: _("It has been here before: the routes form a loop."),
    Because.SOURCE_FLOATING: _("Its floating IP %(address)s becomes the source."),
    Because.SOURCE_TRANSLATED: _("The router's own %(address)s becomes the source (SNAT)."),
    Because.SOURCE_KEPT: _("The source stays %(address)s. Whether answers find back to it is not known."),
    Because.SOURCE_GLOBAL: _("The source stays %(address)s, which is a public address."),
    Because.LEADS_TO: _("It leads to %(to)s."),
    Because.FORWARDED: _("This port of it is forwarded to %(to)s, port %(port)s."),
    Because.LEADS_NOWHERE: _("It leads nowhere with this protocol and port."),
    Because.LEAVES: _("It leaves the cloud for %(to)s."),
    Because.OUTSIDE: _("No port has %(to)s. It may be a machine that Neutron does not know."),
    Because.NOBODY: _("No port has %(to)s."),
    Because.NOT_HELD: _("The port that has %(to)s belongs to nothing."),
    Because.SHARED: _("%(to)s is an allowed address of this port. Who has it now is not known."),
    Because.OTHER_PORT: _("%(to)s is another port here than the one meant."),
    Because.ROUTER_ANSWERS: _("%(to)s is a router's own address."),
    Because.CLOUD_ANSWERS: _("%(to)s belongs to a service of Neutron."),
    Because.WAY_BACK: _("The answer goes by %(next_hop)s."),
    Because.NO_WAY_BACK: _("The answer finds no way to %(to)s."),
    Because.OTHER_WAY_BACK: _("The answer goes by %(next_hop)s, past the router that translated the address."),
}
BY_DIRECTION: "dict[Because, dict[str, StrPromise]]" = {
    Because.RULE: {
        EGRESS: _("A rule lets it out to %(other)s."),
        INGRESS: _("A rule lets it in from %(other)s."),
    },
    Because.NO_RULE: {
        EGRESS: _("No rule of its security groups lets it out to %(other)s."),
        INGRESS: _("No rule of its security groups lets it in from %(other)s."),
    },
    Because.NO_GROUP: {
        EGRESS: _("The port is in no security group, so nothing goes out."),
        INGRESS: _("The port is in no security group, so nothing comes in."),
    },
    Because.GROUP_UNKNOWN: {
        EGRESS: _("A rule names an address group whose addresses are not known: %(other)s may be one of them."),
        INGRESS: _("A rule names an address group whose addresses are not known: %(other)s may be one of them."),
    },
    Because.ANSWER_PASSES: {
        EGRESS: _("The security group is stateless. A rule lets the answer out to %(other)s."),
        INGRESS: _("The security group is stateless. A rule lets the answer in from %(other)s."),
    },
    Because.ANSWER_BLOCKED: {
        EGRESS: _("The security group is stateless, and no rule lets the answer out to %(other)s."),
        INGRESS: _("The security group is stateless, and no rule lets the answer in from %(other)s."),
    },
    Because.ANSWER_PARTLY: {
        EGRESS: _("The security group is stateless, and lets answers out to some of the ports that clients use only."),
        INGRESS: _("The security group is stateless, and lets answers in to some of the ports that clients use only."),
    },
}


def sentence(step: Step) -> str:
    """Why, in the reader's language."""
    by_direction = BY_DIRECTION.get(step.because)
    text = by_direction[step.values["direction"]] if by_direction else SENTENCES[step.because]
    return str(text) % step.values
