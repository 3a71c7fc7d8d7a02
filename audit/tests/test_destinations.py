"""Destinations in the administration, and what the audit's page says of the proof."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from audit.models import Destination, Event, TreeState
from audit.proof import state, tree


@pytest.mark.parametrize(
    "kind, address, ok",
    [
        ("syslog-tcp", "logs.example.com:601", True),
        ("syslog-tcp", "[2001:db8::1]:601", True),
        ("syslog-tcp", "logs.example.com", False),
        ("syslog-tls", "logs.example.com:port", False),
        ("syslog-tls", "user@host:1/x", False),
        ("webhook", "https://logs.example.com/x", True),
        ("webhook", "file:///etc/passwd", False),
        ("file", "/var/log/audit", True),
        ("file", "audit", False),
        ("mail", "a@example.com", True),
        ("mail", "a@", False),
    ],
)
def test_addresses(kind, address, ok):
    one = Destination(name="x", kind=kind, address=address, content="checkpoints")
    if ok:
        one.clean()
    else:
        with pytest.raises(ValidationError, match="not an address for"):
            one.clean()


def test_by_mail_only_checkpoints():
    with pytest.raises(ValidationError, match="only checkpoints"):
        Destination(name="x", kind="mail", address="a@example.com", content="events").clean()


def test_a_platform_admin_adds_one_and_sends(client, platform_admin, tmp_path):
    client.force_login(platform_admin)
    form = {"name": "file", "kind": "file", "address": str(tmp_path / "log"), "content": "events", "enabled": "on"}
    assert client.post(reverse("admin:audit_destination_add"), form).status_code == 302
    one = Destination.objects.get()
    assert Event.objects.get(action="audit.destination.add").username == "root"
    tree.append_all()
    tree.checkpoint_now()
    listed = reverse("admin:audit_destination_changelist")
    answer = client.post(listed, {"action": "send_now", "_selected_action": [one.pk]}, follow=True)
    assert "has everything" in answer.content.decode()
    assert "audit.destination.add" in (tmp_path / "log").read_text()
    Destination.objects.update(address=str(tmp_path), next_position=0)
    answer = client.post(listed, {"action": "send_now", "_selected_action": [one.pk]}, follow=True)
    assert "Is a directory" in answer.content.decode()


def test_the_page_says_whether_the_log_is_intact(client, platform_admin, make_user):
    client.force_login(platform_admin)
    page = reverse("audit:list")
    assert "intact" not in client.get(page).content.decode()
    tree.append_all()
    state.verify_and_keep()
    assert "Verified and intact" in client.get(page).content.decode()
    TreeState.objects.update(findings=[{"kind": "deleted", "event": 1, "position": None, "size": None}])
    assert "The audit is not intact: 1 finding." in client.get(page).content.decode()
    client.force_login(make_user("ada"))
    assert "not intact" not in client.get(page).content.decode()


def test_checkpoints_are_only_read(client, platform_admin):
    client.force_login(platform_admin)
    tree.append_all()
    one = tree.checkpoint_now()
    assert "opsys.audit" in client.get(reverse("admin:audit_checkpoint_change", args=[one.pk])).content.decode()
    assert client.get(reverse("admin:audit_checkpoint_add")).status_code == 403
    assert client.post(reverse("admin:audit_checkpoint_delete", args=[one.pk]), {"post": "yes"}).status_code == 403
