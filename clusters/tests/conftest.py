"""A fake cloud on loopback, and short limits so that broken ones are soon found out."""

import pytest

from clusters import gateway, inventory
from clusters.readings import deltas, names, passes, positions
from clusters.readings.prefetch import Prefetch
from clusters.tests.listed_cloud import PAGE, ListedCloud
from compute.servers.models import Server
from tests.wire import FakeCloud, serving


@pytest.fixture
def cloud():
    with serving(FakeCloud()) as running:
        yield running


@pytest.fixture
def short_limits(settings):
    settings.CLOUD_CONNECT_SECONDS = settings.CLOUD_READ_SECONDS = settings.CLOUD_CALL_SECONDS = 0.5


@pytest.fixture
def listed_cloud(monkeypatch):
    """Of its 50 rows `PAGE` are on a page; it stands for the servers of every cluster."""
    monkeypatch.setattr(positions, "LEAST_ROWS", PAGE)
    for module in (positions, passes, names):
        monkeypatch.setattr(module, "MOST_ROWS", PAGE)
    for module in (passes, deltas):
        monkeypatch.setattr(module, "FIRST_ROWS", PAGE)
    monkeypatch.setattr(deltas, "SOON_SECONDS", 0)
    fake = ListedCloud()
    fake.add(*(f"s{number:03}" for number in range(50)))
    fake.wait(3600)
    monkeypatch.setattr(gateway, "call", fake.call)
    monkeypatch.setitem(inventory.SOURCES, Server, fake.source())
    return fake


@pytest.fixture
def no_prefetch(monkeypatch):
    """The cloud is asked in the test's own thread, so that what happens there may use the test's database."""
    monkeypatch.setattr(Prefetch, "start", lambda self, question: None)
