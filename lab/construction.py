"""Building clouds from nothing: schemas, keys, first user, catalog."""

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lab import configuration, schema, starting
from lab.cache import schema_folder
from lab.configuration import PASSWORD, REGION, internal_url, public_url
from lab.database import Database
from lab.environment import Environment
from lab.errors import LabError, last_lines
from lab.layout import Layout


def build(
    layout: Layout,
    database: Database,
    environment: Environment,
    clouds: tuple[str, ...],
    report: Callable[[str], None],
) -> None:
    """Fill an empty root. Afterwards the database runs, and Keystone and Cinder of every cloud."""
    database.create()
    database.start()
    report("database server is up")
    for name in clouds:
        schema.create(name, database)
        schema.create_keys(layout.cloud(name))
    _fill_schemas(layout, database, environment, clouds, report)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda name: _create_admin(layout, environment, name), clouds))
    first = ["keystone", "cinder"]
    starting.launch(layout, environment, list(clouds), first)
    starting.wait_until_answering(layout, list(clouds), first)
    report("identity services are up")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda name: run_module(layout, environment, name, "lab.bootstrap"), clouds))
    report("catalogs are written")


def _fill_schemas(
    layout: Layout,
    database: Database,
    environment: Environment,
    clouds: tuple[str, ...],
    report: Callable[[str], None],
) -> None:
    dumps = schema_folder(layout.cache)
    empty = list(clouds)
    if not dumps.exists():
        report("migrating schemas (once per lock file)")
        first = empty.pop(0)
        schema.migrate(first, layout.cloud(first), database, environment)
        schema.dump(first, database, dumps)
    for name in empty:
        schema.load(name, database, dumps)
    report("schemas are ready")


def _create_admin(layout: Layout, environment: Environment, name: str) -> None:
    address = layout.address(name)
    public, internal = f"{public_url(address, 'identity')}/v3", f"{internal_url(address, 'identity')}/v3"
    state = layout.cloud(name)
    command = [
        environment.path / "bin" / "keystone-manage",
        *("--config-file", configuration.configuration_file(state, "keystone")),
        "bootstrap",
        *("--bootstrap-password", PASSWORD),
        *("--bootstrap-region-id", REGION),
        *("--bootstrap-public-url", public),
        *("--bootstrap-internal-url", internal),
        *("--bootstrap-admin-url", internal),
    ]
    _run(command, environment, state / "log" / "keystone-bootstrap.log")


def run_module(layout: Layout, environment: Environment, name: str, module: str) -> None:
    """Run `python -m MODULE STATE` in the lab's environment, for one cloud."""
    state = layout.cloud(name)
    _run([environment.python, "-m", module, state], environment, state / "log" / f"{module}.log")


def _run(command: list, environment: Environment, log) -> None:
    with log.open("w") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment.variables(), check=False
        )
    if done.returncode:
        raise LabError(f"{' '.join(map(str, command[:3]))} failed, log {log}:\n{last_lines(log)}")
