"""A Daphne of its own, as ours is set up, for an application that a test writes."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

from tests.platform import BASE, wait_until
from tests.services import free_port


@contextmanager
def serving(folder, source):
    """The port at which the `application` of this source answers."""
    (folder / "served.py").write_text(source)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{BASE}", "DJANGO_SETTINGS_MODULE": "opsys.settings.test"}
    command = [sys.executable, "-m", "daphne", "--bind", "127.0.0.1", "--port", str(port), "served:application"]
    process = subprocess.Popen(command, env=environment, cwd=BASE, stderr=subprocess.DEVNULL)

    def answers():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    try:
        wait_until(answers, "daphne answers")
        yield port
    finally:
        process.terminate()
        process.wait()
