"""A server's own load, as Nova's diagnostics of a real cloud tell it: counters that move, and curves drawn of them."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import inventory, sync
from clusters.models import Cluster
from compute.servers.models import Server
from monitoring.charts.catalogue import CHARTS
from monitoring.charts.data import Subjects, chart_data
from monitoring.loads import take
from monitoring.samples import take as samples
from monitoring.samples.metrics import SERVER
from tests.platform import wait_until

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db]
MINUTE, SAMPLES = 60, 4


@pytest.fixture
def server(lab):
    """One of west that runs."""
    samples.forget_numbers()
    call_command("add_cluster", "west", "--from-clouds-yaml", str(lab.layout.clouds_yaml))
    cluster = Cluster.objects.get(name="west")
    sync.sync(cluster, inventory.model_named("compute.server"), full=True)
    return Server.objects.filter(cluster=cluster, status="ACTIVE").first()


def test_samples_differ_and_make_a_curve(server):
    take.look(server.cluster_id, server.cloud_id)
    end = int(timezone.now().timestamp()) // MINUTE * MINUTE
    told = []

    def moved(minute: int) -> bool:
        """Nova says something new; each time it is noted as the sample of one more minute."""
        ((_id, load),) = take._from_nova(server.cluster, [server.cloud_id]).items()
        if load in told:
            return False
        told.append(load)
        return take.take_loads(server.cluster, end - (SAMPLES - minute) * MINUTE) == 1

    for minute in range(SAMPLES):
        wait_until(lambda minute=minute: moved(minute), "the diagnostics changed")
    for name in ("cpu.ns", "disk.read", "disk.write", "net.in", "net.out"):
        values = [load[name] for load in told]
        assert values == sorted(set(values)), f"{name} rises"

    charts = {
        chart["name"]: chart["lines"]
        for chart in chart_data(
            CHARTS[SERVER], Subjects([server.cluster_id], SERVER, server.cloud_id), end - 3600, end + MINUTE
        )
    }
    for name in ("cpu", "disk", "network", "memory-used"):
        for line in charts[name]:
            known = [value for value in line["values"] if value is not None]
            assert len(known) >= SAMPLES - 1 and all(value > 0 for value in known), (name, line["label"], known)
