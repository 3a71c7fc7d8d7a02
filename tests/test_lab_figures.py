"""The figures we sample, against what the services of a real cloud say themselves."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import inventory, sync
from clusters.models import Cluster
from monitoring.home.capacity import capacities
from monitoring.samples import figures
from opsys.kit.lists.scope import Scope
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
    shown = {kind.name: kind for kind in capacities(Scope([cluster], [cluster])).kinds}
    for name, kind in (("vcpus", "VCPU"), ("memory", "MEMORY_MB"), ("disk", "DISK_GB")):
        assert (own["", "", f"{name}.used"], own["", "", f"{name}.total"]) == placement[kind], name
        assert (shown[name].share.used, shown[name].share.total) == placement[kind], "on the overview too"

    pools = conn.block_storage.get("/scheduler-stats/get_pools?detail=True").json()["pools"]
    assert pools
    for pool in pools:
        facts = pool["capabilities"]
        used = facts["total_capacity_gb"] - facts["free_capacity_gb"]
        assert inside["storage.pool", pool["name"], "used"] == pytest.approx(used, abs=1)
        provisioned = inside["storage.pool", pool["name"], "provisioned"]
        assert provisioned == pytest.approx(facts["provisioned_capacity_gb"], abs=1)

    used = sum(pool["capabilities"]["total_capacity_gb"] - pool["capabilities"]["free_capacity_gb"] for pool in pools)
    assert shown["pools"].share.used == pytest.approx(used, abs=len(pools))

    servers = west("server", "list", "--all-projects", "--long")
    for status in {server["Status"] for server in servers}:
        assert own["", "", f"servers/{status}"] == sum(server["Status"] == status for server in servers)
    volumes = west("volume", "list", "--all-projects")
    assert own["", "", "volumes.gib"] == sum(volume["Size"] for volume in volumes)
    of_projects = Counter(server["Project ID"] for server in servers)
    for project in west("project", "list"):
        assert inside.get(("identity.project", project["ID"], "servers"), 0) == of_projects.pop(project["ID"], 0)
    assert not of_projects
    (external, *_more) = [network for network in west("network", "list", "--external")]
    told = conn.network.get(f"/network-ip-availabilities/{external['ID']}").json()["network_ip_availability"]
    subnets = [one for one in told["subnet_ip_availability"] if one["ip_version"] == 4]
    assert inside["networking.network", external["ID"], "addresses.used"] == sum(one["used_ips"] for one in subnets)
    assert inside["networking.network", external["ID"], "addresses.total"] == sum(one["total_ips"] for one in subnets)
    assert shown["addresses"].share.total == sum(one["total_ips"] for one in subnets)
