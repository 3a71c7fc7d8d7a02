"""A file to include in one's `~/.ssh/config`."""

import re
from collections.abc import Iterable, Iterator

from monitoring.exports.hosts import Host

PLAIN = re.compile(r"[^\w.:@+-]", re.ASCII)
"""Line feeds, quotes, patterns and percents must not get into the file."""


def ssh_config(hosts: Iterable[Host]) -> Iterator[str]:
    yield "# Servers as the platform knows them. In ~/.ssh/config: Include ~/.ssh/opsys_config\n"
    for host in hosts:
        if host.address:
            yield f"\nHost {_plain(host.full_name)}\n"
            yield f"    HostName {_plain(host.address)}\n"
            # Addresses may be another server's tomorrow: keys are kept by the server's id.
            yield f"    HostKeyAlias {_plain(host.server.cloud_id)}\n"
            if host.username:
                yield f"    User {_plain(host.username)}\n"


def _plain(text: str) -> str:
    return PLAIN.sub("_", text).lstrip("-") or "_"
