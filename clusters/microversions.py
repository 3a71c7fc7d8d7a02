"""What microversion a cluster's services know."""

from clusters.models import Cluster


def offers(cluster: Cluster, service: str, version: str) -> bool:
    """Whether this service of the cluster knows the microversion; yes where it was never asked."""
    newest = cluster.capabilities.get("services", {}).get(service, {}).get("max")
    return not newest or as_numbers(newest) >= as_numbers(version)


def as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
