"""Usage of a month: hours as Nova counts them, by project, with prices, on page, file and API."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clusters.access import VIEW
from compute.flavors.models import Flavor
from identity.projects.models import Project
from monitoring.tests.test_home import make
from monitoring.usage.hours import Hours, Life, Month, used
from monitoring.usage.models import Price
from networking.floating_ips.models import FloatingIp
from storage.volumes.models import Volume
from tests.factories import make_cluster, make_server

BEGIN, END = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


def hours(begin, end):
    found = used([Life((1, "p"), begin, end, Hours(servers=1, vcpus=2))], BEGIN, END)
    return found[1, "p"].servers if found else 0


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (BEGIN - timedelta(days=9), None, 28 * 24),
        (BEGIN + timedelta(hours=5), BEGIN + timedelta(hours=7.5), 2.5),
        (BEGIN - timedelta(days=9), BEGIN + timedelta(hours=1), 1),
        (END - timedelta(hours=3), END + timedelta(days=9), 3),
        (BEGIN - timedelta(days=9), BEGIN, 0),
        (END, None, 0),
        (BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=1), 0),
    ],
)
def test_only_what_lies_in_the_month_counts(begin, end, expected):
    assert hours(begin, end) == pytest.approx(expected)


@pytest.mark.parametrize(("text", "end"), [("2026-02", END), ("2026-12", datetime(2027, 1, 1, tzinfo=UTC))])
def test_a_month_ends_where_the_next_begins(text, end):
    assert Month.of(text).end == end and str(Month.of(text)) == text


@pytest.fixture
def east(db):
    cluster = make_cluster("east")
    make(Project, cluster, "p1", name="shop")
    make(Flavor, cluster, "f", name="m1.small", vcpus=1, ram=1024, disk=10)
    return cluster


@pytest.fixture
def vera(client, make_user, east):
    client.force_login(make_user("vera", {east: [VIEW]}))


def served(cluster, launched, *, terminated=None, flavor=(2, 2048, 20), **fields):
    data = {"OS-SRV-USG:launched_at": launched and launched.isoformat()[:-6], "OS-SRV-USG:terminated_at": None}
    if terminated:
        data["OS-SRV-USG:terminated_at"] = terminated.isoformat()[:-6]
    if flavor:
        data["flavor"] = dict(zip(("vcpus", "ram", "disk"), flavor, strict=True), ephemeral=0)
    return make_server(cluster, created_at=launched or BEGIN, project_id="p1", data=data, **fields)


def usage(client, query="?month=2026-02"):
    answer = client.get(f"/api/v1/monitoring/usage/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_all_that_a_project_had(client, vera, east):
    served(
        east, BEGIN + timedelta(hours=10), terminated=BEGIN + timedelta(hours=20), gone_at=BEGIN + timedelta(days=3)
    )
    served(east, END - timedelta(hours=5), status="SHELVED_OFFLOADED")
    served(east, None, status="ERROR")
    served(east, END - timedelta(hours=1), flavor=None)
    make(Volume, east, "v", project_id="p1", size=100, created_at=END - timedelta(hours=10))
    make(FloatingIp, east, "a", project_id="p1", created_at=BEGIN, gone_at=BEGIN + timedelta(hours=4))
    (row,) = usage(client)
    expected = {"servers": 16, "vcpus": 31, "memory": 31, "disk": 310, "volumes": 1000, "addresses": 4}
    assert {name: row[name] for name in expected} == expected
    assert (row["project"], row["cluster"], row["month"], row["cost"]) == ("shop", "east", "2026-02", None)


def test_prices(client, vera, east):
    served(east, END - timedelta(hours=100))
    Price.objects.create(what="vcpus", amount=Decimal("0.02"))
    Price.objects.create(what="memory", amount=Decimal("0.005"))
    (row,) = usage(client)
    assert Decimal(str(row["cost"])) == Decimal("5.00")


def test_what_is_there_counts_until_now_and_not_until_the_month_ends(client, vera, east):
    now = timezone.now()
    served(east, now - timedelta(minutes=30))
    found = usage(client, "")
    month_begins = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    expected = min(0.5, (now - month_begins).total_seconds() / 3600)
    assert found[0]["servers"] == pytest.approx(expected, abs=0.02)


def test_what_one_may_not_see_is_not_told(client, vera):
    served(make_cluster("west"), BEGIN)
    assert usage(client) == []
    assert client.get("/api/v1/monitoring/usage/?cluster=west").status_code == 404


def test_a_month_that_is_none(client, vera):
    assert client.get("/api/v1/monitoring/usage/?month=soon").status_code == 400
    assert client.get("/monitoring/usage/?month=soon").status_code == 200


def test_page_and_files_say_the_same(client, vera, east):
    served(east, END - timedelta(hours=100))
    assert "shop" in client.get("/monitoring/usage/?month=2026-02").content.decode()
    text = client.get("/monitoring/usage/export/?month=2026-02&format=csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Project"], row["vCPU hours"], row["Memory (GiB hours)"]) == ("shop", "200.0", "200.0")
    sheet = io.BytesIO(client.get("/monitoring/usage/export/?month=2026-02&format=xlsx").getvalue())
    with zipfile.ZipFile(sheet) as archive:
        assert "<v>200</v>" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_as_many_queries_for_many_clusters(client, make_user, django_assert_num_queries, east):
    clusters = [east, *(make_cluster(f"c{number}") for number in range(4))]
    for cluster in clusters:
        served(cluster, BEGIN)
    for held in (clusters[:1], clusters):
        client.force_login(make_user(f"user{len(held)}", dict.fromkeys(held, [VIEW])))
        usage(client)
        with django_assert_num_queries(9):
            usage(client)
