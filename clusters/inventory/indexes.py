"""The indexes that lists, filters and relations of the inventory need."""

from django.db import models


def list_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column the list of a type sorts by, and one for what it is searched by.

    It also holds what lists always filter by, so that a page is found in the index alone.
    """
    return [
        models.Index(
            fields=["gone_at", column, "id", "cluster", *(["status"] if column != "status" else [])],
            name=f"{kind}_by_{column}",
        )
        for column in (*columns, "search_text")
    ]


def filter_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column whose values are counted by cluster (filters, the overview): they are counted in
    the index alone and in its order."""
    return [
        models.Index(fields=["gone_at", column, "cluster"], name=f"{kind}_has_{column}"[:30]) for column in columns
    ]


def relation_indexes(kind: str, *columns: str) -> list[models.Index]:
    """One index for each column by which rows refer to another resource and that the list does not sort by."""
    return [models.Index(fields=["cluster", column, "gone_at"], name=f"{kind}_of_{column}"[:30]) for column in columns]
