"""What a terminal in the browser costs beside raw paramiko, the ssh client and a bare socket, and what it survives.

One web process as people run it (daphne, SQLite), one sshd on loopback, pages played by this program: output is
acknowledged every 65,536 bytes or two seconds, as static/opsys/terminal/connection.js does.
"""

import argparse
import asyncio
import hashlib
import random
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.support import peers
from benchmarks.support.figures import Figures, median, say
from benchmarks.support.peers import Bare
from benchmarks.support.terminals import Place, Terminal, neighbour

MEGABYTE = 1_000_000
PAGE_ACKNOWLEDGES_SECONDS = 2
SESSIONS, PAUSE_SECONDS = 50, 0.25
"""Fifty people who type four keys a second each."""
PROBED_SECONDS, SETTLE_SECONDS = 17, 8  # until the last rows are written and memory went back
FILE_BYTES = 100 * MEGABYTE
PASTE_BYTES = 1024 * 1024
MOST_ECHO_MORE_MS, MOST_ECHO_P99_MS, LEAST_MB_A_SECOND, MOST_STALLED_MIB = 1.0, 30, 30, 4
MOST_CTRL_C_MS, MOST_RECORDING_PERCENT, MOST_CLOSING_SECONDS, MOST_LEFT_MIB = 300, 10, 2.0, 10
PARTS = ("echo", "throughput", "stalled", "flood", "paste", "closing", "cut", "many")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given several times")
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument(
        "--rounds", type=int, default=5, help="of the throughput and of many who type, each way in turn"
    )
    parser.add_argument("--sessions", type=int, default=200)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        place = Place(Path(folder))
        try:
            place.start()
            for part in options.only or PARTS:
                say(part)
                asyncio.run(globals()[f"_{part}"](figures, place, options))
        finally:
            place.stop()


async def _keys(terminal: Terminal, keys: int, pause: float = 0) -> list[float]:
    """Milliseconds from each key to its echo, in a shell that runs `cat`."""
    took, acknowledged = [], time.monotonic()
    for _key in range(keys):
        if pause:
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        before = terminal.received
        began = time.perf_counter()
        terminal.type(b"x")
        await terminal.until(lambda before=before: terminal.received > before, "an echo")
        took.append((terminal.heard_at - began) * 1000)
        if time.monotonic() - acknowledged > PAGE_ACKNOWLEDGES_SECONDS:
            acknowledged = time.monotonic()
            terminal.acknowledge()
    return took


async def _p50_of_many(bare: Bare, keys: int) -> float:
    took = await asyncio.to_thread(peers.echo_of_paramiko, bare, keys, connections=SESSIONS, pause=PAUSE_SECONDS)
    return 1000 * median(took)


async def _cat(terminal: Terminal) -> None:
    await terminal.run("stty -icanon; echo re''ady; cat > /dev/null", b"ready")
    await asyncio.sleep(0.3)  # until the shell has said all it has to say


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


async def _echo(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    bare = Bare(place.sshd)
    raw = [1000 * s for s in await asyncio.to_thread(peers.echo_of_paramiko, bare, options.keys)]
    client = [1000 * s for s in await asyncio.to_thread(peers.echo_of_ssh, bare, options.keys)]
    plain = [1000 * s for s in await asyncio.to_thread(peers.echo_of_a_socket, options.keys)]
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Terminal(place))
        await _cat(first)
        one = await _keys(first, options.keys)
        others = [await stack.enter_async_context(Terminal(place)) for _ in range(SESSIONS - 1)]
        for other in others:
            await _cat(other)
        raw_many, many, slow = [], [], []
        for number in range(options.rounds):
            raw_many.append(await _p50_of_many(bare, options.keys // 10))
            typed = await asyncio.gather(
                *(_keys(terminal, options.keys // 10, PAUSE_SECONDS) for terminal in [first, *others])
            )
            many.append(median(sum(typed, [])))
            slow.append(_p99(sum(typed, [])))
            say(f"round {number + 1}: {many[-1]:.2f} ms, raw paramiko {raw_many[-1]:.2f} ms")
        async with neighbour(place):
            beside = await _keys(first, options.keys)
    figures.at_most("echo of a bare socket: p50 ms", median(plain), None)
    figures.at_most("echo of the ssh client: p50 ms", median(client), None)
    figures.at_most("echo of raw paramiko: p50 ms", median(raw), None)
    figures.at_most("echo, 1 session: p50 ms", median(one), round(median(raw) + MOST_ECHO_MORE_MS, 3))
    figures.at_most("echo, 1 session: p99 ms", _p99(one), None)
    figures.at_most(f"echo of raw paramiko, {SESSIONS} who type: p50 ms", median(raw_many), None)
    bound = round(median(raw_many) + MOST_ECHO_MORE_MS, 3)
    figures.at_most(f"echo, {SESSIONS} sessions: p50 ms", median(many), bound)
    figures.at_most(f"echo, {SESSIONS} sessions: p99 ms", median(slow), None)
    figures.at_most("echo beside a flood: p50 ms", median(beside), None)
    figures.at_most("echo beside a flood: p99 ms", _p99(beside), MOST_ECHO_P99_MS)


async def _throughput(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    path = place.platform.folder / "large"
    line = random.Random(1).randbytes(48).hex().encode() + b"\n"
    path.write_bytes((line * (FILE_BYTES // len(line) + 1))[:FILE_BYTES])
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    rates: dict[str, list[float]] = {"paramiko": [], "ssh": [], "plain": [], "recorded": []}
    equal = True
    bare = Bare(place.sshd)
    for number in range(options.rounds):
        rates["paramiko"].append(await asyncio.to_thread(peers.throughput_of_paramiko, bare, path))
        rates["ssh"].append(await asyncio.to_thread(peers.throughput_of_ssh, bare, path))
        for name in ("plain", "recorded") if number % 2 else ("recorded", "plain"):
            await asyncio.to_thread(place.record, name == "recorded")
            rate, digest = await _pour(place, path)
            rates[name].append(rate)
            equal &= digest == wanted
            say(f"{name}: {rate / MEGABYTE:.1f} MB/s")
    usual = {name: median(values) / MEGABYTE for name, values in rates.items()}
    figures.at_most("100 MB by raw paramiko: MB/s", usual["paramiko"], None)
    figures.at_most("100 MB by the ssh client: MB/s", usual["ssh"], None)
    figures.equal("100 MB equal by SHA-256", equal, True)
    figures.at_least("100 MB, recorded: MB/s", usual["recorded"], LEAST_MB_A_SECOND)
    figures.at_most("100 MB, not recorded: MB/s", usual["plain"], None)
    cost = 100 * (1 - usual["recorded"] / usual["plain"])
    figures.at_most("recording: % of the throughput", cost, MOST_RECORDING_PERCENT)


async def _pour(place: Place, path: Path) -> tuple[float, str]:
    async with Terminal(place) as terminal:
        # Not from the shell's prompt: bash says something to the terminal before and after each line.
        await terminal.run(f"sh -c 'stty raw -echo; echo re\"\"ady; read go; cat {path}; sleep 9'", b"ready\n")
        terminal.hash, terminal.keep = hashlib.sha256(), False
        until = terminal.received + FILE_BYTES
        began = time.perf_counter()
        terminal.type(b"go\n")
        await terminal.until(lambda: terminal.received >= until, "the whole file")
        return FILE_BYTES / (time.perf_counter() - began), terminal.hash.hexdigest()


async def _stalled(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(Terminal(place)) for _ in range(10)]
        before = await asyncio.to_thread(place.megabytes)
        for page in pages:
            page.acknowledging = page.keep = False
            page.type(b"yes\r")
        await asyncio.sleep(5)
        grown = (await asyncio.to_thread(place.megabytes) - before) / len(pages)
        figures.at_most("a page that stops reading: MiB a session", grown, MOST_STALLED_MIB)


async def _flood(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    took = []
    async with Terminal(place) as terminal:
        await terminal.run("PS1='mark''er> '", b"marker> ")
        for _try in range(10):
            terminal.keep = False
            terminal.type(b"yes\r")
            target = terminal.received + 5 * MEGABYTE
            await terminal.until(lambda target=target: terminal.received > target, "a flood")
            terminal.keep = True
            terminal.kept.clear()
            began = time.perf_counter()
            terminal.type(b"\x03")
            await terminal.shows(b"marker> ")
            took.append((time.perf_counter() - began) * 1000)
            terminal.acknowledge()
    figures.at_most("Ctrl-C under a flood until the prompt: median ms", median(took), MOST_CTRL_C_MS)
    figures.at_most("Ctrl-C under a flood until the prompt: slowest ms", max(took), None)


async def _paste(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    data = random.Random(2).randbytes(PASTE_BYTES // 2).hex().encode()
    async with Terminal(place) as terminal:
        command = f"stty raw -echo; echo re''ady; head -c {len(data)} | sha256sum"
        await terminal.run(command, b"ready")
        start = terminal.taken = len(command) + 1
        began = time.perf_counter()
        for at in range(0, len(data), 16_384):
            await terminal.until(lambda at=at: at - (terminal.taken - start) < 200_000, "the host takes it")
            terminal.type(data[at : at + 16_384])
            await terminal._writer.drain()
        digest = hashlib.sha256(data).hexdigest().encode()
        await terminal.until(lambda: b"  -" in terminal.kept, "the sum")
        figures.equal("paste of 1 MiB equal by SHA-256", digest in terminal.kept, True)
        figures.at_most("paste of 1 MiB: seconds", time.perf_counter() - began, None)


async def _closing(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    for what in ("terminate", "logout", "lost grant"):
        slowest = 0.0
        for number in range(5):
            person = await asyncio.to_thread(place.somebody, f"{what.replace(' ', '-')}-{number}")
            before = await asyncio.to_thread(place.connections)
            async with Terminal(place, person) as terminal:
                await asyncio.sleep(random.uniform(0, 1))
                began = time.perf_counter()
                await asyncio.to_thread(_take_away, what, place, person, terminal.opened["session"])
                while await asyncio.to_thread(place.connections) > before:
                    await asyncio.sleep(0.01)
                slowest = max(slowest, time.perf_counter() - began)
        figures.at_most(f"{what}: slowest seconds until TCP is closed", slowest, MOST_CLOSING_SECONDS)


def _take_away(what: str, place: Place, person, session: str) -> None:
    from clusters import access  # noqa: PLC0415
    from terminal.models import Session  # noqa: PLC0415
    from terminal.session import live  # noqa: PLC0415

    if what == "terminate":
        live.terminate(Session.objects.get(pk=session), user=person.user, reason="benchmark")
    elif what == "logout":
        person.client.logout()
    else:
        access.set_permissions(person.user, {place.cluster.pk: (access.VIEW,)})


async def _cut(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    lines = b"".join(b"%09d\r\n" % number for number in range(1, 150_001))
    terminal = Terminal(place)
    await terminal.__aenter__()
    secret, session = terminal.opened["secret"], terminal.opened["session"]
    await terminal.run("stty -echo; PS1=; echo re''ady", b"ready\r\n")
    command = "for i in $(seq 0 149); do seq -f %09.0f $((i*1000+1)) $((i*1000+1000)); sleep 0.1; done\r"
    terminal.type(command.encode())
    await terminal.until(lambda: terminal.received > 200_000, "some output")
    terminal.cut()
    await asyncio.sleep(10)
    await terminal.resume(secret, session)
    await terminal.until(lambda: b"000150000\r\n" in terminal.kept[-100:], "the end")
    begin = terminal.kept.index(b"000000001\r\n")
    figures.equal("cut for 10 s and resumed: equal", bytes(terminal.kept[begin : begin + len(lines)]) == lines, True)
    await terminal.__aexit__()


async def _many(figures: Figures, place: Place, options: argparse.Namespace) -> None:
    seen = []
    for number in range(6):
        began = time.perf_counter()
        opened: list[Terminal] = []
        gate = asyncio.Semaphore(8)

        async def one(gate=gate, opened=opened) -> None:
            async with gate:
                opened.append(await Terminal(place).__aenter__())

        await asyncio.gather(*(one() for _ in range(options.sessions)))
        if not number:
            await asyncio.sleep(PROBED_SECONDS)
        open_threads, open_mb = await asyncio.to_thread(lambda: (place.threads(), place.megabytes()))
        await asyncio.gather(*(terminal.__aexit__() for terminal in opened))
        while await asyncio.to_thread(place.connections):
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_SECONDS)
        now = await asyncio.to_thread(lambda: (place.threads(), place.descriptors(), place.megabytes()))
        seen.append(now)
        took = time.perf_counter() - began
        say(f"round {number}: {took:.0f} s; open: {open_threads} threads, {open_mb:.0f} MiB; closed: {now}")
    base, last = seen[0], seen[-1]  # the first fills pools and caches, and its sessions were probed
    name = f"{options.sessions} sessions five times"
    figures.at_most(f"{name}: threads left", last[0] - base[0], 2)
    figures.at_most(f"{name}: descriptors left", last[1] - base[1], 2)
    figures.at_most(f"{name}: MiB left", last[2] - base[2], MOST_LEFT_MIB)
    figures.at_most("memory of an open session: MiB", (open_mb - last[2]) / options.sessions, None)
