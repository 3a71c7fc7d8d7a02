"""Web and workers are processes of their own: also all of them together try a wrong password once."""

import subprocess
import sys

import pytest

from tests.house import BASE
from tests.platform import Platform
from tests.wire import FakeCloud, serving

pytestmark = [pytest.mark.slow, pytest.mark.database]
PROCESSES = 3
REGISTER = """
from clusters.models import Cluster, Credential
Cluster.objects.filter(name="refused").delete()
cluster = Cluster.objects.create(name="refused", auth_url="{auth_url}")
Credential.objects.create(cluster=cluster, username="admin", secret="wrong", project_name="admin")
"""
ASK = """
import sys
from clusters import gateway
from clusters.gateway import CloudError
from clusters.models import Cluster
cluster = Cluster.objects.get(name="refused")
print("ready", flush=True)
sys.stdin.readline()
for project in ("", "", "p2"):
    try:
        with gateway.call(cluster, project=project):
            print("let in")
    except CloudError as error:
        print(error.code, error.until is not None)
"""


def log_ins(cloud):
    return sum((method, path) == ("POST", "/v3/auth/tokens") for method, path, _headers, _body in cloud.seen)


def shell(platform, code):
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=BASE, env=platform.environment, **pipes)


def answers(platform):
    """What each of some processes is told that all begin at once."""
    asking = [shell(platform, ASK) for _number in range(PROCESSES)]
    for process in asking:
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        process.stdin.write("\n")
        process.stdin.flush()
    return {line for process in asking for line in process.communicate(timeout=60)[0].splitlines()}


def test_they_log_in_once_together(tmp_path):
    platform = Platform(tmp_path)
    platform.manage("migrate", "--verbosity", "0")
    with serving(FakeCloud()) as cloud:
        assert shell(platform, REGISTER.format(auth_url=cloud.auth_url)).wait(timeout=60) == 0
        assert answers(platform) == {"authentication True"}
        assert log_ins(cloud) == 1
