"""Quotas of two real clouds: read, set, compared and taken over; OpenStack's own command line confirms."""

import pytest

from tests.networking import done
from tests.platform import wait_until

pytestmark = pytest.mark.lab

QUOTAS, NAME = "identity/quotas/", "quota lab"


@pytest.fixture(scope="module")
def projects(openstack, platform):
    """A project of the same name in each cloud, in the inventory with its quotas."""
    made = {cloud: openstack(cloud).connection.identity.create_project(name=NAME) for cloud in ("east", "west")}
    for cloud in made:
        platform.manage("sync-cluster", cloud)
    yield {cloud: project.id for cloud, project in made.items()}
    for cloud, project in made.items():
        openstack(cloud).connection.identity.delete_project(project.id)


def row(api, cloud, projects, name):
    found = api.rows(QUOTAS, cluster=cloud, project=projects[cloud], name=name)
    return found[0] if found else None


def test_limits_are_set_compared_and_taken_over(healthy, api, openstack, projects):
    wait_until(lambda: row(api, "east", projects, "cores"), "quotas are listed")
    for name, limit in (("cores", 77), ("gigabytes", 555), ("router", 3)):
        done(api, QUOTAS, "set-limit", row(api, "east", projects, name), limit=limit)
        assert row(api, "east", projects, name)["limit"] == limit, "its row was read again"
    sides = {"left": f"east/{NAME}", "right": f"west/{NAME}"}
    compared = api.get("identity/comparison/", per_page=200, **sides)["results"]
    differing = [one for one in compared if one["remedy"]]
    assert {one["left_limit"] for one in differing} == {"77", "555", "3"}
    for one in differing:
        done(api, QUOTAS, "take-over", one["remedy"], source=f"east/{NAME}")
    shown = {one["Resource"]: one["Limit"] for one in openstack("west")("quota", "show", projects["west"])}
    assert (shown["cores"], shown["gigabytes"], shown["routers"]) == (77, 555, 3)
    assert not [one for one in api.get("identity/comparison/", per_page=200, **sides)["results"] if one["remedy"]]
