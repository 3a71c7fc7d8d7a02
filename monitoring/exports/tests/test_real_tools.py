"""Ansible, Prometheus and sshd as people have them, with what our addresses tell them."""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from accounts.models import ApiToken
from clusters.access import VIEW
from tests.factories import make_cluster, make_server
from tests.platform import wait_until
from tests.services import free_port
from tests.sshd import Sshd

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "tools" / "opsys-inventory"


@pytest.fixture
def token(make_user):
    """Of somebody who may see east, where three servers run, and not west."""
    east, west = make_cluster("east"), make_cluster("west")
    data = {"metadata": {"role": "{{ 6 * 7 }}"}}
    for name, cluster, last in (("web-1", east, 1), ("web-2", east, 2), ("db", east, 3), ("hidden", west, 4)):
        place = [{"network": "lo", "address": f"127.0.0.{last}", "type": "fixed"}]
        make_server(cluster, name=name, addresses=place, data=data)
    return ApiToken.objects.create(user=make_user("vera", {east: [VIEW]}))[1]


@pytest.fixture
def sshd(tmp_path):
    """It listens on all of loopback: each address is a server."""
    running = Sshd(tmp_path / "sshd", address="0.0.0.0")
    running.start()
    yield running
    running.stop()


def test_ansible_pings_our_servers(live_server, token, sshd, tmp_path):
    program = Path(sys.executable).with_name("ansible")
    options = {
        "ansible_port": sshd.port,
        "ansible_ssh_private_key_file": str(sshd.folder / "person"),
        "ansible_user": sshd.user,
        "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        "ansible_python_interpreter": sys.executable,
    }
    environment = {
        **os.environ,
        "OPSYS_URL": live_server.url,
        "OPSYS_TOKEN": token,
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "True",
        "LC_ALL": "C.UTF-8",
    }

    def ansible(group: str, *arguments: str) -> str:
        command = [program, "-i", SCRIPT, group, "-e", json.dumps(options), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = ansible("cluster_east", "-m", "ping")
    assert said.count('"ping": "pong"') == 3, said
    assert all(f"east.{name} | SUCCESS" in said for name in ("web-1", "web-2", "db"))
    assert "hidden" not in said
    said = ansible("east.web-1", "-m", "debug", "-a", "msg='{{ openstack.metadata.role }}'")
    assert "{{ 6 * 7 }}" in said and "42" not in said, "what a server's owner wrote is not evaluated"


def test_the_script_says_what_is_wrong(live_server, token):
    def run(**environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([SCRIPT, "--list"], env={"PATH": os.environ["PATH"], **environment}, capture_output=True)

    assert run(OPSYS_URL=live_server.url).returncode == 2
    assert b"401" in run(OPSYS_URL=live_server.url, OPSYS_TOKEN="wrong").stderr
    assert json.loads(run(OPSYS_URL=live_server.url, OPSYS_TOKEN=token, OPSYS_QUERY="q=db").stdout)["cluster_east"]


@pytest.fixture
def exporter():
    """What a node exporter is to Prometheus."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(b"node_load1 0.5\n")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


CONFIGURATION = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: servers
    http_sd_configs:
      - url: {url}/api/v1/monitoring/tools/prometheus/?port={port}
        authorization: {{type: Token, credentials: {token}}}
        refresh_interval: 1s
    relabel_configs:
      - {{source_labels: [__meta_openstack_instance_name], target_label: instance}}
"""


def test_prometheus_discovers_and_scrapes(live_server, token, exporter, tmp_path):
    program = shutil.which("prometheus")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("prometheus is not installed: sh requirements/system.sh test")
        pytest.skip("prometheus is not installed")
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(url=live_server.url, port=exporter, token=token))
    port = free_port()
    command = [program, f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}"]
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:

        def scraped() -> set[str]:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/api/v1/query", {"query": "node_load1"}, timeout=2)
                return {one["metric"]["instance"] for one in answer.json()["data"]["result"]}
            except (requests.RequestException, ValueError, KeyError):
                return set()

        wait_until(
            lambda: scraped() == {"web-1", "web-2", "db"},
            60,
            "Prometheus has scraped what we told it",
            on_failure=lambda: (tmp_path / "log").read_text()[-1500:],
            pause=0.3,
        )
    finally:
        running.terminate()
        running.wait(timeout=15)
