"""The figures we sample, and the usage we report, against what the services of a real cloud say themselves."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils import timezone

from clusters import inventory, sync
from clusters.models import Cluster
from lab.configuration import schema_name
from monitoring.samples import figures
from monitoring.usage.hours import Month
from monitoring.usage.page import USAGE
from opsys.kit.lists.scope import scope_for
from tests.openstack_cli import OpenStackCli

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db]
READ = ("compute.server", "compute.flavor", "compute.hypervisor", "storage.volume", "storage.pool", "identity.project",
        "networking.network", "networking.subnet", "networking.floatingip")  # fmt: skip


@pytest.fixture
def west(lab):
    return OpenStackCli(lab.layout.clouds_yaml, "west")


@pytest.fixture
def cluster(lab):
    call_command("add_cluster", "west", "--from-clouds-yaml", str(lab.layout.clouds_yaml))
    return Cluster.objects.get(name="west")


def read(cluster, *names):
    for name in names:
        sync.sync(cluster, inventory.model_named(name), full=True)


def total(inventories):
    return int((inventories["total"] - inventories["reserved"]) * inventories["allocation_ratio"])


def test_capacity_pools_and_counts_are_those_of_the_services(cluster, west):
    read(cluster, *READ)
    readings = figures.Readings([cluster.pk], timezone.now())
    own = figures.of_clusters(readings)[cluster.pk]
    inside = figures.of_what_is_in_them(readings)[cluster.pk]
    conn = west.connection

    placement = {}
    for provider in conn.placement.get("/resource_providers").json()["resource_providers"]:
        place = f"/resource_providers/{provider['uuid']}"
        usages = conn.placement.get(f"{place}/usages").json()["usages"]
        stocks = conn.placement.get(f"{place}/inventories").json()["inventories"]
        for kind, stock in stocks.items():
            used, whole = placement.get(kind, (0, 0))
            placement[kind] = used + usages[kind], whole + total(stock)
    for name, kind in (("vcpus", "VCPU"), ("memory", "MEMORY_MB"), ("disk", "DISK_GB")):
        assert (own["", "", f"{name}.used"], own["", "", f"{name}.total"]) == placement[kind], name

    pools = conn.block_storage.get("/scheduler-stats/get_pools?detail=True").json()["pools"]
    assert pools
    for pool in pools:
        facts = pool["capabilities"]
        used = facts["total_capacity_gb"] - facts["free_capacity_gb"]
        assert inside["storage.pool", pool["name"], "used"] == pytest.approx(used, abs=1)
        provisioned = inside["storage.pool", pool["name"], "provisioned"]
        assert provisioned == pytest.approx(facts["provisioned_capacity_gb"], abs=1)

    servers = west("server", "list", "--all-projects", "--long")
    for status in {server["Status"] for server in servers}:
        assert own["", "", f"servers/{status}"] == sum(server["Status"] == status for server in servers)
    volumes = west("volume", "list", "--all-projects")
    assert own["", "", "volumes.gib"] == sum(volume["Size"] for volume in volumes)
    for project in west("project", "list"):
        there = west("server", "list", "--project", project["ID"])
        assert inside.get(("identity.project", project["ID"], "servers"), 0) == len(there)
    (external, *_more) = [network for network in west("network", "list", "--external")]
    told = conn.network.get(f"/network-ip-availabilities/{external['ID']}").json()["network_ip_availability"]
    subnets = [one for one in told["subnet_ip_availability"] if one["ip_version"] == 4]
    assert inside["networking.network", external["ID"], "addresses.used"] == sum(one["used_ips"] for one in subnets)
    assert inside["networking.network", external["ID"], "addresses.total"] == sum(one["total_ips"] for one in subnets)


def test_usage_of_a_month_is_what_nova_says(cluster, west, lab, platform_admin):
    """Servers that were launched on different days, one of them resized, one shelved, one deleted."""
    conn = west.connection
    made = [west.boot(f"usage-{number}") for number in range(3)]
    now = datetime.now(UTC)
    cell = schema_name("west", "nova")
    try:
        begun = Month(now.year, now.month).begin
        rows = lab.database.query("SELECT uuid FROM instances WHERE deleted = 0 ORDER BY id", cell)
        for place, (uuid,) in enumerate(rows):
            # Also some that were launched before the month began.
            launched = begun - timedelta(days=2) + (now - begun + timedelta(days=2)) * place / len(rows)
            lab.database.query(f"UPDATE instances SET launched_at = '{launched:%F %T}' WHERE uuid = '{uuid}'", cell)
        read(cluster, "compute.server", "compute.flavor", "identity.project")
        resized, shelved, deleted = made
        server = conn.compute.get_server(resized)
        flavors = sorted(conn.compute.flavors(), key=lambda one: one.vcpus)
        larger = next(one for one in reversed(flavors) if one.vcpus > server.flavor["vcpus"] and one.disk >= 20)
        conn.compute.resize_server(resized, larger.id)
        conn.compute.wait_for_server(server, status="VERIFY_RESIZE", interval=0.5, wait=120)
        conn.compute.confirm_server_resize(resized)
        conn.compute.shelve_server(shelved)
        conn.compute.wait_for_server(conn.compute.get_server(shelved), status="SHELVED_OFFLOADED", wait=120)
        conn.compute.wait_for_server(server, status="ACTIVE", interval=0.5, wait=120)
        conn.compute.delete_server(deleted)
        conn.compute.wait_for_delete(conn.compute.get_server(deleted), interval=0.5, wait=120)
        # The deleted one is told among the changes.
        sync.sync(cluster, inventory.model_named("compute.server"), full=False)
        read(cluster, "compute.server")

        query = {"start": f"{begun:%Y-%m-%dT%H:%M:%S}", "end": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"}
        told = conn.compute.get("/os-simple-tenant-usage", params=query).json()["tenant_usages"]
        scope = scope_for(QueryDict(), user=platform_admin)
        ours = {row.project_id: row.hours for row in USAGE.rows(scope, {"month": Month(now.year, now.month)},
                                                                 user=SimpleNamespace())}  # fmt: skip
        assert told
        for usage in told:
            mine = ours[usage["tenant_id"]]
            assert mine.servers == pytest.approx(usage["total_hours"], rel=0.005)
            assert mine.vcpus == pytest.approx(usage["total_vcpus_usage"], rel=0.005)
            assert 1024 * mine.memory == pytest.approx(usage["total_memory_mb_usage"], rel=0.005)
            assert mine.disk == pytest.approx(usage["total_local_gb_usage"], rel=0.005)
    finally:
        for cloud_id in made:
            conn.compute.delete_server(cloud_id, ignore_missing=True)
