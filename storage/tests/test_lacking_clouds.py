"""Clouds without Cinder, with an old one, and without its backup service: menus and buttons say so, the rest works."""

import re
from html import unescape

import pytest

from clusters import access
from clusters.access import VIEW
from opsys.kit.act.refusal import why_not, why_not_in
from storage.backups.resource import BACKUPS
from storage.groups.resource import GROUPS
from storage.snapshots.resource import SNAPSHOTS
from storage.transfers.resource import TRANSFERS
from storage.volume_types.resource import VOLUME_TYPES
from storage.volumes.resource import VOLUMES

ROOMS = (VOLUMES, SNAPSHOTS, BACKUPS, TRANSFERS, VOLUME_TYPES, GROUPS)
NO_CINDER = "Cluster east has no block-storage service."
NO_BACKUPS = "Cluster east has no backup service (cinder-backup)."


@pytest.fixture
def offers(cluster):
    """offers(**capabilities) → the cluster, which is known to offer that."""

    def told(**capabilities):
        cluster.capabilities = capabilities
        cluster.save()
        return cluster

    return told


@pytest.fixture
def without_cinder(offers):
    return offers(services={"block-storage": {"code": "no_service", "error": "…"}}, volume_backups=None)


@pytest.fixture
def page(client, user):
    client.force_login(user)
    return lambda address: unescape(client.get(address).content.decode())


@pytest.fixture
def held(user):
    return access.held_by(user)


def said(page: str, label: str) -> str:
    """What the menu's entry says beside its label, for the eyes and for a screen reader; "" when nothing."""
    tag, words = re.search(
        rf'<a class="menu-link([^>]*)>(?:(?!</a>).)*<span>{label}</span>(.*?)</a>', page, re.S
    ).groups()
    title = re.search('title="(.*?)"', tag)
    assert ("menu-link-absent" in tag) == bool(title)
    assert (title[1] if title else "") in words
    return title[1] if title else ""


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.slug)
def test_without_cinder_the_menu_the_list_and_its_buttons_say_so(page, without_cinder, room):
    shown = page(room.url())
    assert said(shown, str(room.label_plural).capitalize()) == NO_CINDER
    assert f'<p class="empty-subtitle">{NO_CINDER}</p>' in shown
    for action in room.on_clusters:
        assert NO_CINDER in page(room.url("new", action.name) + "?cluster=east")
    assert said(shown, "Servers") == ""


def test_without_cinder_nothing_is_asked_of_it(without_cinder, held, make_volume):
    volume = make_volume("v1")
    for room in ROOMS:
        for action in room.on_clusters:
            assert why_not_in(action, without_cinder, held) == ("capability", NO_CINDER)
    for action in VOLUMES.on_items:
        assert why_not(action, volume, held) == ("capability", NO_CINDER)


def test_one_cluster_with_cinder_is_enough(page, without_cinder, make_user, other_cluster, client):
    client.force_login(make_user("olga", {without_cinder: [VIEW], other_cluster: [VIEW]}))
    assert said(client.get(VOLUMES.url()).content.decode(), "Volumes") == ""
    assert said(client.get(f"{VOLUMES.url()}?cluster=east").content.decode(), "Volumes") == NO_CINDER


def test_without_the_backup_service_only_backups_are_missing(page, offers, held, make_volume, make_backup):
    cluster = offers(services={"block-storage": {"max": "3.70"}}, volume_backups=False)
    volume, backup = make_volume("v1"), make_backup("b1", volume_id="v1")
    volume.cluster = backup.cluster = cluster
    shown = page(VOLUMES.url())
    assert said(shown, "Volume backups") == NO_BACKUPS
    assert said(shown, "Volumes") == ""
    assert why_not(VOLUMES.action("backup"), volume, held) == ("state", NO_BACKUPS)
    assert why_not(VOLUMES.action("snapshot"), volume, held) == ("", "")
    assert {why_not(action, backup, held)[1] for action in BACKUPS.on_items} == {NO_BACKUPS}
    assert why_not_in(BACKUPS.action("import-record", "cluster"), cluster, held) == ("state", NO_BACKUPS)


def test_an_old_cinder_takes_what_it_can(page, offers, held, make_volume):
    """3.59 is Train's: no `updated_at` to filter by, but everything people do."""
    cluster = offers(services={"block-storage": {"max": "3.59"}}, volume_backups=True)
    volume = make_volume("v1")
    volume.cluster = cluster
    refused = {action.name for action in VOLUMES.on_items if why_not(action, volume, held)[0] == "capability"}
    assert refused == set()
    older = offers(services={"block-storage": {"max": "3.27"}}, volume_backups=True)
    volume.cluster, volume.status = older, "in-use"
    code, reason = why_not(VOLUMES.action("extend"), volume, held)
    assert code == "state" and "3.42" in reason
    assert why_not(VOLUMES.action("revert"), volume, held) == (
        "capability",
        "Needs block-storage API 3.40; cluster east offers 3.27.",
    )
