"""Who can leave a host, and who cannot and why."""

import pytest

from clusters.access import VIEW
from compute.hypervisors.models import Hypervisor
from compute.server_groups.models import ServerGroup
from jobs.emptying import plan
from jobs.models import Job
from jobs.tests.emptying.nova import SEEN, asked, start
from tests.factories import make_server


def planned(host, user):
    return {move.server.name: (move.action, move.reason) for move in plan.plan_of(host, user=user).moves}


def test_what_runs_moves_alive_and_what_does_not_cold(host, ada, place):
    for name, status in (("web", "ACTIVE"), ("idle", "PAUSED"), ("old", "SHUTOFF")):
        place(name, status)
    assert planned(host, ada) == {"web": ("live-migrate", ""), "idle": ("live-migrate", ""), "old": ("migrate", "")}


def test_of_a_host_that_is_down_servers_are_evacuated(host, ada, place):
    place("web"), place("old", "SHUTOFF")
    host.state = "down"
    assert {action for action, reason in planned(host, ada).values() if not reason} == {"evacuate"}


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        ({"locked": True}, "locked"),
        ({"status": "ERROR"}, "It is ERROR"),
        ({"status": "SUSPENDED"}, "It is SUSPENDED"),
        ({"task_state": "powering-off"}, "busy"),
    ],
)
def test_who_cannot_leave_is_told_why(host, ada, place, server, reason):
    place("web", **server)
    assert reason in planned(host, ada)["web"][1]


def test_servers_kept_together_stay_unless_one_is_alone(cluster, host, ada, place):
    for cloud_id, policy in (("g1", "affinity"), ("g2", "soft-affinity"), ("g3", "affinity")):
        ServerGroup.objects.create(cluster=cluster, cloud_id=cloud_id, name=cloud_id, policy=policy, **SEEN)
    for name, group in (("a", "g1"), ("b", "g1"), ("c", "g2"), ("d", "g2"), ("e", "g3")):
        place(name, data={"server_groups": [group]})
    stay = {name for name, (_action, reason) in planned(host, ada).items() if "group g1" in reason}
    assert stay == {"a", "b"}
    assert {name for name, (_action, reason) in planned(host, ada).items() if not reason} == {"c", "d", "e"}


@pytest.mark.parametrize("other", [{"state": "down"}, {"status": "disabled"}])
def test_without_another_host_nobody_can_leave(host, ada, place, other):
    place("web")
    Hypervisor.objects.filter(cloud_id="h2").update(**other)
    assert planned(host, ada)["web"][1] == "There is no other host that is enabled and up."


def test_a_server_for_which_there_seems_no_room_is_warned_of_and_tried(host, ada, place):
    place("web", data={"flavor": {"vcpus": 65, "ram": 512}})
    (move,) = plan.plan_of(host, user=ada).moves
    assert not move.reason and "no other host has room" in move.warning


def test_servers_without_a_host_are_on_no_host(cluster, host, ada):
    make_server(cluster, name="new", host="")
    host.host = ""
    assert planned(host, ada) == {}


def test_the_page_shows_the_plan_and_starts_it(client, host, ada, place, nova):
    place("web"), place("stuck", locked=True)
    page = client.get(f"/jobs/empty-host/{host.pk}/").content.decode()
    for text in ("1 would be moved", "Live-migrate", "It is locked", "As the scheduler"):
        assert text in page
    unexplained = client.post(f"/jobs/empty-host/{host.pk}/", {"disable": "on", "at_once": 1})
    assert "Give a reason" in unexplained.content.decode()
    response = client.post(f"/jobs/empty-host/{host.pk}/", {"disable": "on", "reason": "disks", "at_once": 1})
    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert {item.name for item in job.items.all()} == {"web", "stuck"} and "cmp-1" in job.title


def test_who_may_not_move_servers_empties_nothing(client, cluster, host, make_user, place, nova):
    place("web")
    client.force_login(make_user("vera", {cluster: [VIEW]}))
    assert "disabled" in client.get(f"/jobs/empty-host/{host.pk}/").content.decode()
    answer = start(client, host)
    assert (answer.status_code, answer.json()["code"]) == (409, "permission")
    answer = start(client, host, disable=False)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_do")
    assert not Job.objects.exists() and asked(nova) == []
