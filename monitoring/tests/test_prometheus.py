"""The loads of servers from a real Prometheus that scrapes what exporters say."""

import pytest
from django.urls import reverse

from monitoring.loads import take
from monitoring.loads.models import PrometheusSource, WatchedServer
from monitoring.loads.prometheus import loads_from
from monitoring.outgoing import OutgoingError
from monitoring.samples import take as samples
from monitoring.samples.models import Series
from tests.factories import make_cluster, make_server
from tests.platform import wait_until
from tests.prometheus import Prometheus, exporter
from tests.services import free_port

pytestmark = [pytest.mark.slow]
ODD = 'we"b\\ 1.*|文'
SAID = """
libvirt_domain_info_cpu_time_seconds_total{domain="instance-00000001"} 12.5
libvirt_domain_info_cpu_time_seconds_total{domain="instance-00000002"} 99
libvirt_domain_info_memory_usage_bytes{domain="instance-00000001"} 1073741824
libvirt_domain_block_stats_read_bytes_total{domain="instance-00000001",target_device="vda"} 1000
libvirt_domain_block_stats_read_bytes_total{domain="instance-00000001",target_device="vdb"} 24
libvirt_domain_interface_stats_receive_bytes_total{domain="instance-00000001",target_device="tap1"} 7
node_cpu_seconds_total{mode="idle",cpu="0"} 1000
node_cpu_seconds_total{mode="user",cpu="0"} 3
node_cpu_seconds_total{mode="system",cpu="1"} 2
node_memory_MemTotal_bytes 2147483648
node_memory_MemAvailable_bytes 1073741824
node_network_receive_bytes_total{device="lo"} 500
node_network_receive_bytes_total{device="eth0"} 44
libvirt_domain_info_cpu_time_seconds_total{vm="we\\"b\\\\ 1.*|文"} 4
"""
CONFIGURATION = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - {{job_name: all, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    """The address of one that has scraped."""
    with exporter(SAID) as port:
        running = Prometheus(tmp_path_factory.mktemp("prometheus"), CONFIGURATION.format(port=port))
        running.start()
        try:
            wait_until(
                lambda: running.labels("node_memory_MemTotal_bytes", "instance"),
                "Prometheus scraped",
                on_failure=running.last_words,
            )
            yield running.url
        finally:
            running.stop()


@pytest.fixture
def east(db, settings):
    settings.ALERT_NETWORKS = ["127.0.0.1/32"]
    samples.forget_numbers()
    return make_cluster("east")


@pytest.fixture
def servers(east):
    """One that libvirt names, one that has the exporter's address, one of an odd name."""
    return [
        make_server(east, name="web", data={"OS-EXT-SRV-ATTR:instance_name": "instance-00000001"}),
        make_server(east, name="db", addresses=[{"network": "lo", "address": "127.0.0.1", "type": "fixed"}]),
        make_server(east, name=ODD),
    ]


def source(cluster, url, **fields):
    return PrometheusSource.objects.create(cluster=cluster, url=url, **fields)


def test_the_libvirt_exporter(east, servers, prometheus):
    found = loads_from(source(east, prometheus), servers)
    expected = {"cpu.ns": 12.5e9, "memory.used": 1024, "disk.read": 1024, "net.in": 7}
    assert found == {servers[0].cloud_id: expected}, "what is of no server of ours is not taken"


def test_the_node_exporter(east, servers, prometheus):
    found = loads_from(source(east, prometheus, exporter="node"), servers)
    assert found == {servers[1].cloud_id: {"cpu.ns": 5e9, "memory.used": 1024, "net.in": 44}}


def test_a_label_of_ones_own_and_a_name_that_looks_like_an_expression(east, servers, prometheus):
    found = loads_from(source(east, prometheus, label="vm", names="name"), servers)
    assert found == {servers[2].cloud_id: {"cpu.ns": 4e9}}


def test_samples_come_from_it_and_nova_is_not_asked(east, servers, prometheus):
    source(east, prometheus)
    take.look(east.pk, servers[0].cloud_id)
    assert take.take_loads(east) == 1
    written = Series.objects.filter(kind="compute.server", subject=servers[0].cloud_id)
    assert {"cpu.ns", "memory.used"} <= set(written.values_list("metric", flat=True))


def test_what_is_wrong_stands_with_it_until_it_is_right(east, servers, prometheus):
    broken = source(east, f"http://127.0.0.1:{free_port()}")
    WatchedServer.objects.all().delete()
    take.look(east.pk, servers[0].cloud_id)
    assert take.take_loads(east) == 0
    broken.refresh_from_db()
    assert "127.0.0.1" in broken.error
    PrometheusSource.objects.update(url=prometheus)
    take.take_loads(east)
    broken.refresh_from_db()
    assert broken.error == ""


def test_an_address_that_is_closed(east, servers, settings):
    settings.ALERT_NETWORKS = []
    with pytest.raises(OutgoingError):
        loads_from(source(east, "http://127.0.0.1:9090"), servers)


def test_an_admin_names_it_and_tries_it(client, platform_admin, east, servers, prometheus):
    client.force_login(platform_admin)
    wish = {"cluster": east.pk, "url": "ftp://x", "exporter": "libvirt", "label": "a b", "token": "s3cret"}
    page = client.post(reverse("admin:monitoring_prometheussource_add"), wish)
    assert page.context["adminform"].form.errors.keys() == {"url", "label"}
    client.post(reverse("admin:monitoring_prometheussource_add"), {**wish, "url": prometheus, "label": ""})
    written = PrometheusSource.objects.get()
    page = client.get(reverse("admin:monitoring_prometheussource_change", args=[written.pk]))
    assert written.token == "s3cret" and "s3cret" not in page.content.decode()
    listing = reverse("admin:monitoring_prometheussource_changelist")
    page = client.post(listing, {"action": "test", "_selected_action": [written.pk]}, follow=True)
    assert "1 server" in page.content.decode()
