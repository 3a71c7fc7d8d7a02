"""Each action asks Cinder, or Nova, for just that, and has a command of OpenStack's own where there is one."""

import json
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from storage import cinder
from storage.backups.resource import BACKUPS
from storage.snapshots.resource import SNAPSHOTS
from storage.transfers.resource import TRANSFERS
from storage.volumes.models import Volume
from storage.volumes.resource import VOLUMES

ANSWER = {
    "volume": {"id": "new", "name": "data", "attachments": [{"server_id": "s1"}, {"server_id": "s2"}]},
    "snapshot": {"id": "new"},
    "backup": {"id": "new"},
    "transfer": {"id": "t1", "auth_key": "k", "volume_id": "v9"},
    "backup-record": {"backup_service": "s", "backup_url": "u"},
}


@pytest.fixture
def conn(monkeypatch):
    """A connection that answers everything; `asked()` are the changes asked for: (method, path, body)."""
    answer = MagicMock(status_code=202, content=b"x", headers={})
    answer.json.return_value = ANSWER
    proxy = MagicMock()
    for method in ("get", "post", "put", "delete"):
        getattr(proxy, method).return_value = answer
    for module in ("storage.cinder", "storage.volumes.operations", "clusters.gateway.listing"):
        monkeypatch.setattr(f"{module}.negotiate", lambda proxy, wanted: wanted)

    def asked():
        calls = [call for call in proxy.method_calls if call[0] in ("post", "put", "delete")]
        return [(name, args[0], options.get("json")) for name, args, options in calls]

    return SimpleNamespace(block_storage=proxy, compute=proxy, asked=asked)


ATTACHMENT = "/servers/s1/os-volume_attachments"
VOLUME = [
    ("extend", {"size": 9}, "post", "/volumes/id/action", {"os-extend": {"new_size": 9}}),
    ("bootable", {}, "post", "/volumes/id/action", {"os-set_bootable": {"bootable": True}}),
    ("not-bootable", {}, "post", "/volumes/id/action", {"os-set_bootable": {"bootable": False}}),
    ("read-only", {}, "post", "/volumes/id/action", {"os-update_readonly_flag": {"readonly": True}}),
    ("read-write", {}, "post", "/volumes/id/action", {"os-update_readonly_flag": {"readonly": False}}),
    ("attach", {"server": "s1"}, "post", ATTACHMENT, {"volumeAttachment": {"volumeId": "id"}}),
    ("detach", {"server": "s1"}, "delete", f"{ATTACHMENT}/id", None),
    ("force-detach", {"attachment": "a"}, "post", "/volumes/id/action", {"os-force_detach": {"attachment_id": "a"}}),
    ("revert", {"snapshot": "n"}, "post", "/volumes/id/action", {"revert": {"snapshot_id": "n"}}),
    ("reset-status", {"status": "error"}, "post", "/volumes/id/action", {"os-reset_status": {"status": "error"}}),
    ("unmanage", {}, "post", "/volumes/id/action", {"os-unmanage": {}}),
    ("delete", {}, "delete", "/volumes/id", None),
    ("delete-with-snapshots", {}, "delete", "/volumes/id?cascade=true", None),
    ("force-delete", {}, "post", "/volumes/id/action", {"os-force_delete": {}}),
]
SNAPSHOT = [
    ("delete", {}, "delete", "/snapshots/id", None),
    ("force-delete", {}, "post", "/snapshots/id/action", {"os-force_delete": {}}),
    ("reset-status", {"status": "error"}, "post", "/snapshots/id/action", {"os-reset_status": {"status": "error"}}),
]
BACKUP = [
    ("restore", {"name": "n"}, "post", "/backups/id/restore", {"restore": {"name": "n"}}),
    ("restore-over", {"volume": "v"}, "post", "/backups/id/restore", {"restore": {"volume_id": "v"}}),
    ("delete", {}, "delete", "/backups/id", None),
    ("force-delete", {}, "post", "/backups/id/action", {"os-force_delete": {}}),
    ("reset-status", {"status": "error"}, "post", "/backups/id/action", {"os-reset_status": {"status": "error"}}),
]
TRANSFER = [("cancel", {}, "delete", "/volume-transfers/id", None)]
CASES = [
    (resource, *case)
    for resource, cases in ((VOLUMES, VOLUME), (SNAPSHOTS, SNAPSHOT), (BACKUPS, BACKUP), (TRANSFERS, TRANSFER))
    for case in cases
]


@pytest.mark.parametrize(("resource", "name", "params", "method", "path", "body"), CASES)
def test_each_action_asks_for_just_that(conn, resource, name, params, method, path, body):
    resource.action(name).run(conn, "id", **params)
    assert conn.asked() == [(method, path, body)]


def test_detaching_from_all_asks_for_each_server(conn):
    VOLUMES.action("detach").run(conn, "id")
    assert [path for _method, path, _body in conn.asked()] == [
        "/servers/s1/os-volume_attachments/id",
        "/servers/s2/os-volume_attachments/id",
    ]


def test_a_new_volume_of_each_source(conn):
    create = VOLUMES.action("create", "cluster").run
    wanted = {"image": "imageRef", "snapshot": "snapshot_id", "source_volume": "source_volid", "backup": "backup_id"}
    for field, key in wanted.items():
        assert create(conn, size=2, name="n", source=field, **{field: "x"}) == "new"
        assert conn.asked()[-1] == ("post", "/volumes", {"volume": {"name": "n", "size": 2, key: "x"}})


def test_copies_of_a_volume_in_use_bear_its_name(conn):
    VOLUMES.action("snapshot").run(conn, "id", name="{name}-nightly")
    VOLUMES.action("backup").run(conn, "id", name="{name}-nightly", incremental=True)
    snapshot, backup = (next(iter(body.values())) for _method, _path, body in conn.asked())
    assert (snapshot["name"], snapshot["force"]) == ("data-nightly", True)
    assert (backup["name"], backup["force"], backup["incremental"]) == ("data-nightly", True, True)


def test_metadata_is_set_and_removed_key_by_key(conn):
    VOLUMES.action("metadata").run(conn, "id", metadata={"a": "1"}, remove=["b"])
    assert conn.asked() == [
        ("post", "/volumes/id/metadata", {"metadata": {"a": "1"}}),
        ("delete", "/volumes/id/metadata/b", None),
    ]


def test_a_transfer_is_offered_with_a_key_that_is_shown_once_and_accepted(conn):
    offer = VOLUMES.action("transfer")
    shown = offer.shows(offer.run(conn, "id", with_snapshots=False))
    assert (shown.kind, shown.text) == ("secret", "k") and "t1" in shown.title
    assert conn.asked()[0][2]["transfer"]["no_snapshots"] is True
    accept = VOLUMES.action("accept-transfer", "cluster")
    assert accept.run(conn, transfer="t1", auth_key="k") == "v9"
    assert conn.asked()[1][1:] == ("/volume-transfers/t1/accept", {"accept": {"auth_key": "k"}})


def test_an_old_cinder_keeps_transfers_elsewhere(conn, monkeypatch):
    monkeypatch.setattr(cinder, "negotiate", lambda proxy, wanted: "3.50")
    TRANSFERS.action("cancel").run(conn, "id")
    assert conn.asked()[0][1] == "/os-volume-transfer/id"


def test_a_record_is_shown_as_it_can_be_imported(conn):
    export = BACKUPS.action("export-record")
    shown = export.shows(export.run(conn, "id"))
    assert json.loads(shown.text) == ANSWER["backup-record"]


@pytest.mark.parametrize("name", ["bootable", "read-only", "delete", "unmanage", "force-delete"])
def test_commands_end_with_the_volume(name):
    words = VOLUMES.action(name).command(Volume(cloud_id="v1"))
    assert words[0] == "volume" and words[-1] == "v1"
