"""Scale: multiply a server inside Nova's own tables. The API serves the copies as real ones."""

from lab.configuration import schema_name
from lab.database import Database
from lab.errors import LabError

# What describes a server beside its own row, in the cell's database and in the API's.
CELL_TABLES = ("instance_extra", "instance_info_caches", "instance_system_metadata", "instance_metadata")
API_TABLES = ("instance_mappings",)


def clone_server(database: Database, cloud: str, count: int) -> int:
    """Copy one active server `count` times, spread over all computes. Returns `count`.

    The copies have names (clone-00001 …), ids and hosts of their own, and share the addresses of the
    original: there are no ports and no allocations behind them.
    """
    cell, api = schema_name(cloud, "nova"), schema_name(cloud, "nova_api")
    rows = database.query(
        "SELECT uuid FROM instances WHERE vm_state = 'active' AND deleted = 0 AND display_name NOT LIKE 'clone-%'"
        " ORDER BY id LIMIT 1",
        cell,
    )
    if not rows:
        raise LabError(f"{cloud} has no active server to clone")
    source = rows[0][0]
    hosts = [
        name for (name,) in database.query("SELECT host FROM compute_nodes WHERE deleted = 0 ORDER BY host", cell)
    ]
    first = int(database.query("SELECT COUNT(*) FROM instances WHERE display_name LIKE 'clone-%'", cell)[0][0])
    statements = [
        # The temporary table says which copy gets which id, name and host.
        "CREATE TEMPORARY TABLE copies (uuid CHAR(36) PRIMARY KEY, name VARCHAR(20), host VARCHAR(255))"
        " CHARACTER SET utf8mb3",
        f"INSERT INTO copies SELECT UUID(), CONCAT('clone-', LPAD(seq, 5, '0')),"
        f" ELT(1 + seq % {len(hosts)}, {', '.join(repr(host) for host in hosts)})"
        f" FROM seq_{first + 1}_to_{first + count}",
        copy_rows(
            database,
            cell,
            "instances",
            f"uuid = '{source}'",
            {
                "uuid": "copies.uuid",
                "display_name": "copies.name",
                "hostname": "copies.name",
                "host": "copies.host",
                "node": "copies.host",
                "launched_on": "copies.host",
                # Else Nova would correct them one by one, for half an hour with 20,000.
                "compute_id": "(SELECT id FROM compute_nodes WHERE deleted = 0 AND host = copies.host LIMIT 1)",
                "reservation_id": "CONCAT('r-', LEFT(copies.uuid, 8))",
                # "changes-since" has to see them.
                "created_at": "UTC_TIMESTAMP()",
                "updated_at": "UTC_TIMESTAMP()",
            },
        ),
    ]
    owner = {"instance_uuid": "copies.uuid"}
    statements += [
        copy_rows(database, schema, table, f"instance_uuid = '{source}'", owner)
        for schema, tables in ((cell, CELL_TABLES), (api, API_TABLES))
        for table in tables
    ]
    database.query("START TRANSACTION; " + "; ".join(statements) + "; COMMIT", cell)
    return count


def rename_clones(database: Database, cloud: str, ending: str, *, further: str = "") -> str:
    """Give all copies names with this ending (clone-00001.ending …) in one statement, as a mass change does. With
    `further` one of them gets that name in the same second. Returns the id of that one."""
    (cloud_id,) = database.query(
        "SET @now = UTC_TIMESTAMP(); UPDATE instances SET updated_at = @now,"
        f" display_name = CONCAT(SUBSTRING_INDEX(display_name, '.', 1), '.{ending}')"
        " WHERE display_name LIKE 'clone-%' AND deleted = 0;"
        " SELECT uuid INTO @one FROM instances WHERE display_name LIKE 'clone-%' AND deleted = 0"
        " ORDER BY id LIMIT 1;"
        f" UPDATE instances SET display_name = '{further}' WHERE uuid = @one AND '{further}' != ''; SELECT @one",
        schema_name(cloud, "nova"),
    )[0]
    return cloud_id


def remove_clones(database: Database, cloud: str) -> None:
    """As if there never had been any: no list tells that they are deleted."""
    cell, api = schema_name(cloud, "nova"), schema_name(cloud, "nova_api")
    tables = [f"{cell}.{table}" for table in CELL_TABLES] + [f"{api}.{table}" for table in API_TABLES]
    clones = f"(SELECT uuid FROM {cell}.instances WHERE display_name LIKE 'clone-%')"
    statements = [f"DELETE FROM {table} WHERE instance_uuid IN {clones}" for table in tables]
    statements.append(f"DELETE FROM {cell}.instances WHERE display_name LIKE 'clone-%'")
    database.query("SET foreign_key_checks = 0; " + "; ".join(statements), cell)


def copy_rows(database: Database, schema: str, table: str, condition: str, changes: dict[str, str]) -> str:
    """An INSERT that repeats the rows of a table once per copy, with some columns changed."""
    columns = [
        name
        for (name,) in database.query(
            "SELECT column_name FROM information_schema.columns"
            f" WHERE table_schema = '{schema}' AND table_name = '{table}' AND extra NOT LIKE '%auto_increment%'"
            " AND generation_expression IS NULL"
        )
    ]
    values = ", ".join(changes.get(name, f"original.`{name}`") for name in columns)
    names = ", ".join(f"`{name}`" for name in columns)
    return (
        f"INSERT INTO {schema}.{table} ({names}) SELECT {values}"
        f" FROM {schema}.{table} AS original, copies WHERE original.{condition}"
    )
