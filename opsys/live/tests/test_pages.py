"""What a page says of itself, so that its socket can ask for it."""

import re

import pytest

from clusters.access import VIEW

URL = "/compute/servers/"


def says(client, address):
    text = client.get(address).content.decode()
    return re.search(r'data-live-type="([^"]+)"(?: data-live-clusters="([^"]+)")?', text).groups()


@pytest.fixture
def as_viewer(client, make_user, cluster, other_cluster):
    client.force_login(make_user("vera", {cluster: [VIEW], other_cluster: [VIEW]}))
    return client


def test_a_list_of_everything_names_no_clusters(as_viewer):
    assert says(as_viewer, URL) == ("compute.server", None)
    assert says(as_viewer, f"{URL}?cluster=east&cluster=west") == ("compute.server", None)


def test_a_narrowed_list_and_its_chips_name_theirs(as_viewer):
    assert says(as_viewer, f"{URL}?cluster=east") == ("compute.server", "east")
    assert says(as_viewer, f"{URL}freshness/?cluster=east") == ("compute.server", "east")


def test_a_detail_page_names_its_cluster(as_viewer, server):
    assert says(as_viewer, f"{URL}east/{server.cloud_id}/") == ("compute.server", "east")


def test_a_page_of_jobs_can_be_woken(as_viewer):
    text = as_viewer.get("/jobs/").content.decode()
    assert len(re.findall(r'hx-trigger="every [^"]*\bwake"', text)) == 2
