"""Groups that a provider or a directory fills."""

from collections.abc import Mapping

from django.contrib.auth.models import Group
from django.db import transaction

from audit.acting import Actor, sign


@transaction.atomic
def take_over(user, theirs: set[str], mapping: Mapping[str, str], admins: str, actor: Actor) -> None:
    """Put the person into the groups here that stand for `theirs`, and out of those that do not. Groups that the
    mapping (theirs → ours) does not mention are left as they are; where `admins` names a group of theirs, it alone
    says who is a platform admin."""
    wanted = {ours for name, ours in mapping.items() if name in theirs}
    held = set(user.groups.filter(name__in=mapping.values()).values_list("name", flat=True))
    sign(user, actor)
    if gone := held - wanted:
        user.groups.remove(*Group.objects.filter(name__in=gone))
    if new := wanted - held:
        user.groups.add(*Group.objects.filter(name__in=new))
    if admins and user.is_superuser != (admins in theirs):
        user.is_superuser = admins in theirs
        user.save(update_fields=["is_superuser"])
