"""Every way in, and why there is none when there is none."""

import socket
import threading

import paramiko
import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import Event
from terminal.errors import SshError
from terminal.models import Host, HostKey, Session, SshCredential
from terminal.ssh import keys
from terminal.tests.conftest import do, run
from terminal.tests.odd_host import CODE, PASSWORD, OddHost
from tests.platform import wait_until
from tests.sshd import Sshd, keygen


@pytest.fixture
def odd(tmp_path, cluster):
    """odd("password", …) → a saved host that wants these."""
    hosts = []

    def make(*methods, **options):
        hosts.append(OddHost(tmp_path, *methods, **options))
        return Host.objects.create(name="odd", cluster=cluster, address="127.0.0.1", port=hosts[-1].port)

    yield make
    for host in hosts:
        host.close()


@run
async def test_a_password_that_is_typed(olga, odd, page):
    host = await do(odd, "password")
    given = iter(["wrong", PASSWORD])
    answers = {"login": lambda asked: {"username": "ann", "password": next(given)}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        assert [m["failed"] for m in p.messages if m.get("kind") == "login"][1] == "odd did not let ann in."
    everything = await do(lambda: str(list(Event.objects.values())) + str(list(Session.objects.values())))
    assert PASSWORD not in everything


@run
async def test_a_password_and_then_a_code(olga, odd, page):
    host = await do(odd, "password", "keyboard-interactive")
    answers = {"login": {"username": "ann", "password": PASSWORD}, "prompts": {"answers": [CODE]}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        (asked,) = [m for m in p.messages if m.get("kind") == "prompts"]
        assert asked["prompts"] == [{"text": "Code: ", "echo": False}] and asked["text"] == "<b>From your token</b>"


LONG = "You are required to change your password immediately (administrator enforced).\n" * 5
EXPIRED = (
    ("", (("Password: ", False),), [PASSWORD]),
    (
        "Your password has expired. Choose a new one.",
        ((LONG + "New password: ", False), ("Again: ", False)),
        ["new", "new"],
    ),
    ("Changed.", (), []),
    ("", (("Code: ", True),), [CODE]),
)


@run
async def test_a_password_that_expired_is_changed_in_several_rounds(olga, odd, page):
    """As PAM asks: the old one, which is there already; a new one twice; a word without a question; a code."""
    host = await do(odd, "keyboard-interactive", rounds=EXPIRED)
    rounds = iter([["new", "new"], [CODE]])
    answers = {"login": {"username": "ann", "password": PASSWORD}, "prompts": lambda _asked: {"answers": next(rounds)}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        asked = [m for m in p.messages if m.get("kind") == "prompts"]
    assert [m["text"] for m in asked] == ["Your password has expired. Choose a new one.", ""]
    assert asked[0]["prompts"][0]["text"] == LONG + "New password: "
    assert "One more Changed." in [m["text"] for m in p.messages if m.get("code") == "host_said"]
    assert [len(m["prompts"]) for m in asked] == [2, 1] and asked[1]["prompts"][0]["echo"] is True
    everything = await do(lambda: str(list(Event.objects.values())) + str(list(Session.objects.values())))
    assert PASSWORD not in everything and "'new'" not in everything


@run
async def test_a_wrong_answer_in_a_later_round_begins_anew(olga, odd, page):
    host = await do(odd, "keyboard-interactive", rounds=EXPIRED)
    rounds = iter([["new", "other"], ["new", "new"], [CODE]])
    answers = {"login": {"username": "ann", "password": PASSWORD}, "prompts": lambda _asked: {"answers": next(rounds)}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        assert len([m for m in p.messages if m.get("kind") == "login"]) == 2


@run
async def test_a_stored_key_and_then_a_code(olga, odd, page, tmp_path, cluster):
    keygen(tmp_path / "mine", "ed25519", "open sesame")
    public = paramiko.Ed25519Key.from_private_key_file(str(tmp_path / "mine"), "open sesame")
    host = await do(odd, "publickey", "keyboard-interactive", key=public)
    stored = await do(
        SshCredential.objects.create,
        name="mine",
        username="ann",
        owner=olga.user,
        secret=(tmp_path / "mine").read_text(),
        passphrase="open sesame",
    )
    answers = {"login": {"credential": stored.pk}, "prompts": {"answers": [CODE]}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
    assert (await do(Session.objects.get)).credential_name == "mine"


@run
async def test_three_tries_are_enough(olga, odd, page):
    host = await do(odd, "password")
    async with page(olga, host, answers={"login": {"username": "ann", "password": "x"}}, wait=False) as p:
        assert await p.closed() == (4500, "authentication")
        assert len([m for m in p.messages if m.get("kind") == "login"]) == 3


@run
async def test_a_question_can_be_cancelled(olga, odd, page):
    host = await do(odd, "password")
    async with page(olga, host, answers={"login": {"cancel": True}}, wait=False) as p:
        assert await p.closed() == (1000, "closed")


@run
async def test_a_page_that_leaves_while_it_is_asked_leaves_nothing(olga, odd, page):
    host = await do(odd, "password")
    async with page(olga, host, wait=False) as p:
        await p.until(lambda: any(m.get("kind") == "login" for m in p.messages), "the question")
    await do(wait_until, lambda: Session.objects.get().close_cause == "lost", "it ended")


@pytest.mark.parametrize(
    ("kind", "passphrase"), [("ed25519", ""), ("ecdsa", "p"), pytest.param("rsa", "p", marks=pytest.mark.slow)]
)
def test_keys_of_every_type_are_read(tmp_path, kind, passphrase):
    keygen(tmp_path / "k", kind, passphrase)
    text = (tmp_path / "k").read_text()
    assert keys.load(text, passphrase).get_base64() == (tmp_path / "k.pub").read_text().split()[1]
    for wrong in ("", "wrong") if passphrase else ():
        with pytest.raises(SshError, match="passphrase"):
            keys.load(text, wrong)
    with pytest.raises(SshError, match="not a private key"):
        keys.load("hello")


class TestWhyNot:
    async def cause(self, page, olga, host, **changes):
        def change():
            for name, value in changes.items():
                setattr(host, name, value)
            host.save()

        await do(change)
        async with page(olga, host, wait=False) as p:
            assert (await p.closed())[0] == 4500
            return p.messages[-1]["cause"], p.messages[-1]["reason"]

    @run
    async def test_the_name_is_unknown(self, olga, host, page):
        assert (await self.cause(page, olga, host, address="no-such-host.invalid"))[0] == "dns"

    @run
    async def test_nobody_listens(self, olga, host, page):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            assert (await self.cause(page, olga, host, port=closed.getsockname()[1]))[0] == "refused"

    @run
    async def test_what_listens_is_not_ssh_and_its_banner_is_not_told(self, olga, host, page):
        with socket.create_server(("127.0.0.1", 0)) as other:

            def answer():
                connection, _address = other.accept()
                connection.sendall(b"220 secret-mail-7 ready\r\n" * 200)
                connection.close()

            threading.Thread(target=answer, daemon=True).start()
            cause, reason = await self.cause(page, olga, host, port=other.getsockname()[1])
        assert cause == "not_ssh" and "secret" not in reason

    @run
    async def test_nobody_speaks(self, olga, host, page, monkeypatch):
        monkeypatch.setattr("terminal.ssh.transport.BANNER_SECONDS", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            assert (await self.cause(page, olga, host, port=silent.getsockname()[1]))[0] in ("timeout", "not_ssh")

    @run
    async def test_the_part_that_has_nothing_in_common_is_named(self, olga, host, page, tmp_path):
        old = Sshd(tmp_path / "old", more="MACs hmac-sha1\nCiphers aes128-ctr")
        old.start()
        try:
            cause, reason = await self.cause(page, olga, host, port=old.port)
        finally:
            old.stop()
        assert cause == "algorithm" and "MAC" in reason and "only offers hmac-sha1" in reason

    @run
    async def test_only_old_host_keys_are_offered(self, olga, host, page, tmp_path):
        old = Sshd(tmp_path / "old", types=("rsa",), more="HostKeyAlgorithms ssh-rsa")
        old.start()
        try:
            cause, reason = await self.cause(page, olga, host, port=old.port)
        finally:
            old.stop()
        assert cause == "algorithm" and "ssh-rsa" in reason


@run
async def test_a_peer_that_falls_silent_is_not_waited_for(olga, odd, page, monkeypatch):
    monkeypatch.setattr("terminal.session.registry.PROBE_SECONDS", 0.1)
    monkeypatch.setattr("terminal.session.registry.DEAD_SECONDS", 0.5)
    host = await do(odd, "password")
    async with page(olga, host, answers={"login": {"username": "ann", "password": PASSWORD}}) as p:
        await p.shows(b"welcome")
        # It neither closes nor answers: its thread is stuck where it would read the next packet.
        for thread in threading.enumerate():
            if isinstance(thread, paramiko.Transport) and thread.server_mode:
                monkeypatch.setattr(thread.packetizer, "read_message", threading.Event().wait)
        await p.type(b"x")
        assert await p.closed() == (4500, "lost_host")


def test_secrets_are_sealed_and_can_be_sealed_anew(cluster, host, settings):
    credential = SshCredential.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM terminal_sshcredential")
        (stored,) = cursor.fetchone()
    assert "PRIVATE KEY" not in stored and "PRIVATE KEY" in credential.secret
    assert "PRIVATE" not in repr(credential) + str(credential)
    settings.FERNET_KEYS = ["another-key-0123456789-0123456789-abcdef", *settings.FERNET_KEYS]
    call_command("rotate_secrets", verbosity=0)
    settings.FERNET_KEYS = settings.FERNET_KEYS[:1]
    assert "PRIVATE KEY" in SshCredential.objects.get().secret
    assert HostKey.objects.count() == 0


@run
async def test_a_question_that_is_no_utf_8_is_put_all_the_same_and_hides_nothing(olga, odd, page):
    question = ("\u5bc6\u7801".encode("gbk"), ((b"Code\xe2\x80\xae\x1b[2J: ", False),), [CODE])
    host = await do(odd, "keyboard-interactive", rounds=(question,))
    answers = {"login": {"username": "ann", "password": ""}, "prompts": {"answers": [CODE]}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        (asked,) = [m for m in p.messages if m.get("kind") == "prompts"]
    assert asked["prompts"] == [{"text": "Code\ufffd\ufffd[2J: ", "echo": False}] and "\ufffd" in asked["text"]
