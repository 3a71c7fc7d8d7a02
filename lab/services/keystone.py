"""Keystone: the identity API."""

import os
from pathlib import Path

from lab.services.serving import serve


def preload() -> None:
    import keystone.api
    import keystone.server.backends
    import keystone.server.wsgi  # noqa: F401


def run(state: Path) -> None:
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(state / "conf" / "keystone.conf")
    from keystone.server.wsgi import initialize_public_application

    serve(initialize_public_application(), state, "identity", threads=12)
