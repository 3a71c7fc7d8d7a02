"""Children that live only in their parent: a table with actions of its own, in every door. Tried on extra specs."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from clusters import inventory
from clusters.access import ADMINISTER, VIEW
from opsys.kit.act import perform
from opsys.kit.declare.resource import Column
from opsys.kit.declare.table_panel import only_on_entries
from opsys.kit.lists.cells import cell
from opsys.kit.lists.entries import Entry
from opsys.kit.relate.references import name_references
from storage.volume_types import cloud
from storage.volume_types.models import VolumeType
from storage.volume_types.resource import VOLUME_TYPES

ANSWER = {
    "id": "t1",
    "name": "ssd",
    "is_public": True,
    "extra_specs": {"volume_backend_name": "fast", "a:b": "<is> True & <script>"},
}


@pytest.fixture
def volume_type(cluster):
    inventory.store(VolumeType, cluster, [cloud.row(ANSWER)], seen_at=timezone.now())
    return VolumeType.objects.get()


@pytest.fixture
def page(client, make_user, cluster, volume_type):
    def fetched(*permissions, panel="extra-specs"):
        client.force_login(make_user(f"u{len(permissions)}", {cluster: [VIEW, *permissions]}))
        return client.get(f"/storage/volume_types/east/t1/panel/{panel}/").content.decode()

    return fetched


def test_each_entry_has_buttons_that_fill_in_their_dialog(page, volume_type):
    text = page(ADMINISTER)
    assert "volume_backend_name" in text and "&lt;script&gt;" in text and "<script>alert" not in text
    address = f"/storage/volume_types/do/remove-extra-spec/?ids={volume_type.pk}&amp;key=volume_backend_name"
    assert address in text
    assert f"/do/set-extra-spec/?ids={volume_type.pk}&amp;key=volume_backend_name&amp;value=fast" in text


def test_who_may_not_change_entries_sees_them_and_why_not(page):
    text = page()
    assert "volume_backend_name" in text
    assert "hx-get" not in text and text.count("disabled title=") == 5  # one to add, two for each of two entries


def test_the_dialog_is_filled_in_by_its_address(client, page, volume_type):
    page(ADMINISTER)
    address = "/storage/volume_types/do/set-extra-spec/"
    form = client.get(address, {"ids": volume_type.pk, "key": "a:b", "value": "1", "other": "x"}).context["form"]
    assert (form["key"].value(), form["value"].value()) == ("a:b", "1")
    assert "other" not in form.initial


def test_what_is_done_to_an_entry_is_not_in_the_parents_menu(client, page, volume_type):
    page(ADMINISTER)
    menu = client.get(f"/storage/volume_types/menu/{volume_type.pk}/").context["actions_menu"]
    named = {entry["name"] for group in menu["groups"] for entry in group["entries"]}
    assert "set-extra-spec" in named and "remove-extra-spec" not in named
    assert only_on_entries(VOLUME_TYPES) == {"remove-extra-spec", "take-access", "remove-encryption"}


def test_rest_reads_and_changes_entries(client, page, volume_type, monkeypatch):
    page(ADMINISTER)
    base = "/api/v1/storage/volume_types/"
    rows = client.get(f"{base}{volume_type.pk}/panels/extra-specs/").json()["rows"]
    assert {"key": "volume_backend_name", "value": "fast"} in rows
    asked = []
    monkeypatch.setattr(perform, "_ask", lambda *args: asked.append(args[2].params) or _done(args[4]))
    body = {"ids": [volume_type.pk], "params": {"key": "a:b"}}
    response = client.post(f"{base}do/remove-extra-spec/", body, content_type="application/json")
    assert response.json()["outcomes"][0]["status"] == "done" and asked == [{"key": "a:b"}]


def _done(target):
    return perform.Outcome(perform.Status.DONE, **target)


def test_the_command_line_reads_entries_and_is_refused_like_everybody(capsys, make_user, cluster, volume_type):
    make_user("vera", {cluster: [VIEW]})
    call_command("ops", "storage.volumetype", "show", "ssd", "--panel", "extra-specs", "--as", "vera")
    assert {"key": "volume_backend_name", "value": "fast"} in json.loads(capsys.readouterr().out)["rows"]
    with pytest.raises(SystemExit):
        call_command("ops", "storage.volumetype", "remove-extra-spec", "ssd", "--set", "key=x", "--as", "vera")
    event = Event.objects.get(action="storage.volumetype.remove-extra-spec")
    assert (event.phase, event.error_code) == ("refused", "permission")


def test_the_schema_describes_the_entries(client, page):
    page(ADMINISTER)
    schema = client.get("/api/v1/schema/?format=json").json()
    found = schema["paths"]["/api/v1/storage/volume_types/{id}/panels/extra-specs/"]["get"]["responses"]["200"]
    rows = found["content"]["application/json"]["schema"]["properties"]["rows"]
    assert set(rows["items"]["properties"]) == {"key", "value"} and "remove-extra-spec" in rows["description"]


def test_an_entry_names_what_it_refers_to(volume_type):
    column = Column("other", "Other", refers="storage.volumetype")
    entries = [Entry(volume_type, {"other": "t1"}), Entry(volume_type, {"other": "gone"}), Entry(volume_type, {})]
    name_references(VOLUME_TYPES, entries, [column])
    drawn = [str(cell(VOLUME_TYPES, column, entry)) for entry in entries]
    assert drawn[0] == '<a href="/storage/volume_types/east/t1/">ssd</a>' and drawn[1] == "<code>gone</code>"
    assert "–" in drawn[2]
