"""Images: whatever Glance sends becomes a row and a page."""

import pytest
from django.utils import timezone
from django.utils.html import conditional_escape
from hypothesis import given

from clusters import inventory
from clusters.access import VIEW
from clusters.models import Cluster
from compute.images import cloud
from compute.images.models import Image
from compute.images.resource import IMAGES, size
from opsys.kit.tables import table_of
from tests.factories import make_cluster
from tests.odd_answers import NAMES, odd

ANSWER = {
    "id": "7aa0",
    "name": "debian-12",
    "status": "active",
    "owner": "p1",
    "visibility": "public",
    "size": 3 * 2**30,
    "disk_format": "qcow2",
    "container_format": "bare",
    "min_disk": 10,
    "min_ram": 512,
    "protected": True,
    "os_hidden": False,
    "tags": ["golden"],
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
    "os_hash_algo": "sha512",
    "os_hash_value": "abc",
    "os_distro": "debian",
    "image_type": "snapshot",
    "instance_uuid": "3fa0",
    "block_device_mapping": None,
}


def test_a_usual_answer():
    row = cloud.row(ANSWER)
    assert (row["name"], row["project_id"], row["size"], row["min_disk"]) == ("debian-12", "p1", 3 * 2**30, 10)
    assert (row["os_distro"], row["tags"], row["protected"], row["hidden"]) == ("debian", ["golden"], True, False)
    assert row["data"]["properties"] == {"os_distro": "debian", "image_type": "snapshot", "instance_uuid": "3fa0"}
    assert row["data"]["os_hash_value"] == "abc" and not row["gone"]


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({"image_type": "snapshot"}, "snapshot"),
        ({"image_type": "backup"}, "backup"),
        ({"image_type": None}, "image"),
        ({"image_type": "golden"}, "image"),
        # Nova does not call it a snapshot when the server has its disk in a volume.
        ({"image_type": None, "block_device_mapping": "[{}]"}, "snapshot"),
    ],
)
def test_what_was_made_from_a_server_is_known(properties, kind):
    assert cloud.row({**ANSWER, **properties})["kind"] == kind


@pytest.mark.parametrize(
    ("octets", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3 * 2**30, "3.0 GiB"), (2**60, "1048576.0 TiB"), (None, "")],
)
def test_a_size_is_told_in_a_fitting_unit(octets, text):
    assert size(Image(size=octets)) == text


def test_a_size_beyond_four_gibibytes_is_kept(cluster):
    inventory.store(Image, cluster, [cloud.row({**ANSWER, "size": 2**43})], seen_at=timezone.now())
    assert Image.objects.get().size == 2**43


@pytest.mark.django_db
@given(answer=odd(ANSWER))
def test_no_answer_breaks_the_sync_or_the_page(answer):
    cluster = Cluster.objects.filter(name="odd").first() or make_cluster("odd")
    inventory.store(Image, cluster, [cloud.row(answer)], seen_at=timezone.now())
    for item in Image.objects.select_related("cluster"):
        cells = [conditional_escape(cell) for row in table_of(IMAGES, [item]).rows for cell in row]
        assert "<script" not in "".join(cells)
        for action in IMAGES.actions:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "os_distro": name, "tags": [name], "evil": name})
    inventory.store(Image, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/images/", "/compute/images/east/7aa0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(("status", "restless"), [("saving", True), ("importing", True), ("active", False)])
def test_an_image_that_is_being_written_is_worth_looking_at_again(status, restless):
    assert Image(status=status).restless is restless
