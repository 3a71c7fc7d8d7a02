"""The lab as a whole: up, down, and what lies between."""

import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from lab import clone, clone_volumes, configuration, construction, screen, starting
from lab.cache import LabCache, Origin, clear
from lab.clone_networking import clone_port, clone_rule
from lab.cloud import Cloud
from lab.database import Database
from lab.environment import Environment
from lab.errors import LabError
from lab.layout import CLOUD_NAMES, Layout
from lab.lock import exclusive
from lab.process import Process, stop

STOP_SECONDS = 10


@dataclass(frozen=True)
class Options:
    """What a lab was set up with. Kept in lab.json, written when the lab is complete."""

    clouds: tuple[str, ...]
    computes: int
    seeded: bool


class Lab:
    """Some clouds below one root folder.

    Arguments left out come from LAB_ROOT, LAB_NETWORK, LAB_DATABASE_PORT and LAB_CACHE. `report` is
    called with a line of text and the seconds gone by, at each step. LAB_NOTIFICATIONS is the transport URL of a
    broker that the services of all clouds notify.
    """

    def __init__(
        self,
        root: Path | None = None,
        network: str | None = None,
        database_port: int | None = None,
        cache: Path | None = None,
        report: Callable[[str, float], None] = lambda line, seconds: None,
    ) -> None:
        self.layout = Layout.from_environment(root, network, database_port, cache)
        self.database = Database(self.layout)
        self.environment = Environment(self.layout.cache)
        self._notifications = os.environ.get("LAB_NOTIFICATIONS", "")
        self._report = report
        self._began = time.monotonic()

    # What there is

    @property
    def options(self) -> Options | None:
        """What the lab in this root was set up with, None when there is no complete one."""
        try:
            stored = json.loads(self.layout.state.read_text())
        except FileNotFoundError:
            return None
        return Options(tuple(stored["clouds"]), stored["computes"], stored["seeded"])

    @property
    def clouds(self) -> tuple[Cloud, ...]:
        return tuple(self._cloud(name) for name in self._existing().clouds)

    def cloud(self, name: str) -> Cloud:
        for cloud in self.clouds:
            if cloud.name == name:
                return cloud
        raise LabError(f"no cloud {name!r} here; there are: {', '.join(self._existing().clouds)}")

    def processes(self) -> dict[str, Process | None]:
        """The processes the lab has when it is up, by name ("mariadb", "east-nova"); None: not running."""
        clouds = self.options.clouds if self.options else CLOUD_NAMES
        names = [f"{cloud}-{project}" for cloud in clouds for project in starting.CLOUD_PROCESSES]
        return {name: Process.find(self.layout.records, name) for name in ["mariadb", starting.SCREEN, *names]}

    # Commands

    def up(self, clouds: Iterable[str] = ("east", "west"), computes: int = 2, seeded: bool = False) -> "Lab":
        """Bring the clouds up: as they were in this root, else from the cache, else from nothing.

        A lab that is there keeps its clouds and computes; asking for others is an error. With
        `seeded`, it is filled unless it already is.
        """
        self._began = time.monotonic()
        wanted = Options(tuple(clouds), computes, seeded)
        if not wanted.clouds or not set(wanted.clouds) <= set(CLOUD_NAMES) or computes < 1:
            raise LabError(f"clouds are some of {', '.join(CLOUD_NAMES)}, with one compute at least")
        there = self.options
        if there and (there.clouds, there.computes) != (wanted.clouds, wanted.computes):
            raise LabError(
                f"{self.layout.root} holds {','.join(there.clouds)} with {there.computes} computes each;"
                " use them as they are, or delete that folder after `down`"
            )
        if there:
            self._adjust(there)
        else:
            with exclusive(self.layout.cache / "set-up.lock", lambda: self._say("waiting for another lab's set-up")):
                self._make(wanted)
        self._start(wanted.clouds, starting.CLOUD_PROCESSES)
        if seeded and not self._existing().seeded:
            self.seed()
        self._say("up: " + ", ".join(f"{cloud.name} {cloud.auth_url}" for cloud in self.clouds))
        return self

    def down(self) -> None:
        """Stop everything. The clouds keep what they hold for the next `up`."""
        running = any(self.processes().values())
        self._stop(CLOUD_NAMES, starting.CLOUD_PROCESSES)
        if process := Process.find(self.layout.records, starting.SCREEN):
            stop([process], STOP_SECONDS)
        self.database.stop()
        if running:
            self._say("all processes are stopped")

    def seed(self) -> None:
        """Make the clouds look lived-in. What is there already is left as it is."""
        options = self._existing()
        self._seed(options.clouds)
        self._remember(Options(options.clouds, options.computes, True))

    def reset(self) -> "Lab":
        """Forget all changes: back to the state in which the lab was set up."""
        options = self._existing()
        self.down()
        clear(self.layout, options.clouds)
        return self.up(options.clouds, options.computes, options.seeded)

    def notify(self, name: str, transport_url: str, *projects: str) -> None:
        """Have these projects of a cloud notify a broker from now on, or nobody if the address is "". They are started
        anew."""
        self._write_configuration(name, transport_url)
        self.cloud(name).restart(*projects)

    def clone(self, name: str, count: int) -> int:
        """Multiply an active server of a cloud. Returns how many servers were made."""
        return clone.clone_server(self.database, self.cloud(name).name, count)

    def clone_ports(self, name: str, count: int) -> int:
        """The same with a server's port."""
        return clone_port(self.database, self.cloud(name).name, count)

    def clone_rules(self, name: str, count: int) -> int:
        """The same with a rule of a security group."""
        return clone_rule(self.database, self.cloud(name).name, count)

    def rename_clones(self, name: str, ending: str, *, further: str = "") -> str:
        """Change all copies of a cloud at once; their names then have this ending. One of them, whose id is returned,
        gets the name `further`, if one is given, in the same second."""
        return clone.rename_clones(self.database, self.cloud(name).name, ending, further=further)

    def remove_clones(self, name: str) -> None:
        """Take all copies away again."""
        clone.remove_clones(self.database, self.cloud(name).name)

    def clone_volumes(self, name: str, count: int) -> list[str]:
        """Multiply a volume of a cloud. Returns the ids of the new ones. They are empty, whatever their size."""
        made = clone_volumes.clone_volume(self.database, self.cloud(name).name, count)
        for cloud_id, pool in made.items():
            (self.layout.cloud(name) / "volumes" / pool / cloud_id).touch()
        return list(made)

    def remove_volume_clones(self, name: str) -> None:
        """Take all copies of volumes away again, and their snapshots."""
        gone = clone_volumes.remove_clones(self.database, self.cloud(name).name)
        for cloud_id, pool in gone.items():
            (self.layout.cloud(name) / "volumes" / pool / cloud_id).unlink(missing_ok=True)

    # How

    def _make(self, options: Options) -> None:
        """Fill the root, which holds nothing or the remains of an interrupted set-up. Ends with all stopped."""
        self._install()
        self.down()
        clear(self.layout, options.clouds)
        self.layout.root.mkdir(parents=True, exist_ok=True)
        lab_cache = LabCache(self.layout, **vars(options))
        origin = lab_cache.restore()
        self._configure(options)
        if origin:
            self._say("restored from the cache")
            self._relocate(options, origin)
        else:
            self._say("nothing in the cache for these clouds: setting them up")
            construction.build(self.layout, self.database, self.environment, options.clouds, self._say)
            self._start(options.clouds, starting.CLOUD_PROCESSES)
            if options.seeded:
                self._seed(options.clouds)
            self.down()
            lab_cache.store()
            self._say("copied into the cache")
        self._remember(options)

    def _adjust(self, options: Options) -> None:
        """Fit what is there to where it is now, and to this version of the lab."""
        self._install()
        self._configure(options)
        origin = Origin(**json.loads(self.layout.state.read_text())["origin"])
        if origin != self._origin:
            self._relocate(options, origin)
            self._remember(options)

    def _install(self) -> None:
        if not self.environment.exists:
            self._say("installing OpenStack into the cache")
            self.environment.create(self.layout.cache / "install.log")

    def _seed(self, clouds: tuple[str, ...]) -> None:
        with ThreadPoolExecutor() as pool:
            seeds = {
                name: pool.submit(construction.run_module, self.layout, self.environment, name, "lab.seed")
                for name in clouds
            }
            for name, seed in seeds.items():
                seed.result()
                self._say(f"{name} is seeded")

    @property
    def _origin(self) -> Origin:
        return Origin(str(self.layout.root), self.layout.network)

    def _relocate(self, options: Options, origin: Origin) -> None:
        """Correct the absolute paths that Glance keeps, and the addresses in Keystone's catalog."""
        self.database.start()
        here = self._origin
        for cloud in options.clouds:
            for schema, table, column, old, new in (
                ("glance", "image_locations", "value", f"file://{origin.root}/", f"file://{here.root}/"),
                ("keystone", "endpoint", "url", f"http://{origin.network}.", f"http://{here.network}."),
            ):
                self.database.query(
                    f"UPDATE {table} SET {column} = REPLACE({column}, '{old}', '{new}')",
                    configuration.schema_name(cloud, schema),
                )

    def _configure(self, options: Options) -> None:
        for name in options.clouds:
            state = self.layout.cloud(name)
            self._write_configuration(name, self._notifications)
            computes = [f"compute-{number}" for number in range(1, options.computes + 1)]
            configuration.describe(name, self.layout.address(name), state, computes)

    def _write_configuration(self, name: str, notifications: str) -> None:
        layout, etc = self.layout, self.environment.path / "etc"
        address, state = layout.address(name), layout.cloud(name)
        configuration.write(
            name, address, layout.screen_address, state, self.database, etc, notifications=notifications
        )

    def _start(self, clouds: Iterable[str], projects: Iterable[str]) -> None:
        self.database.start()
        if programs := screen.missing():
            self._say(f"no VNC consoles: {', '.join(programs)} not installed (requirements/system.sh demo)")
        starting.launch_screen(self.layout)
        starting.launch(self.layout, self.environment, list(clouds), list(projects))
        starting.wait_until_answering(self.layout, list(clouds), list(projects))
        self._say("all services answer")

    def _stop(self, clouds: Iterable[str], projects: Iterable[str]) -> None:
        names = [f"{cloud}-{project}" for cloud in clouds for project in projects]
        found = [Process.find(self.layout.records, name) for name in names]
        stop([process for process in found if process], STOP_SECONDS)

    def _cloud(self, name: str) -> Cloud:
        return Cloud(name, self.layout.address(name), self.layout.cloud(name), self._start, self._stop)

    def _existing(self) -> Options:
        if not self.options:
            raise LabError(f"no lab in {self.layout.root}; `python -m lab up` makes one")
        return self.options

    def _remember(self, options: Options) -> None:
        self.layout.state.write_text(json.dumps(asdict(options) | {"origin": asdict(self._origin)}))
        configuration.write_clouds_yaml(
            self.layout.clouds_yaml, {cloud.name: cloud.credentials() for cloud in self.clouds}
        )

    def _say(self, line: str) -> None:
        self._report(line, time.monotonic() - self._began)
