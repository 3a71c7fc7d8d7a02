"""After a refused log-in the whole cluster rests: who goes on with a wrong password has the account locked."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

PAUSES = (30, 60, 300, 1800, 3600)
"""Seconds until the next log-in, after the first refusal in a row, the second and so on."""


class LoginRefusal(models.Model):
    """The cluster refused this credential. Counts while the credential stays as it was then."""

    credential = models.OneToOneField("clusters.Credential", models.CASCADE, related_name="+", primary_key=True)
    changed_at = models.DateTimeField()
    times = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        app_label = "clusters"

    def __str__(self) -> str:
        return f"{self.times} times, until {self.until:%H:%M:%S}"


def _refusals(cluster: models.Model) -> models.QuerySet[LoginRefusal]:
    return LoginRefusal.objects.filter(credential__cluster=cluster, changed_at=F("credential__changed_at"))


def resting_until(cluster: models.Model) -> datetime | None:
    """Until when no log-in may be tried; None if one may."""
    return _refusals(cluster).filter(until__gt=timezone.now()).values_list("until", flat=True).first()


def note(cluster: models.Model) -> datetime | None:
    """The cluster's credential was refused. Returns until when it rests."""
    credential = cluster._meta.apps.get_model("clusters", "Credential").objects.defer("secret").get(cluster=cluster)
    times = _refusals(cluster).values_list("times", flat=True).first() or 0
    until = timezone.now() + timedelta(seconds=PAUSES[min(times, len(PAUSES) - 1)])
    LoginRefusal.objects.update_or_create(
        credential=credential, defaults={"changed_at": credential.changed_at, "times": times + 1, "until": until}
    )
    return until


def clear(cluster: models.Model) -> None:
    """It was let in."""
    LoginRefusal.objects.filter(credential__cluster=cluster).delete()


def try_now(cluster: models.Model) -> None:
    """Somebody asks for it. If it is refused again, the pause is longer all the same."""
    LoginRefusal.objects.filter(credential__cluster=cluster).update(until=timezone.now())
