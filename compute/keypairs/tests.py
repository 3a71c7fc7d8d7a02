"""Key pairs: whatever Nova sends becomes a row and a page; of every user, each known apart."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.keypairs import cloud
from compute.keypairs.actions import _private_key
from compute.keypairs.forms import ImportForm
from compute.keypairs.models import Keypair
from compute.keypairs.resource import KEYPAIRS
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
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
        for action in KEYPAIRS.on_items:
            action.when(item)


@pytest.mark.parametrize("name", [name for name in NAMES if name and len(name) < 200])
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    inventory.store(Keypair, cluster, [row({**ANSWER, "name": name, "type": name})], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/keypairs/", KEYPAIRS.item_url(Keypair.objects.select_related("cluster").get())):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


# --- actions

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEwZdAZ1apUwmuZ3z+ZusnIGcLX5/ovbblk46RSs8IH+"


@pytest.mark.parametrize("text", [ED25519, f"{ED25519} me@home", f"  {ED25519}\n"])
def test_a_public_key_is_taken(make_user, cluster, text):
    form = filled(ImportForm, {"name": "mine", "public_key": text}, cluster=cluster, user=make_user("vera"))
    assert form.is_valid(), form.errors
    assert form.params()["public_key"].startswith(ED25519)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "private"),
        ("hello", "not an OpenSSH public key"),
        (ED25519.replace("ssh-ed25519", "ssh-rsa"), "not an OpenSSH public key"),
        (ED25519[:20], "not an OpenSSH public key"),
        ("ssh-rsa !!!!", "not an OpenSSH public key"),
        ("AAAA", "not an OpenSSH public key"),
    ],
)
def test_what_is_no_public_key_is_not(make_user, cluster, text, complaint):
    form = filled(ImportForm, {"name": "mine", "public_key": text}, cluster=cluster, user=make_user("vera"))
    assert complaint in form.errors["public_key"][0]


@pytest.mark.parametrize("name", ["a/b", "ключ", ""])
def test_names_are_those_every_nova_takes(make_user, cluster, name):
    form = filled(ImportForm, {"name": name, "public_key": ED25519}, cluster=cluster, user=make_user("vera"))
    assert "name" in form.errors


def test_the_private_key_is_shown_as_a_secret_with_a_file():
    shown = _private_key({"id": "u1:mine", "name": "mine", "private_key": "-----BEGIN"})
    assert (shown.kind, shown.filename, shown.text) == ("secret", "mine.pem", "-----BEGIN")
    assert _private_key({"id": "u1:mine", "name": "mine"}) is None


def test_a_key_pair_of_somebody_else_is_deleted_as_theirs():
    command = KEYPAIRS.action("delete").command
    assert command(Keypair(name="a b", user_id="u1", own=True)) == ["keypair", "delete", "a b"]
    assert command(Keypair(name="a b", user_id="u2")) == ["keypair", "delete", "--user", "u2", "a b"]
