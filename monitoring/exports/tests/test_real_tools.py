"""Ansible, Prometheus and sshd as people have them, with what our addresses tell them."""

import json
import os
import subprocess

import pytest

from accounts.models import ApiToken
from clusters.access import VIEW
from tests.ansible import SCRIPT, Ansible
from tests.factories import make_cluster, make_server
from tests.platform import wait_until
from tests.prometheus import Prometheus, exporter

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def token(make_user):
    """Of somebody who may see east, where three servers run, and not west."""
    east, west = make_cluster("east"), make_cluster("west")
    data = {"metadata": {"role": "{{ 6 * 7 }}"}}
    for name, cluster, last in (("web-1", east, 1), ("web-2", east, 2), ("db", east, 3), ("hidden", west, 4)):
        place = [{"network": "lo", "address": f"127.0.0.{last}", "type": "fixed"}]
        make_server(cluster, name=name, addresses=place, data=data)
    return ApiToken.objects.create(user=make_user("vera", {east: [VIEW]}))[1]


def test_ansible_pings_our_servers(live_server, token, sshd_everywhere, tmp_path):
    ansible = Ansible(tmp_path, url=live_server.url, token=token, sshd=sshd_everywhere)
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


def test_prometheus_discovers_and_scrapes(live_server, token, tmp_path):
    with exporter("node_load1 0.5\n", "0.0.0.0") as port:
        prometheus = Prometheus(tmp_path, CONFIGURATION.format(url=live_server.url, port=port, token=token))
        prometheus.start()
        try:
            wait_until(
                lambda: prometheus.labels("node_load1", "instance") == {"web-1", "web-2", "db"},
                "Prometheus has scraped what we told it",
                on_failure=prometheus.last_words,
                pause=0.3,
            )
        finally:
            prometheus.stop()
