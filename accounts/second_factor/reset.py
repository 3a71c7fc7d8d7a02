"""Taking somebody's second factors away, for them: whoever asked for it must be known by other means."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.own.sessions import end
from audit.acting import Actor
from audit.noting import note


@transaction.atomic
def reset(actor: Actor, user) -> None:
    """Remove them all and end every session: whoever holds the lost device may hold one."""
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    for row in Authenticator.objects.filter(user=user):
        row.delete()
    note(
        actor,
        "auth.second_factor.reset",
        name=user.get_username(),
        params={"kinds": kinds},
    )
    end(actor, *UserSession.objects.filter(user=user))
