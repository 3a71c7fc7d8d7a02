"""Usage of a month against Nova's own count, over servers that were resized, shelved and deleted in it.

Nobody waits months for a test: when servers were launched and terminated is written into the cloud's own database.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from clusters import inventory, sync
from clusters.models import Cluster
from compute.servers.models import Server
from lab.configuration import schema_name
from monitoring.usage.hours import Month, used
from monitoring.usage.lives import lives
from tests.openstack_cli import OpenStackCli
from tests.platform import PATIENCE_SECONDS

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db]
NAME, DAY = "usage-of-a-month", timedelta(days=1)
NOVA = {
    "vcpus": ("total_vcpus_usage", 1),
    "memory": ("total_memory_mb_usage", 1024),
    "disk": ("total_local_gb_usage", 1),
}


@pytest.fixture
def west(lab):
    return OpenStackCli(lab.layout.clouds_yaml, "west")


@pytest.fixture
def cluster(lab):
    call_command("add_cluster", "west", "--from-clouds-yaml", str(lab.layout.clouds_yaml))
    return Cluster.objects.get(name="west")


@pytest.fixture
def servers(west):
    """By what happened to each of them."""
    compute = west.connection.compute
    image = next(iter(west.connection.image.images(name="cirros-0.6.3")))
    small, large = (next(one for one in compute.flavors() if one.name == name) for name in ("m1.tiny", "m1.small"))
    made = {
        fate: compute.create_server(name=f"{NAME}-{fate}", image_id=image.id, flavor_id=small.id, networks="none")
        for fate in ("kept", "resized", "shelved", "deleted")
    }
    for server in made.values():
        compute.wait_for_server(server, interval=0.2, wait=PATIENCE_SECONDS)
    compute.resize_server(made["resized"], large)
    compute.shelve_server(made["shelved"])
    compute.wait_for_server(made["resized"], "VERIFY_RESIZE", interval=0.2, wait=PATIENCE_SECONDS)
    compute.confirm_server_resize(made["resized"])
    compute.wait_for_server(made["shelved"], "SHELVED_OFFLOADED", interval=0.2, wait=PATIENCE_SECONDS)
    yield made
    for server in compute.servers(all_projects=True, name=NAME):
        compute.delete_server(server)
        compute.wait_for_delete(server, interval=0.2, wait=PATIENCE_SECONDS)


@pytest.fixture
def write(lab):
    """write(server, launched_at=…): when something was, in Nova's own table."""

    def write(server, **moments):
        values = ", ".join(f"{name} = '{moment:%Y-%m-%d %H:%M:%S}'" for name, moment in moments.items())
        lab.database.query(f"UPDATE instances SET {values} WHERE uuid = '{server.id}'", schema_name("west", "nova"))

    return write


def counted_by_nova(conn, begin, end):
    """By project: hours of servers, vCPUs, GiB of memory and of disk."""
    place = f"/os-simple-tenant-usage?detailed=1&start={begin:%Y-%m-%dT%H:%M:%S}&end={end:%Y-%m-%dT%H:%M:%S}"
    found = {}
    for project in conn.compute.get(place).json()["tenant_usages"]:
        hours = {name: project[theirs] / per for name, (theirs, per) in NOVA.items()}
        found[project["tenant_id"]] = {**hours, "servers": sum(one["hours"] for one in project["server_usages"])}
    return found


def test_hours_are_those_that_nova_counts(cluster, west, servers, write):
    now = datetime.now(UTC)
    month = Month(now.year, now.month)
    before = Month.of(f"{month.begin - DAY:%Y-%m}")
    # Two months ago, in the middle of the last one, and shortly before its end.
    for fate, launched in (
        ("kept", before.begin - 9 * DAY),
        ("resized", before.begin + 11 * DAY),
        ("shelved", before.end - 3 * DAY),
        ("deleted", before.begin + 2 * DAY),
    ):
        write(servers[fate], launched_at=launched, created_at=launched - timedelta(minutes=1))
    for name in ("compute.flavor", "compute.server"):
        sync.sync(cluster, inventory.model_named(name), full=True)
    compute = west.connection.compute
    compute.delete_server(servers["deleted"])
    compute.wait_for_delete(servers["deleted"], interval=0.2, wait=PATIENCE_SECONDS)
    write(servers["deleted"], terminated_at=before.begin + 20 * DAY)
    sync.sync(cluster, Server, full=False)
    assert Server.objects.get(cloud_id=servers["deleted"].id).gone_at

    for begin, end in ((before.begin, before.end), (month.begin, datetime.now(UTC))):
        theirs = counted_by_nova(west.connection, begin, end)
        ours = {
            project: hours for (_cluster, project), hours in used(lives([cluster.pk], begin, end), begin, end).items()
        }
        assert ours.keys() == theirs.keys()
        for project, hours in theirs.items():
            for name, value in hours.items():
                # Of what began a minute ago seconds are much: what was read a moment later is no fault.
                assert getattr(ours[project], name) == pytest.approx(value, rel=0.005, abs=0.02), (name, begin)
    owner = compute.get_server(servers["kept"]).project_id
    whole_month = (before.end - before.begin) / timedelta(hours=1)
    expected = whole_month + whole_month - 11 * 24 + 3 * 24 + 18 * 24
    assert counted_by_nova(west.connection, before.begin, before.end)[owner]["servers"] == pytest.approx(expected)
