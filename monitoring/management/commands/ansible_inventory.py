"""`manage.py ansible-inventory --as USER`: the servers this user may see, for Ansible and others."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from audit.acting import Actor
from audit.models import Event
from monitoring.exports.ansible import inventory
from monitoring.exports.api import export
from monitoring.exports.hosts import BadFilter
from monitoring.exports.netbox import netbox_csv
from monitoring.exports.ssh_config import ssh_config
from opsys.kit.management.acting_user import person_named

FORMS = {
    "ansible": lambda hosts: json.dumps(inventory(hosts), ensure_ascii=False, indent=1) + "\n",
    "ssh-config": lambda hosts: "".join(ssh_config(hosts)),
    "netbox": lambda hosts: "".join(netbox_csv(hosts)),
}


class Command(BaseCommand):
    help = "Print an Ansible inventory, an ssh_config or NetBox's CSV of the servers a user may see."

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="user", required=True, help="the platform user who asks")
        parser.add_argument("--list", action="store_true", help="as Ansible asks a script; it is what is done anyway")
        parser.add_argument("--query", default="", help="filters as in the address of the list: cluster=east&q=web")
        parser.add_argument("--form", choices=sorted(FORMS), default="ansible")

    def handle(self, **options):
        user = person_named(options["user"])
        actor = Actor(user, Event.Via.CLI, Actor.of_command().client)
        try:
            text = export(options["form"], user, actor, FORMS[options["form"]], QueryDict(options["query"]))
        except BadFilter as error:
            raise CommandError(str(error)) from None
        self.stdout.write(text, ending="")
