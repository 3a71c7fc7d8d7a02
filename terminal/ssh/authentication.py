"""Who we are: a stored credential, or what the person gives, until the host lets us in or had enough."""

from dataclasses import dataclass
from typing import Any

import paramiko
from django.db import connection
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType

from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import SshError, TerminalError
from terminal.models import SshCredential
from terminal.setup.prompts import Asker
from terminal.ssh import keys
from terminal.ssh.notice import Noticing, plain

TRIES = 3
PERSON_SECONDS = 150
"""A host's question is put to a person: longer than the 120 seconds they have."""
MOST_PROMPT = 1000
"""Characters. What asks for a new password says in it why."""
ADAPTIVE = 10
"""How many factors a host may want in turn, before it is one that never ends."""


@dataclass
class Login:
    """Where to, as whom, and what is there already. `user` is the person, who may choose among their credentials."""

    title: str
    cluster: Cluster | None
    user: Any
    username: str = ""
    credential: SshCredential | None = None


@dataclass(frozen=True)
class Proof:
    username: str
    key: paramiko.PKey | None = None
    password: str = ""
    credential_name: str = ""


def authenticate(transport: paramiko.Transport, login: Login, asker: Asker) -> Proof:
    """Returns what got us in. Raises `SshError` (authentication), or what `asker` raises."""
    asker = Noticing(asker, transport)
    proof = _stored(login.credential, login.username) if login.credential else None
    problem, methods = "", _methods(transport, login.username) if proof is None and login.username else []
    for _try in range(TRIES):
        if proof is None:
            try:
                proof = _asked(login, asker, problem, methods)
            except SshError as error:  # an unusable key: say so and ask again
                problem = str(error)
                continue
        try:
            _prove(transport, proof, login, asker)
            return proof
        except BadAuthenticationType as error:
            methods = list(error.allowed_types)
            problem = _("%(host)s does not take this here. It takes: %(methods)s.") % {
                "host": login.title,
                "methods": ", ".join(methods),
            }
        except AuthenticationException:
            problem = _("%(host)s did not let %(username)s in.") % {"host": login.title, "username": proof.username}
        except (paramiko.SSHException, OSError, EOFError):
            raise _lost(login) from None
        if not transport.is_active():
            break
        login.username, proof = proof.username, None
    raise SshError(problem or _("The login did not succeed."), cause="authentication")


def _prove(transport: paramiko.Transport, proof: Proof, login: Login, asker: Asker) -> None:
    """One try, through all factors the host wants."""
    answering = _Answering(login.title, proof.password, asker)
    if proof.key is not None:
        wanted = transport.auth_publickey(proof.username, proof.key)
    else:
        try:
            wanted = transport.auth_password(proof.username, proof.password, fallback=False)
        except BadAuthenticationType as error:
            if "keyboard-interactive" not in error.allowed_types:
                raise
            wanted = answering.run(transport, proof.username)
        else:
            answering.password = ""  # it was taken; what is asked from here on is something else
    for _factor in range(ADAPTIVE):
        if transport.is_authenticated():
            return
        if "keyboard-interactive" in wanted:
            wanted = answering.run(transport, proof.username)
        elif "password" in wanted:
            answer = answering.answers("", "", [(_("Password:"), False)])
            answering.reraise()
            wanted = transport.auth_password(proof.username, answer[0], fallback=False)
        else:
            raise BadAuthenticationType("", list(wanted))
    raise AuthenticationException


class _Answering:
    """Answers a host's questions: the first for a secret with the password that is there, all others by asking.
    Paramiko puts them in the transport's own thread, so an error must be carried over to ours."""

    def __init__(self, title: str, password: str, asker: Asker) -> None:
        self.title, self.password, self.asker = title, password, asker
        self._error: TerminalError | None = None

    def run(self, transport: paramiko.Transport, username: str) -> list[str]:
        transport.auth_timeout = PERSON_SECONDS
        try:
            return transport.auth_interactive(username, self.answers)
        except AuthenticationException:
            self.reraise()
            raise
        finally:
            self.reraise()

    def answers(self, title: str, text: str, prompts: list[tuple[str, bool]]) -> list[str]:
        if not prompts:
            if told := plain(f"{title} {text}".strip()[:500]):
                self.asker.notice("host_said", told)
            return []
        if len(prompts) == 1 and not prompts[0][1] and self.password:
            answer, self.password = self.password, ""
            return [answer]
        try:
            said = self.asker.ask(
                "prompts",
                host=self.title,
                title=plain(title[:200]),
                text=plain(text[:2000]),
                prompts=[{"text": plain(prompt[:MOST_PROMPT]), "echo": bool(echo)} for prompt, echo in prompts[:10]],
            )
        except TerminalError as error:
            self._error = error
            return ["" for _prompt in prompts]
        given = said.get("answers")
        given = [str(text) for text in given] if isinstance(given, list) else []
        return [*given, *("" for _prompt in prompts)][: len(prompts)]

    def reraise(self) -> None:
        if self._error is not None:
            raise self._error


def _asked(login: Login, asker: Asker, problem: str, methods: list[str]) -> Proof:
    usable = list(SshCredential.objects.visible_to(login.user).usable_on(login.cluster))
    connection.close()  # a person may take two minutes
    answer = asker.ask(
        "login",
        host=login.title,
        username=login.username,
        credentials=[{"id": row.pk, "name": row.name, "username": row.username} for row in usable],
        failed=problem,
        methods=methods,
    )
    username = str(answer.get("username") or "")[:100]
    if chosen := next((row for row in usable if row.pk == answer.get("credential")), None):
        return _stored(chosen, username or login.username)
    if not username:
        raise SshError(_("Give a user name."), cause="authentication")
    if key := answer.get("key"):
        return Proof(username, key=keys.load(str(key), str(answer.get("passphrase") or "")))
    return Proof(username, password=str(answer.get("password") or ""))


def _stored(credential: SshCredential, username: str) -> Proof:
    username = credential.username or username
    if not username:
        raise SshError(
            _("Credential %(name)s has no user name. Give one.") % {"name": credential.name}, cause="authentication"
        )
    if credential.kind == SshCredential.Kind.KEY:
        key = keys.load(credential.secret, credential.passphrase)
        return Proof(username, key=key, credential_name=credential.name)
    return Proof(username, password=credential.secret, credential_name=credential.name)


def _methods(transport: paramiko.Transport, username: str) -> list[str]:
    """What the host takes of this user, which it says when nothing is offered."""
    try:
        transport.auth_none(username)
    except BadAuthenticationType as error:
        return list(error.allowed_types)
    except AuthenticationException:
        return []
    except (paramiko.SSHException, OSError, EOFError):
        raise SshError(_("The host ended the connection."), cause="authentication") from None
    return []


def _lost(login: Login) -> SshError:
    return SshError(_("%(host)s ended the connection.") % {"host": login.title}, cause="authentication")
