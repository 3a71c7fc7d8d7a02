"""HTTP to a cloud: pooled connections, a limit on every wait, and the trace of what was asked."""

import hashlib
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

import requests
from django.conf import settings
from keystoneauth1 import exceptions as keystone
from keystoneauth1.session import Session

from clusters.gateway.transport import PooledAdapter, current

LONGEST_ID = 100
"""As audit and jobs keep it."""


class NotAnAnswer(requests.exceptions.RequestException):
    """Something that is not what this API answers: a web page, no JSON, another shape."""


class CloudSession(Session):
    """A keystoneauth session that keeps to the deadline of the running call, notes request ids, and takes no web
    page for an answer (a proxy's "200 OK, here is the log-in page" would otherwise count as a server stopped)."""

    def request(self, url, method, **kwargs):
        trace = current.get()
        service = trace.service if trace else ""
        logs_in = method == "POST" and url.rstrip("/").endswith("/auth/tokens")
        if trace is not None:
            trace.begin_request()
            if trace.seconds_left <= 0:
                raise keystone.ConnectTimeout("the time for this call is used up")
            if trace.logging_in and kwargs.get("authenticated") is not False:
                # Where looking for the identity service's versions is answered with 401, keystoneauth would ask
                # again with a token, which is what it is about to get: it waits for its own lock for ever.
                raise keystone.Unauthorized()
            if not trace.logging_in:
                trace.service = (kwargs.get("endpoint_filter") or {}).get("service_type") or trace.service
            kwargs.setdefault("timeout", min(trace.seconds_left, settings.CLOUD_READ_SECONDS))
            if logs_in:
                # Whatever goes wrong here is not to be blamed on the service that was asked before.
                trace.service = ""
            kwargs["global_request_id"] = kwargs.get("global_request_id") or trace.global_request_id
        began = time.monotonic()
        alone = trace.log_ins.alone(trace.seconds_left) if logs_in and trace and trace.log_ins else nullcontext()
        try:
            with alone:
                response = super().request(url, method, **kwargs)
        except (keystone.ConnectionError, keystone.HttpError) as error:
            if trace is not None:
                trace.failure = error
            if isinstance(error, keystone.ConnectionError) and trace is not None and trace.seconds_left <= 0:
                raise keystone.ConnectTimeout("the time for this call is used up") from error
            raise
        if trace is not None:
            trace.service = service if logs_in else trace.service
            trace.request_id = response.headers.get("x-openstack-request-id", trace.request_id)[:LONGEST_ID]
            trace.clock_ahead = _clock_ahead(response)
            if not trace.logging_in and kwargs.get("authenticated") is not False:
                trace.note_answer(time.monotonic() - began)
        # Glance calls nothing at all "text/html" too.
        empty = response.status_code == 204 or response.headers.get("content-length") == "0"
        if response.ok and "text/html" in response.headers.get("content-type", "") and not empty:
            raise NotAnAnswer(response=response)
        return response


def _clock_ahead(response: requests.Response) -> timedelta | None:
    """How far the cloud's clock is ahead of ours, to the second; None where its header is no date."""
    try:
        theirs = parsedate_to_datetime(response.headers["date"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if theirs.tzinfo is None:  # the zone "-0000" means UTC of an unknown place
        theirs = theirs.replace(tzinfo=UTC)
    return theirs - datetime.now(UTC).replace(microsecond=0)


def open_session(auth, *, verify_tls: bool, ca_certificate: str) -> CloudSession:
    """A session of its own per cluster: cookies, pools and certificates are never shared between clouds."""
    http = requests.Session()
    http.trust_env = True
    adapter = PooledAdapter(settings.CLOUD_CONNECT_SECONDS)
    http.mount("https://", adapter)
    http.mount("http://", adapter)
    verify: bool | str = verify_tls
    if verify_tls and ca_certificate:
        verify = certificate_file(ca_certificate)
    return CloudSession(
        auth=auth, session=http, verify=verify, timeout=settings.CLOUD_READ_SECONDS, app_name="opsys", app_version="1"
    )


def certificate_file(pem: str) -> str:
    """Requests wants CA certificates as a file. Named by content, so that it is written once."""
    folder = Path(tempfile.gettempdir()) / "opsys-certificates"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{hashlib.sha256(pem.encode()).hexdigest()[:32]}.pem"
    if not path.exists():
        part = path.with_name(f"{path.stem}.{uuid4()}.part")  # another thread may ask for it meanwhile
        part.write_text(pem, encoding="utf-8")
        part.replace(path)
    return str(path)
