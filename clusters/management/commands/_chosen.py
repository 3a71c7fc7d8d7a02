"""The clusters a command was told to work on."""

from django.core.management.base import CommandError

from clusters.models import Cluster


def chosen(names: list[str], *, everything: bool) -> list[Cluster]:
    """The named clusters, or all enabled ones. An unknown name stops the command and tells the known ones."""
    if everything:
        return list(Cluster.objects.filter(enabled=True))
    if not names:
        raise CommandError("Name at least one cluster, or --all.")
    found = {cluster.name: cluster for cluster in Cluster.objects.filter(name__in=names)}
    if missing := [name for name in names if name not in found]:
        known = ", ".join(Cluster.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no cluster {', '.join(missing)}. Known: {known}")
    return [found[name] for name in names]
