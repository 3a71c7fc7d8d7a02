"""What is open, as worked out by hand, and as another program works it out."""

import random

import pytest

from networking.exposure.evaluation import ExposedPort, Level, badness, is_open_at, openings
from networking.exposure.tests.cases import CASES, GROUPS
from networking.packet_filter import Groups, Rule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_worked_out_by_hand(case):
    found = list(openings([case.port], [case.rule], GROUPS))
    assert [(one.level, one.way) for one in found] == ([(case.level, case.way)] if case.level else [])


def test_there_are_sixty_cases_with_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 60


# The other evaluator: no prefixes and no rules as values, but whole numbers. A source is the world if it is more than
# 2^24 addresses of IPv4 below the multicast ones, or more than 2^112 of IPv6 that touch 2000::/3.


def numbers_of(text):
    head, _slash, length = text.partition("/")
    if ":" in head:
        left, _gap, right = head.partition("::")
        groups = [int(group, 16) for group in left.split(":") if group]
        after = [int(group, 16) for group in right.split(":") if group]
        groups += [0] * (8 - len(groups) - len(after)) + after
        value, bits = sum(group << (16 * (7 - place)) for place, group in enumerate(groups)), 128
    else:
        value, bits = sum(int(part) << (8 * (3 - place)) for place, part in enumerate(head.split("."))), 32
    size = 1 << (bits - int(length or bits))
    first = value - value % size
    return bits, first, first + size - 1


def lets_the_world_in(rule):
    bits = {4: 32, 6: 128}[rule["version"]]
    if rule["prefix"]:
        sources = [rule["prefix"]]
    elif rule["remote_group"]:
        sources = MEMBERS[rule["remote_group"]]
    elif rule["address_group"]:
        sources = ADDRESSES.get(rule["address_group"], [])
    else:
        sources = ["0.0.0.0/0" if bits == 32 else "::/0"]
    for source in sources:
        its_bits, first, last = numbers_of(source)
        if its_bits != bits:
            continue
        if bits == 32 and last - first >= 2**25 - 1 and first < 224 << 24:
            return True
        if bits == 128 and last - first >= 2**113 - 1 and first < 0x4000 << 112 and last >= 0x2000 << 112:
            return True
    return False


def expected(ports, rules):
    return {
        (port["id"], rule["id"])
        for port in ports
        for rule in rules
        if port["up"] and port["filtered"] and rule["direction"] == "ingress" and rule["group"] in port["groups"]
        if any((":" in address) == (rule["version"] == 6) for address in port["public"])
        if lets_the_world_in(rule)
    } | {(port["id"], "") for port in ports if port["up"] and not port["filtered"] and port["public"]}


MEMBERS = {"a": ["0.0.0.0/0"], "b": ["10.1.0.0/16", "::/1"], "c": [], "d": ["64.0.0.0/2", "fd00::/8"]}
ADDRESSES = {"x": ["198.51.100.0/24"], "y": ["0.0.0.0/5", "2001:db8::/32"]}
PREFIXES = ("", "", "", "0.0.0.0/0", "::/0", "10.0.0.0/8", "224.0.0.0/3", "fc00::/7", "2000::/3", "198.51.100.7/32")


def random_world(seed):
    chance = random.Random(seed)
    rules = []
    for number in range(chance.randint(1, 8)):
        way = chance.choice(["prefix", "prefix", "random", "group", "addresses"])
        version = chance.choice([4, 6])
        drawn = (
            f"{chance.randrange(256)}.{chance.randrange(256)}.0.0/{chance.randrange(33)}"
            if chance.random() < 0.6
            else f"{chance.randrange(65536):x}:{chance.randrange(65536):x}::/{chance.randrange(129)}"
        )
        rules.append(
            {
                "id": f"r{number}",
                "group": chance.choice("gh"),
                "direction": chance.choice(["ingress", "ingress", "ingress", "egress"]),
                "version": version,
                "prefix": {"prefix": chance.choice(PREFIXES), "random": drawn}.get(way, ""),
                "remote_group": chance.choice("abcd") if way == "group" else "",
                "address_group": chance.choice("xyz") if way == "addresses" else "",
            }
        )
    ports = [
        {
            "id": f"p{number}",
            "public": tuple(chance.sample(["203.0.113.7", "203.0.113.8", "2a01:4f8::7"], chance.randrange(4))),
            "groups": tuple(chance.sample("ghi", chance.randrange(4))),
            "filtered": chance.random() < 0.85,
            "up": chance.random() < 0.9,
        }
        for number in range(chance.randint(1, 4))
    ]
    return ports, rules


@pytest.mark.parametrize("seed", range(500))
def test_another_evaluator_finds_the_same(seed):
    ports, rules = random_world(seed)
    found = openings(
        [ExposedPort(**port) for port in ports], [Rule(**rule) for rule in rules], Groups(MEMBERS, ADDRESSES)
    )
    assert {(one.port, one.rule.id if one.rule else "") for one in found} == expected(ports, rules)


def test_the_random_worlds_hold_both_what_is_open_and_what_is_not():
    worlds = [random_world(seed) for seed in range(500)]
    pairs = sum(len(ports) * len(rules) for ports, rules in worlds)
    hits = sum(len(expected(ports, rules)) for ports, rules in worlds)
    assert 300 < hits < pairs / 2


def test_the_worst_comes_first_and_of_one_level_the_widest():
    port = ExposedPort("p", ("203.0.113.7",), ("g",))
    rules = [
        Rule("web", "g", protocol="tcp", first=443, last=443),
        Rule("few", "g", protocol="tcp", first=40000, last=40009),
        Rule("many", "g", protocol="tcp", first=40000, last=40999),
        Rule("ssh", "g", protocol="tcp", first=22, last=22),
        Rule("all", "g"),
    ]
    found = sorted(openings([port], rules, Groups()), key=badness)
    assert [one.rule.id for one in found] == ["all", "ssh", "many", "few", "web"]
    assert [one.level for one in found][0] is Level.CRITICAL


@pytest.mark.parametrize(
    ("rule", "open_at"),
    [
        (Rule("r", "g"), True),
        (Rule("r", "g", protocol="tcp"), True),
        (Rule("r", "g", protocol="tcp", first=20, last=25), True),
        (Rule("r", "g", protocol="tcp", first=23, last=25), False),
        (Rule("r", "g", protocol="icmp", first=22), False),
        (Rule("r", "g", protocol="gre"), False),
    ],
)
def test_a_port_is_open_where_a_rule_covers_it(rule, open_at):
    (found,) = openings([ExposedPort("p", ("203.0.113.7",), ("g",))], [rule], Groups())
    assert is_open_at(found, 22) is open_at
