"""The REST door: one error format, cursors that lose nothing, outcomes for each id."""

import pytest
from django import forms
from rest_framework.test import APIClient

from clusters.access import VIEW
from compute.servers import resource
from compute.servers.actions import ACTIONS
from opsys.kit.declare.action import Action
from opsys.kit.forms.form import ActionForm
from tests.factories import make_server, make_state

URL = "/api/v1/compute/servers/"


class ResizeForm(ActionForm):
    flavor = forms.CharField(max_length=20)


@pytest.fixture(autouse=True)
def actions(cloud):
    noted = [Action(**{**vars(action), "run": cloud.run}) for action in ACTIONS]
    resize = Action("resize", "Resize", cloud.run, form=ResizeForm)
    object.__setattr__(resource.SERVERS, "actions", (*noted, resize))
    yield
    object.__setattr__(resource.SERVERS, "actions", ACTIONS)


def do(client, action, body):
    return client.post(f"{URL}do/{action}/", body, content_type="application/json")


def test_a_row_holds_its_fields_and_what_may_be_done(as_operator, cluster):
    server = make_server(cluster, name="closed", locked=True)
    (row,) = as_operator.get(URL).json()["results"]
    assert (row["id"], row["name"], row["cluster"]) == (server.pk, "closed", "east")
    assert row["actions"]["unlock"] == {"allowed": True, "code": "", "reason": ""}
    assert not row["actions"]["stop"]["allowed"] and row["actions"]["stop"]["code"] == "state"
    assert not {"digest", "gone_at", "data", "secret"} & row.keys()


def test_a_single_row_also_holds_the_rest(as_operator, cluster):
    server = make_server(cluster, data={"key_name": "ops"})
    assert as_operator.get(f"{URL}{server.pk}/").json()["data"] == {"key_name": "ops"}


def test_a_list_says_how_old_it_is(as_operator, cluster):
    make_state(cluster, error="It burns.", error_code="timeout")
    (state,) = as_operator.get(URL).json()["clusters"]
    assert (state["name"], state["state"], state["reason"]) == ("east", "error", "It burns.")


@pytest.mark.parametrize("sort", ["", "-name", "status", "created", "-created", "cluster", "-cluster"])
def test_cursors_visit_each_row_once(as_operator, cluster, sort):
    wanted = {make_server(cluster, name=f"same-{n % 3}", status="ACTIVE").pk for n in range(23)}
    seen, address = [], f"{URL}?per_page=4&sort={sort}"
    while address:
        page = as_operator.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == 23 and set(seen) == wanted


@pytest.mark.parametrize("per_page", ["0", "-1", "x", "100000"])
def test_a_nonsensical_page_size_is_a_usual_one(as_operator, server, per_page):
    assert len(as_operator.get(URL, {"per_page": per_page}).json()["results"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", f"{URL}999999/", None, 404, "not_found"),
        ("get", f"{URL}?cluster=north", None, 404, "not_found"),
        ("get", "/api/v1/no/such/address/", None, 404, "not_found"),
        ("get", f"{URL}?status=SINGING", None, 400, "invalid"),
        ("get", f"{URL}?cursor=nonsense", None, 404, "not_found"),
        ("post", f"{URL}do/explode/", {"ids": [1]}, 404, "not_found"),
        ("post", f"{URL}do/stop/", {}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": []}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": ["x"]}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": [0]}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": [10**30]}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": list(range(1, 1002))}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": [1], "params": {"force": True}}, 400, "invalid"),
        ("post", f"{URL}do/stop/", {"ids": [1], "params": []}, 400, "invalid"),
        ("post", f"{URL}do/stop/", [1], 400, "invalid"),
        ("post", f"{URL}do/stop/", "{", 400, "parse_error"),
        ("put", f"{URL}do/stop/", {}, 405, "method_not_allowed"),
        ("post", URL, {}, 405, "method_not_allowed"),
        ("delete", f"{URL}1/", {}, 405, "method_not_allowed"),
    ],
)
def test_every_error_is_a_code_and_a_detail(as_operator, cloud, method, path, body, status, code):
    options = {} if method == "get" else {"data": body, "content_type": "application/json"}
    response = getattr(as_operator, method)(path, **options)
    assert (response.status_code, response.json().get("code")) == (status, code)
    assert set(response.json()) == {"code", "detail"} and response.json()["detail"]
    assert cloud.calls == []


def test_an_anonymous_caller_gets_the_same_format(client, db):
    response = client.get(URL)
    assert response.status_code == 401 and set(response.json()) == {"code", "detail"}


def test_one_outcome_for_each_id_in_order(as_operator, cluster, cloud):
    on, off = make_server(cluster, name="on"), make_server(cluster, name="off", status="SHUTOFF")
    outcomes = do(as_operator, "stop", {"ids": [off.pk, 999_999, on.pk, on.pk]}).json()["outcomes"]
    assert [(o["id"], o["status"], o["code"]) for o in outcomes] == [
        (off.pk, "refused", "state"),
        (999_999, "refused", "not_found"),
        (on.pk, "done", ""),
    ]
    assert outcomes[2]["request_id"] == "req-cloud" and cloud.did == [on.cloud_id]


def test_more_than_a_few_become_a_job(as_operator, cluster, cloud):
    servers = [make_server(cluster, name=f"s{number}") for number in range(6)]
    response = do(as_operator, "stop", {"ids": [server.pk for server in servers]})
    assert (response.status_code, cloud.calls) == (202, [])
    job = as_operator.get(response.json()["job"]["url"]).json()
    assert (job["state"], len(job["items"])) == ("queued", 6)


def test_parameters_are_checked_by_the_form(as_operator, server, cloud):
    assert do(as_operator, "resize", {"ids": [server.pk], "params": {"flavor": "x" * 21}}).status_code == 400
    assert do(as_operator, "resize", {"ids": [server.pk], "params": {"flavor": "m1"}}).status_code == 200
    assert cloud.did == [server.cloud_id]


def test_the_index_names_every_type_and_its_actions(as_operator):
    index = as_operator.get("/api/v1/").json()
    assert "stop" in index["compute.server"]["actions"]
    assert as_operator.get(index["storage.volume"]["url"]).status_code == 200


def test_a_session_needs_the_csrf_token(operator, server, cloud):
    strict = APIClient(enforce_csrf_checks=True)
    strict.force_login(operator)
    assert strict.post(f"{URL}do/stop/", {"ids": [server.pk]}, format="json").status_code == 403
    assert cloud.calls == []


def test_what_may_be_done_is_asked_once_for_the_whole_page(client, make_user, cluster, django_assert_max_num_queries):
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    for number in range(30):
        make_server(cluster, name=f"s{number}")
    with django_assert_max_num_queries(12):
        client.get(URL)
