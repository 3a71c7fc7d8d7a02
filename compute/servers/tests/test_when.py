"""Each action knows when it may not be done."""

import pytest

from clusters.models import Cluster
from compute.servers.models import Server
from compute.servers.resource import SERVERS, STATUSES

ALL = {*STATUSES, "", "SINGING"}
GUEST = {"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"}
ATTACHABLE = {"ACTIVE", "PAUSED", "SHUTOFF", "VERIFY_RESIZE", "SHELVED", "SHELVED_OFFLOADED"}
PLUGGABLE = {"ACTIVE", "PAUSED", "SHUTOFF"}
KEPT = ALL - {"SOFT_DELETED", "DELETED"}
CONSOLE = ALL - {"BUILD", "ERROR", "SHELVED", "SHELVED_OFFLOADED", "SOFT_DELETED", "DELETED", "SHUTOFF"}

# name: (statuses, also when locked, also while busy)
TABLE = {
    "start": ({"SHUTOFF"}, False, False),
    "stop": ({"ACTIVE", "ERROR"}, False, False),
    "reboot": ({"ACTIVE"}, False, False),
    "hard-reboot": ({"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR", "HARD_REBOOT"}, False, False),
    "pause": ({"ACTIVE"}, False, False),
    "unpause": ({"PAUSED"}, False, False),
    "suspend": ({"ACTIVE"}, False, False),
    "resume": ({"SUSPENDED"}, False, False),
    "shelve": (GUEST, False, False),
    "offload": ({"SHELVED"}, False, False),
    "unshelve": ({"SHELVED", "SHELVED_OFFLOADED"}, False, False),
    "confirm-resize": ({"VERIFY_RESIZE"}, False, False),
    "revert-resize": ({"VERIFY_RESIZE"}, False, False),
    "resize": ({"ACTIVE", "SHUTOFF"}, False, False),
    "rebuild": ({"ACTIVE", "SHUTOFF", "ERROR"}, False, False),
    "attach-volume": (ATTACHABLE, False, False),
    "detach-volume": (ATTACHABLE, False, False),
    "attach-interface": (PLUGGABLE, False, False),
    "detach-interface": (PLUGGABLE, False, False),
    "associate-floating-ip": (KEPT, True, True),
    "disassociate-floating-ip": (KEPT, True, True),
    "add-security-group": (KEPT, True, True),
    "remove-security-group": (KEPT, True, True),
    "port-security-groups": (KEPT, True, True),
    "snapshot": (GUEST, True, False),
    "backup": (GUEST, True, False),
    "console": (CONSOLE, True, True),
    "password": ({"ACTIVE"}, False, False),
    "edit": (KEPT, True, True),
    "metadata": (GUEST, False, True),
    "add-metadata": (GUEST, False, True),
    "tags": (GUEST, True, True),
    "add-tag": (GUEST, True, True),
    "remove-tag": (GUEST, True, True),
    "lock": (KEPT, False, True),
    "rescue": ({"ACTIVE", "SHUTOFF", "ERROR"}, False, False),
    "unrescue": ({"RESCUE"}, False, False),
    "reset-state": (KEPT, True, True),
    "crash-dump": ({"ACTIVE", "PAUSED", "RESCUE", "VERIFY_RESIZE", "ERROR"}, False, True),
    "restore": ({"SOFT_DELETED"}, True, False),
    "force-delete": (ALL, False, True),
    "delete": (KEPT, False, True),
    "live-migrate": ({"ACTIVE", "PAUSED"}, False, False),
    "migrate": ({"ACTIVE", "SHUTOFF"}, False, False),
    "evacuate": ({"ACTIVE", "SHUTOFF", "ERROR"}, True, True),
}
# Told by something else than the status.
OTHERS = {"unlock", "abort-live-migration", "complete-live-migration"}


def server(**fields) -> Server:
    """One that has everything an action may want."""
    whole = {
        "cluster": Cluster(name="east"),
        "image_id": "img",
        "addresses": [{"address": "10.0.0.4", "type": "fixed"}, {"address": "203.0.113.9", "type": "floating"}],
        "data": {"os-extended-volumes:volumes_attached": [{"id": "v1"}]},
    }
    return Server(**{**whole, **fields})


def reason(action: str, **fields) -> str:
    return SERVERS.action(action).when(server(**fields))


def test_every_action_is_in_the_table():
    assert {action.name for action in SERVERS.on_items} == set(TABLE) | OTHERS


@pytest.mark.parametrize("action", TABLE)
def test_when_it_may_be_done(action):
    statuses, when_locked, when_busy = TABLE[action]
    for status in ALL:
        for locked in (False, True):
            for task in ("", "powering-off"):
                fits = status in statuses and (when_locked or not locked) and (when_busy or not task)
                said = reason(action, status=status, locked=locked, task_state=task)
                assert (said == "") is fits, f"{action} {status} locked={locked} {task}: {said}"
                assert said == "" or said.endswith(".")


def test_a_reason_names_the_state_and_what_is_needed():
    assert reason("stop", status="PAUSED") == "It is PAUSED; this needs ACTIVE or ERROR."
    assert "powering-off" in reason("stop", status="ACTIVE", task_state="powering-off")


@pytest.mark.parametrize(
    ("action", "lacks", "word"),
    [
        ("detach-volume", {"data": {}}, "volume"),
        ("detach-interface", {"addresses": []}, "interface"),
        ("associate-floating-ip", {"addresses": []}, "interface"),
        ("add-security-group", {"addresses": []}, "interface"),
        ("disassociate-floating-ip", {"addresses": []}, "interface"),
        ("backup", {"image_id": ""}, "snapshot"),
    ],
)
def test_what_it_has_not_cannot_be_taken_away(action, lacks, word):
    assert word in reason(action, status="ACTIVE", **lacks)


@pytest.mark.parametrize(("action", "version"), [("rescue", "2.87"), ("rebuild", "2.93")])
def test_booted_from_a_volume_on_an_old_cloud(action, version):
    def cluster(newest: str) -> Cluster:
        return Cluster(name="east", capabilities={"services": {"compute": {"max": newest}}})

    assert version in reason(action, status="ACTIVE", image_id="", cluster=cluster("2.79"))
    assert not reason(action, status="ACTIVE", image_id="", cluster=cluster("2.96"))
    assert not reason(action, status="ACTIVE", cluster=cluster("2.79"))


def test_locks_and_deletions():
    assert reason("unlock", locked=False) and not reason("unlock", locked=True)
    assert "already" in reason("lock", status="ACTIVE", locked=True)
    assert "already" in reason("delete", status="ACTIVE", task_state="deleting")
    assert "Restore" in reason("delete", status="SOFT_DELETED")


def test_a_live_migration_can_be_ended_while_it_runs():
    for action in ("abort-live-migration", "complete-live-migration"):
        assert not reason(action, status="MIGRATING", task_state="migrating")
        assert reason(action, status="ACTIVE") and reason(action, status="ACTIVE", task_state="rebooting")
