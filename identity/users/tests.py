"""Users of the cloud: whatever Keystone sends becomes a row and a page, and no secret does."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from identity.users import cloud
from identity.users.models import User
from identity.users.resource import USERS
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "4bd0",
    "name": "maria.garcia",
    "domain_id": "default",
    "email": "maria.garcia@example.org",
    "description": "Shop",
    "enabled": True,
    "default_project_id": "7ac0",
    "password_expires_at": "2027-01-02T03:04:05.000000",
    "options": {},
}
DOMAINS = {"default": "Default"}


def test_a_usual_answer():
    row = cloud.row(ANSWER, DOMAINS)
    assert (row["name"], row["domain"], row["email"]) == ("maria.garcia", "Default", "maria.garcia@example.org")
    assert (row["project_id"], row["status"]) == ("7ac0", "enabled")
    assert row["password_expires_at"].isoformat() == "2027-01-02T03:04:05+00:00"


def test_nothing_secret_is_kept():
    assert "hunter2" not in str(cloud.row({**ANSWER, "password": "hunter2", "options": {"x": "hunter2"}}, DOMAINS))


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(User, cluster, [cloud.row(answer, DOMAINS)], seen_at=timezone.now())
    for item in User.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(USERS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "description": name, "email": name}, {"default": name})
    inventory.store(User, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/identity/users/", "/identity/users/east/4bd0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()
