"""Scale: multiply a port and a rule of a security group inside Neutron's own tables. The API serves the copies as real
ones."""

from lab.clone import copy_rows
from lab.configuration import schema_name
from lab.database import Database
from lab.errors import LabError

PORT_TABLES = ("portsecuritybindings", "ml2_port_bindings", "ml2_port_binding_levels", "securitygroupportbindings")
"""What describes a port beside its own row and its addresses."""


def clone_port(database: Database, cloud: str, count: int) -> int:
    """Copy the port of one server `count` times. Returns `count`.

    The copies have names (clone-00001 …), ids, MACs, and addresses in 10.128.0.0/9 instead of their subnet, which has
    no room for so many. They belong to servers that do not exist.
    """
    schema = schema_name(cloud, "neutron")
    found = database.query(
        "SELECT id FROM ports WHERE device_owner LIKE 'compute:%' AND name NOT LIKE 'clone-%' ORDER BY id LIMIT 1",
        schema,
    )
    if not found:
        raise LabError(f"{cloud} has no port of a server to clone")
    port = found[0][0]
    first = int(database.query("SELECT COUNT(*) FROM ports WHERE name LIKE 'clone-%'", schema)[0][0]) + 1
    own = {
        "id": "copies.id",
        "name": "copies.name",
        "standard_attr_id": "copies.attribute",
        "device_id": "copies.device",
        "mac_address": "CONCAT('fa:17:00:', INSERT(INSERT(LPAD(HEX(copies.seq), 6, '0'), 5, 0, ':'), 3, 0, ':'))",
    }
    address = "INET_NTOA(INET_ATON('10.128.0.0') + copies.seq)"
    statements = [
        *_copies(database, schema, first, count),
        _attributes("ports"),
        copy_rows(database, schema, "ports", f"id = '{port}'", own),
        copy_rows(
            database,
            schema,
            "ipallocations",
            f"port_id = '{port}'",
            {"port_id": "copies.id", "ip_address": address},
        ),
        *(
            copy_rows(database, schema, table, f"port_id = '{port}'", {"port_id": "copies.id"})
            for table in PORT_TABLES
        ),
    ]
    database.query("START TRANSACTION; " + "; ".join(statements) + "; COMMIT", schema)
    return count


def clone_rule(database: Database, cloud: str, count: int) -> int:
    """Copy one rule `count` times into all security groups in turn. Returns `count`. Each copy lets in one address."""
    schema = schema_name(cloud, "neutron")
    found = database.query("SELECT id FROM securitygrouprules WHERE protocol = 'tcp' ORDER BY id LIMIT 1", schema)
    groups = [name for (name,) in database.query("SELECT id FROM securitygroups ORDER BY id", schema)]
    if not found or not groups:
        raise LabError(f"{cloud} has no rule of a security group to clone")
    rule = found[0][0]
    marked = "remote_ip_prefix LIKE '10.%/32'"
    first = int(database.query(f"SELECT COUNT(*) FROM securitygrouprules WHERE {marked}", schema)[0][0]) + 1
    own = {
        "id": "copies.id",
        "standard_attr_id": "copies.attribute",
        "security_group_id": f"ELT(1 + copies.seq % {len(groups)}, {', '.join(map(repr, groups))})",
        "remote_ip_prefix": "CONCAT(INET_NTOA(INET_ATON('10.0.0.0') + copies.seq), '/32')",
        "remote_group_id": "NULL",
        "remote_address_group_id": "NULL",
    }
    statements = [
        *_copies(database, schema, first, count),
        _attributes("securitygrouprules"),
        copy_rows(database, schema, "securitygrouprules", f"id = '{rule}'", own),
    ]
    database.query("START TRANSACTION; " + "; ".join(statements) + "; COMMIT", schema)
    return count


def _copies(database: Database, schema: str, first: int, count: int) -> list[str]:
    """A temporary table that says which copy gets which ids and name. Neutron keeps moments and revisions of all
    things in one table, whose keys are numbers."""
    ((taken,),) = database.query("SELECT COALESCE(MAX(id), 0) FROM standardattributes", schema)
    return [
        "CREATE TEMPORARY TABLE copies (seq INT PRIMARY KEY, id CHAR(36), device CHAR(36), name VARCHAR(20),"
        " attribute BIGINT) CHARACTER SET utf8mb3",
        f"INSERT INTO copies SELECT seq, UUID(), UUID(), CONCAT('clone-', LPAD(seq, 5, '0')),"
        f" {taken} + 1 + seq - {first} FROM seq_{first}_to_{first + count - 1}",
    ]


def _attributes(kind: str) -> str:
    return (
        "INSERT INTO standardattributes (id, resource_type, created_at, updated_at, revision_number)"
        f" SELECT attribute, '{kind}', UTC_TIMESTAMP(), UTC_TIMESTAMP(), 1 FROM copies"
    )
