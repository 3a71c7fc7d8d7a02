"""`manage.py openstack CLUSTER --as USER -- server list`: OpenStack's own command line with the stored credential."""

import os
import subprocess
import sys
import time

from django.core.management.base import BaseCommand, CommandError

from clusters import access, gateway
from clusters.gateway import CloudError
from clusters.models import Cluster
from opsys.kit.act.perform import begin, conclude
from opsys.kit.console.command_line import without_secrets
from opsys.kit.declare.action import Operation, Outcome, Status
from opsys.kit.management.acting_user import person_named

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What of our own environment the child gets. The platform's keys and database are not among it."""


class Command(BaseCommand):
    help = "Run an openstack command on a cluster with its stored credential. Needs the right to administer it."

    def add_arguments(self, parser):
        parser.add_argument("cluster")
        parser.add_argument("--as", dest="user", required=True, help="the platform user who acts")
        parser.add_argument("words", nargs="+", metavar="-- WORD", help="the command, after --")

    def handle(self, **options):
        user = person_named(options["user"])
        cluster = access.visible_clusters(user).filter(name=options["cluster"]).first()
        if cluster is None:
            raise CommandError(f"There is no cluster “{options['cluster']}”, or it may not be seen.")
        operation = Operation(
            user=user,
            via="cli",
            client="",
            resource="clusters.cluster",
            action="openstack",
            label="openstack",
            cluster=cluster,
            cloud_id="",
            name=cluster.name,
            params={"words": without_secrets(options["words"])},
        )
        code, reason = self._why_not(user, cluster)
        if reason:
            conclude(operation, _outcome(cluster, Status.REFUSED, code=code, reason=reason))
            raise CommandError(reason)
        if not begin(operation):
            raise CommandError("The audit could not be written, so nothing was done. Check the platform's database.")
        self._run(cluster, operation, options["words"])

    def _why_not(self, user, cluster: Cluster) -> tuple[str, str]:
        """The credential can do anything there, so it takes the right to do anything."""
        if reason := access.why_not(access.held_by(user), access.ADMINISTER, cluster):
            return "permission", reason
        if not cluster.enabled:
            return "disabled", f"Cluster {cluster.name} is disabled."
        return "", ""

    def _run(self, cluster: Cluster, operation: Operation, words: list[str]) -> None:
        began = time.monotonic()
        try:
            environment = gateway.environment_of(cluster)
        except CloudError as error:
            conclude(operation, _outcome(cluster, Status.FAILED, code=error.code, reason=error.with_time()))
            raise CommandError(error.with_time()) from None
        environment |= {name: os.environ[name] for name in KEPT if name in os.environ}
        command = [sys.executable, "-m", "openstackclient.shell", *words]
        code = subprocess.run(command, env=environment, check=False).returncode
        seconds = round(time.monotonic() - began, 3)
        if code:
            failed = {"code": "exit", "reason": f"It ended with exit code {code}."}
            conclude(operation, _outcome(cluster, Status.FAILED, seconds=seconds, **failed))
            raise SystemExit(code)
        conclude(operation, _outcome(cluster, Status.DONE, seconds=seconds))


def _outcome(cluster: Cluster, status: Status, **facts) -> Outcome:
    return Outcome(status, name=cluster.name, cluster=cluster.name, **facts)
