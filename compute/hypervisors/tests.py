"""Hypervisors: whatever Nova and Placement send becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import gateway, inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute import placement
from compute.hypervisors import cloud
from compute.hypervisors.models import Hypervisor
from compute.hypervisors.resource import HYPERVISORS
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import ANYTHING, NAMES, odd
from tests.wire import FakeCloud, as_json, serving

ANSWER = {
    "id": "d478",
    "hypervisor_hostname": "cmp-1.example.org",
    "state": "up",
    "status": "enabled",
    "hypervisor_type": "QEMU",
    "hypervisor_version": 8002000,
    "host_ip": "10.0.0.11",
    "service": {"id": "ab3a", "host": "cmp-1", "disabled_reason": None},
    "vcpus": 64,
    "vcpus_used": 58,
    "memory_mb": 524288,
    "memory_mb_used": 114688,
    "local_gb": 2048,
    "local_gb_used": 553,
    "running_vms": 16,
    "cpu_info": {"model": "Nehalem"},
}
FACTS = {
    "VCPU": {"total": 64, "reserved": 0, "allocation_ratio": 4.0, "used": 58},
    "MEMORY_MB": {"total": 524288, "reserved": 512, "allocation_ratio": 1.0, "used": 114176},
    "DISK_GB": {"total": 2048, "reserved": 48, "allocation_ratio": 1.0, "used": 1900},
}
PLACES = {"cmp-1": {"service_id": "ab3a", "zone": "nova", "forced_down": False, "aggregates": ["ssd"]}}


def test_a_usual_answer():
    row = cloud.row(ANSWER, FACTS, PLACES)
    assert (row["name"], row["host"], row["service_id"]) == ("cmp-1.example.org", "cmp-1", "ab3a")
    assert (row["availability_zone"], row["aggregates"], row["servers"]) == ("nova", ["ssd"], 16)
    assert (row["vcpus_used"], row["vcpus_total"], row["vcpus_percent"]) == (58, 256, 23)
    assert (row["memory_used"], row["memory_total"]) == (114176, 523776)
    assert (row["disk_used"], row["disk_total"], row["disk_percent"]) == (1900, 2000, 95)


def test_dedicated_processors_count_as_processors():
    facts = {**FACTS, "PCPU": {"total": 8, "reserved": 0, "allocation_ratio": 1.0, "used": 6}}
    row = cloud.row(ANSWER, facts, PLACES)
    assert (row["vcpus_used"], row["vcpus_total"]) == (64, 264)


def test_without_placement_novas_own_figures_stand():
    row = cloud.row(ANSWER, {}, {})
    assert (row["vcpus_used"], row["vcpus_total"], row["vcpus_percent"]) == (58, 64, 91)
    assert (row["service_id"], row["host"]) == ("ab3a", "cmp-1")


@pytest.mark.django_db
@given(answer=odd(ANSWER), facts=odd({"id": "x", **FACTS}), stock=ANYTHING)
def test_no_answer_breaks_the_sync_or_the_page(answer, facts, stock):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    facts = {name: {**FACTS["VCPU"], "total": stock, "used": value} for name, value in facts.items()}
    inventory.store(Hypervisor, cluster, [cloud.row(answer, facts, {})], seen_at=timezone.now())
    for item in Hypervisor.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(HYPERVISORS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    answer = {**ANSWER, "hypervisor_hostname": name, "service": {"host": name, "disabled_reason": name}}
    row = cloud.row(answer, FACTS, {str(name or ""): {"zone": name, "aggregates": [str(name)]}})
    inventory.store(Hypervisor, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/hypervisors/", "/compute/hypervisors/east/d478/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


def test_the_list_leads_to_the_servers_and_shows_the_use(client, make_user, cluster):
    inventory.store(Hypervisor, cluster, [cloud.row(ANSWER, FACTS, PLACES)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/compute/hypervisors/").content.decode()
    assert '<a href="/compute/servers/?cluster=east&amp;host=cmp-1">16</a>' in page
    assert '<progress class="share-bar share-full" value="1900" max="2000"' in page
    assert "112 / 512 GiB" in page and "58 / 256" in page


# --- how often Placement is asked


@pytest.fixture
def host_cloud(db, monkeypatch):
    """A cloud with two hosts, and how often Placement was asked about them."""
    monkeypatch.setattr(placement, "_known", {})
    fake = FakeCloud()
    hosts = [{**ANSWER, "id": f"h{n}", "service": {"host": f"cmp-{n}"}} for n in (1, 2)]
    providers = [{"uuid": f"h{n}", "generation": n} for n in (1, 2)]
    fake.answers["GET /compute/v2.1/os-hypervisors/detail"] = lambda _: as_json(200, {"hypervisors": hosts})
    fake.answers["GET /compute/v2.1/os-services"] = as_json(200, {"services": []})
    fake.answers["GET /compute/v2.1/os-aggregates"] = as_json(200, {"aggregates": []})
    fake.answers["GET /placement/resource_providers"] = lambda _: as_json(200, {"resource_providers": providers})
    for n in (1, 2):
        path = f"GET /placement/resource_providers/h{n}"
        fake.answers[f"{path}/inventories"] = as_json(200, {"inventories": {"VCPU": {**FACTS["VCPU"], "used": None}}})
        fake.answers[f"{path}/usages"] = as_json(200, {"usages": {"VCPU": 10 * n}})
    fake.hosts, fake.providers = hosts, providers
    with serving(fake):
        cluster = make_cluster("hosts")
        Cluster.objects.filter(pk=cluster.pk).update(auth_url=fake.auth_url)
        cluster.refresh_from_db()
        cluster.credential.secret = fake.password
        cluster.credential.save()
        fake.cluster = cluster
        yield fake


def read(fake):
    """The rows, and the hosts Placement was asked about for them."""
    fake.seen.clear()
    with gateway.call(fake.cluster) as call:
        rows = [row for page in cloud.fetch(call.conn) for row in page]
    asked = [path for _, path, _, _ in fake.seen if path.endswith(("inventories", "usages"))]
    return rows, sorted({path.split("/")[3] for path in asked})


def test_only_hosts_that_changed_are_asked_about_again(host_cloud):
    rows, asked = read(host_cloud)
    assert [row["vcpus_used"] for row in rows] == [10, 20] and asked == ["h1", "h2"]
    assert read(host_cloud)[1] == []
    host_cloud.providers[0]["generation"] = 7
    assert read(host_cloud)[1] == ["h1"]
    host_cloud.hosts[1]["running_vms"] = 3  # a deleted server does not change the generation
    assert read(host_cloud)[1] == ["h2"]


def test_what_was_read_is_not_trusted_for_ever(host_cloud, monkeypatch):
    read(host_cloud)
    monkeypatch.setattr(placement, "TRUSTED_SECONDS", 0)
    assert read(host_cloud)[1] == ["h1", "h2"]


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_placement_that_fails_hides_no_host(host_cloud, status):
    host_cloud.answers["GET /placement/resource_providers"] = as_json(status, {})
    rows, asked = read(host_cloud)
    assert [row["vcpus_total"] for row in rows] == [64, 64] and asked == []


def test_while_placement_fails_its_last_figures_stand(host_cloud):
    read(host_cloud)
    host_cloud.answers["GET /placement/resource_providers"] = as_json(500, {})
    assert [row["vcpus_total"] for row in read(host_cloud)[0]] == [256, 256]
