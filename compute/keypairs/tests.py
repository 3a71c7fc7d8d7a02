"""Key pairs: whatever Nova sends becomes a row and a page; of every user, each known apart."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.keypairs import cloud
from compute.keypairs.models import Keypair
from compute.keypairs.resource import KEYPAIRS
from opsys.kit.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "name": "deploy",
    "type": "ssh",
    "fingerprint": "9d:00:60:c8:e3:3e",
    "public_key": "ssh-ed25519 AAAA deploy",
}


def row(answer, user="u1", own="u1"):
    return cloud.row(answer, user, own=own)


def test_a_usual_answer():
    kept = row(ANSWER)
    assert (kept["cloud_id"], kept["name"], kept["type"], kept["own"]) == ("u1:deploy", "deploy", "ssh", True)
    assert kept["data"]["public_key"].startswith("ssh-ed25519")
    assert row(ANSWER, own="u2")["own"] is False


@pytest.mark.parametrize("name", ["deploy", "my key", "li.wei@example.org", "a/b", "a:b", "50%", "_-"])
def test_the_id_holds_user_and_name_and_fits_an_address(name):
    cloud_id = cloud.id_of("0f3e", name)
    assert cloud.parts(cloud_id) == ("0f3e", name) and "/" not in cloud_id


def test_the_same_name_of_two_users_is_two_key_pairs(cluster):
    inventory.store(Keypair, cluster, [row(ANSWER, "u1"), row(ANSWER, "u2")], seen_at=timezone.now())
    assert Keypair.objects.count() == 2


@pytest.mark.django_db
@given(answer=odd({"id": "", **ANSWER}))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Keypair, cluster, [row(answer)], seen_at=timezone.now())
    for item in Keypair.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(KEYPAIRS, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in KEYPAIRS.actions:
            action.when(item)


@pytest.mark.parametrize("name", [name for name in NAMES if name and len(name) < 200])
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    inventory.store(Keypair, cluster, [row({**ANSWER, "name": name, "type": name})], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/keypairs/", KEYPAIRS.item_url(Keypair.objects.select_related("cluster").get())):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()
