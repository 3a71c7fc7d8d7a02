"""The faults an edge can show, and the control file through which they are switched."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.errors import LabError
from lab.layout import PUBLIC_PORTS

MODES = {
    "delay": "the request is passed on after some seconds",
    "hang": "the request is taken and never answered",
    "cut": "the request is carried out, and the answer ends in its middle",
    "500": "HTTP 500 with OpenStack's JSON, the service sees nothing",
    "401": "HTTP 401 as from an expired token, the service sees nothing",
    "garbage": "HTTP 200 with an HTML page in place of JSON, the service sees nothing",
}
OFF = "off"


@dataclass(frozen=True)
class Fault:
    """What an edge does to the requests for one service."""

    mode: str
    seconds: float = 0.0


def switch(control: Path, service: str, mode: str, seconds: float = 5.0) -> None:
    """Switch one service's fault on or, with "off", away. It holds from the next request on.

    `service` is a key of PUBLIC_PORTS, or "all". Raises LabError for an unknown service or mode.
    """
    services = list(PUBLIC_PORTS) if service == "all" else [service]
    if service != "all" and service not in PUBLIC_PORTS:
        raise LabError(f"no service {service!r}; there are: {', '.join(PUBLIC_PORTS)}, all")
    if mode != OFF and mode not in MODES:
        raise LabError(f"no fault {mode!r}; there are: {', '.join(MODES)}, {OFF}")
    faults = read(control)
    for name in services:
        faults.pop(name, None)
        if mode != OFF:
            faults[name] = Fault(mode, seconds if mode == "delay" else 0.0)
    # In one step: the edge may be reading.
    temporary = control.with_name(f"{control.name}.{os.getpid()}")
    temporary.write_text(json.dumps({name: asdict(fault) for name, fault in faults.items()}))
    temporary.replace(control)


def read(control: Path) -> dict[str, Fault]:
    """The faults that are on, by service."""
    try:
        text = control.read_text()
    except FileNotFoundError:
        return {}
    return {name: Fault(**fault) for name, fault in json.loads(text).items()}


class Switchboard:
    """Answers which fault is on. Asks the file system whether the file changed: a microsecond a request."""

    def __init__(self, control: Path) -> None:
        self._control = control
        self._version: tuple[int, int] | None = None
        self._faults: dict[str, Fault] = {}

    def fault(self, service: str) -> Fault | None:
        try:
            status = os.stat(self._control)
        except FileNotFoundError:
            return None
        version = (status.st_mtime_ns, status.st_ino)
        if version != self._version:
            self._faults = read(self._control)
            self._version = version
        return self._faults.get(service)
