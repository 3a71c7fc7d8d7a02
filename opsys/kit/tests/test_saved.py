"""Saved views: what a list showed, opened again under a name."""

import pytest
from django.http import QueryDict

from compute.servers.resource import SERVERS
from opsys.kit.lists.saved import MOST_VIEWS, address_of, save_view, saved_by, worth_keeping
from opsys.kit.models import SavedView
from storage.volumes.resource import VOLUMES

URL = "/compute/servers/"
DOOR = f"{URL}view/"


def say(client, query="", now="", **fields):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}{now}"}
    return client.post(DOOR + query, fields, headers=headers)


def test_what_is_worth_keeping_is_the_same_for_the_same_list():
    one = QueryDict("status=ERROR&q=web&page=4&view=Old&host=&sort=-created")
    other = QueryDict("q=web&sort=-created&status=ERROR")
    assert worth_keeping(one) == worth_keeping(other) == "q=web&sort=-created&status=ERROR"


def test_it_is_saved_from_the_address_and_opens_it_again(as_viewer, viewer):
    response = say(as_viewer, now="?status=ERROR&status=BUILD&sort=-created&page=2", name="Broken")
    (view,) = saved_by(viewer, SERVERS).views
    assert (view.name, view.query, view.is_default) == ("Broken", "sort=-created&status=ERROR&status=BUILD", False)
    page = as_viewer.get(response["HX-Redirect"])
    assert page.context["saved"]["current"] == view and not page.context["saved"]["changed"]
    assert as_viewer.get(f"{URL}?view=Broken&status=ERROR").context["saved"]["changed"]
    assert as_viewer.get(URL).context["saved"]["current"] is None


def test_columns_chosen_for_the_type_go_into_a_view(as_viewer, viewer):
    SavedView.objects.create(user=viewer, resource="compute.server", query="host,name")
    say(as_viewer, name="Hosts")
    assert saved_by(viewer, SERVERS).views[0].query == "columns=host%2Cname"


class TestDefault:
    @pytest.fixture(autouse=True)
    def view(self, viewer):
        save_view(viewer, SERVERS, "Mine", "status=ERROR&cluster=east", default=True)

    def test_it_opens_the_list_when_its_address_says_nothing_else(self, as_viewer):
        response = as_viewer.get(URL)
        assert (response.status_code, response["Location"]) == (302, f"{URL}?status=ERROR&cluster=east&view=Mine")

    def test_clusters_of_the_address_count_more(self, as_viewer):
        assert as_viewer.get(f"{URL}?group=shore")["Location"] == f"{URL}?status=ERROR&group=shore&view=Mine"

    @pytest.mark.parametrize("query", ["?view=-", "?q=web", "?page=2", "?sort=name"])
    def test_it_does_not_get_in_the_way(self, as_viewer, query):
        assert as_viewer.get(URL + query).status_code == 200

    def test_a_page_that_fetches_its_rows_again_is_left_where_it_is(self, as_viewer):
        assert as_viewer.get(URL, headers={"HX-Request": "true", "HX-Target": "region"}).status_code == 200

    def test_the_whole_list_and_cleared_filters_stay_reachable(self, as_viewer, server):
        page = as_viewer.get(f"{URL}?q=web")
        assert page.context["saved"]["all_url"] == f"{URL}?view=-"
        assert f'href="{URL}?view=-&amp;' in page.content.decode()

    def test_there_is_one_of_a_type(self, as_viewer, viewer):
        save_view(viewer, VOLUMES, "Volumes", "", default=True)
        say(as_viewer, name="New", is_default="on")
        assert [view.name for view in saved_by(viewer, SERVERS).views if view.is_default] == ["New"]
        assert saved_by(viewer, VOLUMES).default.name == "Volumes"


def test_rename_take_over_and_delete(as_viewer, viewer):
    save_view(viewer, SERVERS, "Old", "q=a", default=False)
    say(as_viewer, "?view=Old", now="?view=Old&q=b", name="New")
    assert [(view.name, view.query) for view in saved_by(viewer, SERVERS).views] == [("New", "q=a")]
    response = say(as_viewer, "?view=New", now="?view=New&q=b", name="New", take="1")
    assert saved_by(viewer, SERVERS).views[0].query == "q=b" and response["HX-Redirect"] == f"{URL}?q=b&view=New"
    assert say(as_viewer, "?view=New", now="?view=New&q=b", delete="1")["HX-Redirect"] == f"{URL}?view=-&q=b"
    assert saved_by(viewer, SERVERS).views == []


@pytest.mark.parametrize("name", ["", " ", "-", "Taken", "taken", "x" * 61])
def test_a_name_is_needed_once(as_viewer, viewer, name):
    save_view(viewer, SERVERS, "Taken", "", default=False)
    response = say(as_viewer, name=name)
    assert response.status_code == 200 and response.context["form"].errors
    assert SavedView.objects.count() == 1


def test_there_is_an_end_to_it(as_viewer, viewer):
    rows = [SavedView(user=viewer, resource=SERVERS.name, name=f"v{number}") for number in range(MOST_VIEWS)]
    SavedView.objects.bulk_create(rows)
    assert say(as_viewer, name="one more").context["form"].errors


def test_somebody_elses_view_is_none(as_viewer, make_user):
    other = make_user("other")
    save_view(other, SERVERS, "Theirs", "q=a", default=True)
    assert as_viewer.get(URL).status_code == 200
    assert as_viewer.get(f"{DOOR}?view=Theirs").status_code == 404
    assert say(as_viewer, "?view=Theirs", delete="1").status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a&b=c", '50% + "q"', "错误"])
def test_an_odd_name_is_only_a_name(as_viewer, viewer, name):
    say(as_viewer, now="?q=x", name=name)
    page = as_viewer.get(f"{URL}?{address_of(saved_by(viewer, SERVERS).views[0])}")
    assert page.context["saved"]["current"].name == name and "<script>alert" not in page.content.decode()
