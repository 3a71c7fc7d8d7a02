"""Changes of the platform's own data: clusters, credentials, users, groups, grants, schedules.

The model signals are the one source, because they see every door: Django admin (bulk deletion included, for which
the admin writes its log without a signal), commands, the shell, and what a deletion takes along. Who did it comes
from the signature (`audit.acting`). The admin's own log is therefore *not* listened to for these models, or each
change would stand here twice; `audit.receivers.admin_log` does it for all other models.

Secrets are named, never shown. Of a credential only the names of the changed fields are kept.
"""

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.auth.models import Group
from django.db.models import Field, Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from accounts.models import Grant, OwnRole, User
from audit.acting import Actor, signed
from audit.models import Destination, Event
from audit.redaction import HIDDEN
from clusters.models import Closure, Cluster, ClusterGroup, Credential, NotificationBroker, Protection
from clusters.notifications.models import STATUS_FIELDS
from jobs.models import Schedule
from monitoring.alerts.models import AlertRule as WatchRule
from monitoring.alerts.models import Channel, Silence
from monitoring.loads.models import PrometheusSource
from monitoring.mailing.models import MailedReport
from opsys.kit.approvals.models import ApprovalRule
from terminal.models import AlertRule, DefaultUser, Host, HostKey, Policy, Snippet, SshCredential

# The platform's own bookkeeping, which changes by itself.
BOOKKEEPING: dict[type[Model], set[str]] = {
    Cluster: {"capabilities", "guards", "checked_at", "created_at"},
    ClusterGroup: set(),
    Closure: set(),
    Protection: {"created_at"},
    Credential: {"changed_at"},
    NotificationBroker: set(STATUS_FIELDS),
    User: {"last_login", "date_joined", "must_add_second_factor"},
    Group: set(),
    OwnRole: set(),
    Grant: {"created_by", "created_at"},
    Host: {"created_at"},
    HostKey: set(),
    Policy: set(),
    SshCredential: {"created_at", "changed_at", "fingerprint"},
    AlertRule: set(),
    DefaultUser: set(),
    Snippet: {"created_at"},
    Destination: {
        "next_position",
        "last_checkpoint",
        "sent_at",
        "failing_since",
        "retry_at",
        "claimed_until",
        "error",
    },
    Schedule: {"created_at", "language", "next_due_at", "owner_name"},
    Channel: {"lease_until"},
    WatchRule: {"evaluated_at"},
    Silence: {"created_by"},
    PrometheusSource: {"error"},
    MailedReport: {"due_at", "next_at", "sent_at", "error"},
    ApprovalRule: set(),
}
SECRETS = {"password", "secret", "passphrase", "endpoint", "token"}


def _before_save(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    instance.audit_before = None
    if not raw and not instance._state.adding and _fields(sender, update_fields):
        instance.audit_before = _stored(sender, instance.pk)


def _after_save(sender, instance, created, raw=False, update_fields=None, **kwargs) -> None:
    if raw:
        return
    if created:
        values = {field.name: _shown(instance, field) for field in _fields(sender, None)}
        _note(instance, "add", signed(instance), {name: value for name, value in values.items() if value})
        return
    before = instance.audit_before
    if before is None:
        return
    changes = {
        field.name: [_shown(before, field), _shown(instance, field)]
        for field in _fields(sender, update_fields)
        if getattr(before, field.attname) != getattr(instance, field.attname)
    }
    if sender is User and "password" in changes:
        del changes["password"]
        if instance._password is not None:  # else it was only hashed anew, at a login
            changes.pop("must_change_password", None)
            _note(instance, "password", signed(instance), {})
    if changes:
        _note(
            instance, "change", signed(instance), list(changes) if sender in (Credential, SshCredential) else changes
        )


def _after_delete(sender, instance, origin=None, **kwargs) -> None:
    actor = signed(instance, origin)
    origin_model = getattr(origin, "model", type(origin))
    # A row that this deletion also takes cannot be pointed at any more; its name stays.
    facts: dict[str, Any] = {}
    if origin_model is User and getattr(origin, "pk", None) in (None, actor.user and actor.user.pk):
        facts["user"] = None
    if origin_model is not sender or sender is Cluster:
        facts["cluster"] = None
    _note(instance, "delete", actor, {}, **facts)


def _membership(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    verb = {"post_add": "add", "post_remove": "remove", "pre_clear": "remove"}.get(action)
    if verb is None:
        return
    others = instance.user_set.all() if reverse else instance.groups.all()
    if action != "pre_clear":
        others = model._base_manager.filter(pk__in=pk_set)
    names = sorted(str(other) for other in others)
    if names:
        kind = "users" if reverse else "groups"
        _note(instance, f"{kind}.{verb}", signed(instance), names)


def _note(instance: Model, verb: str, actor: Actor, changes: Any, **facts) -> None:
    cluster = _cluster(instance)
    cluster_name = cluster.name if cluster else ""
    Event.objects.create(
        **{"user": actor.user, "cluster": cluster, **facts},
        username=actor.name,
        via=actor.via,
        client=actor.client,
        action=f"{instance._meta.label_lower}.{verb}",
        resource=instance._meta.label_lower,
        name=cluster_name if isinstance(instance, Credential) else str(instance),
        cluster_name=cluster_name,
        params={"changes": changes} if changes else {},
    )


def _fields(model: type[Model], update_fields) -> list[Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not field.generated
        and field.name not in BOOKKEEPING[model]
        and (update_fields is None or field.name in update_fields or field.attname in update_fields)
    ]


def _stored(model: type[Model], pk: int) -> Model | None:
    rows = model._base_manager.filter(pk=pk)
    if model not in (Credential, SshCredential, Channel, NotificationBroker):
        return rows.first()
    try:
        return rows.first()
    except InvalidToken:  # no key opens the secret: that must not keep people from replacing it
        secrets = [field.name for field in model._meta.concrete_fields if field.name in SECRETS]
        before = rows.defer(*secrets).first()
        for name in secrets:
            setattr(before, name, "")
        return before


def _shown(instance: Model, field: Field) -> Any:
    if field.name in SECRETS:
        return HIDDEN
    value = getattr(instance, field.name)
    return str(value) if isinstance(value, Model) else value


def _cluster(instance: Model) -> Cluster | None:
    return instance if isinstance(instance, Cluster) else getattr(instance, "cluster", None)


def connect() -> None:
    for model in BOOKKEEPING:
        if model is not HostKey:  # a key is written down when somebody accepts it, which the terminal notes
            pre_save.connect(_before_save, sender=model)
            post_save.connect(_after_save, sender=model)
        post_delete.connect(_after_delete, sender=model)
    m2m_changed.connect(_membership, sender=User.groups.through)
