"""What is sent twice with one key is done once, through every door, also after a crash."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from audit.models import Event
from clusters.access import OPERATE, PROVISION, VIEW
from compute.servers.resource import SERVERS
from jobs.models import Job, Schedule, ScheduleRun
from jobs.tasks import clear
from opsys.kit.act import idempotency
from opsys.kit.act.dispatch import perform_or_submit
from opsys.kit.act.idempotency import Request
from opsys.kit.declare.action import Action
from opsys.kit.models import IdempotencyKey
from tests.factories import make_server

PAGE = "/compute/servers/new/make/"
API = "/api/v1/compute/servers/new/make/"


@pytest.fixture
def as_admin(client, platform_admin):
    client.force_login(platform_admin)
    return client


def api(client, key, **params):
    body = {"cluster": "east", "params": params}
    return client.post(API, body, content_type="application/json", headers={"Idempotency-Key": key})


def drawn_key(html):
    return re.search(r'name="operation" value="([^"]+)"', html).group(1)


def grow_old(seconds):
    IdempotencyKey.objects.update(begun_at=timezone.now() - timedelta(seconds=seconds))


def test_the_same_form_sent_twice_makes_one(as_admin, cluster, made):
    page = as_admin.get(PAGE, {"cluster": "east"}).content.decode()
    form = {"cluster": "east", "name": "web", "count": "1", "operation": drawn_key(page)}
    first, second = as_admin.post(PAGE, form), as_admin.post(PAGE, form)
    assert (first.status_code, second.status_code, made) == (302, 302, ["web"])
    assert first["Location"] == second["Location"]
    # Gone back to, changed and sent again, it is something else.
    as_admin.post(PAGE, {**form, "name": "db"})
    assert made == ["web", "db"]


def test_the_same_dialog_sent_twice_makes_one_and_shows_the_key_once(as_admin, cluster, made):
    htmx = {"HX-Request": "true", "HX-Target": "dialog"}
    dialog = as_admin.get(PAGE, {"cluster": "east"}, headers=htmx).content.decode()
    form = {"cluster": "east", "name": "web", "count": "1", "operation": drawn_key(dialog)}
    first, second = (as_admin.post(PAGE, form, headers=htmx).content.decode() for _ in range(2))
    assert made == ["web"] and "very private" in first and "very private" not in second
    assert "very private" not in str(list(IdempotencyKey.objects.values_list("result", flat=True)))


def test_a_failed_form_is_drawn_with_another_key(as_admin, cluster, made):
    form = {"cluster": "east", "name": "bad", "count": "1", "operation": str(uuid4())}
    again = drawn_key(as_admin.post(PAGE, form).content.decode())
    assert again != form["operation"]


def test_rest_answers_the_first_ones_outcome(as_admin, cluster, made):
    first, second = api(as_admin, "k1", name="web"), api(as_admin, "k1", name="web")
    (one,), (two,) = first.json()["outcomes"], second.json()["outcomes"]
    assert (first.status_code, second.status_code, made) == (201, 201, ["web"])
    assert two == {name: value for name, value in one.items() if name != "shown"}
    other = api(as_admin, "k1", name="db")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    api(as_admin, "k2", name="web")
    api(as_admin, "", name="web")
    assert made == ["web"] * 3
    assert api(as_admin, "x" * 300, name="web").status_code == 400


def test_a_failure_is_told_again(as_admin, cluster, made):
    answers = [api(as_admin, "k1", name="bad").json()["outcomes"][0]["code"] for _ in range(2)]
    assert answers == ["quota", "quota"] and Event.objects.filter(phase="failed").count() == 1


def test_another_person_has_keys_of_their_own(as_admin, client, make_user, cluster, made):
    api(as_admin, "k1", name="web")
    client.force_login(make_user("other", {cluster: [VIEW, OPERATE, PROVISION]}))
    assert api(client, "k1", name="web").status_code in (201, 200)
    assert IdempotencyKey.objects.count() == 2


def test_several_are_one_job(as_admin, cluster, made):
    first, second = (api(as_admin, "k1", name="web", count=3).json()["job"]["id"] for _ in range(2))
    assert first == second and Job.objects.count() == 1


def test_an_action_on_rows_is_done_once(as_admin, cluster, cloud):
    server = make_server(cluster, status="ACTIVE")
    body = {"ids": [server.pk], "params": {}}
    for _ in range(2):
        done = as_admin.post(
            "/api/v1/compute/servers/do/start/",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )
        assert done.json()["outcomes"][0]["status"] == "refused"
    assert Event.objects.filter(action="compute.server.start").count() == 1


def test_one_that_died_before_it_asked_is_done_by_the_second(as_admin, cluster, made):
    api(as_admin, "k1", name="web")
    IdempotencyKey.objects.update(result=None, operation=uuid4())
    grow_old(3600)
    assert api(as_admin, "k1", name="web").status_code == 201 and made == ["web", "web"]


def test_one_that_died_after_it_heard_is_told_from_the_audit(as_admin, cluster, made):
    api(as_admin, "k1", name="web")
    IdempotencyKey.objects.update(result=None)
    grow_old(3600)
    (outcome,) = api(as_admin, "k1", name="web").json()["outcomes"]
    assert (outcome["status"], outcome["cloud_id"], made) == ("done", "id-web", ["web"])


def test_one_that_died_while_it_asked_is_not_asked_again(as_admin, cluster, made):
    api(as_admin, "k1", name="web")
    operation = (
        Event.objects.filter(phase="done", action="compute.server.make").values_list("operation", flat=True).get()
    )
    Event.objects.purge(timezone.now() + timedelta(days=1))
    Event.objects.create(operation=operation, phase="started", action="x", name="web", cluster=cluster)
    IdempotencyKey.objects.update(result=None)
    grow_old(3600)
    (outcome,) = api(as_admin, "k1", name="web").json()["outcomes"]
    assert (outcome["status"], outcome["code"], made) == ("failed", "lost", ["web"])


def test_after_a_day_a_key_is_new(as_admin, cluster, made):
    api(as_admin, "k1", name="web")
    grow_old(86_401)
    api(as_admin, "k1", name="web")
    assert made == ["web", "web"]
    grow_old(86_401)
    clear()
    assert not IdempotencyKey.objects.exists()


def test_run_now_sent_twice_runs_once(client, make_user, cluster):
    operator = make_user("olga", {cluster: [VIEW, OPERATE]})
    make_server(cluster, name="dev-1")
    schedule = Schedule.objects.create(
        name="n",
        owner=operator,
        kind="power",
        resource="compute.server",
        action="stop",
        query="q=dev",
        cron="30 2 * * *",
    )
    client.force_login(operator)
    headers = {"Idempotency-Key": "k1"}
    first, second = (client.post(f"/api/v1/jobs/schedules/{schedule.pk}/run/", headers=headers) for _ in range(2))
    assert first.json() == second.json() and first.status_code == 200
    key = drawn_key(client.get("/jobs/schedules/").content.decode())
    runs = [client.post(f"/jobs/schedules/{schedule.pk}/run/", {"operation": key}) for _ in range(2)]
    assert [run.status_code for run in runs] == [302, 302] and ScheduleRun.objects.count() <= 2


def test_a_database_that_is_busy_after_it_was_asked_is_no_failure(cluster, operator, cloud, monkeypatch):
    """The outcomes are told and kept, or the same key would do it once more."""

    def busy(*_arguments):
        raise OperationalError("database is locked")

    monkeypatch.setattr("clusters.sync.read_row", busy)
    servers = [make_server(cluster, name=name, cloud_id=name) for name in "ab"]
    poke, asked_by = Action("poke", "Poke", cloud.run), {"user": operator, "via": "api"}
    for _time in range(2):
        outcomes = perform_or_submit(
            SERVERS, poke, [server.pk for server in servers], request=Request(operator, "k"), **asked_by
        )
        assert [outcome.status.value for outcome in outcomes] == ["done", "done"]
    assert cloud.did == ["a", "b"]


def test_rows_that_were_asked_for_before_a_fault_are_told_and_not_done_again(cluster, operator, cloud, monkeypatch):
    server = make_server(cluster, cloud_id="a")
    poke, asked_by = Action("poke", "Poke", cloud.run), {"user": operator, "via": "api"}
    keep = idempotency._keep
    monkeypatch.setattr(idempotency, "_keep", lambda *_arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        perform_or_submit(SERVERS, poke, [server.pk], request=Request(operator, "k"), **asked_by)
    monkeypatch.setattr(idempotency, "_keep", keep)
    grow_old(3600)
    (outcome,) = perform_or_submit(SERVERS, poke, [server.pk], request=Request(operator, "k"), **asked_by)
    assert (outcome.status.value, cloud.did) == ("done", ["a"])


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_one_that_fails_before_it_asked_does_it_itself(as_admin, cluster, made, monkeypatch):
    user = as_admin.session["_auth_user_id"]
    same = type("Mac", (), {"hexdigest": lambda _self: "?"})
    monkeypatch.setattr(idempotency, "salted_hmac", lambda *_: same())
    IdempotencyKey.objects.create(user_id=user, key="k1", asked="?", operation=uuid4(), begun_at=timezone.now())
    monkeypatch.setattr(idempotency.time, "sleep", lambda _seconds: IdempotencyKey.objects.all().delete())
    (outcome,) = api(as_admin, "k1", name="web").json()["outcomes"]
    assert (outcome["status"], made) == ("done", ["web"])


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first(as_admin, cluster, made, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    IdempotencyKey.objects.create(
        user_id=as_admin.session["_auth_user_id"], key="k1", asked="?", operation=uuid4(), begun_at=timezone.now()
    )
    monkeypatch.setattr("opsys.kit.act.idempotency.time.sleep", lambda _seconds: (begun.set(), _finish()))

    def _finish():
        told = {"status": "done", "name": "web", "cloud_id": "id-web", "cluster": "east"}
        IdempotencyKey.objects.update(result={"outcomes": [told]})
        go_on.set()

    monkeypatch.setattr(
        "opsys.kit.act.idempotency.salted_hmac", lambda *_: type("Mac", (), {"hexdigest": lambda _self: "?"})()
    )
    (outcome,) = api(as_admin, "k1", name="web").json()["outcomes"]
    assert begun.is_set() and go_on.is_set() and (outcome["cloud_id"], made) == ("id-web", [])
