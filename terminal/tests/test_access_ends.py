"""Within three seconds of the end of a right, page, socket and terminal are closed: measured with the intervals of a
real deployment, a real host and a real provider."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import Grant, User
from accounts.own.sessions import end
from accounts.tests.test_single_sign_on import BACK, CLAIMS, SIGNED_OUT, SUB, configure, sign_in
from audit.acting import SYSTEM
from opsys.live.tests.conftest import SERVERS, change
from opsys.live.tests.conftest import Page as LivePage
from terminal.tests.conftest import do, run
from tests.factories import make_server, make_state
from tests.platform import PATIENCE_SECONDS
from tests.provider import provider_running

SECONDS = 3
LIST = "/compute/servers/"
pytestmark = [pytest.mark.slow, pytest.mark.timing, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def provider():
    with provider_running() as running:
        running.register(f"http://testserver{BACK}")
        running.person(SUB, **CLAIMS)
        yield running


@pytest.fixture
def ada(provider, settings, cluster):
    """Somebody who signed in at the provider, and may open shells by a grant."""
    configure(settings, provider)
    client, _response = sign_in(provider)
    user = User.objects.get(username="ada")
    Grant.objects.create(user=user, role="operator", cluster=cluster)
    make_server(cluster, name="web-1")
    make_state(cluster, "compute.server")
    return SimpleNamespace(user=user, client=client, session_key=client.session.session_key)


def revoked_grant(ada, provider):
    Grant.objects.get().delete()


def ended_session(ada, provider):
    end(SYSTEM, UserSession.objects.get(session_key=ada.session_key))


def disabled_user(ada, provider):
    user = User.objects.get(pk=ada.user.pk)
    user.is_active = False
    user.save()


def signed_out_there(ada, provider):
    answer = Client().post(SIGNED_OUT, {"logout_token": provider.logout_token(sub=SUB, sid=CLAIMS["sid"])})
    assert answer.status_code == 200, answer.content


def sees_the_server(ada):
    response = ada.client.get(LIST)
    return response.status_code == 200 and "web-1" in response.content.decode()


@pytest.mark.parametrize("what", [revoked_grant, ended_session, disabled_user, signed_out_there])
@run
async def test_page_socket_and_terminal(ada, host, page, provider, cluster, what):
    assert await do(sees_the_server, ada)
    live = LivePage(ada.session_key, "http://localhost")
    assert (await live.socket.connect(PATIENCE_SECONDS))[0]
    await live.watch(SERVERS)
    assert (await live.hear())["ready"]
    took = {}
    async with page(ada, host) as shell:
        began = time.monotonic()
        await do(what, ada, provider)
        assert not await do(sees_the_server, ada)
        took["page"] = time.monotonic() - began

        async def terminal():
            await shell.closed()
            took["terminal"] = time.monotonic() - began

        async def socket():
            if what is revoked_grant:  # it stays open, and tells nothing more of what was lost
                await asyncio.sleep(1.5)
                took["socket"] = time.monotonic() - began
                await do(change, cluster)
                assert await live.socket.receive_nothing(1.2, 0.05)
            else:
                assert await live.closed_with() == 4401
                took["socket"] = time.monotonic() - began

        await asyncio.gather(terminal(), socket())
    await live.socket.disconnect(PATIENCE_SECONDS)
    print(f"{what.__name__}: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items()))
    assert max(took.values()) <= SECONDS, took
