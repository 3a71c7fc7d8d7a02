"""Making and revoking tokens, for every door that does."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts.tokens.models import ApiToken, Scope
from audit.acting import Actor
from audit.noting import note
from clusters import access
from clusters.models import Cluster


@transaction.atomic
def make(
    user, *, actor: Actor, name: str, scope: str = Scope.ALL, clusters: list[Cluster] | None = None, days: int | None
) -> tuple[ApiToken, str]:
    """The row and the token itself, which is stored nowhere. `days` None: as long as the settings allow."""
    most = settings.API_TOKEN_MAX_DAYS
    row, token = ApiToken.objects.create(
        user=user,
        expiry=timedelta(days=min(days or most, most)),
        name=name,
        scope=scope,
        cluster_ids=None if clusters is None else sorted(cluster.pk for cluster in clusters),
    )
    names = None if clusters is None else sorted(cluster.name for cluster in clusters)
    _note(actor, "add", row, {"scope": scope, "clusters": names, "until": f"{row.expiry:%Y-%m-%d %H:%M}"})
    return row, token


@transaction.atomic
def revoke(row: ApiToken, *, actor: Actor) -> None:
    _note(actor, "delete", row, {})
    row.delete()


def own_tokens(user):
    return ApiToken.objects.filter(user=user)


def cluster_names(rows) -> dict[int, str]:
    """Of the clusters that these tokens are limited to; one that was deleted has none."""
    ids = {pk for row in rows for pk in row.cluster_ids or ()}
    return dict(Cluster.objects.filter(pk__in=ids).values_list("pk", "name"))


def choosable(user):
    return access.visible_clusters(user).order_by("name")


def _note(actor: Actor, verb: str, row: ApiToken, params: dict) -> None:
    note(
        actor,
        f"accounts.apitoken.{verb}",
        resource="accounts.apitoken",
        name=f"{row.user.get_username()}: {row.name or row.token_key}",
        params=params,
    )
