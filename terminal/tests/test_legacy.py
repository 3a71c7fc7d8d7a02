"""Old hosts: a real sshd that offers what hosts of fifteen years ago did, and nothing else."""

import pytest

from audit.models import Event
from terminal.models import Host, SshCredential
from terminal.tests.conftest import do, run
from tests.sshd import Sshd, keygen

OLD = {
    "key exchange": ("diffie-hellman-group14-sha1", "KexAlgorithms diffie-hellman-group14-sha1"),
    "host key": ("ssh-rsa", "HostKeyAlgorithms ssh-rsa"),
    "cipher": ("aes128-cbc", "Ciphers aes128-cbc"),
    "3des": ("3des-cbc", "Ciphers 3des-cbc"),
    "mac": ("hmac-sha1", "MACs hmac-sha1\nCiphers aes128-ctr"),
}
EVERYTHING = "\n".join(line for name, (_used, line) in OLD.items() if name not in ("3des", "mac")) + "\nMACs hmac-sha1"


def old_host(folder, cluster, sshd, **values):
    credential = SshCredential.objects.create(
        name="old", kind="key", username=sshd.user, secret=sshd.key, cluster=cluster
    )
    return Host.objects.create(
        name="old", cluster=cluster, address=sshd.address, port=sshd.port, credential=credential, **values
    )


@pytest.fixture
def started(tmp_path):
    running = []

    def start(more):
        host = Sshd(tmp_path / "old", types=("rsa",), more=more)
        running.append(host)
        host.start()
        return host

    yield start
    for host in running:
        host.stop()


@pytest.mark.parametrize("part", OLD)
@run
async def test_each_part_is_refused_until_it_is_allowed_and_then_told(olga, page, started, tmp_path, cluster, part):
    used, line = OLD[part]
    host = await do(old_host, tmp_path, cluster, started(line))
    async with page(olga, host, wait=False) as p:
        assert await p.closed() == (4500, "algorithm")
    await do(lambda: Host.objects.update(legacy=True))
    async with page(olga, host) as p:
        assert p.opened["weak"] == [used]
        await p.type(b"echo $((6*7))\r")
        await p.shows(b"42")
    opened = await do(Event.objects.filter(action="terminal.session.open", phase="done").get)
    assert opened.params["old_algorithms"] == [used]


@run
async def test_a_host_from_before_there_was_a_choice(olga, page, started, tmp_path, cluster):
    """All of it at once, with an RSA key of the person's that is signed with as then."""
    sshd = started(f"{EVERYTHING}\nPubkeyAcceptedAlgorithms ssh-rsa")
    keygen(tmp_path / "mine", "rsa")
    (sshd.folder / "authorized_keys").write_text((tmp_path / "mine.pub").read_text())
    host = await do(old_host, tmp_path, cluster, sshd, legacy=True)
    await do(lambda: [setattr(host.credential, "secret", (tmp_path / "mine").read_text()), host.credential.save()])
    async with page(olga, host) as p:
        assert p.opened["weak"] == ["aes128-cbc", "diffie-hellman-group14-sha1", "hmac-sha1", "ssh-rsa"]
        await p.type(b"echo $((6*7))\r")
        await p.shows(b"42")


@run
async def test_a_host_that_offers_more_gets_what_is_safe(olga, host, page):
    await do(lambda: Host.objects.update(legacy=True))
    async with page(olga, host) as p:
        assert p.opened["weak"] == []
