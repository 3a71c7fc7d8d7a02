"""A key that is not known is asked about, one that changed is the end, and nobody's key passes for another's."""

from types import SimpleNamespace

import paramiko
import pytest

from audit.models import Event
from terminal.errors import SshError
from terminal.models import Host, HostKey, Session, SshCredential
from terminal.ssh import host_keys
from terminal.ssh.host_keys import Identity
from terminal.tests.conftest import do, run
from tests.sshd import Sshd, keygen


@run
async def test_the_first_time_somebody_is_asked(olga, host, page):
    async with page(olga, host, answers={"host-key": {"accept": False}}, wait=False) as p:
        assert await p.closed() == (4500, "host_key")
        asked = await p.hear("ask")
        assert asked["key_type"] == "ssh-ed25519" and asked["fingerprint"].startswith("SHA256:")
    assert await do(HostKey.objects.count) == 0
    accepted = Event.objects.filter(action="terminal.host_key.accept").values_list("phase", flat=True)
    assert await do(list, accepted) == ["refused"]
    async with page(olga, host):
        pass
    async with page(olga, host, answers={"host-key": {"accept": False}}) as p:
        assert not [m for m in p.messages if m["type"] == "ask"]  # it is known now
    row = await do(HostKey.objects.get)
    assert (row.accepted_by_id, row.fingerprint) == (olga.user.pk, asked["fingerprint"])


@run
async def test_only_yes_is_yes(olga, host, page):
    for answer in ({"accept": "true"}, {"accept": 1}, {}):
        async with page(olga, host, answers={"host-key": answer}, wait=False) as p:
            assert await p.closed() == (4500, "host_key")


@pytest.fixture
def own_sshd(tmp_path, host):
    sshd = Sshd(tmp_path / "own")
    sshd.start()
    SshCredential.objects.update(secret=sshd.key)
    Host.objects.update(port=sshd.port)
    host.refresh_from_db()
    yield sshd
    sshd.stop()


@run
async def test_a_changed_key_is_a_hard_stop(olga, host, page, own_sshd):
    async with page(olga, host):
        pass
    await do(own_sshd.change_host_key)
    async with page(olga, host, wait=False) as p:
        assert await p.closed() == (4500, "host_key")
        assert not [m for m in p.messages if m["type"] == "ask"]  # nobody can click it away
    assert "Accepted" not in own_sshd.log().split("Server listening")[-1]
    assert await do(Event.objects.filter(action="terminal.host_key.refuse", phase="refused").count) == 1


def test_another_type_than_the_known_one_is_a_changed_key(cluster, olga, tmp_path):
    keygen(tmp_path / "a", "ed25519")
    keygen(tmp_path / "b", "ecdsa")
    first = paramiko.Ed25519Key.from_private_key_file(str(tmp_path / "a"))
    other = paramiko.ECDSAKey.from_private_key_file(str(tmp_path / "b"))
    identity = Identity(cluster, "", "h", 22, "h")
    asked = []

    def check(key, printed=frozenset()):
        return host_keys.check(
            identity, key, printed=lambda: printed, accept=lambda shown: asked.append(shown) or True, user=olga.user
        )

    assert check(first) is True and check(first) is False
    with pytest.raises(SshError, match="changed"):
        check(other)
    assert len(asked) == 1


def test_what_the_console_printed_is_compared(cluster, olga, tmp_path):
    keygen(tmp_path / "a", "ed25519")
    key = paramiko.Ed25519Key.from_private_key_file(str(tmp_path / "a"))
    mark = host_keys.fingerprint(key)
    asked = []

    def check(printed):
        identity = Identity(cluster, "", f"h{len(asked)}", 22, "h")
        options = {"accept": lambda shown: asked.append(shown) or True, "user": olga.user}
        return host_keys.check(identity, key, printed=lambda: frozenset(printed), **options)

    assert check({mark, "SHA256:other"})
    assert asked[0].verified and HostKey.objects.get().verified
    with pytest.raises(SshError, match="console"):
        check({"SHA256:" + "A" * 43})
    assert len(asked) == 1


class TestJumpHost:
    @pytest.fixture
    def behind(self, host, sshd, tmp_path):
        """`host` is reached by way of a jump host: another sshd."""
        jump = Sshd(tmp_path / "jump")
        jump.start()
        credential = SshCredential.objects.create(
            name="jump", username=jump.user, secret=jump.key, cluster=host.cluster
        )
        host.jump = Host.objects.create(
            name="jump", cluster=host.cluster, address="127.0.0.1", port=jump.port, credential=credential
        )
        host.save()
        yield SimpleNamespace(host=host, jump=jump)
        jump.stop()

    @run
    async def test_a_shell_by_way_of_it(self, olga, behind, page):
        async with page(olga, behind.host) as p:
            await p.type(b"echo $SSH_CONNECTION:th''ere\r")
            await p.shows(b":there")
            assert [m["host"] for m in p.messages if m["type"] == "ask"] == ["jump", "box"]
        rows = await do(lambda: sorted(HostKey.objects.values_list("route", "title")))
        assert rows == [("", "jump"), (f"127.0.0.1:{behind.jump.port}", "box")]
        assert (await do(Session.objects.get)).route == f"127.0.0.1:{behind.jump.port}"
        assert "Accepted publickey" in behind.jump.log()

    @run
    async def test_the_hops_key_does_not_pass_for_the_targets_nor_the_other_way_round(self, olga, behind, page, sshd):
        def swap(route, port, other_port):
            """What is known of one is the other's key."""
            key = HostKey.objects.get(port=other_port)
            HostKey.objects.filter(route=route, port=port).update(key=key.key, fingerprint=key.fingerprint)

        async with page(olga, behind.host):
            pass
        jump_port = behind.jump.port
        saved = await do(lambda: list(HostKey.objects.all()))
        for route, port, other in ((f"127.0.0.1:{jump_port}", sshd.port, jump_port), ("", jump_port, sshd.port)):
            await do(swap, route, port, other)
            async with page(olga, behind.host, wait=False) as p:
                assert await p.closed() == (4500, "host_key")
            for row in saved:
                await do(row.save)

    @run
    async def test_a_disabled_jump_host_is_not_used(self, olga, behind, page):
        await do(Host.objects.filter(name="jump").update, enabled=False)
        async with page(olga, behind.host, wait=False) as p:
            assert await p.closed() == (4403, "forbidden")
