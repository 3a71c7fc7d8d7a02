"""Indexes for the ids by which a row refers to others."""

from django.db import models


def reference_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One for each of these columns, for "all ports of this network" and its like."""
    return [
        models.Index(fields=["cluster", column, "gone_at"], name=f"{kind}_of_{column.removesuffix('_id')}")
        for column in columns
    ]
