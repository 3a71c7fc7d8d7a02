"""Glance: the image API."""

import os
from pathlib import Path

from lab.services.serving import serve


def preload() -> None:
    import glance.api.v2.router
    import glance.common.wsgi_app  # noqa: F401


def run(state: Path) -> None:
    os.environ["OS_GLANCE_CONFIG_DIR"] = str(state / "conf")
    from glance.common.wsgi_app import init_app

    serve(init_app(), state, "image")
