"""Fixtures for the tests of all apps."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db import connection

from clusters import access
from clusters.models import Cluster, ClusterGroup
from lab import Lab, LabError
from tests.factories import make_cluster, make_server
from tests.sshd import Sshd

BASE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marks
def pytest_collection_modifyitems(items):
    for item in items:
        asks_for = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if asks_for or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish():
    """What has been imported stays until the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, as in production: in memory, a second thread's statement fails at once where it would wait."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        connection.settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture
def cluster(db) -> Cluster:
    return make_cluster("east")


@pytest.fixture
def other_cluster(db) -> Cluster:
    return make_cluster("west")


@pytest.fixture(name="make_cluster")
def _make_cluster(db):
    """make_cluster("name", group) → a cluster that nobody gave a credential yet."""
    address = "https://cloud.example.com:5000/v3"
    return lambda name, group=None: Cluster.objects.create(name=name, group=group, auth_url=address)


@pytest.fixture
def eu(db) -> ClusterGroup:
    return ClusterGroup.objects.create(name="eu")


@pytest.fixture
def one_connection(monkeypatch):
    """For tests of sockets: consumers close old connections around each piece of work, here the test's own."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    monkeypatch.setattr("terminal.session.threads.close_old_connections", lambda: None)
    monkeypatch.setattr("terminal.session.threads.beside", lambda run: sync_to_async(run)())


@pytest.fixture
def server(cluster):
    return make_server(cluster, name="web-1")


@pytest.fixture
def platform_admin(db):
    return get_user_model().objects.create_superuser("root", password="a long enough one")


@pytest.fixture
def make_user(db):
    """make_user("name", {cluster: [permissions]}) → a user who holds exactly these."""

    def make(name: str = "ada", held: dict | None = None, *, password: str = "correct horse battery", **fields):
        user = get_user_model().objects.create_user(name, password=password, **fields)
        access.set_permissions(user, {cluster.pk: codenames for cluster, codenames in (held or {}).items()})
        return user

    return make


@pytest.fixture
def sshd_everywhere(tmp_path):
    """An SSH server on all of loopback: each address is a server."""
    running = Sshd(tmp_path / "sshd", address="0.0.0.0")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Two seeded real clouds, shared by the whole run. With CI set a lab that cannot start fails the run.

    TEST_LAB_NETWORK and TEST_LAB_DATABASE_PORT let the runs of two checkouts stand side by side. From 32768 on ports
    are taken by whoever makes a connection.
    """
    network = os.environ.get("TEST_LAB_NETWORK", "127.0.1")
    root = BASE / "var" / f"test-lab-{network.rpartition('.')[2]}"
    laboratory = Lab(root=root, network=network, database_port=int(os.environ.get("TEST_LAB_DATABASE_PORT", "13071")))
    laboratory.down()  # what a run that was killed left behind
    shutil.rmtree(root, ignore_errors=True)
    try:
        laboratory.up(("east", "west"), 2, True)
    except LabError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the lab does not start: {error}")
    yield laboratory
    laboratory.down()
