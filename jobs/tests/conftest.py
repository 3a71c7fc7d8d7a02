"""What tests of jobs, and those of copies by schedule, have in common."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import time_machine

from clusters import gateway, inventory
from clusters.access import OPERATE, PROVISION, VIEW
from clusters.inventory import Source
from jobs import bulk, lifecycle, run
from jobs.models import Job
from jobs.tests.copied import IMAGES, NIGHT, FakeCloud, Inline, make_schedule, snapshot_of_servers
from opsys.kit.declare import register
from opsys.kit.declare.action import Action
from opsys.kit.lists import filters, tables
from tests.factories import make_server


@pytest.fixture
def job(cluster, operator) -> Job:
    """It stops three servers, and nobody has it yet."""
    servers = [make_server(cluster, name=f"web-{n}") for n in range(3)]
    resource = register.get("compute.server")
    return bulk.submit(resource, resource.action("stop"), [s.pk for s in servers], user=operator, via="ui")


@pytest.fixture
def clock():
    """It stands still, at night."""
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cloud(monkeypatch):
    fake = FakeCloud()
    servers, images = register.get("compute.server"), register.get(IMAGES)
    copies = replace(snapshot_of_servers().copies, to=IMAGES)
    take = Action("snapshot", "Create a snapshot", fake.snapshot, copies=copies)
    drop = Action("delete", "Delete", fake.delete, permission=PROVISION, when=lambda row: fake.kept.get(row.name, ""))
    monkeypatch.setitem(register._resources, servers.name, replace(servers, actions=(*servers.actions, take)))
    monkeypatch.setitem(register._resources, IMAGES, replace(images, actions=(drop,)))
    monkeypatch.setitem(inventory.SOURCES, images.model, Source("image", None, fake.fetch_one, fake.changes))
    monkeypatch.setattr(gateway, "call", lambda *args, **kwargs: fake)
    yield fake
    for kept in (filters.filter_class, tables._class_of):  # they hold what the register said
        kept.cache_clear()


@pytest.fixture
def operator(make_user, cluster):
    return make_user("olga", {cluster: [VIEW, OPERATE, PROVISION]})


@pytest.fixture
def server(cluster):
    return make_server(cluster, name="web", cloud_id="s1", image_id="ubuntu")


@pytest.fixture
def nightly(cloud, server, operator):
    return make_schedule(operator)


@pytest.fixture
def work(monkeypatch):
    """work(job) → the job after a worker had it."""
    monkeypatch.setattr(run, "ThreadPoolExecutor", Inline)
    monkeypatch.setattr(run, "connections", SimpleNamespace(close_all=lambda: None))

    def of(job):
        run.Run(lifecycle.take(job.pk))()
        job.refresh_from_db()
        return job

    return of
