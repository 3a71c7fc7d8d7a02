"""Nova's proxies for VNC and serial consoles of a cloud."""

import ctypes
import os
import signal
from pathlib import Path

from lab.layout import CONSOLE_PORTS, SCREEN_PORTS
from lab.services.serving import description, wait_for

PR_SET_PDEATHSIG = 1


def preload() -> None:
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    import nova.cmd.baseproxy
    import nova.console.securityproxy.rfb
    import nova.console.websocketproxy  # noqa: F401


def run(state: Path) -> None:
    wait_for(state, "identity")
    import nova.conf
    from nova import config
    from nova.console.securityproxy import rfb

    config.parse_args(["nova-consoles", "--config-file", str(state / "conf" / "nova.conf")])
    nova.conf.CONF.set_override("web", None)  # no page of theirs, only the socket
    parent = os.getpid()
    if os.fork() == 0:
        # The lab stops the parent only.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            _proxy(state, "serial", None)
        return
    _proxy(state, "vnc", rfb.RFBSecurityProxy())


def _proxy(state: Path, kind: str, security_proxy) -> None:
    from nova.cmd import baseproxy
    from nova.console import websocketproxy

    class RequestHandler(websocketproxy.NovaProxyRequestHandler):
        def _check_console_port(self, ctxt, instance_uuid, port, console_type):
            # The original asks nova-compute over the message bus, which is inside another process of the lab.
            return int(port) == SCREEN_PORTS[kind]

    websocketproxy.NovaProxyRequestHandler = RequestHandler
    baseproxy.proxy(description(state)["address"], CONSOLE_PORTS[kind], security_proxy)
