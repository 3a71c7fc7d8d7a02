"""What keeps us from hearing a cluster's notifications, in words."""

from django.utils.translation import gettext as _

from clusters.coerce import printable

STANDBY = "standby"
"""No fault: another listener hears them."""


class BrokerError(Exception):
    """`code` is one of `sentence()`'s; `detail` what the broker, or this machine, said. Neither holds the password."""

    def __init__(self, code: str, detail: str = ""):
        self.code = code
        self.detail = printable(" ".join(detail.split()))[:300]
        super().__init__(code, self.detail)


def sentence(code: str, detail: str, cluster: str) -> str:
    """In the language of whoever reads it now."""
    told = {
        "unreachable": _(
            "The message broker of cluster %(cluster)s cannot be reached. Check host, port and whether it speaks TLS."
        ),
        "refused": _("The message broker of cluster %(cluster)s refuses the user or the password."),
        "tls": _(
            "The certificate of the message broker of cluster %(cluster)s could not be verified. Give its CA "
            "certificate with the cluster, or correct the address."
        ),
        "virtual_host": _(
            "The message broker of cluster %(cluster)s does not let this user into the virtual host, or has none of "
            "this name."
        ),
        "not_permitted": _(
            "The message broker of cluster %(cluster)s does not let the user make a queue “opsys-…” of its own, or "
            "read the exchanges. Set its permissions."
        ),
        "no_exchange": _(
            "The message broker of cluster %(cluster)s has none of the exchanges yet. Check that the services notify, "
            "and in which virtual host."
        ),
        "not_amqp": _("What answers at the address of the message broker of cluster %(cluster)s is no RabbitMQ."),
        "closed": _("The message broker of cluster %(cluster)s closed the connection."),
        "key_missing": _(
            "The stored password of the message broker of cluster %(cluster)s cannot be read with the keys of "
            "FERNET_KEYS. Put the key back that encrypted it, or enter the password again."
        ),
        STANDBY: _("Another listener hears the notifications of cluster %(cluster)s."),
    }.get(code, code)
    text = told % {"cluster": cluster}
    return _("%(sentence)s It said: %(detail)s") % {"sentence": text, "detail": detail} if detail else text
