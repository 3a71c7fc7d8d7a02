"""Neutron's agents as plain values, what is on each of them, and what can be asked about them."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from clusters.gateway import many, moment
from networking import neutron

KEPT = ("configurations", "topic", "resources_synced")


def row(agent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **neutron.common(agent, KEPT),
        "name": agent.get("host"),
        "created_at": moment(agent.get("created_at")),
        "status": "UP" if agent.get("alive") else "DOWN",
        "agent_type": agent.get("agent_type"),
        "binary": agent.get("binary"),
        "availability_zone": agent.get("availability_zone"),
        "admin_state_up": agent.get("admin_state_up") is not False,
    }


fetch, fetch_one = neutron.reading("/agents", "agent", row, extension=True)


def networks_on(conn, cloud_id: str) -> list[str]:
    """Ids of the networks a DHCP agent serves."""
    return _ids(many(conn.network, f"/agents/{cloud_id}/dhcp-networks", "networks"))


def routers_on(conn, cloud_id: str) -> list[str]:
    """Ids of the routers an L3 agent has."""
    return _ids(many(conn.network, f"/agents/{cloud_id}/l3-routers", "routers"))


def enable(conn, cloud_id: str) -> None:
    neutron.update(conn, f"/agents/{cloud_id}", "agent", {"admin_state_up": True})


def disable(conn, cloud_id: str) -> None:
    neutron.update(conn, f"/agents/{cloud_id}", "agent", {"admin_state_up": False})


def delete(conn, cloud_id: str) -> None:
    neutron.delete(conn, f"/agents/{cloud_id}")


def add_network(conn, cloud_id: str, *, network: str) -> None:
    neutron.post(conn, f"/agents/{cloud_id}/dhcp-networks", {"network_id": network})


def remove_network(conn, cloud_id: str, *, network: str) -> None:
    neutron.delete(conn, f"/agents/{cloud_id}/dhcp-networks/{network}")


def add_router(conn, cloud_id: str, *, router: str) -> None:
    neutron.post(conn, f"/agents/{cloud_id}/l3-routers", {"router_id": router})


def remove_router(conn, cloud_id: str, *, router: str) -> None:
    neutron.delete(conn, f"/agents/{cloud_id}/l3-routers/{router}")


def move_networks(conn, cloud_id: str, *, networks: list[str], agent: str) -> None:
    """A network may be served by several agents: each is taken up there before it is given up here."""
    there = networks_on(conn, agent)
    for network in networks:
        if network not in there:
            add_network(conn, agent, network=network)
        remove_network(conn, cloud_id, network=network)


def move_routers(conn, cloud_id: str, *, routers: list[str], agent: str) -> None:
    """A router that is not highly available is on one agent only: it is given up here first, and comes back if the
    other does not take it."""
    there = routers_on(conn, agent)
    for router in routers:
        remove_router(conn, cloud_id, router=router)
        if router not in there:
            with ExitStack() as undo:
                undo.callback(add_router, conn, cloud_id, router=router)
                add_router(conn, agent, router=router)
                undo.pop_all()


def _ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found if isinstance(one.get("id"), str)]
