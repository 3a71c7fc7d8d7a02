"""From what keystoneauth, the SDK and requests raise to one `CloudError`."""

import re
import sys
import traceback
from typing import Any

import requests
from django.utils import timezone
from keystoneauth1 import exceptions as keystone
from openstack import exceptions as sdk

from clusters.gateway.errors import CloudError, TransferError
from clusters.gateway.retry_after import retry_after
from clusters.gateway.session import LONGEST_ID

BY_STATUS = {
    400: "bad_request",
    401: "authentication",
    403: "forbidden",
    404: "not_found",
    407: "proxy",
    408: "timeout",
    409: "conflict",
    413: "quota",
    429: "rate_limited",
}

# Nova refuses with 403 what goes over a quota, Neutron with 409. The names of policies hold the word too.
OVER_QUOTA = re.compile(r"quota\b[^:]*\bexceeded|exceeded\b.*\bquota|over quota", re.IGNORECASE)
# What counts also where it does not come from OpenStack.
ELSEWHERE = {407: "proxy", 408: "timeout", 413: "too_large", 429: "rate_limited"}
APPENDED = re.compile(r"(\s*\((HTTP \d{3}|Request-ID: [^)]*)\))+\s*$")

RAISED = (keystone.ClientException, sdk.SDKException, requests.RequestException, TransferError)
"""Everything a call to a cloud may raise on purpose."""


MAY_RAISE = (*RAISED, ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""The same with what comes of data that nobody expected, which is the cloud's fault if `is_clouds_fault` says so."""

LIBRARIES = ("keystoneauth1", "openstack", "requests", "urllib3")


def from_library(error: BaseException) -> bool:
    """Whether a library gave up over what it was sent, with whatever error happened to come of it. The standard
    library's own frames count as those of their caller."""
    top = ""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in sys.stdlib_module_names:
            top = package
    return top in LIBRARIES


def is_clouds_fault(error: Exception) -> bool:
    """Whether this is to be translated; else it is a fault of ours."""
    return isinstance(error, RAISED) or from_library(error)


def translate(error: Exception, cluster: str, request_id: str = "", *, service: str = "") -> CloudError:
    """`request_id` is that of the last exchange, for errors that do not carry their own. `service` was asked with a
    token that Keystone gave, if any was."""
    status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
    status = status if isinstance(status, int) else None
    request_id = str(getattr(error, "request_id", None) or request_id)[:LONGEST_ID]
    wait = retry_after(getattr(error, "response", None))
    code = _code(error, status)
    if code == "authentication" and service:
        code = "token_refused"
    if status == 413 and wait:
        # Clouds that limit the rate by 413 say for how long; those that mean a quota say 0 or nothing.
        code = "rate_limited"
    elif status and 400 <= status < 500 and _is_from_elsewhere(getattr(error, "response", None)):
        code = ELSEWHERE.get(status, "bad_answer")
    return CloudError(
        code,
        cluster=cluster,
        service=service,
        detail=_detail(error),
        http_status=status,
        request_id=request_id,
        until=timezone.now() + wait if wait else None,
    )


def telling(error: Exception, failure: Exception | None) -> Exception:
    """The one of both that says more. The SDK only tells that it found no working service, `failure` (the last failed
    request of the exchange) why."""
    says_little = isinstance(error, sdk.ServiceDiscoveryException | keystone.DiscoveryFailure)
    return failure if failure is not None and says_little else error


def _code(error: Exception, status: int | None) -> str:
    text = str(error)
    if isinstance(error, TransferError):
        return error.code
    if isinstance(error, keystone.SSLError | requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, keystone.ConnectTimeout | requests.Timeout):
        return "timeout"
    if isinstance(error, keystone.ConnectFailure | keystone.UnknownConnectionError | requests.ConnectionError):
        return "unreachable"
    if status in (403, 409) and OVER_QUOTA.search(text):
        return "quota"
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status and status >= 500:
        return "server_error"
    if status and status >= 400:
        return "bad_request"
    if isinstance(error, keystone.DiscoveryFailure | keystone.VersionNotAvailable):
        return "not_openstack"
    if isinstance(error, ValueError) and "choosing an endpoint" in text:
        # What keystoneauth says of a catalog with several aliases of a service, none of them in the region.
        return "no_service"
    if isinstance(error, keystone.EndpointNotFound | keystone.EmptyCatalog | sdk.EndpointNotFound):
        return "no_service"
    if isinstance(error, keystone.AuthorizationFailure | keystone.AuthPluginException):
        return "authentication"
    return "bad_answer"


def _is_from_elsewhere(response: Any) -> bool:
    """Whether a web server or proxy before the service refused with a page of its own. What a page says is gone, not
    allowed or over the quota is not. Glance's own refusals are pages too, but bear the id of the request."""
    headers = getattr(response, "headers", None) or {}
    return "text/html" in headers.get("content-type", "") and not headers.get("x-openstack-request-id")


def _detail(error: Exception) -> str:
    """The cloud's own short message, when it sent one. Never our request, which holds the credential."""
    if isinstance(error, sdk.HttpException):
        return _plain(error.details)
    if isinstance(error, keystone.HttpError):
        return _plain(error.message)
    return ""


def _plain(message: object) -> str:
    """Without the status and the request's id, which the libraries write behind it: both are told on their own."""
    return APPENDED.sub("", str(message or ""))
