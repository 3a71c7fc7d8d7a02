"""What became of what was asked: the same answer for every dialog."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jobs.models import Job
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource

WORST_FIRST = {"failed": 0, "refused": 1, "done": 2}


def outcomes_page(
    request: HttpRequest, resource: Resource, action: Action, done: list[Outcome] | Job, *, asked: bool | None = None
) -> HttpResponse:
    """`asked`: it was confirmed in a dialog, which the answer takes the place of; else it is told in passing."""
    as_toast = not (action.dialog if asked is None else asked)
    if isinstance(done, Job):
        response = render(request, "jobs/_started.html", {"job": done, "as_toast": as_toast})
        response["HX-Trigger"] = "job-started"
        return response
    outcomes = sorted(done, key=lambda outcome: WORST_FIRST[outcome.status])
    counts = Counter(outcome.status.value for outcome in outcomes)
    context = {
        "action": action,
        "outcomes": [{"outcome": outcome, "url": _page_of(resource, action, outcome)} for outcome in outcomes],
        "counts": {status: counts.get(status, 0) for status in WORST_FIRST},
        "shown": [outcome for outcome in outcomes if outcome.shown],
        "as_toast": as_toast,
    }
    response = render(request, "kit/_outcomes.html", context)
    response["HX-Trigger"] = "rows-changed, acted"
    if context["shown"]:
        response["Cache-Control"] = "no-store"
    return response


def _page_of(resource: Resource, action: Action, outcome: Outcome) -> str:
    """Where to see what was made."""
    made = action.scope == "cluster" and outcome.status == "done"
    return resource.url("item", outcome.cluster, outcome.cloud_id) if made and outcome.cloud_id else ""
