"""What a server's console in the page costs beside the same page speaking with the proxy itself.

One web process as people run it (daphne, SQLite), a proxy of its own process, pages played by this program.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from pathlib import Path

from benchmarks.support.consoles import FLOOD, FLOOD_PIECE, ConsolePlace, Direct
from benchmarks.support.figures import Figures, median, say
from benchmarks.support.terminals import Terminal

MEGABYTE = 1_000_000
FLOOD_BYTES = 3000 * FLOOD_PIECE
MOST_ADDED_MS, LEAST_MB_A_SECOND, LEAST_SHARE, MOST_STALLED_MIB = 2.0, 100, 0.8, 4
SETTLE_SECONDS, PROBED_SECONDS = 8, 20
PARTS = ("latency", "throughput", "stalled", "many")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given several times")
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=100)


def run(figures: Figures, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        place = ConsolePlace(Path(folder))
        try:
            place.start()
            for part in options.only or PARTS:
                say(part)
                asyncio.run(globals()[f"_{part}"](figures, place, options))
        finally:
            place.stop()


async def _echoes(page: Terminal, keys: int) -> list[float]:
    """Milliseconds from a key's message to its echo."""
    took = []
    for _key in range(keys):
        before, began = page.received, time.perf_counter()
        page.type(b"\x04\x01\x00\x00\x00\x00\x00x")  # a key event of RFB
        await page.until(lambda before=before: page.received > before, "an echo")
        took.append((page.heard_at - began) * 1000)
    return took


async def _latency(figures: Figures, place: ConsolePlace, options: argparse.Namespace) -> None:
    direct, ours = [], []
    async with Direct(place) as straight, Terminal(place) as page:
        for _round in range(options.rounds):
            direct += await _echoes(straight, options.keys // options.rounds)
            ours += await _echoes(page, options.keys // options.rounds)
    figures.at_most("echo of the proxy: p50 ms", median(direct), None)
    figures.at_most("echo by way of the platform: p50 ms", median(ours), round(median(direct) + MOST_ADDED_MS, 3))


async def _rate(page: Terminal) -> float:
    page.keep = False
    until = page.received + FLOOD_BYTES
    began = time.perf_counter()
    page.type(FLOOD + str(FLOOD_BYTES).encode())
    await page.until(lambda: page.received >= until, "all of it")
    return FLOOD_BYTES / (time.perf_counter() - began) / MEGABYTE


async def _throughput(figures: Figures, place: ConsolePlace, options: argparse.Namespace) -> None:
    direct, ours = [], []
    async with Direct(place) as straight, Terminal(place) as page:
        for _round in range(options.rounds):
            direct.append(await _rate(straight))
            ours.append(await _rate(page))
            say(f"{ours[-1]:.0f} MB/s, the proxy alone {direct[-1]:.0f} MB/s")
    figures.at_most("throughput of the proxy: MB/s", median(direct), None)
    least = min(LEAST_MB_A_SECOND, round(LEAST_SHARE * median(direct), 1))
    figures.at_least("throughput by way of the platform: MB/s", median(ours), least)


async def _stalled(figures: Figures, place: ConsolePlace, options: argparse.Namespace) -> None:
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(Terminal(place)) for _ in range(10)]
        before = await asyncio.to_thread(place.megabytes)
        for page in pages:
            page.acknowledging = page.keep = False
            page.type(FLOOD + str(FLOOD_BYTES).encode())
        await asyncio.sleep(5)
        grown = (await asyncio.to_thread(place.megabytes) - before) / len(pages)
        figures.at_most("a page that stops reading: MiB a session", grown, MOST_STALLED_MIB)


async def _many(figures: Figures, place: ConsolePlace, options: argparse.Namespace) -> None:
    seen = []
    for number in range(4):
        opened: list[Terminal] = []
        for _session in range(options.sessions):
            opened.append(await Terminal(place).__aenter__())
        figures.equal(f"open at once, round {number}", await asyncio.to_thread(place.connections), options.sessions)
        if not number:
            await asyncio.sleep(PROBED_SECONDS)  # the first fills pools, and its sessions are probed
        await asyncio.gather(*(page.__aexit__() for page in opened))
        while await asyncio.to_thread(place.connections):
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_SECONDS)
        seen.append(await asyncio.to_thread(lambda: (place.threads(), place.descriptors())))
        say(f"round {number}: threads and descriptors left {seen[-1]}")
    figures.at_most("threads left", seen[-1][0] - seen[0][0], 2)
    figures.at_most("descriptors left", seen[-1][1] - seen[0][1], 2)
