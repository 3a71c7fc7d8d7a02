"""A private RabbitMQ: own folder, own ports, nothing of the system's is touched."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import Service, ServiceError, free_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PASSWORD = "a-broker-password"
EXCHANGES = ("nova", "neutron", "glance", "keystone", "cinder", "openstack")
TOPICS = r"^(versioned_)?notifications\.#$"
USERS = {
    # What the services of a cloud hold, what docs/notifications.md gives a listener, and nothing at all.
    "openstack": (".*", ".*", ".*"),
    "opsys": ("^opsys-.*", "^opsys-.*", f"^(opsys-.*|{'|'.join(EXCHANGES)})$"),
    "stranger": ("^$", "^$", "^$"),
}


class RabbitMq(Service):
    """`port` speaks plainly, `tls_port` with the certificate it was started with. `url` is what services of a cloud
    notify."""

    def __init__(self, folder: Path, certificate: Path | None):
        self.port, self.tls_port = free_port(), free_port()
        self._folder, self._epmd_port = folder, free_port()
        _configure(folder, self.port, self.tls_port if certificate else None, certificate)
        url = f"rabbit://openstack:{PASSWORD}@127.0.0.1:{self.port}/"
        super().__init__(url, [str(SERVER)], self.port, folder / "log.txt")

    @property
    def environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            **super().environment,
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"opsys{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # One scheduler: it shares the machine with the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def kill_names(self) -> None:
        """The daemon that Erlang starts for itself, and leaves running."""
        subprocess.run(["epmd", "-port", str(self._epmd_port), "-kill"], capture_output=True, check=False)


@contextmanager
def rabbitmq(certificate: Path | None = None) -> Iterator[RabbitMq]:
    """A running RabbitMQ with `USERS`, whose password is `PASSWORD`; with a certificate (and its key) it has a port
    for TLS too."""
    if not SERVER.exists():
        raise ServiceError("rabbitmq-server is not installed: sh requirements/system.sh test")
    folder = Path(tempfile.mkdtemp(prefix="opsys-rabbitmq-"))
    service = RabbitMq(folder, certificate)
    try:
        service.start()
        yield service
    finally:
        service.stop()
        service.kill_names()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, port: int, tls_port: int | None, certificate: Path | None) -> None:
    lines = [
        f"listeners.tcp.1 = 127.0.0.1:{port}",
        f"load_definitions = {folder}/definitions.json",
        "log.file = false",
        "log.console = true",
        "log.console.level = warning",
    ]
    if certificate:
        lines += [f"listeners.ssl.1 = 127.0.0.1:{tls_port}", f"ssl_options.cacertfile = {certificate}"]
        lines += [f"ssl_options.certfile = {certificate}", f"ssl_options.keyfile = {certificate}"]
        lines += ["ssl_options.verify = verify_none", "ssl_options.fail_if_no_peer_cert = false"]
    (folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
    (folder / "plugins").write_text("[].\n")
    definitions = {
        "users": [
            {
                "name": name,
                "password_hash": _hashed(PASSWORD),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
            for name in USERS
        ],
        "vhosts": [{"name": "/"}, {"name": "other"}],
        "permissions": [
            {"user": name, "vhost": "/", "configure": configure, "write": write, "read": read}
            for name, (configure, write, read) in USERS.items()
        ],
        "topic_permissions": [
            {"user": "opsys", "vhost": "/", "exchange": exchange, "write": "^$", "read": TOPICS}
            for exchange in EXCHANGES
        ],
    }
    (folder / "definitions.json").write_text(json.dumps(definitions))


def _hashed(password: str) -> str:
    """As RabbitMQ keeps it: https://www.rabbitmq.com/docs/passwords"""
    salt = b"salt"
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
