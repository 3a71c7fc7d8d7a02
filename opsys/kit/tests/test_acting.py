"""Acting on the console: the dialog says what will happen, the outcomes what did."""

import pytest
from django import forms
from django.test import Client

from audit.models import Event
from compute.servers import resource
from compute.servers.actions import ACTIONS
from compute.servers.models import Server
from jobs.models import Job, JobItem
from opsys.kit.declare.action import Action
from opsys.kit.forms.form import ActionForm
from tests.factories import make_server

URL = "/compute/servers/do/"


class ResizeForm(ActionForm):
    flavor = forms.CharField(max_length=20)


@pytest.fixture(autouse=True)
def actions(cloud, monkeypatch):
    """The real actions' rules, with a cloud that only notes; and one that takes parameters."""
    noted = [Action(**{**vars(action), "run": cloud.run}) for action in ACTIONS]
    given = []
    resize = Action("resize", "Resize", lambda conn, cloud_id, **params: given.append(params), form=ResizeForm)
    object.__setattr__(resource.SERVERS, "actions", (*noted, resize))
    yield given
    object.__setattr__(resource.SERVERS, "actions", ACTIONS)


@pytest.fixture
def seven(cluster):
    return [make_server(cluster, name=f"s{n}", cloud_id=f"id{n}") for n in range(7)]


def ids(items):
    return {"ids": [item.pk for item in items]}


def begun(cloud):
    """How many rows were acted on, at once or by a job."""
    assert not (cloud.did and Job.objects.exists())
    return len(cloud.did) or JobItem.objects.count()


def test_the_plan_tells_who_qualifies_and_who_does_not(as_operator, cluster, cloud):
    ready = make_server(cluster, name="ready", status="ACTIVE")
    locked = make_server(cluster, name="closed", status="ACTIVE", locked=True)
    response = as_operator.get(f"{URL}hard-reboot/", ids([ready, locked]))
    assert response.context["ready"] == [ready]
    ((item, reason),) = response.context["refused"]
    assert item == locked and reason in response.content.decode()
    assert cloud.calls == []


def test_a_plan_asks_no_cloud_and_leaves_no_event(as_operator, seven, cloud):
    as_operator.get(f"{URL}delete/", ids(seven))
    assert cloud.calls == [] and not Event.objects.filter(action="compute.server.delete").exists()


@pytest.mark.parametrize(
    ("action", "count", "asked"),
    [("hard-reboot", 5, False), ("hard-reboot", 6, True), ("delete", 1, True), ("delete", 2, True)],
)
def test_what_is_lost_and_many_risky_ones_want_something_typed(as_operator, seven, cloud, action, count, asked):
    chosen = ids(seven[:count])
    response = as_operator.get(f"{URL}{action}/", chosen)
    assert bool(response.context["confirm"]) is asked
    as_operator.post(f"{URL}{action}/", chosen)
    assert begun(cloud) == (0 if asked else count)


@pytest.mark.parametrize(("typed", "done"), [("6", 0), ("7", 7), (" 7 ", 7), ("", 0), ("seven", 0)])
def test_only_the_right_number_confirms(as_operator, seven, cloud, typed, done):
    response = as_operator.post(f"{URL}delete/", {**ids(seven), "confirm": typed})
    assert begun(cloud) == done
    assert bool(response.context.get("confirm_error")) is (done == 0)


def test_the_number_counts_those_that_qualify(as_operator, seven, cloud):
    Server.objects.filter(name="s0").update(locked=True)
    as_operator.post(f"{URL}delete/", {**ids(seven), "confirm": "7"})
    assert begun(cloud) == 0
    as_operator.post(f"{URL}delete/", {**ids(seven), "confirm": "6"})
    assert begun(cloud) > 0


def test_few_are_done_at_once_and_told_in_passing(as_operator, seven, cloud):
    response = as_operator.post(f"{URL}stop/", ids(seven[:5]))
    assert len(cloud.did) == 5 and response.context["as_toast"]
    assert response["HX-Trigger"] == "rows-changed, acted"


def test_many_become_a_job_without_a_number_to_type_when_nothing_is_destroyed(as_operator, operator, seven, cloud):
    response = as_operator.post(f"{URL}stop/", ids(seven))
    job = Job.objects.get()
    assert (response.status_code, cloud.calls, job.user) == (200, [], operator)
    assert [item.target for item in job.items.all()] == [server.pk for server in seven]


def test_outcomes_tell_the_worst_first(as_operator, cluster, cloud):
    good, off = make_server(cluster, name="good"), make_server(cluster, name="off", status="SHUTOFF")
    response = as_operator.post(f"{URL}stop/", ids([good, off]))
    assert [entry["outcome"].name for entry in response.context["outcomes"]] == ["off", "good"]
    assert response.context["counts"] == {"failed": 0, "refused": 1, "done": 1}


def test_doubles_are_done_once(as_operator, server, cloud):
    as_operator.post(f"{URL}stop/", {"ids": [server.pk, server.pk]})
    assert cloud.did == [server.cloud_id]


@pytest.mark.parametrize("given", [[], ["x"], ["-1"], ["1.5"], ["²"], ["9" * 40], [str(n) for n in range(1, 202)]])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_nonsense_or_too_much_is_not_found(as_operator, server, cloud, method, given):
    assert getattr(as_operator, method)(f"{URL}stop/", {"ids": given}).status_code == 404
    assert cloud.calls == []


@pytest.mark.parametrize("name", ["explode", "run", "__class__"])
def test_an_unknown_action_is_not_found(as_operator, server, name):
    assert as_operator.post(f"{URL}{name}/", ids([server])).status_code == 404


def test_an_invalid_form_comes_back_and_nothing_runs(as_operator, server, actions):
    response = as_operator.post(f"{URL}resize/", {**ids([server]), "flavor": ""})
    assert response.context["form"].errors and actions == []


def test_a_valid_form_reaches_the_cloud_and_nothing_else_does(as_operator, server, actions):
    as_operator.post(f"{URL}resize/", {**ids([server]), "flavor": "m1.large", "admin": "yes"})
    assert actions == [{"flavor": "m1.large"}]
    assert Event.objects.get(phase="done", action="compute.server.resize").params == {"flavor": "m1.large"}


def test_other_methods_are_not_allowed(as_operator, server):
    assert as_operator.put(f"{URL}stop/").status_code == 405


def test_a_post_needs_the_csrf_token(operator, server, cloud):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)
    assert strict.post(f"{URL}stop/", ids([server])).status_code == 403
    assert cloud.calls == []


def test_the_row_menu_says_why_not(as_operator, cluster):
    locked = make_server(cluster, name="closed", locked=True)
    response = as_operator.get(f"/compute/servers/menu/{locked.pk}/")
    menu = response.context["actions_menu"]
    impossible = {entry["name"]: entry["reason"] for entry in menu["impossible"]}
    assert "locked" in impossible["stop"]
    assert "unlock" in {entry["name"] for group in menu["groups"] for entry in group["entries"]}


@pytest.fixture
def destroying(actions):
    destroy = Action("destroy", "Destroy", lambda conn, cloud_id: actions.append(cloud_id), destroys=True)
    object.__setattr__(resource.SERVERS, "actions", (*resource.SERVERS.actions, destroy))


@pytest.mark.parametrize(("typed", "done"), [("", 0), ("S0", 0), ("s1", 0), ("s0", 1), (" s0 ", 1)])
def test_what_loses_data_wants_the_name_typed(as_operator, seven, destroying, actions, typed, done):
    as_operator.post(f"{URL}destroy/", {**ids(seven[:1]), "confirm": typed})
    assert len(actions) == done


def test_of_several_it_wants_the_number(as_operator, seven, destroying, actions):
    response = as_operator.post(f"{URL}destroy/", {**ids(seven[:2]), "confirm": "s0"})
    assert response.context["confirm_error"] and actions == []
    as_operator.post(f"{URL}destroy/", {**ids(seven[:2]), "confirm": "2"})
    assert len(actions) == 2


def test_one_at_a_time_means_one(as_operator, seven, actions):
    single = Action("look", "Look", lambda conn, cloud_id: actions.append(cloud_id), single=True)
    object.__setattr__(resource.SERVERS, "actions", (*resource.SERVERS.actions, single))
    assert as_operator.post(f"{URL}look/", ids(seven[:2])).status_code == 404
    as_operator.post(f"{URL}look/", ids(seven[:1]))
    assert len(actions) == 1


def test_the_same_as_a_command(as_operator, server, actions):
    shown = Action("stop", "Stop", lambda *_: None, command=lambda item: ["server", "stop", item.cloud_id])
    object.__setattr__(resource.SERVERS, "actions", (shown,))
    response = as_operator.post(f"{URL}stop/command/", ids([server]))
    assert response.context["lines"] == [f"openstack --os-cloud east server stop {server.cloud_id}"]


def test_every_action_on_several_rows_shows_its_plan_first(as_operator, server):
    page = as_operator.get("/compute/servers/").content.decode()
    bar = page.partition('id="bulk-bar"')[2].partition("data-bulk-clear")[0]
    assert f'hx-get="{URL}stop/"' in bar and "hx-post" not in bar


def test_what_was_planned_in_the_dialog_is_answered_there(as_operator, seven, cloud):
    response = as_operator.post(f"{URL}stop/", ids(seven[:2]), headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert len(cloud.did) == 2 and not response.context["as_toast"]


def test_what_destroys_is_set_apart_in_the_menu(as_operator, server):
    menu = as_operator.get(f"/compute/servers/menu/{server.pk}/").content.decode()
    before = menu.partition(f"{URL}delete/")[0]
    assert before.rfind('role="separator"') > before.rfind(f"{URL}reboot/") > 0
