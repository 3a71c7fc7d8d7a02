"""Our servers in the forms of other tools: whose they are, what they are called, and nothing that does harm there."""

import csv
import io
import json
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from clusters.access import VIEW
from compute.images.models import Image
from identity.projects.models import Project
from terminal.models import DefaultUser
from tests.factories import make_cluster, make_server

TOOLS = "/api/v1/monitoring/tools/"


def addresses(fixed="10.0.0.5", floating=""):
    found = [{"network": "private", "address": fixed, "type": "fixed"}]
    return found + ([{"network": "private", "address": floating, "type": "floating"}] if floating else [])


@pytest.fixture
def east(cluster):
    now = {"synced_at": timezone.now(), "digest": ""}
    Project.objects.create(cluster=cluster, cloud_id="p1", name="shop", **now)
    Image.objects.create(cluster=cluster, cloud_id="i1", name="Debian 13", **now)
    DefaultUser.objects.create(image="debian*", username="debian")
    data = {"tags": ["blue"], "metadata": {"role": "web"}, "flavor": {"vcpus": 2, "ram": 4096, "disk": 20}}
    make_server(
        cluster,
        name="web-1",
        cloud_id="id-1",
        project_id="p1",
        image_id="i1",
        addresses=addresses(floating="192.0.2.7"),
        data=data,
    )
    make_server(cluster, name="web-2", cloud_id="id-2", status="SHUTOFF", addresses=addresses("fd00::5"))
    make_server(cluster, name="bare", cloud_id="id-3")
    make_server(make_cluster("west"), name="web-1", cloud_id="id-4", addresses=addresses("10.0.0.9"))
    return cluster


@pytest.fixture
def vera(client, east, make_user):
    user = make_user("vera", {east: [VIEW]})
    client.force_login(user)
    return user


def test_ansible(client, vera):
    told = client.get(f"{TOOLS}ansible/").json()
    assert sorted(told["_meta"]["hostvars"]) == ["east.web-1", "east.web-2"]
    first = told["_meta"]["hostvars"]["east.web-1"]
    assert (first["ansible_host"], first["ansible_user"]) == ("192.0.2.7", "debian")
    assert first["openstack"]["metadata"] == {"role": "web"} and first["openstack"]["project"] == "shop"
    groups = {name for name, group in told.items() if "east.web-1" in group.get("hosts", ())}
    assert groups == {
        *("cluster_east", "project_shop", "flavor_m1_small", "image_Debian_13", "status_ACTIVE", "tag_blue"),
        "meta_role_web",
    }
    only = client.get(f"{TOOLS}ansible/?status=SHUTOFF").json()
    assert list(only["_meta"]["hostvars"]) == ["east.web-2"]
    assert Event.objects.filter(action="monitoring.servers.ansible", user=vera).count() == 2


def test_what_is_wrong_or_not_there(client, vera):
    assert client.get(f"{TOOLS}ansible/?cluster=west").status_code == 404
    assert client.get(f"{TOOLS}prometheus/?port=0").status_code == 400
    client.logout()
    for form in ("ansible", "prometheus", "ssh-config", "netbox"):
        assert client.get(f"{TOOLS}{form}/").status_code == 401


def test_prometheus(client, vera, east):
    make_server(east, name="v6", cloud_id="id-6", addresses=addresses("fd00::6"))
    told = {one["targets"][0]: one["labels"] for one in client.get(f"{TOOLS}prometheus/?port=9177").json()}
    assert set(told) == {"192.0.2.7:9177", "[fd00::6]:9177"}, "those that run"
    labels = told["192.0.2.7:9177"]
    assert labels["__meta_openstack_instance_name"] == "web-1" and labels["__meta_openstack_tags"] == ",blue,"
    assert labels["__meta_openstack_tag_role"] == "web"


def test_ssh_config_as_ssh_reads_it(client, vera, tmp_path):
    text = client.get(f"{TOOLS}ssh-config/").content.decode()
    (tmp_path / "config").write_text(text)

    def read(host: str) -> dict[str, str]:
        done = subprocess.run(
            ["ssh", "-G", "-F", tmp_path / "config", host], capture_output=True, text=True, check=True
        )
        return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)

    found = read("east.web-1")
    assert (found["hostname"], found["user"], found["hostkeyalias"]) == ("192.0.2.7", "debian", "id-1")
    assert read("east.web-2")["hostname"] == "fd00::5"


def test_netbox(client, vera):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{TOOLS}netbox/").content.decode())))
    assert [row["name"] for row in rows] == ["bare", "web-1", "web-2"]
    assert [rows[1][name] for name in ("status", "cluster", "tenant", "vcpus", "memory", "disk")] == [
        *("active", "east", "shop", "2", "4096", "20480"),
    ]


HOSTILE = "web\n  ProxyCommand touch /tmp/x\nHost *{{ lookup('pipe', 'id') }}"


def test_names_that_mean_harm(client, vera, east, tmp_path):
    for cloud_id in ("bad-1", "bad-2"):
        make_server(
            east,
            name=HOSTILE,
            cloud_id=cloud_id,
            addresses=addresses(),
            data={"metadata": {"x": HOSTILE}, "tags": ["=1+1"]},
        )
    make_server(east, name="=cmd|' /C calc'!A0", cloud_id="bad-3", addresses=addresses())
    make_server(east, name="-oProxyCommand=x", cloud_id="bad-4", addresses=addresses())
    config = client.get(f"{TOOLS}ssh-config/").content.decode()
    assert len([line for line in config.splitlines() if line.startswith("Host ")]) == 6
    assert "ProxyCommand touch" not in config and "Host *" not in config
    told = client.get(f"{TOOLS}ansible/").json()
    names = [name for name in told["_meta"]["hostvars"] if "bad-" in name]
    assert len(names) == 4 and all(name.replace("-", "").replace(".", "").isidentifier() for name in names)
    assert "'=cmd" in client.get(f"{TOOLS}netbox/").content.decode()


def test_two_of_one_name(client, vera, east):
    make_server(east, name="web-2", cloud_id="id-9", addresses=addresses())
    names = list(client.get(f"{TOOLS}ansible/").json()["_meta"]["hostvars"])
    assert names == ["east.web-1", "east.web-2-id-2", "east.web-2-id-9"]


def test_as_many_queries_for_many_servers_as_for_one(client, vera, east):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{TOOLS}ansible/")
        return len(captured)

    queries()
    few = queries()
    for number in range(30):
        make_server(east, name=f"more-{number}", addresses=addresses(), project_id=f"p{number}")
    assert queries() == few


def test_the_page_says_how(client, vera):
    page = client.get("/monitoring/tools/").content.decode()
    for form in ("ansible", "prometheus", "ssh-config", "netbox"):
        assert f"http://testserver{TOOLS}{form}/" in page


def test_command(vera):
    call_command("ansible_inventory", "--as", "vera", "--query", "q=web-1", stdout=(out := io.StringIO()))
    assert list(json.loads(out.getvalue())["_meta"]["hostvars"]) == ["east.web-1"]
    call_command("ansible_inventory", "--as", "vera", "--form", "ssh-config", stdout=(out := io.StringIO()))
    assert "Host east.web-1\n" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("ansible_inventory", "--as", "vera", "--query", "flavor=", "--form", "nonsense")
