"""`manage.py add-cluster east --auth-url … --username … --project …`, or from a clouds.yaml or openrc file."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from audit.acting import Actor, sign
from clusters.gateway.profiles import Profile, ProfileError, certificate, from_clouds_yaml, from_openrc
from clusters.models import Cluster, ClusterGroup, Credential, Environment
from clusters.registration import register_cluster

USER = ("username", "user_id")
USER_DOMAIN = ("user_domain", "user_domain_id")
PROJECT = ("project_name", "project_id")
PROJECT_DOMAIN = ("project_domain", "project_domain_id")
DOMAIN = ("domain_name", "domain_id", "system_scope")
APPLICATION = ("application_credential_name",)

CREDENTIAL_OPTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("username", "username", USER),
    ("user_id", "user_id", USER),
    ("user_domain", "user_domain", USER_DOMAIN),
    ("user_domain_id", "user_domain_id", USER_DOMAIN),
    ("project", "project_name", (*PROJECT, *DOMAIN)),
    ("project_id", "project_id", (*PROJECT, *DOMAIN)),
    ("project_domain", "project_domain", PROJECT_DOMAIN),
    ("project_domain_id", "project_domain_id", PROJECT_DOMAIN),
    ("domain", "domain_name", (*PROJECT, *DOMAIN)),
    ("domain_id", "domain_id", (*PROJECT, *DOMAIN)),
    ("system_scope", "system_scope", (*PROJECT, *DOMAIN)),
    ("application_credential", "username", (*USER, *APPLICATION)),
    ("application_credential_name", "application_credential_name", APPLICATION),
)
"""Option, field of the credential, and what of the file it takes the place of."""


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
        parser.add_argument("--user-id")
        parser.add_argument("--user-domain")
        parser.add_argument("--user-domain-id")
        parser.add_argument("--project")
        parser.add_argument("--project-id")
        parser.add_argument("--project-domain")
        parser.add_argument("--project-domain-id")
        parser.add_argument("--domain", help="work in a whole domain instead of a project")
        parser.add_argument("--domain-id")
        parser.add_argument("--system-scope", action="store_true", help="work in the whole cloud")
        parser.add_argument("--application-credential", metavar="ID")
        parser.add_argument("--application-credential-name", metavar="NAME", help="of the user that is given too")
        parser.add_argument("--token", action="store_true", help="the secret is a token, which ends within hours")
        parser.add_argument("--secret-stdin", action="store_true")
        parser.add_argument("--region")
        parser.add_argument("--interface", choices=["public", "internal", "admin"])
        parser.add_argument("--ca-certificate", type=Path, metavar="FILE")
        parser.add_argument("--insecure", action="store_true", help="do not verify the certificate")
        parser.add_argument("--group", help="cluster group; made if there is none of this name")
        parser.add_argument("--environment", choices=Environment.values, default=Environment.UNSET)
        parser.add_argument("--description", default="")
        parser.add_argument("--again", action="store_true", help="although the same cloud and region is registered")
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
            report = register_cluster(cluster, credential, test=not options["no_test"], again=options["again"])
        except ValidationError as error:
            hint = " (--again)" if getattr(error, "code", "") == "same_cloud" else ""
            raise CommandError("\n".join(_sentences(error)) + hint + "\nNothing was stored.") from None
        self.stdout.write(self.style.SUCCESS(f"Cluster {name} was added."))
        if cluster.environment == Environment.UNSET:
            self.stdout.write("  Its environment is not set: give --environment, or choose it on its admin page.")
        if report and report.absent:
            self.stdout.write(f"  It has no {', '.join(report.absent)}.")
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
        try:
            return certificate(path)
        except ProfileError as error:
            raise CommandError(f"{error} Nothing was stored.") from None

    def _credential(self, options: dict[str, Any], profile: Profile | None) -> Credential:
        given = dict(profile.credential) if profile else {}
        for option, field, replaced in CREDENTIAL_OPTIONS:
            if options[option]:
                given = {name: value for name, value in given.items() if name not in replaced}
                given[field] = options[option]
        if options["application_credential"] or options["application_credential_name"]:
            given["kind"] = Credential.Kind.APPLICATION_CREDENTIAL
        elif options["token"]:
            given["kind"] = Credential.Kind.TOKEN
        credential = Credential(**given)
        if not given:
            raise CommandError("Give --username and --project, or --application-credential. Nothing was stored.")
        credential.secret = self._secret(options) or (profile.secret if profile else "") or self._ask(credential)
        return credential

    def _secret(self, options: dict[str, Any]) -> str:
        if options["secret_stdin"]:
            return sys.stdin.readline().rstrip("\n")
        return os.environ.get("OPSYS_CLOUD_SECRET", "")

    def _ask(self, credential: Credential) -> str:
        if not sys.stdin.isatty():
            raise CommandError("No secret was given. Use --secret-stdin or OPSYS_CLOUD_SECRET. Nothing was stored.")
        return getpass.getpass(f"Secret of {credential}: ")


def _sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "message_dict"):
        return [f"{field}: {text}" for field, texts in error.message_dict.items() for text in texts]
    return error.messages
