"""What a request of the console carries beyond Django's own."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from opsys.kit.act.idempotency import LONGEST_KEY, Request
from opsys.kit.lists.scope import Scope


class ConsoleRequest(HttpRequest):
    """`htmx` is set by its middleware; `console_scope` by pages that have worked it out: their frame need not then."""

    htmx: HtmxDetails
    console_scope: Scope


def request_of(request: HttpRequest) -> Request:
    """The key with which a form or dialog was drawn: sent twice, it is answered twice and done once."""
    return Request(request.user, request.POST.get("operation", "")[:LONGEST_KEY], own_content=True)
