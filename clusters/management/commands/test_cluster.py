"""`manage.py test-cluster east`: every service, its version and latency, the clock, the certificate."""

import json

from django.core.management.base import BaseCommand

from clusters import health
from clusters.management.commands._chosen import chosen
from clusters.models import Cluster
from clusters.notifications import status
from clusters.notifications.broker import try_out
from clusters.notifications.errors import BrokerError, sentence


class Command(BaseCommand):
    help = "Test the connection to clusters. Exit code 0: all well; 1: at least one does not work."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*")
        parser.add_argument("--all", action="store_true", dest="everything")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        clusters = chosen(options["names"], everything=options["everything"])
        reports = [(health.examine_and_keep(cluster), _notifications(cluster)) for cluster in clusters]
        if options["as_json"]:
            self.stdout.write(json.dumps([{**_facts(report), "notifications": heard} for report, heard in reports]))
        else:
            for report, heard in reports:
                self._tell(report, heard)
        if not all(report.ok for report, _heard in reports):
            raise SystemExit(1)

    def _tell(self, report: health.Report, heard: str) -> None:
        verdict = self.style.SUCCESS("works") if report.ok else self.style.ERROR("does not work")
        self.stdout.write(f"{report.cluster}: {verdict}")
        if report.error:
            self.stdout.write(f"  {report.error}")
        for name, details in report.services.items():
            if "error" in details:
                continue
            version = f"{details['version']} (microversion {details['max']})" if details["max"] else details["version"]
            self.stdout.write(f"  {name:14} {version:28} {details['milliseconds']} ms")
        if report.absent:
            self.stdout.write(f"  without {', '.join(report.absent)}")
        if report.capabilities.get("clock_skew") is not None:
            self.stdout.write(f"  clock          {report.capabilities['clock_skew']:+d} s")
        if report.certificate_days is not None:
            self.stdout.write(f"  certificate    {report.certificate_days} days left")
        if heard:
            self.stdout.write(f"  notifications  {heard}")
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(f"  {warning}"))


def _notifications(cluster: Cluster) -> str:
    """Whether its broker takes us now, and how the listener fares. Without them all else works, so nothing fails."""
    broker = status.of_cluster(cluster)
    if broker is None:
        return ""
    try:
        try_out(broker)
    except BrokerError as error:
        return sentence(error.code, error.detail, cluster.name)
    return status.told(broker)


def _facts(report: health.Report) -> dict:
    return {
        "cluster": report.cluster,
        "ok": report.ok,
        "error": report.error,
        "code": report.code,
        "services": report.services,
        "clock_skew_seconds": report.capabilities.get("clock_skew"),
        "certificate_days": report.certificate_days,
        "warnings": report.warnings,
    }
