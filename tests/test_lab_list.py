"""Our one list against OpenStack's own command line, row by row."""

import pytest

from tests.platform import wait_until

pytestmark = pytest.mark.lab


def ours(api, cluster: str) -> dict[str, tuple]:
    return {
        row["cloud_id"]: (
            row["name"],
            row["status"],
            row["flavor"],
            row["host"] or None,
            sorted((entry["network"], entry["address"]) for entry in row["addresses"]),
        )
        for row in api.rows("compute/servers/", cluster=cluster)
    }


def theirs(openstack, cluster: str) -> dict[str, tuple]:
    return {
        row["ID"]: (
            row["Name"],
            row["Status"],
            row["Flavor"],
            row["Host"] or None,
            sorted((network, address) for network, addresses in row["Networks"].items() for address in addresses),
        )
        for row in openstack(cluster)("server", "list", "--all-projects", "--long")
    }


@pytest.mark.parametrize("cluster", ["east", "west"])
def test_every_row_equals_what_the_command_line_lists(healthy, api, openstack, cluster):
    assert len(ours(api, cluster)) >= 20
    wait_until(lambda: ours(api, cluster) == theirs(openstack, cluster), "both lists agree")


def test_both_clouds_stand_in_one_list(healthy, api, openstack):
    found = {row["cluster"] for row in api.rows("compute/servers/")}
    assert found == {"east", "west"}
    total = len(api.rows("compute/servers/"))
    assert total == len(api.rows("compute/servers/", cluster="east")) + len(
        api.rows("compute/servers/", cluster="west")
    )


@pytest.mark.parametrize("name", ["storage/volumes/", "networking/networks/"])
def test_other_types_are_read_too(healthy, api, openstack, name):
    command = ("volume", "list", "--all-projects") if "volumes" in name else ("network", "list")
    for cluster in ("east", "west"):

        def agree(cluster=cluster):
            wanted = {row["ID"] for row in openstack(cluster)(*command)}
            assert wanted
            return {row["cloud_id"] for row in api.rows(name, cluster=cluster)} == wanted

        wait_until(agree, f"both lists of {cluster} agree")
