"""Server groups: whatever Nova sends becomes a row and a page."""

import pytest
import requests
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.server_groups import cloud, operations
from compute.server_groups.forms import CreateForm
from compute.server_groups.models import ServerGroup
from compute.server_groups.resource import SERVER_GROUPS
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster, make_server
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "9c00",
    "name": "spread",
    "policy": "anti-affinity",
    "rules": {"max_server_per_host": 2},
    "members": ["3fa0", "3fa1"],
    "project_id": "p1",
    "user_id": "u1",
    "policies": None,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["policy"], row["size"]) == ("spread", "anti-affinity", 2)
    assert ServerGroup(data=row["data"]).rule_lines == ["max_server_per_host=2"]


def test_before_2_64_there_was_a_list_of_policies():
    row = cloud.row({"id": "9c00", "policies": ["affinity"], "metadata": {}, "members": []})
    assert (row["policy"], row["size"]) == ("affinity", 0)


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(ServerGroup, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in ServerGroup.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(SERVER_GROUPS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in SERVER_GROUPS.on_items:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "rules": {"x": name}, "members": [name]})
    inventory.store(ServerGroup, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/server_groups/", "/compute/server_groups/east/9c00/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


# --- actions


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"policy": "anti-affinity", "max_server_per_host": 2}, set()),
        ({"policy": "affinity"}, set()),
        ({"policy": "affinity", "max_server_per_host": 2}, {"max_server_per_host"}),
        ({"policy": "anti-affinity", "max_server_per_host": 0}, {"max_server_per_host"}),
        ({"policy": "together"}, {"policy"}),
        ({"policy": "affinity", "name": "<b>"}, {"name"}),
    ],
)
def test_what_nova_would_refuse_is_said_at_the_field(make_user, cluster, given, wrong):
    form = filled(CreateForm, {"name": "spread", **given}, cluster=cluster, user=make_user("vera"))
    assert set(form.errors) == wrong


class Nova:
    """Knows microversions up to this one, and notes what it is asked."""

    def __init__(self, newest):
        self.newest, self.asked = newest, None
        self.compute = self

    def post(self, path, json, microversion):
        self.asked = (microversion, json["server_group"])
        response = requests.Response()
        response.status_code, response._content = 200, b'{"server_group": {"id": "new"}}'
        return response


@pytest.mark.parametrize(
    ("newest", "wish"),
    [
        ("2.64", {"name": "x", "policy": "anti-affinity", "rules": {"max_server_per_host": 2}}),
        ("2.40", {"name": "x", "policies": ["anti-affinity"], "rules": {"max_server_per_host": 2}}),
    ],
)
def test_older_novas_are_asked_in_their_words(monkeypatch, newest, wish):
    monkeypatch.setattr(operations, "negotiate", lambda proxy, wanted: proxy.newest)
    nova = Nova(newest)
    assert operations.create(nova, name="x", policy="anti-affinity", max_server_per_host=2) == "new"
    assert nova.asked == (newest, wish)


def test_the_page_names_the_members(client, make_user, cluster):
    make_server(cluster, name="web-1", cloud_id="3fa0")
    inventory.store(ServerGroup, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/compute/server_groups/east/9c00/panel/members/").content.decode()
    assert "web-1" in page and "/compute/servers/east/3fa0/" in page and "3fa1" in page
