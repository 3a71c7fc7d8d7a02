"""What the security groups of a port let through, and whether its answer comes through as well."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from networking.packet_filter import INGRESS, WITH_PORTS, WITH_TYPES, Rule, remotes
from networking.path.steps import GROUP, PORT, Because, Step
from networking.path.world import ECHO, ECHOED, Packet, Port, World

EGRESS = "egress"
ANSWERED = (1024, 65535)
"""The ports that clients use for themselves."""


def filtered(world: World, port: Port, direction: str, packet: Packet, other: str) -> Step:
    """Whether the port's groups let the packet in from the other address, or out to it."""
    if not port.filtered:
        return Step(Because.NO_FILTER, (PORT, port.id))
    if not port.groups:
        return Step(Because.NO_GROUP, (PORT, port.id), {"direction": direction})
    fitting = [rule for rule in world.rules(port.groups) if _is_about(rule, direction, packet)]
    rule, certain = _about_address(world, fitting, other)
    said = {"direction": direction, "other": other}
    if rule is None:
        return Step(Because.NO_RULE, (GROUP, port.groups[0]) if len(port.groups) == 1 else (PORT, port.id), said)
    return Step(Because.RULE if certain else Because.GROUP_UNKNOWN, (GROUP, rule.group), said, rule.id)


def answered(world: World, port: Port, direction: str, packet: Packet, other: str) -> Step | None:
    """Whether the answer to the packet comes through the port in the other direction; None where that goes without
    saying, because what was let through is remembered."""
    if not port.filtered or not world.stateless(port.groups):
        return None
    back = INGRESS if direction == EGRESS else EGRESS
    said = {"direction": back, "other": other}
    about = (PORT, port.id)
    if packet.number in WITH_PORTS:
        return _ports_answered(world, port, back, packet, other)
    if packet.number in WITH_TYPES:
        if packet.port != ECHO[packet.number]:
            return None
        answer = Packet(packet.version, packet.number, ECHOED[packet.number], 0)
    else:
        answer = packet
    fitting = [rule for rule in world.rules(port.groups) if _is_about(rule, back, answer)]
    rule, certain = _about_address(world, fitting, other)
    if rule is None:
        return Step(Because.ANSWER_BLOCKED, about, said)
    return Step(Because.ANSWER_PASSES if certain else Because.GROUP_UNKNOWN, (GROUP, rule.group), said, rule.id)


def _ports_answered(world: World, port: Port, back: str, packet: Packet, other: str) -> Step:
    """Answers go to a port that the client chose, which may be any of `ANSWERED`."""
    about, said = (PORT, port.id), {"direction": back, "other": other}
    of_protocol = [
        rule
        for rule in world.rules(port.groups)
        if rule.direction == back and rule.version == packet.version and rule.number in (None, packet.number)
    ]
    certain = [rule for rule in of_protocol if _about_address(world, [rule], other) == (rule, True)]
    if _cover(certain, whole=True):
        return Step(Because.ANSWER_PASSES, about, said)
    if _cover([rule for rule in of_protocol if _about_address(world, [rule], other)[0]], whole=False):
        return Step(Because.ANSWER_PARTLY, about, said)
    return Step(Because.ANSWER_BLOCKED, about, said)


def _cover(rules: Iterable[Rule], *, whole: bool) -> bool:
    """Whether the rules are together about all of `ANSWERED`, or about some of it."""
    spans = sorted(rule.ports or (0, 65535) for rule in rules)
    touching = [(first, last) for first, last in spans if first <= ANSWERED[1] and last >= ANSWERED[0]]
    if not whole:
        return bool(touching)
    reached = ANSWERED[0]
    for first, last in touching:
        if first > reached:
            return False
        reached = max(reached, last + 1)
    return reached > ANSWERED[1]


def _is_about(rule: Rule, direction: str, packet: Packet) -> bool:
    """But for the address."""
    if rule.direction != direction or rule.version != packet.version:
        return False
    if rule.number is None:
        return True
    if rule.number != packet.number:
        return False
    if packet.number in WITH_PORTS:
        return rule.ports is None or (packet.port is not None and rule.ports[0] <= packet.port <= rule.ports[1])
    if packet.number in WITH_TYPES and rule.first is not None:
        return rule.first == packet.port and rule.last in (None, packet.code)
    return True


def _about_address(world: World, rules: Sequence[Rule], other: str) -> tuple[Rule | None, bool]:
    """The first rule that is about the address, and whether that is certain; of an address group that the cloud does
    not tell it is not."""
    groups, address, perhaps = world.named(rules), ip_address(other), None
    for rule in rules:
        prefixes = remotes(rule, groups)
        if prefixes is None:
            perhaps = perhaps or rule
        elif any(address in prefix for prefix in prefixes):
            return rule, True
    return perhaps, False
