"""Placement: the inventory and allocation API that Nova's scheduler asks."""

import os
from pathlib import Path

from lab.services.serving import serve


def preload() -> None:
    import placement.deploy
    import placement.wsgi  # noqa: F401


def run(state: Path) -> None:
    os.environ["OS_PLACEMENT_CONFIG_DIR"] = str(state / "conf")
    from placement.wsgi import init_application

    serve(init_application(), state, "placement")
