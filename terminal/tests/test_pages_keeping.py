"""Hosts, credentials, snippets and host keys: who may keep them, and that secrets never come out."""

import pytest

from audit.models import Event
from clusters.access import ADMINISTER, CONSOLE, VIEW
from terminal.models import Host, HostKey, Snippet, SshCredential
from terminal.ssh import keys
from tests.factories import make_cluster

SECRET = "correct horse battery"


@pytest.fixture
def cluster(db):
    return make_cluster("east")


@pytest.fixture
def olga(cluster, make_user, client):
    user = make_user("olga", {cluster: [VIEW, CONSOLE]})
    client.force_login(user)
    return user


@pytest.fixture
def chief(cluster, make_user):
    return make_user("chief", {cluster: [VIEW, CONSOLE, ADMINISTER]})


def test_a_secret_goes_in_and_never_comes_out(client, olga):
    new = {"name": "mine", "kind": "password", "username": "debian", "secret": SECRET}
    assert client.post("/terminal/credentials/new/", new).status_code == 302
    stored = SshCredential.objects.get()
    assert (stored.owner, stored.secret) == (olga, SECRET)
    pages = ["/terminal/credentials/", f"/terminal/credentials/{stored.pk}/", "/audit/"]
    assert not [page for page in pages if SECRET in client.get(page).content.decode()]
    changed = {"name": "renamed", "kind": "password", "username": "debian", "secret": ""}
    client.post(f"/terminal/credentials/{stored.pk}/", changed)
    stored.refresh_from_db()
    assert (stored.name, stored.secret) == ("renamed", SECRET), "an empty field keeps the secret"
    noted = Event.objects.filter(action__startswith="terminal.sshcredential")
    assert {event.action.split(".")[-1] for event in noted} == {"add", "change"}
    assert {event.username for event in noted} == {"olga"}
    assert not any(SECRET in str(event.params) for event in noted)


def test_a_key_is_checked_before_it_is_kept(client, olga):
    new = {"name": "mine", "kind": "key", "secret": "-----BEGIN OPENSSH PRIVATE KEY-----\nxx"}
    page = client.post("/terminal/credentials/new/", new)
    assert page.status_code == 200 and "This is not a private key." in page.content.decode()
    assert not SshCredential.objects.exists() and keys


def test_a_rejected_secret_is_not_sent_back(client, olga):
    page = client.post("/terminal/credentials/new/", {"name": "", "kind": "password", "secret": SECRET})
    assert page.status_code == 200 and SECRET not in page.content.decode()


def test_nobody_edits_what_is_not_theirs(client, olga, make_user):
    theirs = SshCredential.objects.create(name="theirs", owner=make_user("eve"), secret="s")
    shared = SshCredential.objects.create(name="shared", secret="s")
    for credential in (theirs, shared):
        assert client.get(f"/terminal/credentials/{credential.pk}/").status_code == 404
        assert client.post(f"/terminal/credentials/{credential.pk}/delete/").status_code == 404


def test_hosts_are_kept_by_who_administers_their_cluster(client, olga, chief, cluster):
    new = {"name": "box", "cluster": cluster.pk, "address": "192.0.2.1", "port": 22, "enabled": "on"}
    client.post("/terminal/hosts/new/", new)
    assert not Host.objects.exists()
    client.force_login(chief)
    assert client.post("/terminal/hosts/new/", new).status_code == 302
    host = Host.objects.get()
    assert Event.objects.get(action="terminal.host.add").username == "chief"
    client.force_login(olga)
    assert "box" in client.get("/terminal/").content.decode()
    assert client.post(f"/terminal/hosts/{host.pk}/delete/").status_code == 404


def test_a_host_of_no_cluster_is_for_platform_admins(client, chief):
    client.force_login(chief)
    page = client.post("/terminal/hosts/new/", {"name": "box", "address": "192.0.2.1", "port": 22})
    assert page.status_code == 200 and not Host.objects.exists()


def test_a_jump_host_that_is_used_is_not_deleted(client, chief, cluster):
    client.force_login(chief)
    jump = Host.objects.create(name="jump", cluster=cluster, address="192.0.2.1")
    Host.objects.create(name="behind", cluster=cluster, address="192.0.2.2", jump=jump)
    page = client.post(f"/terminal/hosts/{jump.pk}/delete/", follow=True)
    assert "behind" in page.content.decode() and Host.objects.filter(pk=jump.pk).exists()


def test_removing_a_host_key_is_for_administrators_and_audited(client, olga, chief, cluster):
    facts = {"realm": str(cluster.pk), "cluster": cluster, "port": 22, "key_type": "ssh-ed25519", "key": "k"}
    key = HostKey.objects.create(host="192.0.2.1", fingerprint="SHA256:abc", **facts)
    assert "SHA256:abc" in client.get("/terminal/host-keys/?q=abc").content.decode()
    assert client.post(f"/terminal/host-keys/{key.pk}/delete/").status_code == 404
    client.force_login(chief)
    assert client.post(f"/terminal/host-keys/{key.pk}/delete/").status_code == 302
    assert Event.objects.get(action="terminal.hostkey.delete").username == "chief"


def test_snippets_are_ones_own_or_shared_by_administrators(client, olga, chief, cluster):
    client.post("/terminal/snippets/new/", {"name": "load", "text": "uptime", "shared": "on"})
    assert Snippet.objects.get().owner == olga, "who administers nothing shares nothing"
    client.force_login(chief)
    client.post("/terminal/snippets/new/", {"name": "disk", "text": "df -h", "shared": "on", "cluster": cluster.pk})
    client.force_login(olga)
    assert [row["name"] for row in client.get("/terminal/snippets/all/").json()["snippets"]] == ["disk", "load"]
