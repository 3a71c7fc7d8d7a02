"""Images: whatever Glance sends becomes a row and a page."""

import hashlib
from contextlib import nullcontext

import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.http import content_disposition_header
from hypothesis import given
from openstack.exceptions import SDKException

from audit.models import Event
from clusters import inventory
from clusters.access import ADMINISTER, PROVISION, VIEW
from clusters.gateway import TransferError
from clusters.models import Cluster
from compute.images import cloud, operations
from compute.images.forms import EditForm, ImportForm, PropertiesForm, ToVolumeForm
from compute.images.models import Image
from compute.images.resource import IMAGES, size
from compute.images.views import file_name
from opsys.kit.forms.form import filled
from opsys.kit.lists.tables import table_of
from tests.factories import make_cluster, make_server
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
        for action in IMAGES.on_items:
            action.when(item)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_drawn_as_text(client, make_user, cluster, name):
    row = cloud.row({**ANSWER, "name": name, "os_distro": name, "tags": [name], "evil": name})
    inventory.store(Image, cluster, [row], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for page in ("/compute/images/", "/compute/images/east/7aa0/"):
        response = client.get(page)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(("status", "transitional"), [("saving", True), ("importing", True), ("active", False)])
def test_an_image_that_is_being_written_is_worth_looking_at_again(status, transitional):
    assert Image(status=status).transitional is transitional


# --- actions


def image(**fields) -> Image:
    values = {"cloud_id": "7aa0", "name": "debian", "status": "active", "visibility": "private", "data": {}, **fields}
    return Image(**values)


WHEN = {
    "edit": ({}, {"status": "pending_delete"}),
    "to-volume": ({}, {"status": "queued"}),
    "properties": ({}, {"status": "killed"}),
    "protect": ({}, {"protected": True}),
    "unprotect": ({"protected": True}, {}),
    "deactivate": ({}, {"status": "deactivated"}),
    "reactivate": ({"status": "deactivated"}, {}),
    "visibility": ({}, {"visibility": "public"}),
    "publish": ({}, {"visibility": "public"}),
    "withdraw": ({"visibility": "public"}, {}),
    "add-member": ({"visibility": "shared"}, {}),
    "accept-member": ({"visibility": "shared"}, {"visibility": "community"}),
    "remove-member": ({"visibility": "shared"}, {}),
    "delete": ({}, {"protected": True}),
}


def test_every_action_is_in_the_table_above():
    assert {action.name for action in IMAGES.on_items} == set(WHEN)


@pytest.mark.parametrize("name", WHEN)
def test_when_it_may_be_done(name):
    fits, fits_not = WHEN[name]
    assert IMAGES.action(name).when(image(**fits)) == ""
    assert IMAGES.action(name).when(image(**fits_not)).endswith(".")


@pytest.mark.parametrize(
    ("name", "permission"), [("publish", ADMINISTER), ("withdraw", ADMINISTER), ("edit", PROVISION)]
)
def test_what_everybody_sees_is_for_administrators(name, permission):
    assert IMAGES.action(name).permission == permission


@pytest.mark.parametrize(("held", "offered"), [([PROVISION], False), ([PROVISION, ADMINISTER], True)])
def test_only_an_administrator_can_make_a_new_image_public(make_user, cluster, held, offered):
    user = make_user("vera", {cluster: [VIEW, *held]})
    given = {"name": "x", "url": "https://example.org/x", "visibility": "public"}
    assert filled(ImportForm, given, cluster=cluster, user=user).is_valid() is offered


@pytest.mark.parametrize(
    ("methods", "possible"), [(None, True), (["web-download"], True), (["glance-direct"], False), ([], False)]
)
def test_a_cloud_that_fetches_nothing_says_so(methods, possible):
    cluster = Cluster(name="east", capabilities={"image_imports": methods})
    assert (IMAGES.action("import", "cluster").when(cluster) == "") is possible


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "https://", "https://a b"])
def test_only_addresses_of_the_web_are_imported(make_user, cluster, url):
    form = filled(ImportForm, {"name": "x", "url": url}, cluster=cluster, user=make_user("vera"))
    assert "url" in form.errors


PROPERTIES = {"os_distro": "debian", "os_glance_import_task": "t", "script": "a\nb", "empty": ""}


def test_properties_are_edited_as_a_whole_but_for_those_that_are_no_lines(make_user, cluster):
    target = image(cluster=cluster, data={"properties": PROPERTIES})
    form = PropertiesForm(
        {"properties": "os_distro=ubuntu\nrole = web=1\nempty="}, targets=[target], user=make_user("vera")
    )
    assert form.is_valid(), form.errors
    assert form.params() == {"properties": {"os_distro": "ubuntu", "role": "web=1"}, "remove": []}
    form = PropertiesForm({"properties": ""}, targets=[target], user=form.user)
    assert form.is_valid() and form.params() == {"properties": {}, "remove": ["empty", "os_distro"]}


def test_a_field_of_the_images_own_is_no_property(make_user, cluster):
    given = {"properties": {"visibility": "public"}}
    form = filled(PropertiesForm, given, targets=[image(cluster=cluster)], user=make_user("vera"))
    assert "properties" in form.errors


def test_editing_asks_only_for_what_changed(make_user, cluster):
    target = image(cluster=cluster, tags=["a"], min_disk=3)
    form = filled(EditForm, {"name": "new", "tags": ["a", "b"]}, targets=[target], user=make_user("vera"))
    assert form.is_valid() and form.params() == {"name": "new", "tags": ["a", "b"]}
    command = IMAGES.action("edit").command(target, **form.params())
    assert command == ["image", "set", "--name", "new", "--tag", "a", "--tag", "b", "7aa0"]


@pytest.mark.parametrize(
    ("fields", "smallest"),
    [
        ({"size": 1}, 1),
        ({"size": 3 * 2**30 + 1}, 4),
        ({"size": 1, "min_disk": 10}, 10),
        ({"size": 1, "data": {"virtual_size": 5 * 2**30}}, 5),
    ],
)
def test_a_volume_is_large_enough_for_the_image(fields, smallest):
    assert ToVolumeForm.smallest(image(**fields)) == smallest


class Glance:
    """Notes what it is asked, and answers as told."""

    def __init__(self, **answers):
        self.asked, self.answers = [], answers

    def __getattr__(self, method):
        def ask(path, json=None, headers=None):
            self.asked.append((method, path, json))
            response = requests.Response()
            response.status_code, response._content = self.answers.get(
                path.rsplit("/", 1)[-1], (200, b'{"id": "new"}')
            )
            response.request = requests.Request(method, "http://east.invalid" + path).prepare()
            return response

        return ask


class Cloud:
    def __init__(self, **answers):
        self.image = Glance(**answers)
        self.image.deleted = []
        self.image.delete_image = self.image.deleted.append


def test_a_property_may_have_any_name():
    cloud = Cloud()
    operations.set_properties(cloud, "7aa0", properties={"remove": "1", "a/b~c": "2"}, remove=["conn"])
    ((method, path, changes),) = cloud.image.asked
    assert (method, path) == ("patch", "/images/7aa0")
    assert [change["path"] for change in changes] == ["/remove", "/a~1b~0c", "/conn"]
    assert [change["op"] for change in changes] == ["add", "add", "remove"]


@pytest.mark.parametrize(("answer", "left"), [((202, b""), []), ((409, b"no"), ["new"])])
def test_an_import_that_is_refused_leaves_nothing_behind(answer, left):
    cloud = Cloud(**{"import": answer})
    with nullcontext() if answer[0] < 300 else pytest.raises(SDKException):
        assert operations.import_from(cloud, url="https://example.org/x", name="x", disk_format="raw") == "new"
    assert cloud.image.deleted == left
    assert cloud.image.asked[0][2] == {"container_format": "bare", "name": "x", "disk_format": "raw"}


def test_the_page_leads_to_a_new_server(client, make_user, cluster):
    inventory.store(Image, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW, PROVISION]}))
    page = client.get("/compute/images/east/7aa0/").content.decode()
    assert 'href="/compute/servers/new/create/?cluster=east&amp;image=7aa0"' in page
    inventory.store(Image, cluster, [cloud.row({**ANSWER, "status": "queued"})], seen_at=timezone.now())
    assert "servers/new/create/?cluster=east" not in client.get("/compute/images/east/7aa0/").content.decode()


def test_the_page_shows_the_servers_that_boot_from_it(client, make_user, cluster, make_server_of):
    inventory.store(Image, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    make_server_of("7aa0")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    page = client.get("/compute/images/east/7aa0/panel/compute-server-image/").content.decode()
    assert "web-1" in page


@pytest.fixture
def make_server_of(cluster):
    return lambda image_id: make_server(cluster, name="web-1", image_id=image_id)


@pytest.mark.parametrize(
    ("query", "active"),
    [("", "Images"), ("?kind=snapshot&kind=backup", "Instance snapshots"), ("?kind=snapshot", "Images")],
)
def test_snapshots_have_an_entry_of_their_own_in_the_menu(client, make_user, cluster, query, active):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    menu = client.get(f"/compute/images/{query}").context["menu"]
    assert [entry["label"] for domain in menu for entry in domain["entries"] if entry["active"]] == [active]


# --- the file itself


def sending(monkeypatch, there):
    """A Glance that takes every part, and says this of the image afterwards."""
    monkeypatch.setattr(operations, "send_file", lambda proxy, path, parts: list(parts))
    monkeypatch.setattr(operations, "one", lambda proxy, path: there)
    return Cloud()


SHA512 = hashlib.sha512(b"abc").hexdigest()


@pytest.mark.parametrize(
    ("there", "verified"), [({"os_hash_algo": "sha512", "os_hash_value": SHA512}, True), ({}, False)]
)
def test_what_arrived_is_compared_with_what_was_sent(monkeypatch, there, verified):
    cloud = sending(monkeypatch, there)
    made = operations.upload(cloud, parts=[b"a", b"bc"], name="x", disk_format="raw", visibility="private")
    assert made == {"id": "new", "size": 3, "hash": SHA512, "verified": verified}
    assert cloud.image.deleted == []
    assert SHA512 in IMAGES.action("upload", "cluster").shows(made).text


def test_what_arrived_as_something_else_is_not_kept(monkeypatch):
    cloud = sending(monkeypatch, {"os_hash_algo": "sha512", "os_hash_value": "0" * 128})
    with pytest.raises(TransferError, match="corrupted"):
        operations.upload(cloud, parts=[b"abc"], name="x", disk_format="raw")
    assert cloud.image.deleted == ["new"]


def test_what_breaks_off_is_not_kept(monkeypatch):
    def broken():
        yield b"a"
        raise TransferError("interrupted")

    cloud = sending(monkeypatch, {})
    with pytest.raises(TransferError, match="interrupted"):
        operations.upload(cloud, parts=broken(), name="x", disk_format="raw")
    assert cloud.image.deleted == ["new"]


def test_the_general_doors_say_where_the_file_goes(client, make_user, cluster):
    client.force_login(make_user("vera", {cluster: [VIEW, PROVISION]}))
    wish = {"cluster": "east", "params": {"name": "x"}}
    answer = client.post("/api/v1/compute/images/new/upload/", wish, content_type="application/json")
    assert answer.status_code == 400 and "/api/v1/compute/images/upload/" in answer.content.decode()


@pytest.mark.parametrize(
    ("held", "query", "status", "said"),
    [
        ([PROVISION], "name=x&disk_format=raw", 200, {"ready": True, "reason": ""}),
        ([], "name=x&disk_format=raw", 200, {"ready": False}),
        ([PROVISION], "disk_format=raw", 400, {"code": "invalid"}),
        ([PROVISION], "name=x&visibility=public", 400, {"code": "invalid"}),
    ],
)
def test_an_upload_can_be_checked_before_it_begins(client, make_user, cluster, held, query, status, said):
    client.force_login(make_user("vera", {cluster: [VIEW, *held]}))
    answer = client.post(f"/api/v1/compute/images/upload/?cluster=east&{query}")
    assert answer.status_code == status and said.items() <= answer.json().items()


@pytest.mark.parametrize("method", ["put", "post"])
def test_another_site_cannot_send_a_file_with_ones_session(make_user, cluster, method):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user("vera", {cluster: [VIEW, PROVISION]}))
    address = "/api/v1/compute/images/upload/?cluster=east&name=x&disk_format=raw"
    assert getattr(browser, method)(address, b"abc", content_type="application/octet-stream").status_code == 403


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "debian", "disk_format": "qcow2"}, "debian.qcow2"),
        ({"name": "debian.qcow2", "disk_format": "qcow2"}, "debian.qcow2"),
        ({"name": "", "disk_format": ""}, "7aa0"),
    ],
)
def test_a_download_is_called_like_the_image(fields, name):
    assert file_name(image(**fields)) == name


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_an_odd_name_cannot_break_the_header(name):
    header = content_disposition_header(True, file_name(image(name=name)))
    assert header.isascii() and "\n" not in header
    HttpResponse()["Content-Disposition"] = header


def test_a_refused_download_is_told_and_audited(client, make_user, cluster):
    inventory.store(Image, cluster, [cloud.row({**ANSWER, "status": "queued"})], seen_at=timezone.now())
    client.force_login(make_user("vera", {cluster: [VIEW, PROVISION]}))
    answer = client.get("/compute/images/east/7aa0/download/")
    assert answer.status_code == 409 and "queued" in answer.content.decode()
    assert Event.objects.get(action="compute.image.download").phase == "refused"
