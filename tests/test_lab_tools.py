"""Ansible and Prometheus reach every server of a real cloud by what our inventories tell of them."""

import json
import subprocess
import sys

import pytest

from tests.ansible import SCRIPT, Ansible
from tests.platform import wait_until
from tests.prometheus import Prometheus, exporter

pytestmark = [pytest.mark.lab, pytest.mark.slow]
QUERY = "cluster=east&status=ACTIVE"
CONFIGURATION = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: servers
    http_sd_configs:
      - url: {url}/api/v1/monitoring/tools/prometheus/?port={port}&{query}
        authorization: {{type: Token, credentials: {token}}}
        refresh_interval: 1s
    relabel_configs:
      - {{source_labels: [__meta_openstack_instance_name], target_label: instance}}
"""


@pytest.fixture(scope="module")
def token(api):
    return api.headers["Authorization"].removeprefix("Token ")


@pytest.fixture(scope="module")
def servers(api, openstack):
    """The names of what runs in east, by OpenStack's own command line. Their addresses are this machine's."""
    running = openstack("east")("server", "list", "--all-projects", "--status", "ACTIVE")
    with_address = [server["Name"] for server in running if server["Networks"]]
    assert len(with_address) > 5
    wait_until(lambda: {server["Name"] for server in running} == {row["name"] for row in rows(api)}, "all are listed")
    return with_address


def rows(api) -> list[dict]:
    return api.rows("compute/servers/", cluster="east", status="ACTIVE")


def test_ansible_pings_every_server(platform, token, servers, sshd_everywhere, tmp_path):
    ansible = Ansible(tmp_path, url=platform.url, token=token, sshd=sshd_everywhere, query=QUERY)
    told = subprocess.run(
        [sys.executable, SCRIPT, "--list"], env=ansible.environment, check=True, capture_output=True, text=True
    )
    hosts = json.loads(told.stdout)["_meta"]["hostvars"]
    reachable = sorted(name for name, known in hosts.items() if known.get("ansible_host"))
    assert len(reachable) == len(servers)
    said = ansible(":".join(reachable), "-m", "ping", "--forks", "4")
    assert said.count('"ping": "pong"') == len(servers), said


def test_prometheus_scrapes_every_server(platform, token, servers, tmp_path):
    with exporter("node_load1 0.5\n", "0.0.0.0") as port:
        configuration = CONFIGURATION.format(url=platform.url, port=port, query=QUERY, token=token)
        prometheus = Prometheus(tmp_path, configuration)
        prometheus.start()
        try:
            wait_until(
                lambda: prometheus.labels("node_load1", "instance") == set(servers),
                "Prometheus has scraped all of them",
                on_failure=prometheus.last_words,
                pause=0.3,
            )
        finally:
            prometheus.stop()
