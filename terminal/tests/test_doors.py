"""Who gets in at all: origins, tickets, rights. Each line is an attack that was tried."""

import pytest
from django.utils import timezone

from audit.models import Event
from clusters import access
from terminal.errors import Refused
from terminal.models import Policy, Session, SshCredential, Ticket
from terminal.setup import tickets
from terminal.tests.conftest import EVERYTHING, Page, do, request_of, run, ticket_for


@pytest.mark.parametrize(
    "origin",
    [
        *(None, "null", "", "http://evil.example", "http://localhost:8000", "https://localhost", "ws://localhost"),
        "http://localhost.evil.example",
    ],
)
@run
async def test_a_foreign_page_is_refused_before_the_socket_is_accepted(olga, host, origin):
    page = Page(olga, origin=origin)
    assert (await page.connect())[0] is False
    assert await do(Session.objects.count) == 0


@run
async def test_behind_a_proxy_the_scheme_is_what_the_proxy_says(olga, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for origin, forwarded, well in (
        ("https://localhost", b"https", True),
        ("http://localhost", b"https", False),
        ("https://localhost", b"http", False),
    ):
        page = Page(olga, origin=origin)
        page.socket.scope["headers"].append((b"x-forwarded-proto", forwarded))
        assert (await page.connect())[0] is well
        await page.lose()


@run
async def test_a_stranger_is_refused(olga, host):
    page = Page(None)
    await page.connect()
    assert (await page.closed())[0] == 4401


class TestTickets:
    async def refused(self, page, person, ticket):
        async with page(person, ticket=ticket, wait=False) as p:
            assert await p.closed() == (4403, "ticket")
            assert "opened" not in [m["type"] for m in p.messages]

    @run
    async def test_one_opens_one_shell(self, olga, host, page):
        ticket = await do(ticket_for, olga, host)
        async with page(olga, ticket=ticket):
            await self.refused(page, olga, ticket)

    @run
    async def test_of_another_user(self, olga, host, page, make_person, cluster):
        other = await do(make_person, "oscar", {cluster: EVERYTHING})
        await self.refused(page, other, await do(ticket_for, olga, host))

    @run
    async def test_of_another_login_of_the_same_user(self, olga, host, page, shared):
        ticket = await do(ticket_for, olga, host)

        def again():
            client = type(olga.client)()
            client.force_login(olga.user)
            olga.session_key = client.session.session_key

        await do(again)
        await self.refused(page, olga, ticket)

    @run
    async def test_expired(self, olga, host, page):
        ticket = await do(ticket_for, olga, host)
        await do(Ticket.objects.update, expires_at=timezone.now())
        await self.refused(page, olga, ticket)

    @run
    async def test_made_up_or_for_watching(self, olga, host, page):
        for made_up in ("x", "", None, 1, ["x"], {"a": 1}):
            await self.refused(page, olga, made_up or "nothing")
        async with page(olga, host) as p:
            session = await do(Session.objects.get, pk=p.opened["session"])
            await self.refused(page, olga, await do(tickets.issue_watch, request_of(olga), session))

    def test_only_its_digest_is_kept_and_nothing_tells_it(self, olga, host):
        ticket = ticket_for(olga, host)
        row = Ticket.objects.get()
        assert len(ticket) >= 43 and ticket not in str(Ticket.objects.values().get())
        assert (row.expires_at - row.created_at).total_seconds() <= 30.1
        assert ticket not in str(list(Event.objects.values()))

    def test_is_given_out_only_to_who_may(self, make_person, cluster, host):
        viewer = make_person("vera", {cluster: (access.VIEW,)})
        with pytest.raises(Refused, match="console"):
            ticket_for(viewer, host)
        assert Event.objects.get(action="terminal.session.open").phase == "refused"
        assert Ticket.objects.count() == 0

    def test_is_not_for_other_peoples_credentials(self, olga, make_person, cluster, host):
        other = make_person("oscar", {cluster: EVERYTHING})
        private = SshCredential.objects.create(name="his", username="x", secret="y", owner=other.user)
        with pytest.raises(Refused):
            ticket_for(olga, host, credential=private)

    def test_a_host_of_no_cluster_is_for_platform_admins(self, olga, host, make_person):
        host.cluster = None
        host.save()
        with pytest.raises(Refused):
            ticket_for(olga, host)
        assert ticket_for(make_person("root", {}, is_superuser=True), host)


@run
async def test_rights_lost_after_the_ticket_count(olga, host, page):
    ticket = await do(ticket_for, olga, host)
    await do(access.set_permissions, olga.user, {host.cluster_id: [access.VIEW]})
    async with page(olga, ticket=ticket, wait=False) as p:
        assert await p.closed() == (4403, "forbidden")
    assert await do(Event.objects.filter(action="terminal.session.open", phase="refused").count) == 1


@pytest.mark.parametrize("which", ["per_user", "per_host"])
@run
async def test_no_more_than_the_policy_allows(olga, host, page, which):
    await do(Policy.objects.update, **{which: 1})
    async with page(olga, host) as first:
        async with page(olga, host, wait=False) as second:
            assert await second.closed() == (4429, "limit")
        await first.say(type="close")
        await first.closed()
    async with page(olga, host):
        pass


@run
async def test_no_more_than_the_process_holds(olga, host, page, settings):
    settings.TERMINAL_SESSIONS_PER_PROCESS = 0
    async with page(olga, host, wait=False) as p:
        assert await p.closed() == (4429, "limit")
