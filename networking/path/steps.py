"""The steps of a path: what stands there, whether it lets through, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Place = tuple[str, str]
"""(type, cloud id)"""
SERVER, PORT, NETWORK = "compute.server", "networking.port", "networking.network"
ROUTER, FLOATING_IP, SUBNET = "networking.router", "networking.floatingip", "networking.subnet"
GROUP = "networking.securitygroup"


class State(StrEnum):
    PASSES = "passes"
    BLOCKS = "blocks"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    YES = "yes"
    LEAVES = "leaves"
    NO = "no"
    UNKNOWN = "unknown"


class Because(StrEnum):
    """Why a step lets through, or not, or why that is not known."""

    SERVER_RUNS = "server-runs"
    SERVER_IS_OFF = "server-is-off"
    SERVER_UNKNOWN = "server-unknown"
    PORT_IS_UP = "port-is-up"
    PORT_IS_OFF = "port-is-off"
    PORT_IS_DOWN = "port-is-down"
    PORT_UNKNOWN = "port-unknown"
    MISSING = "missing"
    NO_ADDRESS = "no-address"
    OWN_ADDRESS = "own-address"
    LINK_LOCAL = "link-local"
    NO_FILTER = "no-filter"
    NO_GROUP = "no-group"
    RULE = "rule"
    NO_RULE = "no-rule"
    GROUP_UNKNOWN = "group-unknown"
    ANSWER_PASSES = "answer-passes"
    ANSWER_BLOCKED = "answer-blocked"
    ANSWER_PARTLY = "answer-partly"
    NETWORK_IS_OFF = "network-is-off"
    SAME_SUBNET = "same-subnet"
    NO_GATEWAY = "no-gateway"
    NO_ROUTER = "no-router"
    GATEWAY_OUTSIDE = "gateway-outside"
    VIA_DEVICE = "via-device"
    ROUTER_RUNS = "router-runs"
    ROUTER_IS_OFF = "router-is-off"
    ROUTER_UNKNOWN = "router-unknown"
    CONNECTED = "connected"
    STATIC_ROUTE = "static-route"
    HOST_ROUTE = "host-route"
    GATEWAY = "gateway"
    NO_ROUTE = "no-route"
    LOOP = "loop"
    SOURCE_FLOATING = "source-floating"
    SOURCE_TRANSLATED = "source-translated"
    SOURCE_KEPT = "source-kept"
    SOURCE_GLOBAL = "source-global"
    LEADS_TO = "leads-to"
    FORWARDED = "forwarded"
    LEADS_NOWHERE = "leads-nowhere"
    LEAVES = "leaves"
    OUTSIDE = "outside"
    NOBODY = "nobody"
    NOT_HELD = "not-held"
    SHARED = "shared"
    OTHER_PORT = "other-port"
    ROUTER_ANSWERS = "router-answers"
    CLOUD_ANSWERS = "cloud-answers"
    WAY_BACK = "way-back"
    NO_WAY_BACK = "no-way-back"
    OTHER_WAY_BACK = "other-way-back"


B = Because
BLOCKING = frozenset(
    {
        *(B.SERVER_IS_OFF, B.PORT_IS_OFF, B.PORT_IS_DOWN, B.NO_ADDRESS, B.NO_GROUP, B.NO_RULE, B.ANSWER_BLOCKED),
        *(B.NETWORK_IS_OFF, B.NO_GATEWAY, B.NO_ROUTER, B.ROUTER_IS_OFF, B.NO_ROUTE, B.LOOP, B.LEADS_NOWHERE),
        *(B.NOBODY, B.NOT_HELD, B.OTHER_PORT, B.NO_WAY_BACK, B.OTHER_WAY_BACK),
    }
)
UNCERTAIN = frozenset(
    {
        *(B.SERVER_UNKNOWN, B.PORT_UNKNOWN, B.LINK_LOCAL, B.GROUP_UNKNOWN, B.ANSWER_PARTLY, B.GATEWAY_OUTSIDE),
        *(B.MISSING, B.VIA_DEVICE, B.ROUTER_UNKNOWN, B.SOURCE_KEPT, B.OUTSIDE, B.SHARED),
    }
)


@dataclass(frozen=True)
class Step:
    """`about` is what stands there; `rule` the one of a security group that decided; `values` fill the sentence."""

    because: Because
    about: Place
    values: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""

    @property
    def state(self) -> State:
        if self.because in BLOCKING:
            return State.BLOCKS
        return State.UNKNOWN if self.because in UNCERTAIN else State.PASSES


@dataclass(frozen=True)
class Way:
    """From a port to an address. It goes on behind what blocks, as far as anything is known, so that all reasons are
    told at once. `arrived` is the port it leads to, and `seen` the address that it comes from as that sees it."""

    source: str
    target: str
    steps: tuple[Step, ...]
    arrived: str = ""
    seen: str = ""

    @property
    def verdict(self) -> Verdict:
        states = {step.state for step in self.steps}
        if State.BLOCKS in states:
            return Verdict.NO
        if State.UNKNOWN in states:
            return Verdict.UNKNOWN
        return Verdict.LEAVES if self.steps[-1].because is Because.LEAVES else Verdict.YES


ORDER = (Verdict.YES, Verdict.LEAVES, Verdict.UNKNOWN, Verdict.NO)
"""Of several ways the first that is best counts."""
