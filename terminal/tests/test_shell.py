"""The way from a ticket to a shell and back, on a real sshd."""

from terminal.tests.conftest import run


@run
async def test_a_shell_opens_shows_and_ends(olga, host, page):
    async with page(olga, host) as p:
        await p.type(b"echo one$((1+1))three; exit 3\r")
        await p.shows(b"one2three")
        assert await p.closed() == (1000, "exit")
