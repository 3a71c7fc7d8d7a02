"""Nova's proxies for VNC and serial consoles of a cloud.

`python -m lab.services.consoles STATE CERTIFICATE HIGHER`, by the lab's own Python, is a second pair of them beside a
running cloud: Nova's own TLS, with that PEM file, on ports so much higher.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

from lab.layout import CONSOLE_PORTS, SCREEN_PORTS
from lab.services.serving import description, wait_for

PR_SET_PDEATHSIG = 1


def preload() -> None:
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    import nova.cmd.baseproxy
    import nova.console.securityproxy.rfb
    import nova.console.websocketproxy  # noqa: F401


def run(state: Path, certificate: str = "", higher: int = 0) -> None:
    wait_for(state, "identity")
    import nova.conf
    from nova import config
    from nova.console.securityproxy import rfb

    config.parse_args(["nova-consoles", "--config-file", str(state / "conf" / "nova.conf")])
    nova.conf.CONF.set_override("web", None)  # no page of theirs, only the socket
    if certificate:
        nova.conf.CONF.set_override("ssl_only", True)
        nova.conf.CONF.set_override("cert", certificate)
    parent = os.getpid()
    if os.fork() == 0:
        # The lab stops the parent only.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            _proxy(state, "serial", None, higher)
        return
    _proxy(state, "vnc", rfb.RFBSecurityProxy(), higher)


def _proxy(state: Path, kind: str, security_proxy, higher: int) -> None:
    from nova.cmd import baseproxy
    from nova.console import websocketproxy

    class RequestHandler(websocketproxy.NovaProxyRequestHandler):
        def _check_console_port(self, ctxt, instance_uuid, port, console_type):
            # The original asks nova-compute over the message bus, which is inside another process of the lab.
            return int(port) == SCREEN_PORTS[kind]

    websocketproxy.NovaProxyRequestHandler = RequestHandler
    baseproxy.proxy(description(state)["address"], CONSOLE_PORTS[kind] + higher, security_proxy)


if __name__ == "__main__":
    state, certificate, higher = sys.argv[1:]
    sys.argv = ["consoles"]  # which Nova parses, too
    preload()
    run(Path(state), certificate, int(higher))
