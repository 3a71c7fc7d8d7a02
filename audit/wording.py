"""What was done, as people say it. The names of actions stay what programs and filters know them by."""

from functools import lru_cache

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from opsys.kit.declare import register

PLATFORM = {
    "auth.login": gettext_lazy("Log in"),
    "auth.logout": gettext_lazy("Log out"),
    "auth.session_expired": gettext_lazy("Session expired"),
    "auth.session.end": gettext_lazy("End a session"),
    "auth.second_factor.add": gettext_lazy("Set up a second factor"),
    "auth.second_factor.remove": gettext_lazy("Remove a second factor"),
    "auth.second_factor.reset": gettext_lazy("Remove somebody’s second factors"),
    "auth.second_factor.renew": gettext_lazy("New recovery codes"),
    "auth.link": gettext_lazy("Link an account to somebody of the provider"),
    "auth.unlock": gettext_lazy("Unlock after failed logins"),
    "auth.locked_out": gettext_lazy("Account blocked after failed logins"),
    "accounts.user.password": gettext_lazy("Change a password"),
    "accounts.user.groups.add": gettext_lazy("Add a user to groups"),
    "accounts.user.groups.remove": gettext_lazy("Remove a user from groups"),
    "auth.group.users.add": gettext_lazy("Add users to a group"),
    "auth.group.users.remove": gettext_lazy("Remove users from a group"),
    "accounts.apitoken.add": gettext_lazy("Make an API token"),
    "accounts.apitoken.delete": gettext_lazy("Revoke an API token"),
    "knox.authtoken.delete": gettext_lazy("Delete an API token"),
    "approvals.ask": gettext_lazy("Ask a second person to approve"),
    "approvals.approve": gettext_lazy("Approve what somebody else asked"),
    "approvals.decline": gettext_lazy("Decline what somebody else asked"),
    "approvals.withdraw": gettext_lazy("Take back what a second person was asked"),
    "approvals.changed": gettext_lazy("Not run: it changed before it was approved"),
    "secrets.rotate": gettext_lazy("Encrypt all secrets with the newest key"),
    "clusters.cluster.openstack": gettext_lazy("OpenStack command line"),
    "monitoring.alert.acknowledge": gettext_lazy("Acknowledge an alert"),
    "jobs.schedule.run": gettext_lazy("Run a schedule"),
    "terminal.session.open": gettext_lazy("Open a terminal"),
    "terminal.session.resume": gettext_lazy("Resume a terminal"),
    "terminal.session.close": gettext_lazy("Close a terminal"),
    "terminal.session.terminate": gettext_lazy("End a terminal"),
    "terminal.session.watch": gettext_lazy("Watch a terminal"),
    "audit.event.purge": gettext_lazy("Clear old events of the audit"),
    "audit.event.export": gettext_lazy("Export the audit"),
    "audit.proof.late": gettext_lazy("Events entered the proof of the audit late"),
    "audit.proof.broken": gettext_lazy("The audit is not intact"),
    "terminal.session.alert": gettext_lazy("Alert in a terminal"),
    "terminal.session.encoding": gettext_lazy("Choose a terminal's encoding"),
    "terminal.session.broadcast": gettext_lazy("Type in several terminals"),
    "terminal.host_key.accept": gettext_lazy("Accept a host key"),
    "terminal.host_key.refuse": gettext_lazy("Refuse a host key"),
    "terminal.recording.play": gettext_lazy("Play a recording"),
    "terminal.recording.download": gettext_lazy("Download a recording"),
    "terminal.recording.delete": gettext_lazy("Delete a recording"),
    "terminal.file.upload": gettext_lazy("Upload a file to a host"),
    "terminal.file.download": gettext_lazy("Download a file from a host"),
}
VERBS = {
    "add": gettext_lazy("Add: %(type)s"),
    "change": gettext_lazy("Change: %(type)s"),
    "delete": gettext_lazy("Delete: %(type)s"),
    "purge": gettext_lazy("Clear old entries: %(type)s"),
    "export": gettext_lazy("Export a list: %(type)s"),
    "protect": gettext_lazy("Protect: %(type)s"),
    "unprotect": gettext_lazy("Take a protection off: %(type)s"),
}


def action_text(action: str) -> str:
    """`compute.server.stop` as “Stop (server)”; the name itself where nothing else is known."""
    return _action_text(action, get_language())


@lru_cache(maxsize=2048)
def _action_text(action: str, language: str | None) -> str:
    """Kept: a page of the audit says few of them many times."""
    if action in PLATFORM:
        return str(PLATFORM[action])
    name, _dot, verb = action.rpartition(".")
    if (resource := {found.name: found for found in register.resources()}.get(name)) is not None:
        for known in resource.actions:
            if known.name == verb:
                if known.scope == "cluster":
                    return str(known.label)
                return _("%(action)s (%(type)s)") % {"action": known.label, "type": resource.label}
    if verb in VERBS and (kind := _kind(name)):
        return str(VERBS[verb]) % {"type": kind}
    return action


def _kind(label: str) -> "str | Promise":
    try:
        return apps.get_model(label)._meta.verbose_name
    except (LookupError, ValueError):
        return ""
