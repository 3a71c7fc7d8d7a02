"""What waits for a second person, and what became of it."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.acting import Actor
from audit.redaction import redact
from opsys.kit.approvals import creations, deciding
from opsys.kit.approvals.models import Approval

KEPT_ON_PAGE = 100


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    known = Approval.objects.known_to(request.user).select_related("user", "decided_by")[:KEPT_ON_PAGE]
    return render(
        request,
        "approvals/list.html",
        {"waiting": list(map(told, deciding.open_to(request.user))), "known": list(map(told, known))},
    )


@require_GET
def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    approval = _visible(request, pk)
    context = {
        **told(approval),
        "params": redact(_params(approval)),
        "own": approval.user_id == request.user.pk,
        "why_not": deciding.why_not_decide(approval, request.user) if approval.is_waiting else "",
        "job": (approval.result or {}).get("job"),
        "outcomes": (approval.result or {}).get("outcomes", []),
    }
    return render(request, "approvals/item.html", context)


def _decision(decide: Callable[[Approval, Actor, str], Approval]) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        approval = _visible(request, pk)
        try:
            decide(approval, Actor.of_request(request), request.POST.get("answer", "").strip()[:500])
        except deciding.Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Approval %(number)d: %(state)s.") % _of(approval))
        return redirect(approval)

    return view


approve = _decision(deciding.approve)
decline = _decision(deciding.decline)
withdraw = _decision(lambda approval, actor, answer: deciding.withdraw(approval, actor))


def told(approval: Approval) -> dict:
    """An approval with the words people know what it is about by."""
    found = deciding.what(approval)
    return {
        "approval": approval,
        "action": found[1].label if found else approval.action,
        "type": found[0].label_plural if found and len(approval.items) > 1 else found[0].label if found else "",
        "clusters": sorted({item["cluster"] for item in approval.items}),
    }


def _params(approval: Approval) -> dict[str, Any]:
    """What people typed; for several new ones, by the name of each."""
    if not approval.cluster_id:
        return json.loads(approval.inputs)
    requests, project = creations.requests_of(approval), creations.project_of(approval)
    said = requests[0][1] if len(requests) == 1 else {name: params for name, params in requests}
    return {**({"project": str(project)} if project else {}), **said}


def _of(approval: Approval) -> dict[str, object]:
    return {"number": approval.pk, "state": approval.state_text}


def _visible(request: HttpRequest, pk: int) -> Approval:
    if (approval := deciding.visible(request.user, pk)) is None:
        raise Http404("no such approval")
    return approval
