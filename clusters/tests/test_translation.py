"""Whatever a library or a cloud raises becomes one `CloudError` with a sentence people can act on."""

import pytest
import requests
from django.utils.translation import override
from keystoneauth1 import exceptions as keystone
from openstack import exceptions as sdk

from clusters.gateway import CONNECTION, CloudError
from clusters.gateway.errors import TRANSIENT, advice, retell
from clusters.gateway.session import NotAnAnswer
from clusters.gateway.translation import RAISED, translate

CODES = (
    "unreachable timeout tls authentication forbidden not_found conflict quota bad_request rate_limited server_error "
    "bad_answer not_openstack no_service no_region no_credential too_large proxy"
).split()


def http(status, message="", kind=sdk.HttpException):
    response = requests.Response()
    response.status_code = status
    response.headers["x-openstack-request-id"] = "req-1"
    return kind(
        message=f"Client Error for url: http://cloud/secret?token=hush, {message}", response=response, details=message
    )


SAID = "The request you have made requires authentication."


@pytest.mark.parametrize(
    "error",
    [
        keystone.Unauthorized(SAID, request_id="req-1"),
        keystone.Unauthorized(f"{SAID} (HTTP 401) (Request-ID: req-1)"),
        keystone.Unauthorized(SAID),
        http(401, f"{SAID} (HTTP 401) (Request-ID: req-1)"),
    ],
)
def test_what_the_libraries_append_is_not_told_twice(error):
    assert translate(error, "east").detail == SAID


def test_brackets_of_the_clouds_own_stay():
    assert translate(http(400, "Bad name (HTTP 400) in (this)"), "east").detail == "Bad name (HTTP 400) in (this)"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (keystone.SSLError("bad certificate"), "tls"),
        (requests.exceptions.SSLError("bad certificate"), "tls"),
        (keystone.ConnectTimeout("x"), "timeout"),
        (requests.Timeout("x"), "timeout"),
        (requests.ReadTimeout("x"), "timeout"),
        (requests.ConnectTimeout("x"), "timeout"),
        (keystone.ConnectFailure("x"), "unreachable"),
        (keystone.UnknownConnectionError("x", OSError()), "unreachable"),
        (requests.ConnectionError("x"), "unreachable"),
        (requests.exceptions.ChunkedEncodingError("cut off"), "bad_answer"),
        (requests.exceptions.InvalidJSONError("x"), "bad_answer"),
        (keystone.Unauthorized("x"), "authentication"),
        (keystone.Forbidden("x"), "forbidden"),
        (keystone.NotFound("x"), "not_found"),
        (keystone.Conflict("x"), "conflict"),
        (keystone.BadRequest("x"), "bad_request"),
        (keystone.TooManyRequests("x"), "rate_limited"),
        (keystone.RequestEntityTooLarge("x"), "quota"),
        (keystone.InternalServerError("x"), "server_error"),
        (keystone.BadGateway("x"), "server_error"),
        (keystone.ServiceUnavailable("x"), "server_error"),
        (keystone.GatewayTimeout("x"), "server_error"),
        (keystone.DiscoveryFailure("x"), "not_openstack"),
        (keystone.VersionNotAvailable("x"), "not_openstack"),
        (keystone.EndpointNotFound("x"), "no_service"),
        (keystone.EmptyCatalog("x"), "no_service"),
        (keystone.MissingAuthPlugin("x"), "authentication"),
        (keystone.AuthorizationFailure("x"), "authentication"),
        (keystone.InvalidResponse(response=None), "bad_answer"),
        (http(400), "bad_request"),
        (http(401), "authentication"),
        (http(403), "forbidden"),
        (http(403, "Quota exceeded for cores"), "quota"),
        (http(404, kind=sdk.NotFoundException), "not_found"),
        (http(403, "Policy doesn't allow os_compute_api:os-quota-sets:detail to be performed."), "forbidden"),
        (http(403, "Quota exceeded, too many key pairs."), "quota"),
        (http(407), "proxy"),
        (http(408), "timeout"),
        (http(409, kind=sdk.ConflictException), "conflict"),
        (http(409, "Quota exceeded for resources: ['port'].", kind=sdk.ConflictException), "quota"),
        (http(410), "bad_request"),
        (http(414), "bad_request"),
        (http(422), "bad_request"),
        (http(413), "quota"),
        (http(429), "rate_limited"),
        (http(500), "server_error"),
        (http(502), "server_error"),
        (http(504), "server_error"),
        (sdk.SDKException("odd"), "bad_answer"),
        (sdk.ResourceTimeout("x"), "bad_answer"),
        (sdk.InvalidRequest("x"), "bad_answer"),
        (NotAnAnswer(), "bad_answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_each_error_has_its_code(error, code):
    assert isinstance(error, RAISED)
    found = translate(error, "east", "req-last")
    assert found.code == code
    assert "east" in str(found) and "hush" not in str(found)


@pytest.mark.parametrize(
    ("status", "page", "json"),
    [
        (401, "bad_answer", "authentication"),
        (403, "bad_answer", "forbidden"),
        (404, "bad_answer", "not_found"),
        (407, "proxy", "proxy"),
        (409, "bad_answer", "conflict"),
        (413, "too_large", "quota"),
        (429, "rate_limited", "rate_limited"),
    ],
)
def test_the_page_of_a_proxy_says_nothing_of_what_is_in_the_cloud(status, page, json):
    for kind, request_id, code in (
        ("text/html", "", page),
        ("text/html", "req-1", json),
        ("application/json", "", json),
    ):
        error = http(status)
        error.response.headers["content-type"] = f"{kind}; charset=utf-8"
        error.response.headers["x-openstack-request-id"] = request_id
        assert translate(error, "east").code == code


@pytest.mark.parametrize("code", ["unreachable", "timeout", "tls", "rate_limited", "server_error", "bad_answer"])
def test_the_service_that_failed_is_named_also_when_it_is_told_later_in_another_language(code):
    error = CloudError(code, cluster="east", service="block-storage", detail="oops")
    assert "block-storage of cluster east" in str(error) and "block-storage" not in str(
        CloudError(code, cluster="east")
    )
    with override("zh-hans"):
        told = retell(code, "east", _english(error))
        assert "block-storage" in told and told.endswith("oops") and "The service" not in told


def _english(error):
    with override("en"):
        return str(error)


def test_the_clouds_own_words_and_numbers_are_passed_on():
    error = translate(http(409, "Instance is  locked\n"), "east", "req-last")
    assert str(error).endswith("The cloud said: Instance is locked")
    assert (error.http_status, error.request_id) == (409, "req-1")
    assert translate(keystone.ConnectTimeout("x"), "east", "req-last").request_id == "req-last"


def test_a_lengthy_cloud_is_cut_short():
    assert len(translate(http(409, "x" * 5000), "east").detail) == 300


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_sentence(code):
    assert advice(code) % {"cluster": "east"} == str(CloudError(code, cluster="east"))
    assert "east" in str(CloudError(code, cluster="east"))


def test_a_percent_sign_in_a_name_or_a_message_is_only_a_percent_sign():
    assert "50%s" in str(CloudError("conflict", cluster="east", detail="50%s of it"))


def test_an_unknown_code_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        str(CloudError("oops", cluster="east"))


def test_what_speaks_of_the_cloud_and_not_of_one_resource():
    assert TRANSIENT < CONNECTION and {"conflict", "not_found", "forbidden", "quota"}.isdisjoint(CONNECTION)
    assert CloudError("timeout", cluster="x").transient and not CloudError("tls", cluster="x").transient


def test_what_a_cloud_says_moves_no_cursor_and_no_letters():
    error = translate(http(409, "gone\x1b[2J\x1b]0;root\x07 \u202etxt.exe"), "east")
    assert error.detail == "gone\ufffd[2J\ufffd]0;root\ufffd \ufffdtxt.exe"
