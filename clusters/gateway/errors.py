"""The one family of errors that leaves the gateway, whatever library or cloud it came from."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import override

from clusters.coerce import printable
from clusters.gateway.failing_service import of_service
from clusters.sentences import gettext as _

TRANSIENT = frozenset({"unreachable", "timeout", "rate_limited", "server_error", "bad_answer"})
"""Codes of errors that can pass by themselves: worth another try later."""

CONNECTION = TRANSIENT | {"tls", "authentication", "token_refused", "not_openstack", "no_service", "key_missing"}
"""Codes that speak of the cloud and not of one resource: the next call would meet them too."""


SERVICE_TYPES = ("compute", "network", "image", "block-storage", "placement", "identity")


class TransferError(Exception):
    """A file on its way to or from a cloud did not arrive as it was. `code` is one of `advice()`'s."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


class CloudError(Exception):
    """Something a cloud refused or failed to do.

    `code` is one of the keys of `advice()`; `http_status` and `request_id` (the cloud's own, for its log files)
    are there when the cloud answered at all. `str()` is a full sentence for people: what happened, on which
    cluster, what to do now. It never contains a secret: only the cloud's own short message is passed on.
    `until` is there when the cloud is not to be asked again before.
    """

    def __init__(
        self,
        code: str,
        *,
        cluster: str,
        detail: str = "",
        http_status: int | None = None,
        request_id: str = "",
        until: datetime | None = None,
        service: str = "",
    ):
        self.code = code
        self.cluster = cluster
        self.detail = printable(" ".join(detail.split())[:300])
        self.http_status = http_status
        self.request_id = request_id
        self.until = until
        self.service = service
        super().__init__(code, cluster, self.detail)

    @property
    def transient(self) -> bool:
        return self.code in TRANSIENT

    def __str__(self) -> str:
        sentence = advice(self.code, self.service) % {"cluster": self.cluster, "service": self.service}
        if not self.detail:
            return sentence
        return _("%(sentence)s The cloud said: %(detail)s") % {"sentence": sentence, "detail": self.detail}

    @property
    def seconds_to_wait(self) -> float:
        """Until the cloud may be asked again."""
        return max(0.0, (self.until - datetime.now(UTC)).total_seconds()) if self.until else 0.0

    def with_time(self) -> str:
        """`str()`, and until when we wait, if we do."""
        return with_time(str(self), self.until)


def with_time(sentence: str, until: datetime | None) -> str:
    """What was told, and until when we wait, if we do."""
    if until is None:
        return sentence
    time = f"{until.astimezone(UTC):%H:%M:%S} UTC"
    return _("%(sentence)s It is asked again at %(time)s.") % {"sentence": sentence, "time": time}


def advice(code: str, service: str = "") -> str:
    """Where it is known which `service` failed, it is that one and not the whole cluster that is spoken of."""
    if service and (told := of_service().get(code)):
        return told
    return {
        "unreachable": _(
            "Cluster %(cluster)s cannot be reached. Check the address, the network and whether the service runs."
        ),
        "timeout": _("Cluster %(cluster)s did not answer in time. It may be overloaded; try again in a minute."),
        "tls": _(
            "The certificate of cluster %(cluster)s could not be verified. "
            "Give its CA certificate, or correct the address."
        ),
        "authentication": _(
            "Cluster %(cluster)s refused the credential. Check user, password, domains and project, then test again."
        ),
        "token_refused": _(
            "The identity service of cluster %(cluster)s accepted the credential, but the service %(service)s refused "
            "the token it gave. Check the configuration of that service: its own user, and the address of the "
            "identity service it asks."
        ),
        "forbidden": _("The credential of cluster %(cluster)s is not allowed to do this. Give it the needed role."),
        "not_found": _("It no longer exists on cluster %(cluster)s."),
        "conflict": _("Cluster %(cluster)s refused: the present state does not allow it."),
        "quota": _("A quota of cluster %(cluster)s is used up. Raise it or free something."),
        "too_large": _(
            "What was sent is more than cluster %(cluster)s, or a proxy before it, takes at once. Send less, or have "
            "its limit raised."
        ),
        "proxy": _("A proxy on the way to cluster %(cluster)s wants a log-in. Check the platform's HTTPS_PROXY."),
        "bad_request": _("Cluster %(cluster)s did not accept the request."),
        "rate_limited": _("Cluster %(cluster)s asks for a slower pace."),
        "server_error": _("Cluster %(cluster)s failed internally. Its own logs tell more; try again later."),
        "bad_answer": _(
            "Cluster %(cluster)s sent an answer that is not OpenStack's. A proxy in between may be broken."
        ),
        "not_openstack": _("There is no OpenStack identity service at the address of cluster %(cluster)s."),
        "no_service": _("Cluster %(cluster)s does not offer this service in this region."),
        "no_scope": _(
            "The credential of cluster %(cluster)s logs in, but to no project, domain or system, so it is shown no "
            "services. Name one."
        ),
        "no_region": _("Cluster %(cluster)s does not have this region."),
        "interrupted": _("What was being sent broke off before its end. Nothing of it is kept; start it anew."),
        "corrupted": _("Cluster %(cluster)s has received something else than what was sent. Send it anew."),
        "unexpected": _("The answer of cluster %(cluster)s could not be processed. The log of the worker tells more."),
        "key_missing": _(
            "The stored secret of cluster %(cluster)s cannot be read with the keys of FERNET_KEYS. Put the key back "
            "that encrypted it, or enter the secret again."
        ),
        "no_credential": _("Cluster %(cluster)s has no credential yet. Add one on its admin page."),
    }[code]


MARK = "\N{REPLACEMENT CHARACTER}"
"""In place of what the cloud said, to know the words before it."""


def retell(code: str, cluster: str, text: str) -> str:
    """The `str()` of an error as the worker wrote it down, in the language of whoever reads it now."""
    services = [name for name in SERVICE_TYPES if f" {name} " in text]
    for service in ("", *services):
        said: dict[str, Any] = {"cluster": cluster, "service": service}
        with override(settings.LANGUAGE_CODE):
            plain = str(CloudError(code, **said))
            before = str(CloudError(code, detail=MARK, **said)).removesuffix(MARK)
        if text == plain:
            return str(CloudError(code, **said))
        if text.startswith(before):
            return str(CloudError(code, detail=text.removeprefix(before), **said))
    return text
