"""Who came, who went, who was turned away."""

from allauth.mfa import signals as second_factor
from axes.helpers import get_cool_off, get_failure_limit
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone

from accounts.sessions import REASONS
from audit.acting import SYSTEM, Actor
from audit.models import Event


def _note(actor: Actor, action: str, **facts) -> None:
    facts.setdefault("username", actor.name)
    Event.objects.create(user=actor.user, via=actor.via, client=actor.client, action=action, **facts)


def _logged_in(sender, request, user, **kwargs) -> None:
    _note(Actor.of_request(request, user), "auth.login", phase=Event.Phase.DONE)


def _logged_out(sender, request, user, **kwargs) -> None:
    if user is None:
        return
    reason = getattr(request, "session_expired", "")
    action = "auth.session_expired" if reason else "auth.logout"
    _note(Actor.of_request(request, user), action, phase=Event.Phase.DONE, reason=str(REASONS.get(reason, "")))


def _login_failed(sender, credentials, request=None, **kwargs) -> None:
    # The name as it was typed, not the account: whether there is one is not for this event to say.
    actor = Actor.of_request(request) if request is not None else SYSTEM
    anonymous = Actor(None, actor.via, actor.client)
    _note(anonymous, "auth.login", phase=Event.Phase.FAILED, username=_typed(credentials.get("username")))


def _locked_out(sender, request, username, **kwargs) -> None:
    # Axes says so at every further attempt; the moment the door closed is what counts. Of guesses at the same time it
    # may have counted all before it says so.
    failures = request.axes_failures_since_start
    if failures is None or failures < get_failure_limit(request, None):
        return
    actor, name = Actor.of_request(request), _typed(username)
    lately = timezone.now() - get_cool_off(request)
    noted = Event.objects.filter(action="auth.locked_out", username=name[:150], client=actor.client, at__gte=lately)
    if not noted.exists():
        anonymous = Actor(None, actor.via, actor.client)
        _note(anonymous, "auth.locked_out", phase=Event.Phase.REFUSED, username=name)


def _code_failed(sender, request, user, **kwargs) -> None:
    """A wrong code is a failed login: it counts for the lock-out, and stands in the audit the same way."""
    user_login_failed.send(sender=sender, credentials={"username": user.get_username()}, request=request)


def _second_factor(verb: str):
    def note(sender, request, user, authenticator, **kwargs) -> None:
        params = {"kind": authenticator.type}
        _note(Actor.of_request(request, user), f"auth.second_factor.{verb}", phase=Event.Phase.DONE, params=params)

    return note


SECOND_FACTOR = {
    second_factor.authenticator_added: _second_factor("add"),
    second_factor.authenticator_removed: _second_factor("remove"),
    second_factor.authenticator_reset: _second_factor("renew"),
}


def _typed(username) -> str:
    return "".join(character for character in str(username or "") if character.isprintable())


def connect() -> None:
    user_logged_in.connect(_logged_in)
    user_logged_out.connect(_logged_out)
    user_login_failed.connect(_login_failed)
    user_locked_out.connect(_locked_out)
    second_factor.authentication_failed.connect(_code_failed)
    for signal, note in SECOND_FACTOR.items():
        signal.connect(note)
