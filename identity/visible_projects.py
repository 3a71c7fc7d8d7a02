"""The projects that a credential may know of."""

from collections.abc import Iterator
from typing import Any

from clusters.gateway import allowed_projects, if_allowed, pages


def visible_projects(conn) -> Iterator[list[dict[str, Any]]]:
    """The pages of all projects; where our credential may not list those, the ones in which its user has a role."""
    # Keystone before 2025 knows no pages and refuses to hear of a limit.
    every = pages(conn.identity, "/projects", "projects", query={"limit": None})
    first = if_allowed(lambda: next(every, []), None)
    if first is None:
        yield allowed_projects(conn)
        return
    yield first
    yield from every
