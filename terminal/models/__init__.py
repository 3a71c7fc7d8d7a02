from terminal.models.commands import AlertRule, Command
from terminal.models.credentials import DefaultUser, SshCredential
from terminal.models.host_keys import HostKey
from terminal.models.hosts import Host
from terminal.models.policies import Policy
from terminal.models.recordings import Recording
from terminal.models.sessions import Session
from terminal.models.snippets import Snippet
from terminal.models.tickets import Ticket

__all__ = [
    "AlertRule",
    "Command",
    "DefaultUser",
    "Host",
    "HostKey",
    "Policy",
    "Recording",
    "Session",
    "Snippet",
    "SshCredential",
    "Ticket",
]
