"""Neutron: the network API, and threads that play the agents."""

import os
from pathlib import Path

from lab.services.serving import description, serve


def preload() -> None:
    import neutron.plugins.ml2.plugin
    import neutron.server.api
    import neutron.services.l3_router.l3_router_plugin  # noqa: F401


def run(state: Path) -> None:
    os.environ["OS_NEUTRON_CONFIG_DIR"] = str(state / "conf")
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
    from neutron import server
    from neutron.server import api

    from lab.drivers.network_agents import play_agents

    application = server.boot_server(api.api_server)
    play_agents("controller", description(state)["computes"])
    serve(application, state, "network")
