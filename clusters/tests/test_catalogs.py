"""Catalogs that Keystone has, and people make, and libraries do not expect."""

import json

import pytest
from django.core.management import CommandError, call_command

from clusters import health
from clusters.models import Cluster, Credential, Environment
from tests.wire import SERVICES, FakeCloud, as_json, serving, web_page

pytestmark = pytest.mark.django_db


def endpoint(cloud, kind, **changes):
    place = {"id": kind, "interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
    return {**place, "url": f"{cloud.url}/{SERVICES[kind]}", **changes}


def catalog(cloud, **changes):
    """Each service with its one endpoint, but for those in `changes`."""
    usual = {kind: {"type": kind, "name": kind, "id": kind, "endpoints": [endpoint(cloud, kind)]} for kind in SERVICES}
    return [entry for entry in {**usual, **changes}.values() if entry is not None]


class Odd(FakeCloud):
    catalog = None

    def _log_in(self, request):
        status, headers, body = super()._log_in(request)
        said = json.loads(body)
        if status == 201 and self.catalog is not None:
            said["token"]["catalog"] = self.catalog
        return as_json(status, said, **{name: value for name, value in headers.items() if name != "Content-Type"})


@pytest.fixture
def cloud():
    with serving(Odd()) as running:
        yield running


def aliases(cloud, *names):
    return {name: {"type": name, "name": name, "endpoints": [endpoint(cloud, "block-storage")]} for name in names}


def examined(cloud, **fields):
    cluster = Cluster(name="north", auth_url=cloud.auth_url, **fields)
    return health.examine(cluster, Credential(username="admin", secret="right", project_name="admin"))


def test_a_region_that_is_not_there_with_two_aliases_of_a_service(cloud, monkeypatch):
    cloud.catalog = catalog(cloud, **{"block-storage": None, **aliases(cloud, "volumev3", "block-store")})
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    arguments = ["--auth-url", cloud.auth_url, "--username", "admin", "--project", "admin", "--region", "Nowhere"]
    with pytest.raises(CommandError, match="does not have this region. It has: RegionOne"):
        call_command("add_cluster", "north", *arguments)


def test_aliases_alone_are_found(cloud):
    cloud.catalog = catalog(cloud, **{"block-storage": None, **aliases(cloud, "volumev3", "volumev2")})
    report = examined(cloud, region="RegionOne")
    assert report.ok and report.services["block-storage"]["version"] == "3.0"


@pytest.mark.parametrize(
    "service",
    [
        {"type": "block-storage", "name": "cinder", "endpoints": []},
        {"type": "block-storage", "name": "cinder"},
        {"type": "block-storage", "name": "cinder", "endpoints": None},
        {"type": "block-storage", "name": "cinder", "endpoints": [{"url": None, "region": None}]},
        {"type": "block-storage", "name": "cinder", "endpoints": [{"url": "", "interface": "public"}]},
        {"type": "block-storage", "endpoints": [{"url": "not an address", "interface": "public", "region": 7}]},
        {
            "type": "block-storage",
            "endpoints": [{"url": "http://[broken", "interface": "public", "region": "RegionOne"}],
        },
        {"name": "of no type", "endpoints": [{"url": "http://x", "interface": "public"}]},
        {"type": None, "endpoints": []},
    ],
)
def test_odd_entries_cost_their_service_and_nothing_else(cloud, service):
    cloud.catalog = catalog(cloud, **{"block-storage": service})
    report = examined(cloud, region="RegionOne")
    assert report.code in ("", "no_service", "bad_answer"), report
    if report.ok:
        assert "error" in report.services["block-storage"]


@pytest.mark.parametrize("entries", [[], [None], [7], "nothing", {"a": 1}, [{}]])
def test_a_catalog_of_nothing(cloud, entries):
    cloud.catalog = entries
    report = examined(cloud)
    assert not report.ok and "north" in report.error


def test_the_same_cloud_is_added_twice_on_purpose_only(cloud, monkeypatch, client, platform_admin, capsys):
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    given = ["--username", "admin", "--project", "admin", "--auth-url"]
    call_command("add_cluster", "north", *given, cloud.auth_url)
    assert "environment is not set" in capsys.readouterr().out
    assert Cluster.objects.get().environment == Environment.UNSET
    with pytest.raises(CommandError, match="same cloud and region as cluster north.*--again"):
        call_command("add_cluster", "south", *given, cloud.url)
    page = {"name": "south", "environment": "unset", "enabled": "on", "auth_url": cloud.url, "interface": "public"}
    page |= {"kind": "password", "username": "admin", "project_name": "admin", "secret": "right", "test": "on"}
    client.force_login(platform_admin)
    assert (
        "same cloud and region as cluster north" in client.post("/admin/clusters/cluster/add/", page).content.decode()
    )
    assert client.post("/admin/clusters/cluster/add/", {**page, "again": "on"}).status_code == 302
    cloud.regions = ("RegionOne", "RegionTwo")
    call_command("add_cluster", "west", *given, cloud.auth_url, "--region", "RegionTwo")
    assert Cluster.objects.count() == 3


def test_a_service_that_is_a_page(cloud):
    cloud.answers = {"GET /placement": web_page()}
    assert examined(cloud).ok
