"""Thousands of servers change at once in a real cloud: the list is never in error, what changes meanwhile is seen as
soon as ever, and a worker that dies in the middle is followed by one that goes on."""

import json
import sqlite3
import threading
import uuid
from contextlib import closing

import pytest

from tests.conftest import PASSWORDS
from tests.platform import Platform, wait_until

pytestmark = [pytest.mark.lab, pytest.mark.slow]
SERVERS = 900  # more than a delta tells of one second, and more than one page
WITHIN, ALL_WITHIN = 15, 300


@pytest.fixture(scope="module")
def many(lab):
    """The cloud east with so many more servers."""
    lab.clone("east", SERVERS)
    yield lab
    lab.remove_clones("east")


@pytest.fixture(scope="module")
def reading(many, tmp_path_factory):
    """A platform of its own that has read them; a request may take 20 s, so a dead worker is missed soon."""
    running = Platform(tmp_path_factory.mktemp("readings"), CLOUD_CALL_SECONDS="20", CLOUD_READ_SECONDS="20")
    running.manage("init-db", "--demo")
    running.manage("add-cluster", "east", "--from-clouds-yaml", str(many.layout.clouds_yaml))
    running.start()
    wait_until(
        lambda: count(running) == SERVERS and not position(running),
        ALL_WITHIN,
        "all are read",
        on_failure=running.last_words,
    )
    yield running
    running.stop()


@pytest.fixture
def own(reading):
    return reading.session("admin", PASSWORDS["admin"])


@pytest.fixture
def never_in_error(own):
    """What the list says of the cluster, all the time: its states."""
    states, over = [], threading.Event()

    def watch():
        while not over.wait(0.5):
            (cluster,) = own.get("compute/servers/", per_page=1)["clusters"]
            states.append((cluster["state"], cluster["reason"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield states
    over.set()
    watcher.join()
    assert states and {state for state, _reason in states} == {"ok"}, states


def ask(running, query: str):
    with closing(sqlite3.connect(running.folder / "opsys.sqlite3", timeout=30)) as database:
        return database.execute(query).fetchone()[0]


def count(running, ending: str = "") -> int:
    return ask(running, f"SELECT COUNT(*) FROM compute_server WHERE gone_at IS NULL AND name LIKE 'clone-%{ending}'")


def position(running) -> dict | None:
    found = ask(running, "SELECT position FROM clusters_syncstate WHERE resource = 'compute.server'")
    return json.loads(found) if found else None


def test_single_changes_are_seen_while_all_of_them_change(many, reading, own, openstack, never_in_error):
    """The first one within the second of the mass change, whose moment tells nothing."""
    ending, further = uuid.uuid4().hex[:6], f"clone-{uuid.uuid4().hex[:6]}"
    cli, seen = openstack("east"), []
    own.get("compute/servers/", per_page=1)  # somebody looks
    victim = many.rename_clones("east", ending, further=further)
    seen.append(wait_until(lambda: own.rows("compute/servers/", q=further), WITHIN, "that of the same second"))
    while count(reading, f".{ending}") < SERVERS - 1 or position(reading):
        name = f"clone-{uuid.uuid4().hex[:6]}"
        cli("server", "set", "--name", name, victim)
        seen.append(wait_until(lambda name=name: own.rows("compute/servers/", q=name), WITHIN, "the change is seen"))
        assert sum(seen) < ALL_WITHIN
    print("single changes were seen after", [f"{seconds:.1f} s" for seconds in seen])


def test_kill_9_in_the_middle(many, reading, never_in_error):
    ending = uuid.uuid4().hex[:6]
    many.rename_clones("east", ending)
    wait_until(lambda: (position(reading) or {}).get("read", 0) >= 300, 90, "a complete reading is under way")
    reading.kill("worker")
    before = position(reading)
    reading.start("worker")
    wait_until(
        lambda: (now := position(reading)) is None or now["read"] > before["read"],
        120,
        "it goes on",
        on_failure=reading.last_words,
    )
    after = position(reading)
    assert after is None or (after["began"], after["restarts"]) == (before["began"], before["restarts"])
    wait_until(lambda: count(reading, f".{ending}") == SERVERS, ALL_WITHIN, "all are seen")
    wait_until(lambda: not position(reading), ALL_WITHIN, "and read")
