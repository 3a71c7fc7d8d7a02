"""Run by tests/test_new_room.py in a process of its own, because apps are loaded once."""

import json

import pytest
from django.core.management import call_command

from audit.models import Event
from clusters import sync
from clusters.access import OPERATE, VIEW
from clusters.models import Credential
from tests.example_room.gadgets.models import Gadget
from tests.wire import FakeCloud, as_json, serving

URL = "/example/gadgets/"
ANSWER = {"id": "g-1", "name": "lamp", "weight": 3}


@pytest.fixture
def cloud(cluster):
    answers = {
        "GET /compute/v2.1/gadgets": as_json(200, {"gadgets": [ANSWER]}),
        "GET /compute/v2.1/gadgets/g-1": as_json(200, {"gadget": {**ANSWER, "weight": 2}}),
        "POST /compute/v2.1/gadgets/g-1/action": as_json(202, {}),
    }
    with serving(FakeCloud(answers=answers)) as running:
        cluster.auth_url = running.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield running


@pytest.fixture
def gadget(cluster, cloud):
    sync.sync(cluster, Gadget)
    return Gadget.objects.get()


@pytest.fixture
def operator(client, cluster, make_user):
    user = make_user("olga", {cluster: [VIEW, OPERATE]})
    client.force_login(user)
    return user


def test_it_is_read_from_the_cloud(gadget):
    assert (gadget.name, gadget.weight) == ("lamp", 3)


def test_it_has_a_list_a_page_and_an_entry_in_the_menu(client, operator, gadget):
    page = client.get(URL).content.decode()
    assert "lamp" in page and "Example" in page and "Gadgets" in page
    assert "lamp" in client.get(f"{URL}east/g-1/").content.decode()
    assert "Polish" in client.get(f"{URL}menu/{gadget.pk}/").content.decode()
    assert f'href="{URL}"' in client.get("/compute/servers/").content.decode()


def test_its_action_runs_from_the_console_with_permission_and_audit(client, operator, gadget, cloud):
    client.post(f"{URL}do/polish/", {"ids": [gadget.pk]})
    assert [p for m, p, _h, _b in cloud.seen if m == "POST" and "gadgets" in p] == ["/compute/v2.1/gadgets/g-1/action"]
    phases = Event.objects.filter(action="example.gadget.polish").order_by("pk").values_list("phase", flat=True)
    assert list(phases) == ["started", "done"]
    gadget.refresh_from_db()
    assert gadget.weight == 2


def test_it_has_an_api(client, operator, gadget):
    (row,) = client.get(f"/api/v1{URL}").json()["results"]
    assert (row["name"], row["actions"]["polish"]["allowed"]) == ("lamp", True)
    assert client.get(f"/api/v1{URL}{gadget.pk}/").status_code == 200
    body = {"ids": [gadget.pk]}
    response = client.post(f"/api/v1{URL}do/polish/", body, content_type="application/json")
    assert response.json()["outcomes"][0]["status"] == "done"
    assert "example.gadget" in client.get("/api/v1/").json()
    assert "/api/v1/example/gadgets/" in client.get("/api/v1/schema/?format=json").content.decode()


def test_it_is_known_on_the_command_line(operator, gadget, capsys):
    call_command("ops", "example.gadget", "list", "--json", "--as", "olga")
    assert json.loads(capsys.readouterr().out)[0]["weight"] == 3
    call_command("ops", "example.gadget", "polish", "lamp", "--as", "olga")
    assert capsys.readouterr().out.split() == ["done", "east", "lamp"]


def test_it_has_an_admin_page(client, platform_admin, gadget):
    client.force_login(platform_admin)
    page = client.get("/admin/example/gadget/").content.decode()
    assert "lamp" in page and "Polish" in page


def test_who_may_not_see_the_cluster_sees_none_of_it(client, make_user, gadget):
    client.force_login(make_user("eve"))
    assert "lamp" not in client.get(URL).content.decode()
    assert client.get(f"{URL}east/g-1/").status_code == 404
    assert client.get(f"/api/v1{URL}{gadget.pk}/").status_code == 404
