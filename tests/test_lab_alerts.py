"""A network agent, cinder-volume and an API of a real cloud stop: on the overview within half a minute, told within a
minute, and when they are back."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitoring.alerts.tests.conftest import Receiver
from tests.browser import DESKTOP, Console, chromium
from tests.platform import wait_until

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.slow, pytest.mark.timing]
ON_THE_PAGE, SECONDS = 30, 60
AT_REST = timedelta(seconds=35)
"""Somebody who looked counts for half a minute."""
CHANNEL = """
from monitoring.alerts.models import Channel
Channel.objects.update_or_create(name="lab", defaults={"kind": "webhook", "endpoint": "%s", "least": "info"})
"""


@pytest.fixture(scope="module")
def receiver(platform):
    running = Receiver()
    platform.manage("shell", "-c", CHANNEL % running.url)
    yield running
    platform.manage("shell", "-c", "from monitoring.alerts.models import Channel; Channel.objects.all().delete()")
    running.stop()


@pytest.fixture(scope="module")
def overview(platform):
    """overview("networking.networkagent") → the figure of this tile, as it stands on a page that stays open."""
    with chromium() as browser:
        window = Console(browser, platform.url, viewport=DESKTOP)
        window.log_in("operator", "operator123")
        page = window.open("/?cluster=east")

        def figure(tile: str) -> int:
            return int(page.locator(f"[id='tile-{tile}'] .home-figure").inner_text().replace(",", ""))

        yield figure


def told(receiver, kind: str, state: str, name: str) -> bool:
    said = [alert for body in receiver.bodies for alert in body["alerts"]]
    return any((one["kind"], one["state"]) == (kind, state) and name in one["text"] for one in said)


def rows_named(api, path: str, host: str) -> list[dict]:
    return [row for row in api.rows(path, cluster="east") if host in row["name"]]


class Failing:
    """with Failing(…): what stops there is on the overview and told in time, from when it stops. Then `over`."""

    def __init__(self, receiver, overview, tile: str, kind: str, name: str):
        self.receiver, self.overview, self.tile, self.kind, self.name = receiver, overview, tile, kind, name
        self.before = overview(tile)

    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, error, *_more):
        if error:
            return
        self._until(ON_THE_PAGE, "on the overview", lambda: self.overview(self.tile) == self.before + 1)
        self._until(SECONDS, "told", lambda: told(self.receiver, self.kind, "firing", self.name))

    def over(self, alive: Callable[[], object] = bool) -> None:
        """That it is over is told once all of it was read again, and stayed well. `alive` is called all the while."""
        self.began = time.monotonic()

        def resolved() -> bool:
            alive()
            return told(self.receiver, self.kind, "resolved", self.name)

        self._until(3 * SECONDS, "told to be over", resolved)
        assert self.overview(self.tile) == self.before

    def _until(self, seconds: float, what: str, condition) -> None:
        wait_until(condition, f"{self.kind} {self.name} is {what}", seconds - (time.monotonic() - self.began))
        print(f"{self.kind}: {what} after {time.monotonic() - self.began:.0f} s")


class Dying:
    """A row of a service's own table, as a process leaves it: alive as long as its last sign of life is young."""

    def __init__(self, lab, schema: str, table: str, column: str, key: str):
        self.lab, self.schema, self.table, self.column, self.key = lab, schema, table, column, key

    def sign_of_life(self, seconds_ago: int) -> None:
        moment = f"DATE_SUB(UTC_TIMESTAMP(), INTERVAL {seconds_ago} SECOND)"
        self.lab.database.query(f"UPDATE {self.table} SET {self.column} = {moment} WHERE {self.key}", self.schema)

    def gone(self) -> None:
        self.lab.database.query(f"DELETE FROM {self.table} WHERE {self.key}", self.schema)


@pytest.fixture
def agent(healthy):
    columns = (
        "agent_type, `binary`, topic, admin_state_up, created_at, started_at, description, configurations, `load`, "
        "availability_zone, resource_versions, resources_synced, heartbeat_timestamp"
    )
    schema, identity = "east_neutron", str(uuid.uuid4())
    healthy.database.query(
        f"INSERT INTO agents (id, host, {columns}) SELECT '{identity}', 'network-9', {columns} FROM agents "
        "WHERE agent_type = 'DHCP agent' LIMIT 1",
        schema,
    )
    made = Dying(healthy, schema, "agents", "heartbeat_timestamp", f"id = '{identity}'")
    made.sign_of_life(-3600)  # an hour ahead: it beats for as long as the test lasts
    yield made
    made.gone()


@pytest.fixture
def volume_service(healthy, request):
    schema, host = "east_cinder", f"{request.param}@standard"
    (columns,) = healthy.database.query(
        "SELECT GROUP_CONCAT(CONCAT('`', column_name, '`')) FROM information_schema.columns "
        f"WHERE table_schema = '{schema}' AND table_name = 'services' AND column_name NOT IN ('id', 'host', 'uuid')",
        schema,
    )
    healthy.database.query(
        f"INSERT INTO services (host, uuid, {columns[0]}) SELECT '{host}', '{uuid.uuid4()}', {columns[0]} "
        "FROM services WHERE `binary` = 'cinder-volume' AND deleted = 0 LIMIT 1",
        schema,
    )
    made = Dying(healthy, schema, "services", "updated_at", f"host = '{host}'")
    made.sign_of_life(-50)
    yield made
    made.gone()


def nobody_looks(platform, host: str) -> bool:
    """And this host's service is known."""
    with platform.database() as database:
        (looked_at,) = database.execute("SELECT MAX(looked_at) FROM clusters_syncstate").fetchone()
        known = database.execute("SELECT 1 FROM storage_volumeservice WHERE host LIKE ?", [f"{host}@%"]).fetchone()
    idle = looked_at is None or datetime.now(UTC) - datetime.fromisoformat(f"{looked_at}+00:00") > AT_REST
    return idle and known is not None


@pytest.mark.parametrize("volume_service", ["array-8"], indirect=True)
def test_cinder_volume_where_nobody_looks(receiver, platform, volume_service):
    wait_until(lambda: nobody_looks(platform, "array-8"), "the service is known and nobody looks")
    began = time.monotonic()
    volume_service.sign_of_life(100)
    wait_until(lambda: told(receiver, "service-down", "firing", "array-8"), "it is told", SECONDS)
    print(f"service-down, nobody looks: told after {time.monotonic() - began:.0f} s")


def test_a_network_agent(receiver, overview, api, agent):
    wait_until(lambda: rows_named(api, "networking/agents/", "network-9"), "the agent is listed")
    with Failing(receiver, overview, "networking.networkagent", "agent-down", "network-9") as failing:
        agent.sign_of_life(100)
    agent.sign_of_life(-3600)
    failing.over()


@pytest.mark.parametrize("volume_service", ["array-9"], indirect=True)
def test_cinder_volume(receiver, overview, api, volume_service):
    wait_until(lambda: rows_named(api, "storage/services/", "array-9"), "the service is listed")
    with Failing(receiver, overview, "storage.volumeservice", "service-down", "array-9") as failing:
        volume_service.sign_of_life(100)
    # Cinder takes no sign of life from further ahead than a minute.
    failing.over(lambda: volume_service.sign_of_life(0))


def test_one_api(receiver, overview, healthy):
    """Its process ends; what stands before it says 503."""
    east = healthy.cloud("east")
    failing = Failing(receiver, overview, "clusters", "api-down", "network API of east")
    try:
        with failing:
            east.stop("neutron")
    finally:
        east.start("neutron")
    failing.over()


def test_each_was_told_once(receiver):
    said = [(one["state"], one["id"]) for body in receiver.bodies for one in body["alerts"]]
    assert said and len(said) == len(set(said))
