"""Which columns somebody sees: asked for in the address, kept for them, or the usual ones."""

from dataclasses import replace

import pytest

from compute.servers.resource import SERVERS
from opsys.kit.declare.resource import Column
from opsys.kit.lists.columns import columns_of
from opsys.kit.lists.saved import saved_by
from opsys.kit.lists.tables import table_of
from opsys.kit.models import SavedView
from tests.factories import make_server

URL = "/compute/servers/"
USUAL = [column.name for column in SERVERS.columns if column.priority < 4]


@pytest.mark.parametrize(
    ("asked", "kept", "names"),
    [
        ("", [], USUAL),
        ("host,name,status", [], ["host", "name", "status"]),
        ("", ["host", "name"], ["host", "name"]),
        ("status,name", ["host", "name"], ["status", "name"]),
        ("host,host,teapot", [], ["name", "host"]),
        ("teapot", [], USUAL),
        ("teapot", ["name"], ["name"]),
        (",,", ["gone-column"], USUAL),
        ("all", ["name"], [column.name for column in SERVERS.columns]),
    ],
)
def test_asked_for_then_kept_then_the_usual(asked, kept, names):
    assert columns_of(SERVERS, asked, kept).names == names


def test_what_is_seldom_wanted_is_shown_only_to_who_chooses_it(server):
    seldom = Column("zone", "Zone", value="availability_zone", priority=4)
    resource = replace(SERVERS, columns=(*SERVERS.columns, seldom))
    assert "zone" not in columns_of(resource).names
    assert columns_of(resource, "name,zone").names == ["name", "zone"]
    assert columns_of(resource, "all").names[-1] == "zone"


def heads(client, query=""):
    return [column.name for column in client.get(URL + query).context["table"].columns]


def test_the_table_shows_them_in_their_order_and_small_screens_too(as_viewer, server):
    assert heads(as_viewer) == ["select", *USUAL, "menu"]
    assert heads(as_viewer, "?columns=status,name") == ["select", "status", "name", "menu"]
    assert "priority-3" in as_viewer.get(URL).content.decode()
    assert "priority-3" not in as_viewer.get(f"{URL}?columns=name,host").content.decode()


def choose(client, columns, now="", **more):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}{now}"}
    return client.post(f"{URL}columns/", {"columns": columns, **more}, headers=headers)


def test_a_choice_is_kept_and_stands_in_the_address(as_viewer, viewer, server):
    response = choose(as_viewer, ["host", "name"], "?q=web&columns=name&page=3")
    assert response["HX-Redirect"] == f"{URL}?q=web&page=3&columns=host%2Cname"
    assert heads(as_viewer) == ["select", "host", "name", "menu"]
    choose(as_viewer, ["name", "flavor"])
    assert saved_by(viewer, SERVERS).columns == ["name", "flavor"]
    assert SavedView.objects.count() == 1


def test_reset_gives_the_usual_ones_back(as_viewer, server):
    choose(as_viewer, ["host", "name"])
    assert choose(as_viewer, ["host"], "?columns=host,name&sort=name", reset="1")["HX-Redirect"] == f"{URL}?sort=name"
    assert heads(as_viewer) == ["select", *USUAL, "menu"]


def test_a_choice_is_its_owners_and_its_types(as_viewer, client, make_user, cluster, server):
    choose(as_viewer, ["host", "name"])
    assert "attached_to" in [column.name for column in as_viewer.get("/storage/volumes/").context["table"].columns]
    client.force_login(make_user("other"))
    assert heads(client) == ["select", *USUAL, "menu"]


@pytest.mark.parametrize("columns", [[], ["teapot"], ["<script>"], ["name"] * 500])
def test_nonsense_is_the_usual_or_what_there_is_of_it(as_viewer, server, columns):
    assert choose(as_viewer, columns).status_code == 204
    assert as_viewer.get(URL).status_code == 200


def test_the_dialog_holds_all_of_them_the_shown_ones_first(as_viewer, server):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}?columns=host,name"}
    columns = as_viewer.get(f"{URL}columns/", headers=headers).context["columns"]
    assert [(column.name, shown) for column, shown in columns][:2] == [("host", True), ("name", True)]
    assert len(columns) == len(SERVERS.columns) and not any(shown for _column, shown in columns[2:])


def test_many_drawings_build_no_table_anew(cluster):
    server = make_server(cluster)
    kinds = {type(table_of(SERVERS, [server], shown=columns_of(SERVERS, names))) for names in ("name", "host,name")}
    assert len(kinds) == 1
