"""A number that grows whenever somebody may do less, or is less, than before: a grant, an account, a session.

Sockets outlive what was true when they opened. Asking about each person again and again costs much; asking whether
this number moved costs one small query, so sockets do that at every look.
"""

from django.db import IntegrityError, models, transaction
from django.db.models import F

THE_ONE = 1


class RightsVersion(models.Model):
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        app_label = "clusters"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)


def bump() -> None:
    if RightsVersion.objects.filter(pk=THE_ONE).update(number=F("number") + 1):
        return
    try:
        with transaction.atomic():
            RightsVersion.objects.create(pk=THE_ONE)
    except IntegrityError:  # somebody else was first
        bump()


def current() -> int:
    return RightsVersion.objects.filter(pk=THE_ONE).values_list("number", flat=True).first() or 0
