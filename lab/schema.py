"""Database schemas: migrated once per lock file, then loaded from a dump for every cloud."""

import base64
import os
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.configuration import SCHEMAS, configuration_file, schema_name
from lab.database import Database
from lab.environment import Environment
from lab.errors import LabError, last_lines

# What brings each project's schema up to date, in the order of how long it takes.
MIGRATIONS = {
    "neutron": ("neutron-db-manage", "upgrade", "heads"),
    "nova": ("nova-manage", "db", "sync"),
    "cinder": ("cinder-manage", "db", "sync"),
    "keystone": ("keystone-manage", "db_sync"),
    "glance": ("glance-manage", "db_sync"),
    "placement": ("placement-manage", "db", "sync"),
}
CELL0 = "00000000-0000-0000-0000-000000000000"


def create(cloud: str, database: Database) -> None:
    """Make a cloud's databases, empty."""
    statements = (f"CREATE DATABASE {schema_name(cloud, schema)} CHARACTER SET utf8mb3" for schema in SCHEMAS)
    database.query("; ".join(statements))


def migrate(cloud: str, state: Path, database: Database, environment: Environment) -> None:
    """Run every project's own migrations, as many at a time as there are processors."""

    def run(project: str) -> None:
        if project == "nova":
            _manage("nova-api", ("nova-manage", "api_db", "sync"), state, environment)
            map_cells(cloud, database)
        _manage(project, MIGRATIONS[project], state, environment)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, MIGRATIONS))


def map_cells(cloud: str, database: Database) -> None:
    """Tell Nova its two cells. The places are templates that Nova fills from its own configuration."""
    url = "{scheme}://{username}@{hostname}/%s?{query}"
    rows = ", ".join(
        f"(NOW(), '{key}', '{name}', '{transport}', '{url % schema_name(cloud, schema)}', 0)"
        for key, name, transport, schema in (
            (CELL0, "cell0", "none:///", "nova_cell0"),
            (uuid.uuid5(uuid.NAMESPACE_DNS, f"cell1.{cloud}"), "cell1", "fake://", "nova"),
        )
    )
    database.query(
        "DELETE FROM cell_mappings; INSERT INTO cell_mappings"
        f" (created_at, uuid, name, transport_url, database_connection, disabled) VALUES {rows}",
        schema_name(cloud, "nova_api"),
    )


def dump(cloud: str, database: Database, folder: Path) -> None:
    """Keep freshly migrated schemas for the next set-up."""
    temporary = folder.with_name(f"{folder.name}.{os.getpid()}")
    for schema in SCHEMAS:
        database.dump(schema_name(cloud, schema), temporary / f"{schema}.sql")
    if not folder.exists():
        temporary.replace(folder)


def load(cloud: str, database: Database, folder: Path) -> None:
    """Fill a cloud's databases from the dumps."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda schema: database.load(folder / f"{schema}.sql", schema_name(cloud, schema)), SCHEMAS))
    map_cells(cloud, database)


def create_keys(state: Path) -> None:
    """The key repositories `keystone-manage fernet_setup` and `credential_setup` would make."""
    for repository in ("fernet", "credential"):
        folder = state / "keys" / repository
        folder.mkdir(parents=True, mode=0o700)
        for name in ("0", "1"):
            key = folder / name
            key.write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
            key.chmod(0o600)


def _manage(log_name: str, command: tuple[str, ...], state: Path, environment: Environment) -> None:
    project = command[0].split("-")[0]
    log = state / "log" / f"{log_name}-migration.log"
    configuration = configuration_file(state, project)
    program = environment.path / "bin" / command[0]
    with log.open("w") as output:
        done = subprocess.run(
            [program, "--config-file", configuration, *command[1:]],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment.variables(),
            check=False,
        )
    if done.returncode:
        raise LabError(f"{' '.join(command)} failed, log {log}:\n{last_lines(log)}")
