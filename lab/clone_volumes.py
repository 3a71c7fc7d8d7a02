"""Scale: multiply a volume inside Cinder's own tables. The API serves the copies as real ones."""

from lab.clone import copy_rows
from lab.configuration import schema_name
from lab.database import Database
from lab.errors import LabError

CLONES = "display_name LIKE 'clone-%'"
POOL = "SUBSTRING_INDEX(host, '#', -1)"


def clone_volume(database: Database, cloud: str, count: int) -> dict[str, str]:
    """Copy one free volume `count` times. Returns id → pool, in the order of the names (clone-00001 …).

    Each is a second older than the one before, since those of a real cloud are of many moments; so no list of changes
    tells of them. They take nothing of any quota.
    """
    schema = schema_name(cloud, "cinder")
    rows = database.query(
        f"SELECT id FROM volumes WHERE status = 'available' AND deleted = 0 AND bootable = 0 AND NOT {CLONES}"
        " ORDER BY created_at LIMIT 1",
        schema,
    )
    if not rows:
        raise LabError(f"{cloud} has no free volume to clone")
    first = 1 + int(database.query(f"SELECT COUNT(*) FROM volumes WHERE {CLONES}", schema)[0][0])
    moment = "UTC_TIMESTAMP() - INTERVAL copies.place SECOND"
    changes = {"id": "copies.id", "display_name": "copies.name", "use_quota": "0"}
    changes |= dict.fromkeys(("created_at", "updated_at", "launched_at"), moment)
    statements = [
        # The temporary table says which copy gets which id and name.
        "CREATE TEMPORARY TABLE copies (id CHAR(36) PRIMARY KEY, name VARCHAR(20), place INT) CHARACTER SET utf8mb3",
        "INSERT INTO copies SELECT UUID(), CONCAT('clone-', LPAD(seq, 5, '0')), seq"
        f" FROM seq_{first}_to_{first + count - 1}",
        copy_rows(database, schema, "volumes", f"id = '{rows[0][0]}'", changes),
    ]
    database.query("START TRANSACTION; " + "; ".join(statements) + "; COMMIT", schema)
    made = f"SELECT id, {POOL} FROM volumes WHERE {CLONES} AND display_name >= 'clone-{first:05}'"
    return dict(database.query(f"{made} ORDER BY display_name", schema))


def remove_clones(database: Database, cloud: str) -> dict[str, str]:
    """As if there never had been any, nor snapshots of them. Returns id → pool of what is gone."""
    schema = schema_name(cloud, "cinder")
    snapshots = f"SELECT snapshots.id, {POOL} FROM snapshots JOIN volumes ON volumes.id = volume_id WHERE {CLONES}"
    snapshots = snapshots.replace("display_name", "volumes.display_name")
    gone = database.query(f"SELECT id, {POOL} FROM volumes WHERE {CLONES} UNION {snapshots}", schema)
    clones = f"(SELECT id FROM volumes WHERE {CLONES})"
    database.query(
        "SET foreign_key_checks = 0;"
        f" DELETE FROM snapshot_metadata WHERE snapshot_id IN (SELECT id FROM snapshots WHERE volume_id IN {clones});"
        f" DELETE FROM snapshots WHERE volume_id IN {clones}; DELETE FROM volumes WHERE {CLONES};"
        " DELETE FROM quota_usages",  # Cinder counts anew
        schema,
    )
    return dict(gone)
