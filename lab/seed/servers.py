"""Servers, and the states they are left in."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from openstack.connection import Connection

from lab.seed.keys import key_name
from lab.seed.plan import Server

# How to get there from ACTIVE.
TRANSITIONS: dict[str, Callable] = {
    "SHUTOFF": lambda compute, server: compute.stop_server(server),
    "PAUSED": lambda compute, server: compute.pause_server(server),
    "SUSPENDED": lambda compute, server: compute.suspend_server(server),
    "SHELVED_OFFLOADED": lambda compute, server: compute.shelve_server(server),
    "RESCUE": lambda compute, server: compute.rescue_server(server),
    "VERIFY_RESIZE": lambda compute, server: compute.resize_server(
        server, compute.find_flavor("m1.large" if server.flavor.name != "m1.large" else "c1.xlarge").id
    ),
}
WAIT_SECONDS = 300
# Nova builds about one a second, however many it is asked for.
PARALLEL = 4


def create_servers(members: dict[str, Connection], planned: list[Server]) -> None:
    """Create these servers and bring each into its state."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        groups = dict(pool.map(lambda item: (item[0], _server_group(item[1])), members.items()))
        created = list(
            pool.map(lambda server: _create(members[server.project], server, groups[server.project]), planned)
        )
    _wait(members, {server.id: "ERROR" if plan.state == "ERROR" else "ACTIVE" for server, plan in created})
    moved = {}
    for server, plan in created:
        compute = members[plan.project].compute
        if plan.state in TRANSITIONS:
            TRANSITIONS[plan.state](compute, compute.get_server(server))
            moved[server.id] = plan.state
        if plan.locked:
            compute.lock_server(server, locked_reason="Audit in progress")
    _wait(members, moved)


def _server_group(member: Connection):
    groups = {group.name: group for group in member.compute.server_groups()}
    return groups.get("spread") or member.compute.create_server_group(name="spread", policy="soft-anti-affinity")


def _create(member: Connection, planned: Server, group) -> tuple:
    image = member.image.find_image(planned.image, ignore_missing=False)
    server = member.compute.create_server(
        name=planned.name,
        flavor_id=member.compute.find_flavor(planned.flavor, ignore_missing=False).id,
        networks=[{"uuid": member.network.find_network(planned.network, ignore_missing=False).id}],
        security_groups=[{"name": name} for name in planned.security_groups],
        key_name=key_name(member.config.config["auth"]["username"]),
        metadata=planned.metadata,
        tags=list(planned.tags),
        description=f"{planned.project}: {planned.metadata.get('role', planned.name[:60])}",
        scheduler_hints={"group": group.id},
        **_disk(image, planned.boot_volume),
    )
    return server, planned


def _disk(image, boot_volume: int) -> dict:
    if not boot_volume:
        return {"image_id": image.id}
    volume = {
        "boot_index": 0,
        "uuid": image.id,
        "source_type": "image",
        "destination_type": "volume",
        "volume_size": boot_volume,
        "delete_on_termination": True,
    }
    return {"block_device_mapping": [volume]}


def _wait(members: dict[str, Connection], wanted: dict[str, str]) -> None:
    """Wait until the servers (by id) have the wanted status."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = {server.id: server for member in members.values() for server in member.compute.servers(details=True)}
        missing = {
            found[key].name: found[key].status
            for key, status in wanted.items()
            if found[key].status != status or found[key].task_state
        }
        if not missing:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"servers not as planned after {WAIT_SECONDS} s: {missing}")
        time.sleep(0.5)
