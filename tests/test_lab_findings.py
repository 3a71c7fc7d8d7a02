"""What is stuck or orphaned, on a real cloud brought into each of these states: found, repaired, and nothing else is
touched. What no API does, because it is what goes wrong, is written into the cloud's own database."""

from contextlib import ExitStack

import pytest

from lab.configuration import schema_name
from tests.networking import done
from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.lab

NAME = "stuck or left over"
ROOMS = {
    "compute.server": "compute/servers/",
    "compute.image": "compute/images/",
    "storage.volume": "storage/volumes/",
    "networking.port": "networking/ports/",
    "networking.floatingip": "networking/floating_ips/",
    "networking.securitygroup": "networking/security_groups/",
    "networking.network": "networking/networks/",
    "networking.router": "networking/routers/",
}
PARAMS = {"reset-state": {"state": "active"}, "reset-status": {"status": "available"}}
SERVERS = {
    "building": "vm_state = 'building', task_state = 'spawning', updated_at = UTC_TIMESTAMP() - INTERVAL 1 HOUR",
    "deleting": "task_state = 'deleting', updated_at = UTC_TIMESTAMP() - INTERVAL 1 HOUR",
    "resizing": "task_state = 'resize_migrating', updated_at = UTC_TIMESTAMP() - INTERVAL 2 DAY",
    "unconfirmed": "updated_at = UTC_TIMESTAMP() - INTERVAL 2 DAY",
}
VOLUMES = {
    **{
        status: f"status = '{status}', updated_at = UTC_TIMESTAMP() - INTERVAL 1 HOUR"
        for status in ("creating", "attaching", "detaching", "deleting")
    },
    "unattached": "updated_at = UTC_TIMESTAMP() - INTERVAL 31 DAY",
}


@pytest.fixture(scope="module")
def conn(openstack):
    return openstack("east").connection


@pytest.fixture(scope="module")
def sql(lab):
    def run(project, statement):
        return lab.database.query(statement, schema_name("east", project))

    return run


@pytest.fixture(scope="module")
def undone():
    """What is undone at the end, last first."""
    with ExitStack() as stack:
        yield stack


def seen(conn, made):
    """What each thing of the cloud looks like, by id, but for the ports of the servers that are repaired."""
    told = {server.id: (server.status, server.task_state) for server in conn.compute.servers(all_projects=True)}
    told |= {one.id: one.status for one in conn.block_storage.volumes(all_projects=True)}
    told |= {one.id: one.status for one in conn.image.images()}
    network = conn.network
    ports = [port for port in network.ports() if port.device_id not in made.values()]
    for found in (ports, network.ips(), network.security_groups(), network.networks(), network.routers()):
        told |= {one.id: one.revision_number for one in found}
    return told


def findings(api, platform):
    platform.manage("sync-cluster", "east")
    body = api.get("findings/stuck/", cluster="east", per_page=200)
    assert body["next"] is None
    return body["results"]


@pytest.fixture(scope="module")
def made(conn, sql, undone, platform, api):
    """The id of what is in each state."""
    things: dict[str, str] = {}
    image, flavor = next(conn.image.images(name="cirros-0.6.3")), conn.compute.find_flavor("m1.tiny")
    network = next(net for net in conn.network.networks() if not net.is_router_external and net.subnet_ids)
    for state in (*SERVERS, "gone project", "source"):
        server = conn.compute.create_server(
            name=NAME, image_id=image.id, flavor_id=flavor.id, networks=[{"uuid": network.id}]
        )
        things[f"server {state}"] = server.id
        undone.callback(conn.compute.delete_server, server.id, ignore_missing=True)
    for state in (*VOLUMES, "gone project"):
        volume = conn.block_storage.create_volume(name=NAME, size=1)
        things[f"volume {state}"] = volume.id
        undone.callback(conn.block_storage.delete_volume, volume.id, ignore_missing=True)
    for kind, cloud_id in things.items():
        if kind.startswith("server"):
            conn.compute.wait_for_server(conn.compute.get_server(cloud_id), wait=PATIENCE_SECONDS, interval=0.5)
        else:
            conn.block_storage.wait_for_status(conn.block_storage.get_volume(cloud_id), "available", interval=0.5)
    larger = conn.compute.find_flavor("m1.small")
    conn.compute.resize_server(things["server unconfirmed"], larger.id)
    unconfirmed = conn.compute.get_server(things["server unconfirmed"])
    conn.compute.wait_for_server(unconfirmed, "VERIFY_RESIZE", wait=PATIENCE_SECONDS)

    source = things.pop("server source")
    made = conn.compute.create_server_image(source, NAME, wait=True, timeout=PATIENCE_SECONDS)
    things["image"] = made.id
    undone.callback(conn.image.delete_image, made.id, ignore_missing=True)

    public = conn.network.find_network("public")
    things["floating IP"] = conn.network.create_ip(floating_network_id=public.id).id
    things["port"] = conn.network.create_port(name=NAME, network_id=network.id).id
    things["group"] = conn.network.create_security_group(name=NAME).id
    project = conn.identity.create_project(name=NAME)
    undone.callback(conn.identity.delete_project, project.id, ignore_missing=True)
    things["network gone"] = conn.network.create_network(name=NAME, project_id=project.id).id
    things["router gone"] = conn.network.create_router(name=NAME, project_id=project.id).id
    things["floating IP gone"] = conn.network.create_ip(floating_network_id=public.id, project_id=project.id).id
    for found, delete in (("floating IP", "ip"), ("port", "port"), ("group", "security_group")):
        undone.callback(getattr(conn.network, f"delete_{delete}"), things[found], ignore_missing=True)
    for found, delete in (("network gone", "network"), ("router gone", "router"), ("floating IP gone", "ip")):
        undone.callback(getattr(conn.network, f"delete_{delete}"), things[found], ignore_missing=True)
    sql("nova", f"UPDATE instances SET project_id = '{project.id}' WHERE uuid = '{things['server gone project']}'")
    sql("cinder", f"UPDATE volumes SET project_id = '{project.id}' WHERE id = '{things['volume gone project']}'")
    platform.manage("sync-cluster", "east")
    assert api.rows("identity/projects/", cluster="east", q=NAME), "a project that was never seen is no proof"
    conn.identity.delete_project(project.id)
    doomed = conn.compute.get_server(source)
    conn.compute.delete_server(doomed)
    conn.compute.wait_for_delete(doomed, interval=0.5, wait=PATIENCE_SECONDS)
    return things


def break_them(sql, made):
    for state, values in SERVERS.items():
        sql("nova", f"UPDATE instances SET {values} WHERE uuid = '{made[f'server {state}']}'")
    for state, values in VOLUMES.items():
        sql("cinder", f"UPDATE volumes SET {values} WHERE id = '{made[f'volume {state}']}'")
    sql("glance", f"UPDATE images SET updated_at = UTC_TIMESTAMP() - INTERVAL 31 DAY WHERE id = '{made['image']}'")
    for kind, table in (("floating IP", "floatingips"), ("port", "ports"), ("group", "securitygroups")):
        sql(
            "neutron",
            f"UPDATE standardattributes s JOIN {table} t ON t.standard_attr_id = s.id"
            f" SET s.updated_at = UTC_TIMESTAMP() - INTERVAL 8 DAY WHERE t.id = '{made[kind]}'",
        )


def test_each_state_is_found_and_repaired_and_nothing_else_is_touched(healthy, api, platform, conn, sql, made):
    before = findings(api, platform)
    break_them(sql, made)
    others = {cloud_id: state for cloud_id, state in seen(conn, made).items() if cloud_id not in made.values()}
    known = {row["id"] for row in before}
    new = [row for row in findings(api, platform) if row["id"] not in known or row["id"] in made.values()]
    assert {row["id"] for row in new} == set(made.values())
    assert all(row["remedy"] for row in new), [row for row in new if not row["remedy"]]
    for row in new:
        remedy = row["remedy"]
        done(api, ROOMS[remedy["type"]], remedy["action"], remedy, **PARAMS.get(remedy["action"], {}))

    def all_gone():
        return not [row for row in findings(api, platform) if row["id"] in made.values()]

    wait_until(all_gone, "nothing of it is stuck or left over any more")
    kept = [made[f"server {state}"] for state in SERVERS]
    assert [conn.compute.get_server(server).status for server in kept] == ["ACTIVE"] * 4
    busy = [made[f"volume {state}"] for state in VOLUMES if state != "unattached"]
    assert [conn.block_storage.get_volume(volume).status for volume in busy] == ["available"] * 4
    now = seen(conn, made)
    assert {cloud_id: now.get(cloud_id) for cloud_id in others} == others
    gone = [
        made[kind] for kind in ("floating IP", "port", "group", "network gone", "router gone", "volume unattached")
    ]
    assert not set(gone) & set(now)


def test_ports_on_a_dead_host_are_told(healthy, api, platform, conn):
    service = next(one for one in conn.compute.services(binary="nova-compute"))
    bound = {port.id for port in conn.network.ports() if port.binding_host_id == service.host}
    assert bound
    path, microversion = f"/os-services/{service.id}", "2.53"

    def on_dead_hosts():
        return {row["id"] for row in findings(api, platform) if row["rule"] == "port-dead-host"}

    conn.compute.put(path, json={"forced_down": True}, microversion=microversion)
    try:
        assert on_dead_hosts() == bound
    finally:
        conn.compute.put(path, json={"forced_down": False}, microversion=microversion)
    wait_until(lambda: not on_dead_hosts(), "the host is well again")
