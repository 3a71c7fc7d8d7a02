"""`manage.py test-cluster east`: every service, its version and latency, the clock, the certificate."""

import json

from django.core.management.base import BaseCommand

from clusters import health
from clusters.management.commands._chosen import chosen


class Command(BaseCommand):
    help = "Test the connection to clusters. Exit code 0: all well; 1: at least one does not work."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*")
        parser.add_argument("--all", action="store_true", dest="everything")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, **options):
        reports = [
            health.examine_and_keep(cluster) for cluster in chosen(options["names"], everything=options["everything"])
        ]
        if options["as_json"]:
            self.stdout.write(json.dumps([_facts(report) for report in reports]))
        else:
            for report in reports:
                self._tell(report)
        if not all(report.ok for report in reports):
            raise SystemExit(1)

    def _tell(self, report: health.Report) -> None:
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
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(f"  {warning}"))


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
