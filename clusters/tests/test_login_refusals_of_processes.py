"""Web and workers are processes of their own: also all of them together try a wrong password once."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from clusters.models import Cluster, Credential
from tests.house import BASE
from tests.platform import PATIENCE_SECONDS

pytestmark = pytest.mark.slow
PROCESSES = 3
ASK = """
import sys
from clusters import gateway
from clusters.gateway import CloudError
from clusters.models import Cluster
cluster = Cluster.objects.get()
print("ready", flush=True)
sys.stdin.readline()
for project in ("", "", "p2"):
    try:
        with gateway.call(cluster, project=project):
            print("let in")
    except CloudError as error:
        print(error.code, error.until is not None)
"""


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """other(): the address by which other processes reach what the test wrote."""

    def other() -> str:
        if connection.vendor == "mysql":
            return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
        connection.ensure_connection()
        with closing(sqlite3.connect(tmp_path / "test.sqlite3")) as file:
            connection.connection.backup(file)
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"

    return other


def answers(database_url: str) -> list[str]:
    """What each of some processes is told that all begin at once."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "opsys.settings.test", "DATABASE_URL": database_url}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    asking = [subprocess.Popen(command, cwd=BASE, env=environment, **pipes) for _number in range(PROCESSES)]
    for process in asking:
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        process.stdin.write("\n")
        process.stdin.flush()
    return [line for process in asking for line in process.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()]


def test_they_log_in_once_together(cloud, database_url):
    cluster = Cluster.objects.create(name="north", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="wrong", project_name="admin")
    assert answers(database_url()) == ["authentication True"] * 3 * PROCESSES
    assert sum((method, path) == ("POST", "/v3/auth/tokens") for method, path, _headers, _body in cloud.seen) == 1
