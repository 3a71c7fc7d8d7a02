"""The page of the shells, and the ticket each of them begins with."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from terminal import encodings
from terminal.errors import Refused
from terminal.models import Session, SshCredential
from terminal.pages import targets
from terminal.pages.bodies import body_of, refusal
from terminal.pages.targets import Target
from terminal.pages.texts import texts
from terminal.rules.permissions import may_open
from terminal.rules.policies import policy_for
from terminal.setup import tickets

CHOSEN = ("address", "port", "credential", "username")


@require_GET
def shells(request: HttpRequest) -> HttpResponse:
    """Names nothing: what to open stands behind the `#` of the address, which no server and no log sees."""
    context = {"texts": texts(), "resume_seconds": settings.TERMINAL_RESUME_SECONDS, "encodings": encodings.CHOICES}
    return render(request, "terminal/shells.html", context)


@require_GET
def find(request: HttpRequest) -> JsonResponse:
    """`?q=` searches; without it the recent targets and the hosts."""
    text = request.GET.get("q", "").strip()
    recent = [] if text else targets.recent(request.user)
    known = {target.key for target in recent}
    others = [target for target in targets.search(text, request.user) if target.key not in known]
    found = [target.as_json(recent=True) for target in recent] + [target.as_json() for target in others]
    return JsonResponse({"targets": found})


@require_POST
def ticket(request: HttpRequest) -> JsonResponse:
    """`{"target": KEY}` → `{"name", "ticket"}`, or `{"name", "choice"}` where a person has to choose first. The choice
    comes back as `address`, `port`, `credential`, `username`; `"choose": true` asks for it in any case."""
    body = body_of(request)
    target = targets.target_of(body.get("target"), request.user)
    if reason := may_open(request.user, target.cluster, target.kind, server=target.server):
        return refusal(reason)
    if target.kind != Session.Kind.SSH:
        return _console_ticket(request, target)
    offer = _offer(target, request.user)
    chosen: dict[str, Any] = {
        name: body[name] for name in ("address", "port", "credential", "username") if name in body
    }
    if body.get("choose") or (not chosen and offer["must_choose"]):
        return JsonResponse({"name": target.name, "choice": offer})
    if not chosen:
        chosen = {name: offer[name] for name in CHOSEN}
    try:
        issued = tickets.issue(request, server=target.server, host=target.host, **_checked(chosen, request.user))
    except Refused as refused:
        return refusal(refused)
    return JsonResponse({"name": target.name, "ticket": issued})


def _console_ticket(request: HttpRequest, target: Target) -> JsonResponse:
    """There is nothing to choose: the cloud says where the console is."""
    try:
        issued = tickets.issue(request, server=target.server, kind=target.kind)
    except Refused as refused:
        return refusal(refused)
    return JsonResponse({"name": target.name, "ticket": issued})


def _offer(target: Target, user) -> dict[str, Any]:
    """What there is to choose from, with what was used last time chosen already. An address needs choosing where
    several would do and none was used before; a credential never: the terminal asks when the host does."""
    usable = list(SshCredential.objects.visible_to(user).usable_on(target.cluster))
    last = target.sessions(user).exclude(opened_at=None).first()
    known = [entry["address"] for entry in target.addresses]
    floating = [entry["address"] for entry in target.addresses if entry["type"] == "floating"]
    last_address = last.address if last and last.address in known else ""
    best = floating or known
    credential = next((c.pk for c in usable if last and last.credential_name and c.name == last.credential_name), None)
    if credential is None and len(usable) == 1 and target.host is None:
        credential = usable[0].pk
    return {
        "name": target.name,
        "addresses": [{"address": entry["address"], "kind": _kind(entry)} for entry in target.addresses],
        "address": last_address or (best[0] if best else ""),
        "port": last.port
        if last and target.server
        else None
        if target.host
        else policy_for(target.cluster).default_port,
        "credentials": [{"id": c.pk, "name": c.name, "username": c.username} for c in usable],
        "credential": credential,
        "username": last.login_name if last else "",
        "must_choose": not last_address and len(best) > 1,
    }


def _kind(entry: dict[str, str]) -> str:
    label = _("floating IP") if entry["type"] == "floating" else _("fixed address")
    return f"{label} · {entry['network']}" if entry.get("network") else label


def _checked(chosen: dict[str, Any], user) -> dict[str, Any]:
    """Plain values of the right kinds; whether they are allowed is for the ticket and the connection to say."""
    found = None
    if isinstance(chosen.get("credential"), int):
        found = SshCredential.objects.visible_to(user).filter(pk=chosen["credential"]).first()
        if found is None:
            raise Refused(_("This credential is not for this host."))
    port = chosen.get("port")
    return {
        "address": str(chosen.get("address") or "") or None,
        "port": port if isinstance(port, int) and 0 < port < 65536 else None,
        "credential": found,
        "username": str(chosen.get("username") or "")[:100],
    }
