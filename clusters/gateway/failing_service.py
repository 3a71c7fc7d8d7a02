"""What is told where the identity service let us in and another service failed: that one is named."""

from clusters.sentences import gettext as _


def of_service() -> dict[str, str]:
    """By the error's code."""
    return {
        "unreachable": _(
            "The service %(service)s of cluster %(cluster)s cannot be reached. Check its address in the catalog, the "
            "network and whether it runs."
        ),
        "timeout": _(
            "The service %(service)s of cluster %(cluster)s did not answer in time. It may be overloaded; try again "
            "in a minute."
        ),
        "tls": _(
            "The certificate of the service %(service)s of cluster %(cluster)s could not be verified. "
            "Give its CA certificate, or correct its address in the catalog."
        ),
        "rate_limited": _("The service %(service)s of cluster %(cluster)s asks for a slower pace."),
        "server_error": _(
            "The service %(service)s of cluster %(cluster)s failed internally. Its own logs tell more; try again "
            "later."
        ),
        "bad_answer": _(
            "The service %(service)s of cluster %(cluster)s sent an answer that is not OpenStack's. "
            "A proxy in between may be broken."
        ),
    }
