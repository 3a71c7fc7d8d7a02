"""`manage.py add-cluster east --auth-url … --username … --project …`, or from a clouds.yaml or openrc file."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from audit.acting import Actor, sign
from clusters.gateway.profiles import Profile, ProfileError, from_clouds_yaml, from_openrc
from clusters.models import Cluster, ClusterGroup, Credential, Environment
from clusters.registration import register_cluster


class Command(BaseCommand):
    help = (
        "Add a cluster after testing its connection. The secret comes from the file, from the environment variable "
        "OPSYS_CLOUD_SECRET, from standard input (--secret-stdin) or from a prompt; never from an argument, which "
        "everybody on the machine could read."
    )

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--from-clouds-yaml", type=Path, metavar="FILE")
        parser.add_argument("--cloud", help="which cloud of the clouds.yaml (default: NAME)")
        parser.add_argument("--from-openrc", type=Path, metavar="FILE")
        parser.add_argument("--auth-url")
        parser.add_argument("--username")
        parser.add_argument("--project")
        parser.add_argument("--user-domain")
        parser.add_argument("--project-domain")
        parser.add_argument("--application-credential", metavar="ID")
        parser.add_argument("--secret-stdin", action="store_true")
        parser.add_argument("--region")
        parser.add_argument("--interface", choices=["public", "internal", "admin"])
        parser.add_argument("--ca-certificate", type=Path, metavar="FILE")
        parser.add_argument("--insecure", action="store_true", help="do not verify the certificate")
        parser.add_argument("--group", help="cluster group; made if there is none of this name")
        parser.add_argument("--environment", choices=Environment.values, default=Environment.PRODUCTION)
        parser.add_argument("--description", default="")
        parser.add_argument("--no-test", action="store_true", help="store it although nobody saw it work")

    def handle(self, **options):
        name = options["name"]
        if Cluster.objects.filter(name=name).exists():
            raise CommandError(f"There is a cluster “{name}” already. Nothing was changed.")
        profile = self._profile(options)
        cluster = Cluster(
            name=name,
            description=options["description"],
            environment=options["environment"],
            auth_url=options["auth_url"] or (profile.auth_url if profile else ""),
            region=options["region"] or (profile.region if profile else ""),
            interface=options["interface"] or (profile.interface if profile else "public"),
            verify_tls=not options["insecure"] and (profile.verify_tls if profile else True),
            ca_certificate=self._certificate(options) or (profile.ca_certificate if profile else ""),
        )
        credential = self._credential(options, profile)
        if group := options["group"]:
            cluster.group = ClusterGroup.objects.filter(name=group).first() or ClusterGroup(name=group)
        for changed in (cluster, credential, cluster.group):
            if changed is not None:
                sign(changed, Actor.of_command())
        try:
            report = register_cluster(cluster, credential, test=not options["no_test"])
        except ValidationError as error:
            raise CommandError("\n".join(_sentences(error)) + "\nNothing was stored.") from None
        self.stdout.write(self.style.SUCCESS(f"Cluster {name} was added."))
        for warning in report.warnings if report else []:
            self.stdout.write(self.style.WARNING(f"  {warning}"))

    def _profile(self, options: dict[str, Any]) -> Profile | None:
        try:
            if options["from_clouds_yaml"]:
                return from_clouds_yaml(options["from_clouds_yaml"], options["cloud"] or options["name"])
            if options["from_openrc"]:
                return from_openrc(options["from_openrc"])
        except ProfileError as error:
            raise CommandError(f"{error} Nothing was stored.") from None
        return None

    def _certificate(self, options: dict[str, Any]) -> str:
        path = options["ca_certificate"]
        if path is None:
            return ""
        if not path.is_file():
            raise CommandError(f"There is no file {path}. Nothing was stored.")
        return path.read_text()

    def _credential(self, options: dict[str, Any], profile: Profile | None) -> Credential:
        application = options["application_credential"]
        given = profile or Profile("", "password", "", "Default", "", "Default", "", "", "", True, "")
        credential = Credential(
            kind="application_credential" if application else given.kind,
            username=application or options["username"] or given.username,
            user_domain=options["user_domain"] or given.user_domain,
            project_name=options["project"] or given.project_name,
            project_domain=options["project_domain"] or given.project_domain,
        )
        if not credential.username:
            raise CommandError("Give --username and --project, or --application-credential. Nothing was stored.")
        credential.secret = self._secret(options) or given.secret or self._ask(credential)
        return credential

    def _secret(self, options: dict[str, Any]) -> str:
        if options["secret_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        return os.environ.get("OPSYS_CLOUD_SECRET", "")

    def _ask(self, credential: Credential) -> str:
        if not sys.stdin.isatty():
            raise CommandError("No secret was given. Use --secret-stdin or OPSYS_CLOUD_SECRET. Nothing was stored.")
        return getpass.getpass(f"Secret of {credential.username}: ")


def _sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "message_dict"):
        return [f"{field}: {text}" for field, texts in error.message_dict.items() for text in texts]
    return error.messages
