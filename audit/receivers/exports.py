"""Lists that left as files: who took what, and how many rows."""

from audit.noting import note
from opsys.kit import signals


def _exported(sender, export, kind, actor, params, **kwargs) -> None:
    clusters = export.query.scope.clusters
    only = clusters[0] if len(clusters) == 1 else None
    note(
        actor,
        f"{export.resource.name}.export",
        resource=export.resource.name,
        cluster=only,
        cluster_name=only.name if only else "",
        params={
            "count": len(export.keys),
            "format": kind,
            "columns": [column.name for column in export.columns],
            "query": params,
        },
    )


def connect() -> None:
    signals.exported.connect(_exported)
