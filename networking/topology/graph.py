"""A graph as plain values: what the picture and the table are drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Place = tuple[str, str]
"""(type, cloud id)"""


@dataclass(frozen=True)
class Node:
    """A resource. `external` marks the networks that lead out."""

    place: Place
    name: str
    status: str
    colour: str
    kind: str
    url: str
    external: bool = False

    @property
    def id(self) -> str:
        return "/".join(self.place)

    @property
    def type(self) -> str:
        return self.place[0].rpartition(".")[2]

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "status": self.status,
            "colour": self.colour,
            "kind": self.kind,
            "url": self.url,
            "external": self.external,
        }


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of a table, and edges from what refers to what it refers to."""

    nodes: list[Node]
    edges: list[tuple[Place, Place]]

    @cached_property
    def neighbours(self) -> Mapping[Place, list[Node]]:
        """Of each node those at the other ends of its edges, in the nodes' order."""
        known = {node.place: node for node in self.nodes}
        order = {node.place: number for number, node in enumerate(self.nodes)}
        found: dict[Place, set[Place]] = {place: set() for place in known}
        for one, other in self.edges:
            found[one].add(other)
            found[other].add(one)
        return {place: [known[end] for end in sorted(ends, key=order.__getitem__)] for place, ends in found.items()}

    def as_dict(self) -> dict[str, Any]:
        return {
            "nodes": [node.as_dict() for node in self.nodes],
            "edges": [{"source": "/".join(one), "target": "/".join(other)} for one, other in self.edges],
        }


def graph_of(nodes: Iterable[Node], edges: Iterable[tuple[Place, Place]]) -> Graph:
    """Without edges to what is not there, and without those that others imply: a port is in a network because it is
    in one of its subnets."""
    nodes = list(nodes)
    known = {node.place for node in nodes}
    targets: dict[Place, dict[Place, None]] = {}
    for one, other in edges:
        if one in known and other in known and one != other:
            targets.setdefault(one, {})[other] = None
    kept = [
        (one, other)
        for one, ends in targets.items()
        for other in ends
        if not any(other in targets.get(between, ()) for between in ends if between != other)
    ]
    return Graph(nodes, kept)
