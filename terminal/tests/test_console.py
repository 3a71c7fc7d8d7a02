"""A console from its ticket to its end, through a real WebSocket proxy."""

import json
import time

import pytest

from audit.models import Event
from clusters import access
from compute.servers.models import Server
from terminal.console import address, connecting
from terminal.errors import Refused, SshError
from terminal.models import Policy, Recording, Session, Ticket
from terminal.rules import addresses
from terminal.session.registry import sessions
from terminal.setup import tickets
from terminal.tests.conftest import Page, do, request_of, run, threads_named
from terminal.tests.proxy import Proxy
from terminal.websocket import codes
from tests.factories import make_server
from tests.platform import wait_until
from tests.wire import FakeCloud, as_json, serving

SOON = 3


@pytest.fixture
def server(cluster):
    Policy.objects.filter(cluster=cluster).update(allowed_ports="22", console_proxies="127.0.0.0/8")
    return make_server(cluster, name="screen-1")


@pytest.fixture
def proxy(monkeypatch):
    with Proxy() as one:
        monkeypatch.setattr(address, "ask", lambda *_what: one.url)
        yield one


def console(person, server, kind="vnc"):
    return tickets.issue(request_of(person), server=server, kind=kind)


@run
async def test_a_screen_opens_and_its_bytes_pass_both_ways(olga, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server)) as p:
        assert (p.opened["kind"], p.opened["title"], p.opened["recorded"]) == ("vnc", "screen-1", False)
        await p.shows(b"login: ")
        await p.type(b"\x00abc\xff")
        await p.shows(b"\x00ABC\xff")
        await p.say(type="close")
        assert await p.closed() == (1000, "closed")
    assert bytes(proxy.heard) == b"\x00abc\xff"
    row = await do(Session.objects.get)
    assert (row.kind, row.state, row.port, row.address) == ("vnc", "ended", proxy.port, "127.0.0.1")
    assert (row.bytes_in, row.bytes_out) == (5, p.received)
    assert not await do(Recording.objects.exists)
    opened = await do(Event.objects.get, action="terminal.session.open", phase="done")
    closed = await do(Event.objects.get, action="terminal.session.close")
    for event in (opened, closed):
        assert (event.username, event.name, event.cloud_id) == ("olga", "screen-1", server.cloud_id)
        assert (event.params["kind"], event.params["port"], event.operation) == ("vnc", proxy.port, row.pk)
    assert closed.seconds is not None and closed.params["cause"] == "closed"
    assert (closed.params["bytes_in"], closed.params["bytes_out"]) == (5, row.bytes_out)
    wait_until(lambda: not threads_named("terminal-console"), "the receiving thread ended")


@run
async def test_a_serial_line_is_recorded_like_a_terminal(olga, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server, "serial")) as p:
        assert p.opened["recorded"] is True
        await p.type(b"root\r")
        await p.shows(b"ROOT")
        await p.type(b"bye\r")
        assert await p.closed() == (1000, "exit")
    assert (await do(Recording.objects.get)).state == "complete"


@run
async def test_a_lost_network_is_resumed_and_nothing_is_missing(olga, server, proxy, page):
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(b"login: ")
        kept, received = p.opened, p.received
        await p.lose()
    async with page(olga) as again:
        await again.say(
            type="resume",
            session=kept["session"],
            secret=kept["secret"],
            received=received,
            columns=80,
            rows=24,
        )
        await again.hear("resumed")
        await again.type(b"more")
        await again.shows(b"MORE")
    assert proxy.connections == 1


@run
async def test_a_ticket_is_for_one_socket_one_person_and_one_server(olga, server, proxy, page, make_person, cluster):
    bob = await do(make_person, "bob", {cluster: [access.VIEW, access.CONSOLE]})
    secret = await do(console, olga, server)
    async with page(bob, ticket=secret, wait=False) as p:
        assert await p.closed() == (4403, "ticket")
    async with page(olga, ticket=secret) as p:
        await p.shows(b"login: ")
    async with page(olga, ticket=secret, wait=False) as p:
        assert await p.closed() == (4403, "ticket")
    assert (await do(Ticket.objects.get)).target["cloud_id"] == server.cloud_id


def test_who_only_looks_opens_no_console(make_person, cluster, server):
    vera = make_person("vera", {cluster: [access.VIEW]})
    with pytest.raises(Refused):
        console(vera, server)
    page = vera.client.get(f"/terminal/console/east/{server.cloud_id}/")
    assert page.status_code == 200 and 'data-refusal="' in page.text and 'data-refusal=""' not in page.text
    answer = vera.client.post(
        "/terminal/ticket/", {"target": f"vnc:east/{server.cloud_id}"}, content_type="application/json"
    )
    assert answer.status_code == 403


def deleted(olga, server):
    Server.objects.all().delete()


def lost_grant(olga, server):
    access.set_permissions(olga.user, {server.cluster_id: [access.VIEW]})


def signed_out(olga, server):
    olga.client.logout()


def no_consoles(olga, server):
    Policy.objects.update(consoles=False)


@pytest.mark.parametrize(
    ("what", "code"), [(deleted, 4410), (lost_grant, 4403), (signed_out, 4401), (no_consoles, 4410)]
)
@pytest.mark.slow
@pytest.mark.timing
@run
async def test_it_is_closed_when_it_may_not_be_any_more(olga, server, proxy, page, what, code):
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(b"login: ")
        began = time.monotonic()
        await do(what, olga, server)
        assert (await p.closed(10))[0] == code
        assert time.monotonic() - began < SOON
    assert (await do(Session.objects.get)).close_code == code


@run
async def test_a_browser_that_stalls_holds_little(olga, server, page, monkeypatch):
    """The proxy waits: of 64 MB that it has to send, less than 4 MiB is held here."""
    with Proxy(flood=64 * 1024 * 1024) as proxy:
        monkeypatch.setattr(address, "ask", lambda *_what: proxy.url)
        async with page(olga, ticket=await do(console, olga, server)) as p:
            p.acknowledging = p.keep = False
            await p.until(lambda: p.received >= 500_000, "the window is full")
            shell = sessions.all()[0]
            held = lambda: len(shell.output._kept) + shell._driver.channel._held  # noqa: E731
            wait_until(lambda: held() > 700_000, "all there is room for is taken")

            def waits():
                taken = proxy.sent
                time.sleep(0.5)
                return proxy.sent == taken

            # Until the buffers of the kernel, some megabytes, are full too.
            wait_until(waits, "the proxy waits")
            assert proxy.sent < proxy.flood and held() < 4 * 1024 * 1024
            # Its answer to a ping waits behind all that, which is no reason to call it dead.
            monkeypatch.setattr(connecting, "PONG_SECONDS", 0.2)
            assert await do(shell._connection.keep_alive)
            p.acknowledging = True
            await p.say(type="ack", received=p.received)
            await p.until(lambda: p.received > 10_000_000, "it goes on")
            await p.say(type="close")
            await p.closed()


@pytest.mark.parametrize(
    ("url", "cause"),
    [("http://127.0.0.1:1/?token=good", "refused"), ("PORT/?token=bad", "cloud")],
    ids=["nobody listens", "token refused"],
)
@run
async def test_what_is_wrong_with_the_proxy_is_said(olga, server, proxy, page, monkeypatch, url, cause):
    where = url.replace("PORT", f"ws://127.0.0.1:{proxy.port}")
    monkeypatch.setattr(address, "ask", lambda *_what: where)
    async with page(olga, ticket=await do(console, olga, server), wait=False) as p:
        assert await p.closed() == (codes.SSH, cause)
        reason = p.messages[-1]["reason"]
    assert "console" in reason and "token" not in reason and "SSH" not in reason
    events = await do(lambda: list(Event.objects.filter(action="terminal.session.open", phase="failed")))
    assert len(events) == 1 and "token=" not in str(events[0].params)


@pytest.fixture
def nova(server, cluster):
    """A cloud that answers requests for consoles by `answer(what was asked for)`."""
    with serving(FakeCloud()) as cloud:
        cluster.auth_url = cloud.auth_url
        cluster.save()
        cluster.credential.secret = "right"
        cluster.credential.save()

        def answering(answer):
            path = f"POST /compute/v2.1/servers/{server.cloud_id}/remote-consoles"
            cloud.answers[path] = lambda _handler: answer(json.loads(cloud.seen[-1][3])["remote_console"]["type"])

        yield answering


def refusal(status, message):
    return as_json(status, {"error": {"message": message}})


@pytest.mark.parametrize(
    ("status", "message", "cause"),
    [
        (400, "Unavailable console type novnc.", "no_console"),
        (501, "Unable to get console, functionality not implemented", "no_console"),
        (404, "Instance could not be found.", "instance"),
        (409, "Instance is not ready.", "cloud"),
    ],
)
def test_what_the_cloud_says_is_said(server, cluster, nova, status, message, cause):
    nova(lambda _kind: refusal(status, message))
    with pytest.raises(SshError) as said:
        address.ask(cluster, server.cloud_id, "vnc", "screen-1")
    assert said.value.cause == cause
    assert status == 404 or message.rstrip(".") in str(said.value)


def test_a_cloud_that_has_spice_instead_is_said(server, cluster, nova):
    given = {"type": "spice-html5", "protocol": "spice", "url": "http://198.51.100.7:6082/spice_auto.html?token=t1"}

    def answer(kind):
        if kind == "spice-html5":
            return as_json(200, {"remote_console": given})
        return refusal(400, f"Unavailable console type {kind}.")

    nova(answer)
    with pytest.raises(SshError, match="SPICE") as said:
        address.ask(cluster, server.cloud_id, "vnc", "screen-1")
    assert said.value.cause == "spice" and "token" not in str(said.value)
    with pytest.raises(SshError) as said:
        address.ask(cluster, server.cloud_id, "serial", "screen-1")
    assert said.value.cause == "no_console"


def test_the_page_has_the_link_to_the_clouds_own_page(olga, server):
    page = olga.client.get(f"/terminal/console/east/{server.cloud_id}/").text
    link = f"/compute/servers/do/console/?ids={server.pk}&amp;type=spice-html5"
    assert link in page
    dialog = olga.client.get(link.replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert '<option value="spice-html5" selected>' in dialog


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
@run
async def test_a_foreign_page_opens_no_console(olga, server, proxy, origin):
    await do(console, olga, server)
    assert (await Page(olga, origin=origin).connect())[0] is False
    assert proxy.connections == 0 and not await do(Session.objects.exists)


@run
async def test_a_page_cannot_name_another_server(olga, server, page, cluster, monkeypatch):
    """What the ticket was given for is what is opened, whatever else the page says."""
    other = await do(lambda: make_server(cluster, name="screen-2"))
    asked = []
    with Proxy() as proxy:
        monkeypatch.setattr(address, "ask", lambda _cluster, cloud_id, *_what: asked.append(cloud_id) or proxy.url)
        secret = await do(console, olga, server)
        claims = {"target": f"vnc:east/{other.cloud_id}", "server": other.cloud_id, "cloud_id": other.cloud_id}
        async with page(olga) as p:
            await p.say(type="open", ticket=secret, columns=80, rows=24, **claims)
            await p.hear("opened")
            assert p.opened["title"] == "screen-1"
    assert asked == [server.cloud_id]


@run
async def test_a_proxys_name_is_looked_up_once(olga, server, proxy, page, monkeypatch):
    """And what it was judged by is what is connected to, whatever it leads to a moment later."""
    real, answers = addresses.resolve, ["127.0.0.1", "169.254.169.254"]

    def resolve(host):
        return [addresses.canonical(answers.pop(0))] if host == "proxy.example" else real(host)

    monkeypatch.setattr(addresses, "resolve", resolve)
    monkeypatch.setattr(address, "ask", lambda *_what: f"http://proxy.example:{proxy.port}/?token=good")
    async with page(olga, ticket=await do(console, olga, server)) as p:
        await p.shows(b"login: ")
    assert answers == ["169.254.169.254"]
    async with page(olga, ticket=await do(console, olga, server), wait=False) as p:
        assert await p.closed() == (4403, "address")
    assert proxy.connections == 1
