"""Fixtures for the tests that use the real clouds: the whole platform, running beside them."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests import coverage
from tests.browser import chromium
from tests.openstack_cli import OpenStackCli
from tests.platform import Platform

PASSWORDS = {"admin": "admin123", "operator": "operator123", "viewer": "viewer123"}


@contextmanager
def running_platform(lab, folder: Path, workers: int = 1, **environment: str) -> Iterator[Platform]:
    """Web, worker and beat of their own, with the lab's clouds registered and read."""
    running = Platform(folder, **environment)
    running.init_db()
    running.add_clusters(lab.layout.clouds_yaml, *[cloud.name for cloud in lab.clouds])
    try:
        running.start("web", "beat", "worker", *[f"worker-{n}" for n in range(2, workers + 1)])
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def platform(lab, tmp_path_factory):
    """Web, worker and beat with the lab's clouds east and west registered and read."""
    with running_platform(lab, tmp_path_factory.mktemp("platform"), ALERT_NETWORKS="127.0.0.1/32") as running:
        yield running
        if os.environ.get(coverage.DONE_FOLDER):
            api = running.session("admin", PASSWORDS["admin"])
            coverage.note_done(api.follow, f"{api.url}audit/events/?phase=done&per_page=500")


@pytest.fixture(scope="session")
def api(platform):
    """The REST API as the demo's platform admin."""
    return platform.session("admin", PASSWORDS["admin"])


@pytest.fixture(scope="module")
def browser():
    """Chromium, for one file of tests: its event loop is in the way of those that have one of their own."""
    with chromium() as running:
        yield running


@pytest.fixture
def healthy(lab):
    """The lab without faults, before and after."""

    def heal():
        for cloud in lab.clouds:
            cloud.fault("all", "off")

    heal()
    yield lab
    heal()


@pytest.fixture(scope="session")
def openstack(lab):
    """openstack("east")("server", "list") → what OpenStack's own command line says."""
    with ExitStack() as running:
        yield cache(lambda cloud: running.enter_context(closing(OpenStackCli(lab.layout.clouds_yaml, cloud))))
