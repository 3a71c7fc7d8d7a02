"""What a host says before the log-in is shown and recorded as plain text; LANG is sent where the policy says so."""

import pytest

from terminal.models import Host, Policy, Recording
from terminal.recording import reading
from terminal.tests.conftest import do, run
from terminal.tests.odd_host import CODE, PASSWORD, OddHost
from tests.platform import wait_until

ANSWERS = {"login": {"username": "ann", "password": PASSWORD}}
NOTICE = "Authorised use only.\r\n\x1b[2J\x1b]0;owned\x07 \u202e<b>"


@pytest.fixture
def odd(tmp_path, cluster):
    host = OddHost(tmp_path, "password")
    yield host
    host.close()


def saved(odd, cluster):
    return Host.objects.create(name="odd", cluster=cluster, address="127.0.0.1", port=odd.port)


@run
async def test_a_notice_is_shown_and_recorded_without_its_control_letters(olga, odd, page, cluster):
    odd.banner = NOTICE
    host = await do(saved, odd, cluster)
    async with page(olga, host, answers=ANSWERS) as p:
        await p.shows(b"welcome")
        shown = p.output.decode()
        odd.close()
        await p.closed()
    assert "Authorised use only.\r\n\N{REPLACEMENT CHARACTER}[2J" in shown and "<b>\r\n" in shown
    assert shown.index("Authorised") < shown.index("welcome") and not {"\x1b", "\x07", "\u202e"} & set(shown)

    def played():
        return "".join(str(event) for event in reading.play(Recording.objects.get(), user=olga.user))

    await do(wait_until, lambda: Recording.objects.get().ended_at, "the recording has ended")
    assert "Authorised use only." in await do(played)


@run
async def test_who_is_asked_for_a_password_has_read_it(olga, odd, page, cluster):
    odd.banner = NOTICE
    odd.methods = ("password", "keyboard-interactive")
    host = await do(saved, odd, cluster)
    await do(lambda: Host.objects.update(username="ann"))
    answers = {**ANSWERS, "prompts": {"answers": [CODE]}}
    async with page(olga, host, answers=answers) as p:
        await p.shows(b"welcome")
        asked = {m["kind"]: m["notice"] for m in p.messages if m["type"] == "ask" and m["kind"] != "host-key"}
    assert set(asked) == {"login", "prompts"}
    for said in asked.values():
        assert said.startswith("Authorised use only.\n") and said.endswith("<b>\n")
        assert not {"\x1b", "\x07", "\u202e"} & set(said)


@run
async def test_lang_is_sent_and_a_host_that_refuses_it_is_used_all_the_same(olga, odd, page, cluster):
    host = await do(saved, odd, cluster)
    async with page(olga, host, answers=ANSWERS) as p:
        await p.shows(b"welcome")
    assert odd.environment == {"LANG": "C.UTF-8"}


@run
async def test_no_lang_where_the_policy_says_so(olga, odd, page, cluster):
    host = await do(saved, odd, cluster)
    await do(
        lambda: Policy.objects.update_or_create(
            cluster=cluster,
            defaults={"send_lang": False, "allowed_ports": "1-65535", "allowed_networks": "127.0.0.0/8"},
        )
    )
    async with page(olga, host, answers=ANSWERS) as p:
        await p.shows(b"welcome")
    assert odd.environment == {}
