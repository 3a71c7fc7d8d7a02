"""One exchange with one cloud, on the wire: its time is limited, clouds share nothing, odd answers are errors."""

import threading
import time
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import override

from clusters import gateway
from clusters.gateway import CloudError
from clusters.gateway.call import _connections
from clusters.gateway.errors import retell
from clusters.models import Cluster, Credential
from tests.platform import PATIENCE_SECONDS
from tests.wire import FakeCloud, as_json, drips, never_answers, serving, web_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pooled_connections():
    _connections.clear()
    yield
    _connections.clear()


def stored(cloud, name="north", **fields):
    cluster = Cluster.objects.create(name=name, auth_url=cloud.auth_url, **fields)
    Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
    return cluster


def servers(cluster, **options):
    with gateway.call(cluster, **options) as call:
        return [item for page in gateway.pages(call.conn.compute, "/servers/detail", "servers") for item in page]


SERVERS = "GET /compute/v2.1/servers/detail"


@pytest.mark.parametrize("place", ["GET /v3", "POST /v3/auth/tokens", SERVERS])
@pytest.mark.parametrize("fault", [never_answers, drips], ids=lambda fault: fault.__name__)
def test_the_deadline_holds(cloud, fault, place):
    cluster = stored(cloud)
    cloud.answers[place] = fault
    began = time.monotonic()
    with pytest.raises(CloudError) as error:
        servers(cluster, seconds=0.6)
    assert error.value.code == "timeout"
    assert time.monotonic() - began < 5


def test_a_log_in_has_the_time_of_one_request(cloud, settings):
    """Looking for the versions and getting a token are two; other types wait for it meanwhile."""
    settings.CLOUD_READ_SECONDS = 2
    cluster = stored(cloud)
    servers(cluster)  # what is loaded with the first connection is not part of the time
    _connections.clear()
    cloud.answers["GET /v3"] = cloud.answers["POST /v3/auth/tokens"] = never_answers
    began = time.monotonic()
    with pytest.raises(CloudError, match="did not answer in time"):
        servers(cluster, seconds=2.2, each_request=True)
    assert time.monotonic() - began < 3.8


def test_the_deadline_is_of_the_whole_exchange_and_not_of_each_request(cloud):
    cluster = stored(cloud)

    def slow(handler):
        time.sleep(0.2)
        item = {"id": str(len(cloud.seen))}
        return as_json(200, {"servers": [item], "servers_links": [{"rel": "next", "href": "x"}]})

    cloud.answers[SERVERS] = slow
    began = time.monotonic()
    with pytest.raises(CloudError, match="did not answer in time"):
        servers(cluster, seconds=1)
    assert time.monotonic() - began < 5


def test_connecting_has_its_own_shorter_limit(settings):
    settings.CLOUD_CONNECT_SECONDS = 0.3
    cluster = Cluster(name="far", auth_url="http://192.0.2.1:5000/v3")
    began = time.monotonic()
    with pytest.raises(CloudError) as error:
        servers(cluster, credential=Credential(username="a", secret="b", project_name="c"))
    assert error.value.code in ("timeout", "unreachable") and time.monotonic() - began < 5


def test_a_connection_is_kept_and_its_token_with_it(cloud):
    cluster = stored(cloud)
    servers(cluster), servers(cluster)
    assert len(cloud.tokens) == 1


@pytest.mark.parametrize("answer", [as_json(500, {}), as_json(503, {}), web_page(), as_json(401, {})])
def test_after_a_broken_answer_everything_begins_afresh(cloud, answer):
    cluster = stored(cloud)
    servers(cluster)
    cloud.answers[SERVERS] = answer
    with pytest.raises(CloudError):
        servers(cluster)
    assert cluster.pk not in _connections
    del cloud.answers[SERVERS]
    assert servers(cluster) == []


def test_an_answer_about_one_resource_keeps_the_connection(cloud):
    cluster = stored(cloud)
    cloud.answers["GET /compute/v2.1/servers/x"] = as_json(404, {"itemNotFound": {"code": 404, "message": "gone"}})
    with pytest.raises(CloudError) as error, gateway.call(cluster) as call:
        gateway.one(call.conn.compute, "/servers/x", "server")
    assert (error.value.code, error.value.request_id) == ("not_found", "req-of-the-cloud")
    assert cluster.pk in _connections


def test_a_changed_secret_or_address_means_a_new_connection(cloud):
    cluster = stored(cloud)
    servers(cluster)
    cluster.credential.secret = "wrong"
    cluster.credential.save()
    with pytest.raises(CloudError) as error:
        servers(cluster)
    assert error.value.code == "authentication"


def test_two_clusters_share_neither_tokens_nor_cookies(cloud):
    with serving(FakeCloud()) as second:
        clusters = [stored(cloud, "one"), stored(second, "two")]
        for cluster in (*clusters, *clusters):
            servers(cluster)
        for here, there in ((cloud, second), (second, cloud)):
            sent = " ".join(str(headers) for _method, _path, headers, _body in here.seen)
            assert here.tokens[0] in sent
            assert not [token for token in there.tokens if token in sent]


def test_two_clusters_at_one_address_share_nothing_either(cloud):
    for name in ("one", "two"):
        servers(stored(cloud, name))
    first, second = cloud.tokens
    used = [headers["X-Auth-Token"] for _method, path, headers, _body in cloud.seen if "/servers/detail" in path]
    assert used == [first, second]


@pytest.mark.parametrize(
    "answer",
    [
        web_page(200),
        (200, {"Content-Type": "application/json"}, b"<html>"),
        (200, {"Content-Type": "application/json"}, b""),
        as_json(200, []),
        as_json(200, {"servers": None}),
        as_json(200, {"servers": {}}),
        as_json(200, {"servers": ["x"]}),
        as_json(200, {"others": []}),
        as_json(200, {"servers": [{"id": "a"}], "servers_links": [{"rel": "next", "href": "http://[x/?marker=a"}]}),
    ],
    ids=str,
)
def test_what_is_no_list_is_a_broken_answer(cloud, answer):
    cluster = stored(cloud)
    cloud.answers[SERVERS] = answer
    with pytest.raises(CloudError) as error:
        servers(cluster)
    assert error.value.code == "bad_answer"


def test_links_that_are_none_lead_nowhere(cloud):
    cluster = stored(cloud)
    for links in (5, "next", {"rel": "next"}, [5]):
        cloud.answers[SERVERS] = as_json(200, {"servers": [{"id": "a"}], "servers_links": links})
        assert servers(cluster) == [{"id": "a"}]


def test_a_list_that_leads_in_circles_ends(cloud):
    cluster = stored(cloud)
    cloud.answers[SERVERS] = as_json(200, {"servers": [{"id": "a"}], "servers_links": [{"rel": "next", "href": "x"}]})
    assert len(servers(cluster)) == 2


def paged(handler, key, *, link):
    """Three things, two a page, as a service with this kind of link gives them."""
    query = parse_qs(urlsplit(handler.path).query)
    rows = [{"id": "a", "name": "n-a"}, {"id": "b", "name": "n-b"}, {"id": "c", "name": "n-c"}]
    marker = query.get("marker", [""])[0]
    after = next((place + 1 for place, row in enumerate(rows) if marker in row.values()), 0)
    begin = int(query.get("offset", [after])[0])
    page = rows[begin : begin + 2]
    return as_json(200, {key: page, **(link(page[-1]) if begin + 2 < len(rows) else {})})


LINKS = {
    "a list of links": lambda row: {"servers_links": [{"rel": "next", "href": f"http://x/?marker={row['id']}"}]},
    "by name": lambda row: {"servers_links": [{"rel": "next", "href": f"http://x/?limit=2&marker={row['name']}"}]},
    "one address": lambda row: {"next": f"/v2/images?limit=2&marker={row['id']}"},
    "none": lambda row: {},
}


@pytest.mark.parametrize("link", LINKS)
def test_every_kind_of_page_is_read_to_the_end(cloud, link):
    cluster = stored(cloud)
    cloud.answers[SERVERS] = lambda handler: paged(handler, "servers", link=LINKS[link])
    with gateway.call(cluster) as call:
        pages = gateway.pages(call.conn.compute, "/servers/detail", "servers", by_offset=link == "none")
        assert [item["id"] for page in pages for item in page] == ["a", "b", "c"]


def test_a_list_by_offset_ends_where_the_cloud_knows_no_offset(cloud):
    cluster = stored(cloud)
    cloud.answers[SERVERS] = as_json(200, {"servers": [{"id": "a"}]})
    with gateway.call(cluster) as call:
        pages = gateway.pages(call.conn.compute, "/servers/detail", "servers", by_offset=True)
        assert len(list(pages)) == 2


def test_each_request_carries_our_id(cloud):
    cluster = stored(cloud)
    with gateway.call(cluster) as call:
        list(gateway.pages(call.conn.compute, "/servers/detail", "servers"))
        assert call.global_request_id.startswith("req-")
        assert call.request_id == "req-of-the-cloud"
        assert cloud.seen[-1][2]["X-Openstack-Request-Id"] == call.global_request_id


def test_a_cluster_without_a_credential_says_so():
    cluster = Cluster.objects.create(name="bare", auth_url="http://bare.invalid:5000/v3")
    with pytest.raises(CloudError, match="has no credential yet"):
        servers(cluster)


def test_an_identity_service_that_refuses_even_its_versions_does_not_hold_us_for_ever(cloud, transactional_db):
    """Keystoneauth waited for its own lock here, and with it each later reading of the cluster."""
    cluster = stored(cloud)
    cloud.answers["GET /v3"] = cloud.answers["POST /v3/auth/tokens"] = lambda handler: as_json(401, {})
    credential = cluster.credential
    told = []

    def ask():
        try:
            with gateway.call(cluster, credential=credential):
                pass
        except CloudError as error:
            told.append(error.code)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout=PATIENCE_SECONDS)
    assert told == ["authentication"]


def test_a_service_that_fails_while_it_is_looked_for_tells_the_same_as_later(cloud):
    cluster = stored(cloud)
    cloud.answers["GET /compute/v2.1"] = lambda handler: as_json(500, {})
    cloud.answers["GET /compute/v2.1/"] = cloud.answers["GET /compute/"] = lambda handler: as_json(500, {})
    cloud.answers["GET /compute"] = cloud.answers["GET /"] = cloud.answers[SERVERS] = lambda handler: as_json(500, {})
    with pytest.raises(CloudError) as error:
        servers(cluster)
    assert error.value.code == "server_error"


def test_keystone_pages_in_its_own_way(cloud):
    def answer(handler):
        second = "marker=a" in handler.path
        links = {"next": None if second else f"{cloud.url}/v3/projects?marker=a"}
        return as_json(200, {"projects": [{"id": "b" if second else "a"}], "links": links})

    cloud.answers["GET /v3/projects"] = answer
    with gateway.call(stored(cloud)) as call:
        found = list(gateway.pages(call.conn.identity, "/projects", "projects", query={"limit": None}))
    assert found == [[{"id": "a"}], [{"id": "b"}]]
    assert "limit" not in cloud.seen[-1][1]


@pytest.mark.parametrize(("status", "found"), [(403, []), (404, []), (200, [{"id": "a"}])])
def test_what_a_row_can_do_without_may_be_forbidden(cloud, status, found):
    cloud.answers["GET /v3/domains"] = as_json(status, {"domains": [{"id": "a"}]})
    with gateway.call(stored(cloud)) as call:
        assert gateway.if_allowed(lambda: gateway.many(call.conn.identity, "/domains", "domains"), []) == found


def test_a_failure_is_not_taken_for_forbidden(cloud):
    cloud.answers["GET /v3/domains"] = as_json(500, {})
    with pytest.raises(CloudError), gateway.call(stored(cloud)) as call:
        gateway.if_allowed(lambda: gateway.many(call.conn.identity, "/domains", "domains"), [])


def test_questions_asked_together_answer_in_order_and_in_one_exchange(cloud):
    with gateway.call(stored(cloud)) as call:
        projects = [partial(gateway.many, call.conn.identity, f"/{kind}", kind) for kind in ("users", "projects")] * 10
        assert gateway.together(projects) == [[]] * 20
        ids = {headers.get("X-Openstack-Request-Id") for _, path, headers, _ in cloud.seen if "/v3/users" in path}
        assert ids == {call.global_request_id}


def test_of_questions_asked_together_the_first_error_counts(cloud):
    cloud.answers["GET /v3/users"] = as_json(403, {})
    with pytest.raises(CloudError) as error, gateway.call(stored(cloud)) as call:
        gateway.together([partial(gateway.many, call.conn.identity, "/users", "users")] * 200)
    assert error.value.code == "forbidden"
    assert len([path for _, path, _, _ in cloud.seen if path.startswith("/v3/users")]) < 100


def test_one_of_a_list_is_found_by_its_id(cloud):
    assert gateway.with_id([{"id": 1}, {"id": 2}], "2") == {"id": 2}
    with pytest.raises(CloudError) as error, gateway.call(stored(cloud)):
        gateway.with_id([{"id": 1}], "2")
    assert error.value.code == "not_found"


def test_a_service_that_refuses_the_token_is_named(cloud):
    cluster = stored(cloud)
    cloud.answers[SERVERS] = as_json(401, {"error": {"code": 401, "message": "The request requires authentication"}})
    with pytest.raises(CloudError, match="service compute refused the token") as error:
        servers(cluster)
    assert error.value.code == "token_refused" and "user" in str(error.value)
    assert retell("token_refused", "north", str(error.value)) == str(error.value)
    told = str(error.value)
    with override("zh-hans"):
        assert "服务 compute 拒绝" in retell("token_refused", "north", told)
    cloud.answers.clear()
    cloud.password = "another"
    _connections.clear()
    with pytest.raises(CloudError, match="refused the credential. Check user, password"):
        servers(cluster)
