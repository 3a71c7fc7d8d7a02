"""Addresses as people write them are found as clouds write them."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from clusters.addresses import canonical, spellings
from networking.floating_ips.models import FloatingIp
from networking.ports.models import Port
from opsys.kit.lists.scope import scope_for
from opsys.kit.search.find import find
from terminal.models import Host
from terminal.rules import addresses
from tests.factories import make_server

MAC, LONG = "fa:16:3e:0a:bb:cc", "2001:0DB8:0000:0000:0000:0000:0000:0005"


@pytest.mark.parametrize(
    "written", [MAC, MAC.upper(), "fa-16-3e-0a-bb-cc", "FA16.3E0A.BBCC", "fa163e0abbcc", " fa:16:3e:0a:bb:cc "]
)
def test_mac_addresses(written):
    assert canonical(written) == MAC and MAC in spellings(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (LONG, "2001:db8::5"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("2001:db8::5/64", "2001:db8::5"),
        ("2001:DB8:0::/64", "2001:db8::/64"),
        ("[2001:db8::5]/128", "2001:db8::5"),
        ("10.0.0.5/24", "10.0.0.5"),
        ("10.0.0.5/32", "10.0.0.5"),
        ("10.0.0.0/24", "10.0.0."),
        ("10.0.0.64/26", "10.0.0.64/26"),
    ],
)
def test_ip_addresses(written, meant):
    assert spellings(written)[-1] == meant


@pytest.mark.parametrize("text", ["web-1", "aa-bb-cc", "10.0.0", "a/b", "fa:16:3e", "10.0.0.300", "x/24"])
def test_what_is_no_whole_address_stays_what_it_is(text):
    assert spellings(text) == [text]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [MAC, "fa-16-3e-0a-bb-cc", "FA16.3E0A.BBCC", "fa163e0abbcc", LONG, "[2001:db8::5]/64"]
)
def test_every_search_finds_the_server(client, platform_admin, cluster, text):
    addresses = [{"address": "2001:db8:0::5", "mac": "FA-16-3E-0A-BB-CC", "type": "fixed", "network": "net"}]
    server = make_server(cluster, addresses=addresses)
    make_server(cluster, name="other")
    (hit,) = find(text, scope_for(QueryDict(), user=platform_admin), limit=5).hits
    assert hit.item == server and hit.as_dict()["exact"]
    client.force_login(platform_admin)
    (row,) = client.get("/api/v1/compute/servers/", {"q": text}).json()["results"]
    assert row["cloud_id"] == server.cloud_id
    assert server.name in client.get("/compute/servers/", {"q": text}).content.decode()


@pytest.mark.django_db
def test_filters_take_addresses_as_people_write_them(client, platform_admin, cluster):
    seen = {"synced_at": timezone.now(), "digest": ""}
    Port.objects.create(cluster=cluster, cloud_id="p1", mac_address=MAC, **seen)
    FloatingIp.objects.create(cluster=cluster, cloud_id="f1", fixed_address="2001:db8::5", **seen)
    client.force_login(platform_admin)
    for written in ("FA-16-3E-0A-BB-CC", "fa16.3e0a.bbcc"):
        assert client.get("/api/v1/networking/ports/", {"mac": written}).json()["results"]
    assert not client.get("/api/v1/networking/ports/", {"mac": "fa:16:3e:0a:bb:cd"}).json()["results"]


@pytest.mark.django_db
def test_a_host_is_kept_in_one_spelling_of_its_address(settings):
    host = Host(name="switch", address=f" [{LONG}] ")
    host.clean()
    assert host.address == "2001:db8::5"
    assert [str(one) for one in addresses.resolve("[2001:db8::5]")] == ["2001:db8::5"]
    settings.ALERT_NETWORKS, settings.TERMINAL_DENIED_NETWORKS = ["127.0.0.5/8"], ["192.0.2.9/24"]
    assert addresses.is_open(addresses.canonical("127.0.0.1"))
    assert not addresses.is_open(addresses.canonical("192.0.2.1"))
