"""Acting on all that match: the same rows at every door, and only those somebody was told of."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clusters.access import VIEW
from compute.servers import resource
from compute.servers.actions import ACTIONS
from jobs.models import Job
from opsys.kit.act import selection
from opsys.kit.declare.action import Action
from tests.factories import make_server

URL = "/compute/servers/do/"
API = "/api/v1/compute/servers/do/"


@pytest.fixture(autouse=True)
def actions(cloud):
    noted = [Action(**{**vars(action), "run": cloud.run}) for action in ACTIONS if action.name in ("stop", "delete")]
    once = Action("inspect", "Inspect", cloud.run, single=True)
    object.__setattr__(resource.SERVERS, "actions", (*noted, once))
    yield
    object.__setattr__(resource.SERVERS, "actions", ACTIONS)


@pytest.fixture
def fleet(cluster, other_cluster):
    """Nine that run, two that do not, in east; one in west, which the operator may not see."""
    make_server(other_cluster, name="web-west")
    off = [make_server(cluster, name=f"web-off-{n}", status="SHUTOFF") for n in range(2)]
    return [make_server(cluster, name=f"web-{n}") for n in range(9)] + off


def targets(job=None):
    return sorted(item.name for item in (job or Job.objects.get()).items.all())


class TestConsole:
    def ask(self, client, action="stop", query="q=web"):
        return client.get(f"{URL}{action}/", {"all": "1", "query": query})

    def confirm(self, client, page, action="stop", **fields):
        told = {"all": "1", "query": page.context["chosen"].query, "seen": page.context["seen"]}
        return client.post(f"{URL}{action}/", {**told, **fields})

    def test_the_plan_counts_who_qualifies_and_why_others_do_not(self, as_operator, fleet, cloud):
        page = self.ask(as_operator)
        (reason,) = page.context["reasons"]
        assert (len(page.context["ready"]), reason.count, "SHUTOFF" in reason.text) == (9, 2, True)
        text = page.content.decode()
        assert "web-0" in text and "and 1 more" in text and "web-west" not in text and 'name="ids"' not in text
        assert cloud.calls == [] and not Job.objects.exists()

    def test_those_that_qualify_become_a_job(self, as_operator, fleet):
        response = self.confirm(as_operator, self.ask(as_operator))
        assert response["HX-Trigger"] == "job-started" and "data-outcomes-clean" in response.content.decode()
        assert targets() == [f"web-{n}" for n in range(9)]

    def test_a_button_without_a_dialog_shows_one_first(self, as_operator, fleet):
        response = as_operator.post(f"{URL}stop/", {"all": "1", "query": "q=web"})
        assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#dialog", "innerHTML")
        assert response.context["seen"] and not response.context["note"] and not Job.objects.exists()

    @pytest.mark.parametrize("change", ["another", "fewer", "exchanged"])
    def test_other_rows_than_were_told_of_are_asked_for_again(self, as_operator, fleet, cluster, change):
        page = self.ask(as_operator)
        if change in ("fewer", "exchanged"):
            fleet[0].delete()
        if change in ("another", "exchanged"):
            make_server(cluster, name="web-new")
        again = self.confirm(as_operator, page)
        assert again.context["note"] and not Job.objects.exists()
        self.confirm(as_operator, again)
        assert ("web-new" in targets()) == (change != "fewer")

    def test_what_is_dangerous_wants_the_number(self, as_operator, fleet):
        page = self.ask(as_operator, "delete")
        assert page.context["confirm"].expected == "11"
        assert self.confirm(as_operator, page, "delete", confirm="10").context["confirm_error"]
        assert not Job.objects.exists()
        self.confirm(as_operator, page, "delete", confirm="11")
        assert len(targets()) == 11

    def test_the_whole_list_is_no_more_than_one_may_see(self, as_operator, fleet):
        self.confirm(as_operator, self.ask(as_operator, query=""))
        assert "web-west" not in targets() and len(targets()) == 9

    def test_too_many_are_not_done_in_one_go(self, as_operator, fleet, monkeypatch):
        monkeypatch.setattr(selection, "MOST_MATCHING", 10)
        page = self.ask(as_operator)
        assert "More than 10 match" in page.content.decode() and page.context["ready"] == []
        assert as_operator.post(f"{URL}stop/", {"all": "1", "query": "q=web"}).context["ready"] == []
        self.confirm(as_operator, self.ask(as_operator, query="q=web&status=ACTIVE"))
        assert len(targets()) == 9

    @pytest.mark.parametrize("query", ["status=SINGING", "q=nothing-of-that-name", "cluster=north"])
    def test_what_finds_nothing_does_nothing(self, as_operator, fleet, query):
        page = self.ask(as_operator, query=query)
        assert page.status_code == 404 or page.context["ready"] == []

    def test_what_is_done_to_one_at_a_time_is_not_done_to_all(self, as_operator, fleet):
        assert self.ask(as_operator, "inspect").status_code == 404

    def test_a_few_are_done_at_once(self, as_operator, fleet, cloud):
        page = self.ask(as_operator, query="q=web-3")
        assert self.confirm(as_operator, page).context["counts"] == {"failed": 0, "refused": 0, "done": 1}
        assert cloud.did == [fleet[3].cloud_id]


class TestApi:
    def do(self, client, action="stop", **body):
        return client.post(f"{API}{action}/", body, content_type="application/json")

    def test_a_filter_instead_of_ids(self, as_operator, fleet):
        answer = self.do(as_operator, filter={"q": "web", "status": ["ACTIVE", "SHUTOFF"]})
        body = answer.json()
        assert (answer.status_code, body["matched"], body["ready"]) == (202, 11, 9)
        assert [(r["count"], r["first"]) for r in body["refused"]] == [(2, ["web-off-0", "web-off-1"])]
        assert len(targets()) == 9

    def test_a_dry_run_only_tells(self, as_operator, fleet, cloud):
        for choice in ({"filter": {"q": "web"}}, {"ids": [row.pk for row in fleet]}):
            answer = self.do(as_operator, dry_run=True, **choice)
            assert (answer.status_code, answer.json()["ready"]) == (200, 9)
        assert cloud.calls == [] and not Job.objects.exists()

    def test_what_is_dangerous_wants_their_number(self, as_operator, fleet):
        assert "11" in str(self.do(as_operator, "delete", filter={"q": "web"}).json()["detail"]["expect"])
        wrong = self.do(as_operator, "delete", filter={"q": "web"}, expect=10)
        assert (wrong.status_code, wrong.json()["code"]) == (409, "changed")
        assert not Job.objects.exists()
        assert self.do(as_operator, "delete", filter={"q": "web"}, expect=11).status_code == 202

    @pytest.mark.parametrize(
        "choice",
        [
            {"filter": {}},
            {"filter": {"q": ""}},
            {"filter": {"staus": "ACTIVE"}},
            {"filter": {"status": "SINGING"}},
            {"filter": {"status": {"not": "ACTIVE"}}},
            {"filter": {"q": None}},
            {"filter": {"cluster": "west"}},
            {"filter": ["q"]},
            {"filter": {"q": "web"}, "ids": [1]},
            {},
        ],
    )
    def test_a_filter_that_names_nothing_or_nonsense_is_refused(self, as_operator, fleet, cloud, choice):
        answer = self.do(as_operator, **choice)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert not Job.objects.exists() and cloud.calls == []

    def test_nobody_qualifies(self, as_operator, fleet, cloud):
        body = self.do(as_operator, filter={"status": "SHUTOFF"}).json()
        assert (body["ready"], body["outcomes"], body["refused"][0]["count"]) == (0, [], 2)

    def test_without_the_right_it_is_refused(self, client, make_user, cluster, fleet, cloud):
        client.force_login(make_user("vera", {cluster: [VIEW]}))
        body = self.do(client, filter={"q": "web"}).json()
        assert (body["ready"], cloud.calls) == (0, []) and "operate" in body["refused"][0]["reason"]


class TestCommand:
    def ops(self, *arguments):
        out = StringIO()
        call_command("ops", "compute.server", *arguments, "--as", "olga", stdout=out)
        return out.getvalue()

    @pytest.fixture(autouse=True)
    def known(self, operator, fleet):
        pass

    def test_all_that_match_become_a_job(self):
        assert "Job" in self.ops("stop", "--all", "--filter", "q=web", "--filter", "status=ACTIVE")
        assert len(targets()) == 9

    def test_a_dry_run_tells_why_not(self):
        said = self.ops("stop", "--all", "--cluster", "east", "--dry-run")
        assert said.startswith("9 of 11 qualify.") and "2 do not: It is SHUTOFF" in said
        assert not Job.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["stop", "--all"], "at least one filter"),
            (["stop", "--all", "--filter", "q"], "is no filter"),
            (["stop", "--all", "--filter", "staus=ACTIVE"], "Unknown: staus"),
            (["stop", "--all", "--cluster", "west"], "no such cluster"),
            (["stop", "web-1", "--all", "--filter", "q=web"], "Name IDs, or"),
            (["stop", "--all", "--filter", "status=SHUTOFF"], "None of them qualifies"),
            (["delete", "--all", "--filter", "q=web"], "“expect”: 11"),
            (["delete", "--all", "--filter", "q=web", "--expect", "3"], "now they are 11"),
            (["inspect", "--all", "--filter", "q=web"], "not done to many"),
            (["list", "--filter", "staus=ACTIVE"], "Unknown: staus"),
        ],
    )
    def test_what_it_refuses_it_says(self, arguments, words, cloud):
        with pytest.raises(CommandError, match=words):
            self.ops(*arguments)
        assert not Job.objects.exists() and cloud.calls == []

    def test_dangerous_ones_with_their_number(self):
        self.ops("delete", "--all", "--filter", "q=web", "--expect", "11")
        assert len(targets()) == 11

    def test_a_list_takes_filters_and_order(self):
        rows = json.loads(self.ops("list", "--filter", "status=SHUTOFF", "--sort=-name", "--json"))
        assert [row["name"] for row in rows] == ["web-off-1", "web-off-0"]
        lines = self.ops("list", "--filter", "q=web-off", "--csv", "--columns", "name,cluster").splitlines()
        assert lines[0] == "\ufeffname,cluster,id" and lines[1].startswith("web-off-0,east,")
