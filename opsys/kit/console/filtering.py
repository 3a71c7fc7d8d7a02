"""The values that one filter of a list offers, fetched when somebody opens it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.offered import chosen_first, offer_of
from opsys.kit.lists.query import query_of


def values(request: ConsoleRequest, resource: Resource, name: str) -> HttpResponse:
    """Those in which `?find=` stands, after those that the rest of the address chooses."""
    spec = next((spec for spec in resource.filters if spec.name == name and not spec.contains), None)
    if spec is None:
        raise Http404("no such filter")
    query = query_of(resource, request)
    text = request.GET.get("find", "").strip()
    offer = offer_of(resource, spec, query.scope, text)
    chosen = set(request.GET.getlist(name))
    drawn = getattr(query.filter.form.fields[name], "choices", ())
    labels = {str(value): label for value, label in drawn}
    context = {
        "spec": spec,
        "values": chosen_first(offer, [(value, labels.get(value, value)) for value in sorted(chosen) if value]),
        "chosen": chosen,
        "more": offer.more,
        "text": text,
    }
    return render(request, "kit/_filter_values.html", context)
