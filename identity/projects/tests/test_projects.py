"""Projects: whatever Keystone sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from identity.projects import cloud
from identity.projects.models import Project
from identity.projects.resource import PROJECTS
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "7ac0",
    "name": "web-shop",
    "domain_id": "default",
    "description": "The shop",
    "enabled": True,
    "parent_id": "default",
    "is_domain": False,
    "tags": ["gold"],
    "options": {"immutable": True},
}
DOMAINS = {"default": "Default"}


def test_a_usual_answer():
    row = cloud.row(ANSWER, DOMAINS)
    assert (row["name"], row["domain"], row["domain_id"], row["enabled"]) == ("web-shop", "Default", "default", True)
    assert (row["status"], row["description"], row["tags"]) == ("enabled", "The shop", ["gold"])
    assert row["data"] == {"options": {"immutable": True}}


def test_a_domain_we_may_not_read_is_called_by_its_id():
    assert cloud.row(ANSWER, {})["domain"] == "default"


@pytest.mark.parametrize(("sent", "status"), [(True, "enabled"), (False, "disabled"), (None, "enabled")])
def test_only_a_plain_no_disables(sent, status):
    assert cloud.row({**ANSWER, "enabled": sent}, DOMAINS)["status"] == status


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Project, cluster, [cloud.row(answer, DOMAINS)], seen_at=timezone.now())
    for item in Project.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(PROJECTS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "description": name, "tags": [name]}, {"default": name})
    inventory.store(Project, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/identity/projects/", "/identity/projects/east/7ac0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


def test_disabled_projects_are_found(client, make_user, cluster):
    for number, enabled in enumerate([True, False]):
        row = cloud.row({**ANSWER, "id": f"p{number}", "name": f"name-{number}", "enabled": enabled}, DOMAINS)
        inventory.store(Project, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/identity/projects/?enabled=False").content.decode()
    assert "name-1" in page and "name-0" not in page
