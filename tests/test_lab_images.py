"""Images, flavors, key pairs and server groups: each action through the API, and what the cloud says afterwards."""

import hashlib
import random
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.platform import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.lab

IMAGES, FLAVORS = "compute/images/", "compute/flavors/"
KEYPAIRS, GROUPS = "compute/keypairs/", "compute/server_groups/"


@pytest.fixture(scope="module")
def cloud(openstack):
    return openstack("east").connection


@pytest.fixture(scope="module")
def project(cloud):
    return cloud.identity.find_project("ci", ignore_missing=False).id


def new(api, path, action, status=201, **params):
    """What became of asking for something new in east."""
    wish = {"cluster": "east", "params": params}
    answer = requests.post(f"{api.url}{path}new/{action}/", json=wish, headers=api.headers, timeout=PATIENCE_SECONDS)
    assert answer.status_code == status, answer.text
    return answer.json()["outcomes"][0]


def act(api, path, action, made, **params):
    """Do it to a row, and be sure that it was done."""
    wish = {"ids": [made["id"]], "params": params}
    answer = requests.post(f"{api.url}{path}do/{action}/", json=wish, headers=api.headers, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 200, answer.text
    (outcome,) = answer.json()["outcomes"]
    assert (outcome["status"], outcome["reason"]) == ("done", ""), action


def panel(api, path, made, name):
    return api.get(f"{path}{made['id']}/panels/{name}/")


@contextmanager
def serving(data: bytes):
    """A web server that Glance's rules let it fetch from: on port 80."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    try:
        server = ThreadingHTTPServer(("127.0.1.254", 80), Handler)
    except PermissionError:
        pytest.skip("port 80 is for root only")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "http://127.0.1.254/disk.raw"
    server.shutdown()


def test_images(healthy, api, cloud, openstack, project):
    wish = {"name": "from afar", "disk_format": "raw", "properties": {"os_distro": "debian"}, "tags": ["x"]}
    with serving(b"a disk" * 1000) as url:
        made = new(api, IMAGES, "import", url=url, **wish)
        wait_until(lambda: api.get(f"{IMAGES}{made['id']}/")["status"] == "active", "it was fetched")
    # Until its import has ended, Glance writes the whole image back.
    importing = "os_glance_import_task"
    wait_until(lambda: importing not in cloud.image.get(f"/images/{made['cloud_id']}").json(), "the import has ended")
    there = cloud.image.get_image(made["cloud_id"])
    assert (there.name, there.size, there.os_distro, there.tags) == ("from afar", 6000, "debian", ["x"])
    assert there.visibility == "private"

    act(api, IMAGES, "edit", made, name="renamed", min_disk=2, tags=["y", "z"], hidden=True)
    act(api, IMAGES, "properties", made, properties={"os_distro": "ubuntu", "role/x": "web"})
    act(api, IMAGES, "protect", made)
    act(api, IMAGES, "visibility", made, visibility="shared")
    act(api, IMAGES, "add-member", made, project="ci", accept=False)
    assert [(m.member_id, m.status) for m in cloud.image.members(made["cloud_id"])] == [(project, "pending")]
    act(api, IMAGES, "accept-member", made, project=project)
    assert [(m["name"], m["status"]) for m in panel(api, IMAGES, made, "members")["members"]] == [("ci", "accepted")]
    act(api, IMAGES, "deactivate", made)

    said = openstack("east")("image", "show", made["cloud_id"])
    assert (said["name"], said["min_disk"], sorted(said["tags"])) == ("renamed", 2, ["y", "z"])
    assert (said["protected"], said["visibility"], said["status"]) == (True, "shared", "deactivated")
    assert (said["properties"]["os_hidden"], said["properties"]["os_distro"]) == (True, "ubuntu")
    assert said["properties"]["role/x"] == "web"
    refused = api.do(IMAGES, "delete", made["id"])[0]
    assert (refused["status"], refused["code"]) == ("refused", "state") and "protected" in refused["reason"]

    act(api, IMAGES, "reactivate", made)
    act(api, IMAGES, "remove-member", made, project=project)
    assert list(cloud.image.members(made["cloud_id"])) == []
    act(api, IMAGES, "publish", made)
    assert cloud.image.get_image(made["cloud_id"]).visibility == "public"
    act(api, IMAGES, "withdraw", made, visibility="community")
    act(api, IMAGES, "unprotect", made)
    assert cloud.image.get_image(made["cloud_id"]).visibility == "community"

    act(api, IMAGES, "to-volume", made, name="grown", size=2)
    volume = next(found for found in cloud.block_storage.volumes(details=True) if found.name == "grown")
    wait_until(lambda: cloud.block_storage.get_volume(volume.id).status == "available", "the volume is there")
    volume = cloud.block_storage.get_volume(volume.id)
    assert (volume.size, volume.volume_image_metadata["image_id"]) == (2, made["cloud_id"])
    cloud.block_storage.delete_volume(volume.id)

    act(api, IMAGES, "delete", made)
    assert made["cloud_id"] not in {image.id for image in cloud.image.images(visibility="all")}
    assert api.rows(IMAGES, q=made["cloud_id"]) == []


def test_an_import_the_cloud_refuses_leaves_nothing(healthy, api, cloud):
    failed = new(api, IMAGES, "import", status=200, name="never", url="http://127.0.1.254:8080/x")
    assert (failed["status"], failed["code"]) == ("failed", "bad_request") and "filtering" in failed["reason"]
    assert "never" not in {image.name for image in cloud.image.images(visibility="all")}


def test_instance_snapshots_are_told_apart_and_lead_to_their_server(api):
    kinds = {row["kind"] for row in api.rows(IMAGES)}
    assert {"image", "snapshot"} <= kinds
    snapshots = api.rows(IMAGES, kind="snapshot")
    servers = {row["cloud_id"] for row in api.rows("compute/servers/")}
    assert snapshots and {row["server_id"] for row in snapshots} & servers


def test_flavors(healthy, api, cloud, openstack, project):
    wish = {"name": "x1.test", "vcpus": 3, "ram": 768, "disk": 0, "ephemeral": 1, "swap": 64}
    more = {"extra_specs": {"hw:cpu_policy": "shared"}, "projects": ["ci"], "is_public": False, "description": "one"}
    made = new(api, FLAVORS, "create", **wish, **more)
    act(api, FLAVORS, "extra-specs", made, extra_specs={"hw:mem_page_size": "small"})
    act(api, FLAVORS, "describe", made, description="two")
    act(api, FLAVORS, "give-access", made, project="sandbox")
    act(api, FLAVORS, "take-access", made, project=project)

    said = openstack("east")("flavor", "show", made["cloud_id"])
    sizes = (said["vcpus"], said["ram"], said["disk"], said["OS-FLV-EXT-DATA:ephemeral"], said["swap"])
    assert sizes == (3, 768, 0, 1, 64)
    assert (said["properties"], said["description"]) == ({"hw:mem_page_size": "small"}, "two")
    sandbox = cloud.identity.find_project("sandbox").id
    assert said["access_project_ids"] == [sandbox]
    assert [row["name"] for row in panel(api, FLAVORS, made, "projects")["rows"]] == ["sandbox"]
    act(api, FLAVORS, "delete", made)
    assert cloud.compute.find_flavor("x1.test") is None


def test_an_operator_changes_no_flavor(platform, api):
    flavor = api.rows(FLAVORS, cluster="east")[0]
    outcome = platform.session("operator", "operator123").do(FLAVORS, "delete", flavor["id"])[0]
    assert (outcome["status"], outcome["code"]) == ("refused", "permission")


def test_key_pairs(healthy, api, cloud, openstack):
    made = new(api, KEYPAIRS, "create", name="night shift")
    shown = made["shown"]
    assert shown["kind"] == "secret" and "PRIVATE KEY" in shown["text"] and shown["filename"] == "night shift.pem"
    there = cloud.compute.get_keypair("night shift")
    row = api.get(f"{KEYPAIRS}{made['id']}/")
    assert (row["fingerprint"], row["own"]) == (there.fingerprint, True)
    event = api.get("audit/events/", text="night shift")["results"][0]
    assert "PRIVATE" not in str(event)

    key = there.public_key
    other = new(api, KEYPAIRS, "import", name="spare", public_key=key, user="maria.garcia")
    maria = cloud.identity.find_user("maria.garcia").id
    assert [pair["Name"] for pair in openstack("east")("keypair", "list", "--user", maria)].count("spare") == 1
    assert api.get(f"{KEYPAIRS}{other['id']}/")["user_id"] == maria
    for pair in (made, other):
        act(api, KEYPAIRS, "delete", pair)
        assert api.rows(KEYPAIRS, q=pair["cloud_id"]) == []
    assert cloud.compute.find_keypair("night shift") is None
    assert "spare" not in {pair.name for pair in cloud.compute.keypairs(user_id=maria)}


def test_server_groups(healthy, api, cloud, openstack):
    made = new(api, GROUPS, "create", name="far apart", policy="anti-affinity", max_server_per_host=2)
    said = openstack("east")("server", "group", "show", made["cloud_id"], "--os-compute-api-version", "2.64")
    assert (said["policy"], said["rules"]) == ("anti-affinity", {"max_server_per_host": 2})
    act(api, GROUPS, "delete", made)
    assert made["cloud_id"] not in {group.id for group in cloud.compute.server_groups()}
    spread = next(row for row in api.rows(GROUPS, cluster="east") if row["size"])
    assert all(row["name"] for row in panel(api, GROUPS, spread, "members")["rows"])


def events(api, name):
    return [event for event in api.get("audit/events/")["results"] if event["name"] == name]


def upload(api, data, **fields):
    address = f"{api.url}{IMAGES}upload/"
    headers = {**api.headers, "Content-Type": "application/octet-stream"}
    fields = {"cluster": "east", **fields}
    return requests.put(address, params=fields, data=data, headers=headers, timeout=PATIENCE_SECONDS)


def test_a_file_goes_up_and_comes_down_as_it_was(healthy, api, cloud, openstack):
    data = random.Random("image").randbytes(3 * 2**20 + 7)
    answer = upload(api, iter([data[: 2**20], data[2**20 :]]), name='odd "名"', disk_format="raw", tags="a\nb")
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()["outcomes"]
    sha512 = hashlib.sha512(data).hexdigest()
    assert made["shown"]["text"] == sha512 and "the same" in made["shown"]["title"]
    said = openstack("east")("image", "show", made["cloud_id"])
    assert (said["status"], said["size"], said["name"]) == ("active", len(data), 'odd "名"')
    assert (said["properties"]["os_hash_value"], sorted(said["tags"])) == (sha512, ["a", "b"])
    (row,) = api.rows(IMAGES, q=made["cloud_id"])
    got = requests.get(f"{api.url}{IMAGES}{row['id']}/download/", headers=api.headers, timeout=PATIENCE_SECONDS)
    assert hashlib.sha512(got.content).hexdigest() == sha512
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    cloud.image.delete_image(made["cloud_id"])
    assert {event["phase"] for event in events(api, 'odd "名"')} == {"started", "done"}


def test_what_breaks_off_leaves_no_image_and_the_audit_knows(healthy, api, cloud):
    def broken():
        yield b"x" * 2**20
        raise ConnectionAbortedError

    with pytest.raises((requests.RequestException, ConnectionAbortedError)):
        upload(api, broken(), name="half of it", disk_format="raw")

    def told():
        return [event for event in events(api, "half of it") if event["phase"] == "failed"]

    wait_until(told, "the audit has it")
    assert "broke off" in told()[0]["reason"]

    def gone():
        return "half of it" not in {image.name for image in cloud.image.images(visibility="all")}

    wait_until(gone, "the cloud has none of it")
