"""What a request of the console carries beyond Django's own."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from opsys.kit.lists.scope import Scope


class ConsoleRequest(HttpRequest):
    """`htmx` is set by its middleware; `scope` by pages that have worked it out, so that their frame need not."""

    htmx: HtmxDetails
    scope: Scope
