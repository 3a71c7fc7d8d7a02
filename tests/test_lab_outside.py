"""What others do in a cloud is seen here, soon, and nothing has to be reloaded."""

import pytest

from tests.platform import wait_until

pytestmark = [pytest.mark.lab, pytest.mark.timing]
WITHIN = 15


def status_of(api, cloud_id: str) -> str:
    rows = api.rows("compute/servers/", q=cloud_id)
    return rows[0]["status"] if rows else "absent"


@pytest.fixture
def outsider(openstack, api):
    """A server that somebody else made, in east. The tests before this one broke the cloud, and it is asked again
    after a while."""
    wait_until(lambda: api.freshness("east")["state"] == "ok", "east is well")
    made = openstack("east").boot("outsider")
    yield made
    openstack("east").remove(made)


def test_created_changed_and_deleted_outside(healthy, api, openstack, outsider):
    cli = openstack("east")
    took = {"created": wait_until(lambda: status_of(api, outsider) == "ACTIVE", "the new server is listed", WITHIN)}
    cli("server", "stop", outsider)
    took["stopped"] = wait_until(lambda: status_of(api, outsider) == "SHUTOFF", "the stop is seen", WITHIN)
    cli("server", "set", "--name", "renamed by somebody", outsider)
    took["renamed"] = wait_until(
        lambda: api.rows("compute/servers/", q="renamed by somebody"), "the new name is seen", WITHIN
    )
    cli("server", "delete", outsider, "--wait")
    took["deleted"] = wait_until(lambda: status_of(api, outsider) == "absent", "the deletion is seen", WITHIN)
    print("seen after", {what: f"{seconds:.1f} s" for what, seconds in took.items()})
