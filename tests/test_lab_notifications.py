"""Real services of a cloud notify a real RabbitMQ, and what changes outside is seen here at once."""

import os
from contextlib import ExitStack

import pytest

from tests.platform import wait_until
from tests.rabbitmq import PASSWORD, rabbitmq
from tests.services import ServiceError

pytestmark = [pytest.mark.lab, pytest.mark.timing]
CLOUD, NOTIFYING = "west", ("nova", "neutron", "cinder")
# Usually one. On a busy machine a row takes longer to read, and hints have only an eighth of the cloud's time. Without
# notifications networks are read once a minute.
WITHIN = 20
KINDS = {"server": "compute/servers/", "volume": "storage/volumes/", "network": "networking/networks/"}


@pytest.fixture(scope="module")
def listening(lab, platform, api, openstack):
    """The platform hears what west notifies, for this file of tests. Gives one resource of each kind."""
    ids = {kind: api.rows(path, cluster=CLOUD)[0]["cloud_id"] for kind, path in KINDS.items()}
    with ExitStack() as stack:
        try:
            broker = stack.enter_context(rabbitmq())
        except ServiceError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        lab.notify(CLOUD, broker.url, *NOTIFYING)
        stack.callback(lab.notify, CLOUD, "", *NOTIFYING)
        for kind, cloud_id in ids.items():  # a service makes its exchange with its first notification
            openstack(CLOUD)(kind, "set", "--name", f"first {kind}", cloud_id)
        options = ("--address", f"amqp://opsys@127.0.0.1:{broker.port}/", "--secret-stdin")
        platform.manage("set-notifications", CLOUD, *options, given=PASSWORD)
        stack.callback(platform.manage, "set-notifications", CLOUD, "--off")
        platform.start("listen")
        stack.callback(platform.terminate, "listen")
        wait_until(lambda: "Connected" in stands(platform), "it listens", on_failure=lambda: stands(platform))
        yield ids


def stands(platform) -> str:
    return platform.manage("set-notifications", CLOUD).stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_rename_outside_is_seen(listening, platform, api, openstack, kind):
    def seen(name: str) -> bool:
        return any(row["name"] == name for row in api.rows(KINDS[kind], cluster=CLOUD, q=name))

    def rename(name: str) -> float:
        openstack(CLOUD)(kind, "set", "--name", name, listening[kind])
        return wait_until(lambda: seen(name), name, WITHIN, on_failure=lambda: stands(platform), pause=0.05)

    print(f"{kind}: seen after", [f"{rename(f'{kind} {number}'):.2f} s" for number in range(3)])


def test_what_is_made_and_deleted_outside_comes_and_goes(listening, api, openstack):
    def rows():
        return api.rows("networking/networks/", cluster=CLOUD, q=made)

    made = openstack(CLOUD)("network", "create", "short-lived")["id"]
    came = wait_until(rows, "the new network is listed", WITHIN, pause=0.05)
    openstack(CLOUD)("network", "delete", made)
    went = wait_until(lambda: not rows(), "the network is gone", WITHIN, pause=0.05)
    print(f"network: listed after {came:.2f} s, gone after {went:.2f} s")


def test_how_it_stands_is_told(listening, platform):
    assert "notifications: Connected; the last notification came at" in platform.manage("list-clusters").stdout
