"""Keystone's domains: their names, for what lies in them."""

from collections.abc import Mapping
from typing import Any

from clusters.gateway import if_allowed, many


def names(conn) -> dict[str, str]:
    """Name by id. Empty where our credential may not list domains: then people read ids."""
    domains = if_allowed(lambda: many(conn.identity, "/domains", "domains"), [])
    return {str(domain.get("id")): str(domain.get("name") or "") for domain in domains}


def domain_of(thing: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """The fields `domain_id` and `domain` of a project or a user."""
    domain_id = str(thing.get("domain_id") or "")
    return {"domain_id": domain_id, "domain": known.get(domain_id) or domain_id}
