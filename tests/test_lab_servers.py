"""Every action on servers, through REST, and what the cloud itself says afterwards. Four servers go through their own
chain of actions side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from compute.servers.resource import SERVERS
from tests.platform import wait_until

pytestmark = pytest.mark.lab
PATH = "compute/servers/"


@dataclass
class Pushed:
    """A server that is acted on through REST and looked at in the cloud; `done` are the actions that worked."""

    api: Any
    conn: Any
    pk: int
    cloud_id: str
    done: set[str] = field(default_factory=set)

    def now(self) -> dict[str, Any]:
        """As Nova says it, not as our table has it; empty once it is gone."""
        return self.conn.compute.get(f"/servers/{self.cloud_id}", microversion="2.96").json().get("server", {})

    def ports(self) -> list[Any]:
        return list(self.conn.network.ports(device_id=self.cloud_id))

    def act(self, action: str, status: str = "", *, until: Callable[[dict], Any] = bool, **params: Any) -> dict:
        """Do it, once the console would let one, and wait until the cloud shows that it was done."""
        possible = f"{action} is possible"
        wait_until(lambda: self._why(action)["allowed"], possible, on_failure=lambda: str(self._why(action)))
        (outcome,) = self.api.do(PATH, action, self.pk, **params)
        assert outcome["status"] == "done", f"{action}: {outcome}"
        wait_until(lambda: self._settled(status, until), f"{action} has ended", on_failure=lambda: str(self.now()))
        self.done.add(action)
        return outcome

    def _settled(self, status: str, until: Callable[[dict], Any]) -> bool:
        now = self.now()
        return (not status or (now["status"] == status and not now["OS-EXT-STS:task_state"])) and bool(until(now))

    def _why(self, action: str) -> dict[str, Any]:
        return self.api.get(f"{PATH}{self.pk}/")["actions"][action]


@pytest.fixture(scope="module")
def conn(openstack):
    return openstack("west").connection


@pytest.fixture(scope="module")
def offered(api, conn) -> dict[str, str]:
    """The ids of what the servers are made of."""
    flavors = {flavor.name: flavor.id for flavor in conn.compute.flavors()}
    images = {image.name: image.id for image in conn.image.images()}
    networks = {network.name: network.id for network in conn.network.networks()}
    external = [network.id for network in conn.network.networks() if network.is_router_external]
    return {
        "tiny": flavors["m1.tiny"],
        "small": flavors["m1.small"],
        "image": images["cirros-0.6.3"],
        "network": networks["play"],
        "external": external[0],
    }


@pytest.fixture(scope="module")
def servers(api, conn, offered) -> Iterator[list[Pushed]]:
    """Four new ones from one request of the API."""
    job = api.make(
        PATH,
        "create",
        "west",
        name="shove",
        count=4,
        flavor=offered["tiny"],
        image=offered["image"],
        networks=[offered["network"]],
        tags=["pushed"],
    )["job"]
    wait_until(lambda: api.get(f"jobs/{job['id']}/")["state"] == "done", "the job has ended")

    def running() -> list[dict]:
        return [row for row in api.rows(PATH, q="shove-", cluster="west") if row["status"] == "ACTIVE"]

    wait_until(lambda: len(running()) == 4, "all four run")
    made = [Pushed(api, conn, row["id"], row["cloud_id"]) for row in running()]
    yield made
    for server in made:
        conn.compute.delete_server(server.cloud_id)


def power(server: Pushed, offered: dict) -> None:
    server.act("stop", "SHUTOFF")
    server.act("start", "ACTIVE")
    server.act("reboot", "ACTIVE")
    server.act("hard-reboot", "ACTIVE")
    server.act("pause", "PAUSED")
    server.act("unpause", "ACTIVE")
    server.act("suspend", "SUSPENDED")
    server.act("resume", "ACTIVE")
    server.act("shelve", until=lambda now: now["status"] in ("SHELVED", "SHELVED_OFFLOADED"))
    server.act("unshelve", "ACTIVE")
    server.act("lock", until=lambda now: now["locked"])
    (refused,) = server.api.do(PATH, "stop", server.pk)
    assert (refused["status"], refused["code"]) == ("refused", "state")
    server.act("unlock", until=lambda now: not now["locked"])


def shape(server: Pushed, offered: dict) -> None:
    server.act("resize", "VERIFY_RESIZE", flavor=offered["small"])
    server.act("revert-resize", "ACTIVE", until=lambda now: now["flavor"]["original_name"] == "m1.tiny")
    server.act("resize", "VERIFY_RESIZE", flavor="m1.small")
    server.act("confirm-resize", "ACTIVE", until=lambda now: now["flavor"]["original_name"] == "m1.small")
    server.act("rebuild", "ACTIVE", image=offered["image"])
    rescue = server.act("rescue", "RESCUE")
    assert rescue["shown"]["kind"] == "secret" and rescue["shown"]["text"]
    server.act("unrescue", "ACTIVE")
    server.act("reset-state", "ERROR", state="error")
    server.act("reset-state", "ACTIVE", state="active")
    server.act("crash-dump")
    before = server.now()["OS-EXT-SRV-ATTR:host"]
    server.act("live-migrate", "ACTIVE", until=lambda now: now["OS-EXT-SRV-ATTR:host"] != before)
    server.act("migrate", "VERIFY_RESIZE", host=before)
    server.act("confirm-resize", "ACTIVE", until=lambda now: now["OS-EXT-SRV-ATTR:host"] == before)


def connections(server: Pushed, offered: dict) -> None:
    conn, project = server.conn, server.now()["tenant_id"]
    volume = conn.block_storage.create_volume(name="shove", size=1)
    wait_until(lambda: conn.block_storage.get_volume(volume.id).status == "available", "the volume is there")
    wait_until(lambda: server.api.rows("storage/volumes/", q=volume.id), "our list has the volume")

    def volumes(now: dict) -> list[str]:
        return [entry["id"] for entry in now["os-extended-volumes:volumes_attached"]]

    def attached(now: dict) -> bool:
        """Nova lists it before Cinder knows that it is in use."""
        return volumes(now) == [volume.id] and conn.block_storage.get_volume(volume.id).status == "in-use"

    server.act("attach-volume", volume=volume.id, until=attached)
    server.act("detach-volume", volume=volume.id, until=lambda now: not volumes(now))
    server.act("attach-interface", network=offered["network"], until=lambda now: len(server.ports()) == 2)
    (first, second) = server.ports()
    for port in (first, second):
        wait_until(lambda one=port: server.api.rows("networking/ports/", q=one.id), "our list has the port")
    server.act("detach-interface", port=second.id, until=lambda now: [p.id for p in server.ports()] == [first.id])
    server.act("associate-floating-ip", floating_ip=f"new:{offered['external']}")
    (floating,) = conn.network.ips(port_id=first.id)
    assert floating.project_id == project
    wait_until(lambda: server.api.rows("networking/floating_ips/", port=first.id), "our list has the floating IP")
    server.act(
        "disassociate-floating-ip",
        floating_ip=floating.floating_ip_address,
        until=lambda now: not conn.network.get_ip(floating).port_id,
    )
    server.act("associate-floating-ip", floating_ip=floating.floating_ip_address)
    assert conn.network.get_ip(floating).port_id == first.id
    group = conn.network.create_security_group(name="shove", project_id=project)
    wait_until(lambda: server.api.rows("networking/security_groups/", q=group.id), "our list has the group")

    def groups() -> list[str]:
        return conn.network.get_port(first).security_group_ids

    server.act("add-security-group", security_group=group.id, until=lambda now: group.id in groups())
    server.act("remove-security-group", security_group=group.id, until=lambda now: group.id not in groups())
    server.act("port-security-groups", port=first.id, security_groups=[group.id])
    assert groups() == [group.id]
    server.act("force-delete", until=lambda now: not now)
    wait_until(lambda: not server.ports(), "it is gone with its port")
    for remove, made in ((conn.network.delete_ip, floating), (conn.network.delete_security_group, group)):
        remove(made)
    conn.block_storage.delete_volume(volume)


def words(server: Pushed, offered: dict) -> None:
    server.act("edit", name="shove renamed", description="by a test")
    now = server.now()
    assert (now["name"], now["description"]) == ("shove renamed", "by a test")
    server.act("metadata", metadata={"a": "1", "b": "2"})
    server.act("metadata", metadata={"a": "3"})
    server.act("add-metadata", metadata={"c": "4"})
    assert server.now()["metadata"] == {"a": "3", "c": "4"}
    server.act("tags", tags=["x", "y"])
    server.act("add-tag", tag="z")
    server.act("remove-tag", tag="x")
    assert sorted(server.now()["tags"]) == ["y", "z"]
    server.act("password", "ACTIVE", password="not seen again")
    link = server.act("console")
    assert link["shown"]["kind"] == "link" and link["shown"]["text"].startswith("http")
    server.act("snapshot", "ACTIVE", name="{name}-{date}")
    for _twice in range(2):
        server.act("backup", "ACTIVE", name="shove-backup-{date}", type="daily", keep=1)

    # A shelved server has an image too: only these are ours.
    def images(beginning: str) -> list[Any]:
        return [image for image in server.conn.image.images() if image.name.startswith(beginning)]

    assert len(images("shove renamed-2")) == 1
    wait_until(lambda: len(images("shove-backup")) == 1, "one backup is kept")
    for image in images("shove renamed-2") + images("shove-backup"):
        server.conn.image.delete_image(image)


CHAINS = (power, shape, connections, words)


def test_every_action_reaches_the_cloud(healthy, servers, offered):
    with ThreadPoolExecutor(len(CHAINS)) as pool:
        running = [pool.submit(chain, server, offered) for chain, server in zip(CHAINS, servers, strict=True)]
    assert [str(error) for chain in running if (error := chain.exception())] == []
    # Deleting and evacuating stand in other tests. The lab offloads what is shelved at once, reclaims what is deleted
    # at once, and a migration there ends before one could abort it.
    others = {"delete", "evacuate", "offload", "restore", "abort-live-migration", "complete-live-migration"}
    assert set.union(*(server.done for server in servers)) == {action.name for action in SERVERS.on_items} - others


def test_the_page_of_a_server_asks_the_cloud(healthy, api, servers):
    server = servers[0]

    def panel(name: str, **query: Any) -> dict[str, Any]:
        return api.get(f"{PATH}{server.pk}/panels/{name}/", **query)

    (port,) = panel("addresses")["ports"]
    assert port["network"] == "play" and port["mac"] == server.ports()[0].mac_address
    assert [group["name"] for group in panel("security-groups")["groups"]] == ["default"]
    assert panel("volumes")["volumes"] == []
    assert "login:" in panel("console-log", lines=50)["text"]
    assert ["state", "running"] in panel("diagnostics")["facts"]
    stops = [entry for entry in panel("timeline")["entries"] if entry["nova"] == "stop"]
    assert [(entry["who"], entry["result"], bool(entry["steps"])) for entry in stops][0][:2] == ("admin", "done")


def test_evacuate(healthy, api, conn, servers):
    """Its host is only told to be down; the other one takes the server over, and leaves it stopped."""
    server = servers[0]
    host = server.now()["OS-EXT-SRV-ATTR:host"]
    (service,) = [found for found in conn.compute.services(binary="nova-compute") if found.host == host]
    (failed,) = api.do(PATH, "evacuate", server.pk)
    assert failed["status"] == "failed" and "still in use" in failed["reason"]
    conn.compute.update_service_forced_down(service, host, "nova-compute", True)
    try:
        server.act("evacuate", until=lambda now: now["OS-EXT-SRV-ATTR:host"] != host)
        assert server.now()["status"] == "SHUTOFF"
    finally:
        # Nova takes a host back only once its compute service has started anew and seen what left it.
        healthy.cloud("west").restart("nova")
        conn.compute.update_service_forced_down(service, host, "nova-compute", False)


def test_what_cannot_work_is_said_before_the_cloud_is_asked(healthy, api, offered):
    wish = {"name": "never", "flavor": offered["tiny"], "image": offered["image"]}
    for wrong, field_name in (
        ({}, "networks"),
        ({"networks": [offered["network"]], "flavor": "m1.tiny", "image": "windows-server-2022"}, "flavor"),
        ({"networks": [offered["network"]], "source": "new-volume"}, "volume_size"),
        ({"networks": [offered["network"]], "count": 101}, "count"),
        ({"networks": [offered["network"]], "user_data": "x" * 50_000}, "user_data"),
    ):
        answer = api.try_to_make(PATH, "create", "west", **{**wish, **wrong})
        assert answer.status_code == 400 and field_name in answer.json()["detail"]["params"], answer.text
    assert not [row for row in api.rows(PATH, q="never", cluster="west")]
