"""Fill one cloud: python -m lab.seed STATE. A second run adds nothing."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openstack.connection import Connection

from lab.bootstrap import connect
from lab.seed import hosts, identity, images, keys, networks, servers, volumes
from lab.seed.plan import PLANS, CloudPlan, Project
from lab.services.serving import description

# Servers whose number is 01 are there for their whole life: they get what others could not keep.
FIRST = "-01"


def seed(address: str, plan: CloudPlan, computes: list[str]) -> None:
    admin = connect(address)
    identity.create_projects(admin, plan)
    members = identity.connect_members(address, plan)
    images.create_flavors(admin)
    images.create_images(admin)
    networks.create_external_network(admin, plan)
    hosts.create_aggregates(admin, computes)
    _log("projects, flavors, images, hosts")
    for project in plan.projects:
        _prepare(members[project.name], plan, project)
    _log("networks, security groups, keys")
    existing = {server.name for server in admin.compute.servers(details=False, all_projects=True)}
    servers.create_servers(members, [server for server in plan.servers if server.name not in existing])
    _log("servers")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_furnish, members.values()))
    volumes.break_volume(admin)
    _log("volumes, floating IPs, snapshots")


def _prepare(member: Connection, plan: CloudPlan, project: Project) -> None:
    networks.create_project_networks(member, plan, project)
    networks.create_security_groups(member)
    keys.create_key_pair(member, project.members[0])


def _furnish(member: Connection) -> None:
    """Give the project's first servers volumes, addresses and a snapshot."""
    first = sorted(
        (server for server in member.compute.servers() if server.name.endswith(FIRST) and server.status == "ACTIVE"),
        key=lambda server: server.name,
    )
    volumes.create_volumes(member, first)
    networks.create_floating_ips(member, first)
    name = f"{first[0].name}-nightly"
    if not member.image.find_image(name):
        member.compute.create_server_image(first[0], name, metadata={"kept": "7 days"}, wait=True)


def _log(what: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {what}", flush=True)


if __name__ == "__main__":
    BEGAN = time.monotonic()
    about = description(Path(sys.argv[1]))
    seed(about["address"], PLANS[about["name"]], about["computes"])
