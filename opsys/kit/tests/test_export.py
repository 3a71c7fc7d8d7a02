"""Lists as files: everything that matches and nothing else, harmless in a spreadsheet, and noted."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError
from django.test import AsyncClient

from audit.models import Event
from clusters.access import VIEW
from opsys.kit.lists import export
from opsys.kit.lists.values import harmless
from tests.factories import make_server

URL = "/compute/servers/export/"
API = "/api/v1/compute/servers/export/"
NAMES = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "plain", '"quoted", too', "中文", " =1", "-"]


def content(response):
    assert response.status_code == 200
    return response.getvalue()


def table(response):
    text = content(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(response):
    with ZipFile(io.BytesIO(content(response))) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert not root.findall(".//x:f", space), "a formula"
    return [["".join(cell.itertext()) for cell in row] for row in root.findall(".//x:row", space)]


@pytest.fixture
def fleet(cluster):
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))
    return [
        make_server(cluster, name=name, status="ACTIVE" if place % 2 else "ERROR", created_at=created)
        for place, name in enumerate(NAMES)
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_all_rows_that_match_in_the_lists_order(as_viewer, fleet, monkeypatch, kind):
    monkeypatch.setattr(export, "CHUNK", 2)
    response = as_viewer.get(URL, {"format": kind, "status": "ERROR", "sort": "-name", "page": "7"})
    read = {
        "csv": lambda: [row["Name"] for row in table(response)],
        "xlsx": lambda: [row[0] for row in sheet(response)[1:]],
        "json": lambda: [row["name"] for row in json.loads(content(response))],
    }[kind]
    wanted = sorted((row.name for row in fleet if row.status == "ERROR"), reverse=True)
    found = [name.removeprefix("'") for name in read()] if kind == "csv" else read()
    assert [name.strip() for name in found] == [name.strip() for name in wanted]


def test_a_spreadsheet_executes_none_of_it(as_viewer, fleet):
    raw = content(as_viewer.get(URL, {"format": "csv"}))
    assert raw.startswith(b"\xef\xbb\xbf")
    for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")):
        assert not any(cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row)
    assert {row[0].strip() for row in sheet(as_viewer.get(URL, {"format": "xlsx"}))[1:]} >= {
        "=1+1",
        "@SUM(A1)",
        "中文",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [("=1", "'=1"), ("-", "'-"), (-1, "-1"), (1.5, "1.5"), (True, "true"), (None, ""), (["-a", "b"], "'-a, b"),
     ("a=1", "a=1"), ("  @x", "'  @x")],
)  # fmt: skip
def test_texts_are_made_harmless_and_numbers_stay_numbers(value, text):
    assert harmless(value) == text


def test_values_are_for_programs(as_viewer, cluster):
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))
    addresses = [{"address": "10.0.0.7", "mac": "", "network": "n", "type": "fixed"}, {"address": "192.0.2.1"}]
    server = make_server(cluster, name="web", created_at=created, addresses=addresses)
    (row,) = json.loads(content(as_viewer.get(URL, {"format": "json"})))
    assert (row["created"], row["cluster"], row["id"]) == ("2026-01-01T19:04:05Z", "east", server.cloud_id)
    assert row["addresses"] == ["10.0.0.7", "192.0.2.1"]
    assert table(as_viewer.get(URL))[0]["Addresses"] == "10.0.0.7, 192.0.2.1"


def test_the_columns_shown_or_every_one_and_always_the_id(as_viewer, server):
    assert list(table(as_viewer.get(URL, {"columns": "host,name"}))[0]) == ["Host", "Name", "ID"]
    assert len(table(as_viewer.get(URL, {"columns": "all"}))[0]) >= 9


def test_headings_are_words_on_the_page_and_names_in_the_api(as_viewer, server):
    assert list(table(as_viewer.get(URL, {"columns": "name"}, headers={"Accept-Language": "zh-CN"}))[0])[0] == "名称"
    assert list(table(as_viewer.get(API, {"columns": "name"}))[0]) == ["name", "id"]
    assert json.loads(content(as_viewer.get(API, {"format": "json"})))[0]["name"] == "web-1"
    assert content(as_viewer.get(API, {"format": "xlsx"}))[:2] == b"PK"


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_nothing_found_is_a_file_too(as_viewer, cluster, kind):
    raw = content(as_viewer.get(URL, {"format": kind, "q": "nothing-of-that-name"}))
    assert json.loads(raw) == [] if kind == "json" else raw


def test_the_name_tells_what_and_when_and_nobody_keeps_a_copy(as_viewer, server):
    response = as_viewer.get(URL, {"format": "csv"})
    name = f"servers-{datetime.now(UTC):%Y%m%d}"
    assert name in response["Content-Disposition"] and response["Content-Disposition"].endswith('Z.csv"')
    assert response["Cache-Control"] == "no-store"


def test_it_is_noted_with_its_filters_and_number(as_viewer, viewer, fleet):
    as_viewer.get(URL, {"format": "csv", "status": "ERROR"})
    event = Event.objects.get(action="compute.server.export")
    assert (event.user, event.via, event.params["count"], event.params["format"]) == (viewer, "ui", 6, "csv")
    assert event.params["query"]["status"] == ["ERROR"]
    as_viewer.get(API)
    assert Event.objects.filter(action="compute.server.export", via="api").count() == 1


def test_without_an_audit_nothing_leaves(as_viewer, fleet, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event, "save", full)
    with pytest.raises(DatabaseError):
        as_viewer.get(URL)


@pytest.mark.parametrize("query", [{"format": "exe"}, {"status": "SINGING"}, {"cluster": "north"}])
def test_nonsense_gives_no_file(as_viewer, server, query):
    assert as_viewer.get(URL, query).status_code == (400 if "status" in query else 404)
    assert as_viewer.get(API, query).json()["code"] in ("invalid", "not_found")
    assert not Event.objects.filter(action="compute.server.export").exists()


def test_an_unknown_column_is_told_to_programs(as_viewer, server):
    answer = as_viewer.get(API, {"columns": "name,teapot"})
    assert answer.status_code == 400 and "teapot" in str(answer.json()["detail"])


def test_what_one_may_not_see_is_in_no_file(client, make_user, cluster, other_cluster):
    make_server(other_cluster, name="secret")
    make_server(cluster, name="open")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert [row["name"] for row in table(client.get(API))] == ["open"]


def test_a_row_that_goes_meanwhile_is_left_out(as_viewer, fleet, monkeypatch):
    response = as_viewer.get(URL, {"format": "json"})
    fleet[0].delete()
    assert len(json.loads(content(response))) == len(NAMES) - 1


def test_more_than_a_sheet_holds_is_refused(as_viewer, fleet, monkeypatch):
    monkeypatch.setattr("opsys.kit.console.exporting.MOST_XLSX_ROWS", 3)
    monkeypatch.setattr("opsys.kit.api.export.MOST_XLSX_ROWS", 3)
    assert as_viewer.get(URL, {"format": "xlsx"}).status_code == 400
    assert as_viewer.get(API, {"format": "xlsx"}).json()["code"] == "invalid"


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_under_asgi_it_goes_out_in_pieces(viewer, fleet, one_connection, monkeypatch, kind):
    monkeypatch.setattr(export, "CHUNK", 2)
    client = AsyncClient()
    client.force_login(viewer)

    async def pieces():
        response = await client.get(URL, {"format": kind})
        return response.is_async and [piece async for piece in response]

    found = async_to_sync(pieces)()
    assert len(found) > 5 and b"plain" in b"".join(found)
