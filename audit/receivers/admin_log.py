"""What platform admins change in Django admin on models that `changes` does not watch (schedules, tokens …): the
admin's own log says who, what and which fields. It holds no values, so no secrets. The admin writes it without a
signal when several rows are deleted at once; what must not be missed there belongs into `changes`."""

import json

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models.signals import post_save

from audit.models import Event
from audit.receivers.changes import BOOKKEEPING

_VERBS = {ADDITION: "add", CHANGE: "change", DELETION: "delete"}


def _logged(sender, instance: LogEntry, created: bool, raw: bool = False, **kwargs) -> None:
    model = instance.content_type.model_class() if instance.content_type else None
    if not created or raw or model in BOOKKEEPING or model is None:
        return
    Event.objects.create(
        user=instance.user,
        username=instance.user.get_username(),
        via=Event.Via.ADMIN,
        action=f"{model._meta.label_lower}.{_VERBS[instance.action_flag]}",
        resource=model._meta.label_lower,
        name=instance.object_repr,
        params={"changes": json.loads(instance.change_message)} if instance.change_message.startswith("[") else {},
    )


def connect() -> None:
    post_save.connect(_logged, sender=LogEntry)
