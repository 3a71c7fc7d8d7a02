"""The files for Prometheus and Grafana: a real promtool takes them, and they ask for figures that there are."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clusters.models import SyncState
from jobs.models import Job
from monitoring.alerts.models import Alert, AlertRule
from tests.factories import make_server, make_state

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "prometheus"


def promtool(*arguments) -> subprocess.CompletedProcess:
    program = shutil.which("promtool")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("promtool is not installed: sh requirements/system.sh test")
        pytest.skip("promtool is not installed")
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def queries() -> list[str]:
    board = json.loads((FOLDER / "grafana.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_the_rules_are_good():
    done = promtool("check", "rules", FOLDER / "rules.yml")
    assert done.returncode == 0 and "5 rules found" in done.stdout, done.stdout + done.stderr


def test_the_configuration_is_good():
    done = promtool("check", "config", "--syntax-only", FOLDER / "scrape.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_queries_of_the_dashboard_are_good(tmp_path):
    rules = [{"record": f"query:{number}", "expr": expr} for number, expr in enumerate(queries())]
    text = json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}).replace("$cluster", ".*")
    (tmp_path / "rules.yml").write_text(text)  # JSON is YAML
    done = promtool("check", "rules", tmp_path / "rules.yml")
    assert done.returncode == 0 and f"{len(rules)} rules found" in done.stdout, done.stdout + done.stderr


def test_they_ask_for_figures_that_there_are(client, settings, cluster):
    settings.METRICS_TOKEN = "token"
    make_server(cluster, status="ERROR")
    make_state(cluster)
    SyncState.objects.update(seconds=1, synced_at="2026-01-01T00:00Z")
    Job.objects.create(kind="x", username="ada", via="ui")
    rule = AlertRule.objects.create(kind="server-error")
    seen = "2026-01-01T00:00Z"
    Alert.objects.create(
        rule=rule, cluster=cluster, severity="critical", state="firing", key="k", began_at=seen, seen_at=seen
    )
    told = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert 'opsys_alerts{cluster="east",rule="server-error",severity="critical"} 1.0' in told
    asked = set(re.findall(r"\bopsys_\w+", (FOLDER / "rules.yml").read_text() + " ".join(queries())))
    assert {name for name in asked if f"\n{name}{{" not in told} == set()
