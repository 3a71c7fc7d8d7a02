"""One exchange with one cloud: connect (or reuse), run, translate what goes wrong."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from keystoneauth1 import exceptions as keystone
from keystoneauth1.identity import BaseIdentityPlugin
from openstack.connection import Connection

from clusters import locks, login_refusals
from clusters.encrypted import KeyMissing
from clusters.gateway.errors import CONNECTION, CloudError
from clusters.gateway.identity import auth_plugin
from clusters.gateway.projects import ProjectConnections, ProjectError, allowed_projects, no_role
from clusters.gateway.session import open_session
from clusters.gateway.tls import complaint
from clusters.gateway.translation import MAY_RAISE, RAISED, is_clouds_fault, telling, translate
from clusters.gateway.transport import Trace, current
from clusters.models import Cluster, Credential

_connections: dict[int, tuple[tuple, Connection]] = {}
_in_projects = ProjectConnections()
OTHERS_SECONDS = 0.1
"""Until it is looked again whether another process has logged in."""

_lock = threading.Lock()
_log_ins: dict[int, threading.Lock] = {}
_log_in_requests: dict[int, threading.Lock] = {}
"""The same for the request of a log-in alone, also of one in the middle of an exchange, which has keystoneauth's lock
and so may not wait for the others."""


@dataclass(frozen=True)
class Call:
    """A running exchange. `conn` must not leave the `with` block that gave it."""

    conn: Connection
    _trace: Trace

    @property
    def request_id(self) -> str:
        """The id the cloud gave the last request, as its log files have it; "" before the first answer."""
        return self._trace.request_id

    @property
    def global_request_id(self) -> str:
        """The id we sent with every request of this exchange; the cloud's services log it too."""
        return self._trace.global_request_id

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the cloud's clock is ahead of ours, to the second; None when it did not say."""
        return self._trace.clock_ahead

    def answers(self, service: str) -> tuple[int, float]:
        """How many requests a service answered so far, and how many seconds they waited for that altogether."""
        return self._trace.answers.get(service, (0, 0.0))

    def cloud_time(self, moment: datetime) -> datetime:
        """A moment of our clock by the cloud's clock, as far as its answers tell."""
        return moment + (self._trace.clock_ahead or timedelta())


@contextmanager
def call(
    cluster: Cluster,
    *,
    credential: Credential | None = None,
    seconds: float | None = None,
    each_request: bool = False,
    project: str = "",
) -> Iterator[Call]:
    """Speak with a cloud for at most `seconds` (default: `CLOUD_CALL_SECONDS`), or that long with `each_request`.

    Raises `CloudError`, whatever went wrong. With `credential` the exchange uses that one, saved or not, on a
    connection of its own: so a form can be tested before it is stored. With `project`, the id of one, the connection
    is scoped to that project instead of the credential's own; where the credential cannot act there, `ProjectError`.
    While the cluster rests after a refused log-in, the stored credential is refused without asking.
    """
    seconds = seconds or settings.CLOUD_CALL_SECONDS
    trace = Trace(
        global_request_id=f"req-{uuid.uuid4()}",
        deadline=time.monotonic() + seconds,
        each_request_seconds=seconds if each_request else None,
    )
    token = current.set(trace)
    try:
        if credential:
            conn = _connect(cluster, credential)
            _authenticate(conn, cluster, trace)
        else:
            conn = own = _pooled(cluster)
            trace.log_ins = _LogIns(cluster)
            _log_in(own, cluster, trace)
            if project and (conn := _pooled(cluster, project)) is not own:
                trace.log_ins = _LogIns(cluster, elsewhere=True)
                _log_in(conn, cluster, trace, elsewhere=True)
        if project and conn.current_project_id != project:
            raise ProjectError("one_project", cluster=cluster.name, project=project)
        yield Call(conn, trace)
    except CloudError as error:
        cloud_error = _about_project(cluster, project, error, trace)
        _drop_if_broken(cluster, cloud_error)
        if cloud_error is error:
            raise
        raise cloud_error from error
    except MAY_RAISE as error:
        if not is_clouds_fault(error):
            raise
        cloud_error = translate(telling(error, trace.failure), cluster.name, trace.request_id, service=trace.service)
        cloud_error = _about_project(cluster, project, cloud_error, trace)
        _drop_if_broken(cluster, cloud_error)
        raise cloud_error from error
    finally:
        current.reset(token)


def _log_in(conn: Connection, cluster: Cluster, trace: Trace, *, elsewhere: bool = False) -> None:
    """With the stored credential: one log-in of a cluster at a time, and none while it rests after a refusal. One that
    is refused `elsewhere`, in another project than the credential's own, may only lack a role there."""
    if _has_token(conn):
        return
    with _one_at_a_time(_log_ins, cluster, trace.seconds_left):
        if not _has_token(conn):
            _log_in_alone(conn, cluster, trace, elsewhere)


@contextmanager
def _one_at_a_time(of_clusters: dict[int, threading.Lock], cluster: Cluster, seconds: float) -> Iterator[None]:
    with _lock:
        lock = of_clusters.setdefault(cluster.pk, threading.Lock())
    if not lock.acquire(timeout=max(0, seconds)):
        raise CloudError("timeout", cluster=cluster.name)
    try:
        yield
    finally:
        lock.release()


def _has_token(conn: Connection) -> bool:
    auth = cast(BaseIdentityPlugin, conn.session.auth)
    access = auth.auth_ref  # another thread may throw it away
    return access is not None and not access.will_expire_soon(auth.MIN_TOKEN_LIFE_SECONDS)


@dataclass(frozen=True)
class _LogIns:
    cluster: Cluster
    elsewhere: bool = False

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        with _one_at_a_time(_log_in_requests, self.cluster, seconds):
            self.before()
            try:
                yield
            except keystone.Unauthorized as error:
                # Noted while the others wait: each of them would log in once more.
                self._refused(error)
                raise

    def before(self) -> None:
        if until := login_refusals.resting_until(self.cluster):
            raise CloudError("authentication", cluster=self.cluster.name, until=until)

    def _refused(self, error: Exception) -> None:
        if not self.elsewhere:
            cloud_error = translate(error, self.cluster.name)
            cloud_error.until = login_refusals.note(self.cluster)
            raise cloud_error from error


def _log_in_alone(conn: Connection, cluster: Cluster, trace: Trace, elsewhere: bool) -> None:
    """Other processes wait too: with a wrong password each of them would be one more failed log-in."""
    while True:
        _LogIns(cluster).before()
        if claim := locks.claim_log_in(cluster, settings.CLOUD_CALL_SECONDS):
            break
        if trace.seconds_left <= 0:
            raise CloudError("timeout", cluster=cluster.name)
        time.sleep(OTHERS_SECONDS)
    try:
        try:
            _authenticate(conn, cluster, trace)
        except CloudError as error:
            if error.code == "authentication" and not elsewhere and not login_refusals.resting_until(cluster):
                # It failed before the log-in itself, which notes its refusal at once.
                error.until = login_refusals.note(cluster)
            raise
        login_refusals.clear(cluster)
    finally:
        locks.release(claim)


def _authenticate(conn: Connection, cluster: Cluster, trace: Trace) -> None:
    """Have a token before anything else, so that a wrong address is told from a broken service."""
    trace.logging_in, trace.failure = True, None
    try:
        conn.session.get_token()
    except MAY_RAISE as error:
        if not is_clouds_fault(error):
            raise
        if isinstance(trace.failure, keystone.SSLError):
            raise complaint(cluster.name, cluster.auth_url, trace.failure) from error
        cloud_error = translate(error, cluster.name)
        if cloud_error.code in ("bad_answer", "not_found", "bad_request") and not cluster.capabilities:
            cloud_error = CloudError("not_openstack", cluster=cluster.name, http_status=cloud_error.http_status)
        raise cloud_error from error
    finally:
        trace.logging_in = False


def _about_project(cluster: Cluster, project: str, error: CloudError, trace: Trace) -> CloudError:
    """Keystone refuses a project without a role as it refuses a wrong password. Where the credential itself is good,
    the answer is which role is missing."""
    if not project or error.code not in ("authentication", "token_refused"):
        return error
    _in_projects.drop(cluster.pk, project)
    try:
        own = _pooled(cluster)
        if error.until is not None or not _has_token(own):
            return error
        if project in {entry.get("id") for entry in allowed_projects(own)}:
            if error.code == "authentication":
                error.until = login_refusals.note(cluster)
            return error
        return no_role(cluster, Credential.objects.get(cluster=cluster), own.current_user_id, project)
    except RAISED as cause:
        return translate(cause, cluster.name, trace.request_id)
    except CloudError as cause:
        return cause


def _drop_if_broken(cluster: Cluster, error: CloudError) -> None:
    """The SDK remembers what discovery found, also while the cloud was broken. Start afresh the next time."""
    if error.code in CONNECTION:
        with _lock:
            _connections.pop(cluster.pk, None)
        _in_projects.drop(cluster.pk)


def _pooled(cluster: Cluster, project: str = "") -> Connection:
    """The connection of the credential's own project, or of another one. An application credential has no other."""
    try:
        credential = Credential.objects.get(cluster=cluster)
    except Credential.DoesNotExist:
        raise CloudError("no_credential", cluster=cluster.name) from None
    except KeyMissing:
        raise CloudError("key_missing", cluster=cluster.name) from None
    key = (
        cluster.auth_url,
        cluster.region,
        cluster.interface,
        cluster.verify_tls,
        cluster.ca_certificate,
        credential.changed_at,
    )
    if project and credential.kind != Credential.Kind.APPLICATION_CREDENTIAL:
        scoped = _in_projects.get(cluster.pk, project, key)
        if scoped is None:
            scoped = _connect(cluster, credential, project)
            _in_projects.put(cluster.pk, project, key, scoped)
        return scoped
    with _lock:
        kept = _connections.get(cluster.pk)
        if kept and kept[0] == key:
            return kept[1]
    conn = _connect(cluster, credential)
    with _lock:
        _connections[cluster.pk] = (key, conn)
    return conn


def _connect(cluster: Cluster, credential: Credential, project: str = "") -> Connection:
    auth = auth_plugin(cluster, credential, project)
    session = open_session(auth, verify_tls=cluster.verify_tls, ca_certificate=cluster.ca_certificate)
    return Connection(
        session=session, region_name=cluster.region or None, interface=cluster.interface, strict_proxies=True
    )
