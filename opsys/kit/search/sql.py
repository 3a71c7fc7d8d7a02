"""Which rows of many types hold a text among the words they are searched by, in one question to the database.

In SQL of its own: with two dozen types Django takes longer to put the questions together than a database to answer
them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from clusters.inventory import contains_sql
from opsys.kit.declare.resource import Resource

LAST = "\U0010ffff"  # sorts behind every text
# A whole word, the beginning of one, or anywhere. Words have a space between them.
RANK = "CASE WHEN {0} {like} OR {0} {like} OR {0} {like} THEN 0 WHEN {0} {like} OR {0} {like} THEN 1 ELSE 2 END"


def that_begin(resources: Sequence[Resource], clusters: Sequence[int], text: str, limit: int) -> dict[str, list[int]]:
    """Type → at most `limit` keys of rows whose first word, the name, begins so: side by side in an index."""
    return _ask(resources, clusters, limit, "0", [], "{0} >= %s AND {0} < %s", [text, text + LAST])


def that_contain(
    resources: Sequence[Resource], clusters: Sequence[int], text: str, limit: int
) -> dict[str, list[int]]:
    """The same for those that hold it anywhere, the best first. Reads all, though in the index alone."""
    escaped = connection.ops.prep_for_like_query(text)
    ranks = [f"{escaped} %", f"% {escaped} %", f"% {escaped}", f"{escaped}%", f"% {escaped}%"]
    condition, param = contains_sql("{0}", text, connection)
    return _ask(resources, clusters, limit, RANK, ranks, condition, [param])


def _ask(
    resources: Sequence[Resource],
    clusters: Sequence[int],
    limit: int,
    rank: str,
    rank_params: list[Any],
    condition: str,
    params: list[Any],
) -> dict[str, list[int]]:
    if not resources or not clusters:
        return {}
    like = connection.operators["contains"]  # type: ignore[attr-defined]  # with regard to case, whatever the collation
    text = connection.ops.quote_name("search_text")
    some = ", ".join(["%s"] * len(clusters))
    parts = [
        f"SELECT * FROM (SELECT {place} AS place, id, {rank.format(text, like=like)} AS best, {text} AS words "  # noqa: S608 (names of ours)
        f"FROM {connection.ops.quote_name(resource.model._meta.db_table)} "
        # In this order: SQLite looks a row's cluster up among all of them, which few rows should come to.
        f"WHERE gone_at IS NULL AND {condition.format(text)} AND cluster_id IN ({some}) "
        f"ORDER BY best, words, id LIMIT %s) AS found_{place}"
        for place, resource in enumerate(resources)
    ]
    each = [*rank_params, *params, *clusters, limit]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), each * len(parts))
        rows = cursor.fetchall()
    found: dict[str, list[int]] = {}
    for place, key, _best, _words in rows:
        found.setdefault(resources[place].name, []).append(key)
    return found
