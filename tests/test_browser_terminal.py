"""Shells in a real browser, on a real sshd, at the addresses of servers of the real clouds."""

import hashlib
import os
import re

import pytest

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import wait_until
from tests.sshd import Sshd
from tests.test_browser_console import shot

pytestmark = [pytest.mark.browser, pytest.mark.lab]
GIBIBYTE = 1 << 30
PREPARE = '''
from clusters.models import Cluster
from terminal.models import Host, Policy, SshCredential
east = Cluster.objects.get(name="east")
Policy.objects.create(allowed_networks="127.0.0.0/8", allowed_ports="{port}", per_user=99, per_host=99)
key = SshCredential.objects.create(name="key", kind="key", username="{user}", secret="""{key}""", cluster=east)
Host.objects.create(name="堡垒机", cluster=east, address="127.0.0.1", port={port}, credential=key)
'''
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(".term-pane:not([hidden]) .xterm-helper-textarea")
    .dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    """It answers at every address of this machine, those of the lab's servers among them."""
    host = Sshd(tmp_path_factory.mktemp("sshd"), address="0.0.0.0")
    host.start()
    yield host
    host.stop()


@pytest.fixture(scope="module")
def reachable(platform, sshd):
    platform.manage("shell", "-c", PREPARE.format(port=sshd.port, user=sshd.user, key=sshd.key))


@pytest.fixture
def console(browser, platform, reachable):
    opened = []

    def open_one(*, viewport=DESKTOP, **options) -> Console:
        window = Console(browser, platform.url, viewport=viewport, **options)
        opened.append(window)
        window.log_in("admin", "admin123")
        return window

    yield open_one
    for window in opened:
        window.context.close()
        assert window.errors == []


class Shell:
    """A terminal's page with one open tab."""

    def __init__(self, page):
        self.page = page
        accept = page.locator(".term-card [type=submit]")
        page.locator(".term-tab-current:is([data-state=open], [data-state=asking])").wait_for()
        if accept.count():
            accept.click()
        page.locator(".term-tab-current[data-state=open]").wait_for()
        self.rows = page.locator(".term-pane:not([hidden]) .xterm-rows")
        page.locator(".term-pane:not([hidden]) .xterm-helper-textarea").focus()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def shows(self, text: str) -> None:
        wait_until(lambda: text in self.rows.inner_text(), f"{text!r} on the screen", on_failure=self.screen)

    def screen(self) -> str:
        return self.rows.inner_text()


def on_the_host(console, **options) -> Shell:
    window = console(**options)
    page = window.open("/terminal/")
    with window.context.expect_page() as opened:
        page.locator("td.kind-name a", has_text="堡垒机").click()
    opened.value.on("pageerror", lambda error: window.errors.append(str(error)))
    return Shell(opened.value)


def test_from_a_servers_page_to_a_shell_in_one_click(console, api):
    row = next(r for r in api.rows("compute/servers/", cluster="east", status="ACTIVE") if r["addresses"])
    window = console()
    page = window.open(f"/compute/servers/east/{row['cloud_id']}/")
    with window.context.expect_page() as opened:
        page.locator(".page-actions").get_by_role("link", name="Terminal").click()
    shell = Shell(opened.value)
    shell.type("echo answer $((40+2)); echo 你好，世界 $'\\e[31m'red$'\\e[38;2;10;150;90m'green\n")
    shell.shows("answer 42")
    shell.shows("你好，世界 redgreen")
    script = "s => new Set([...s.querySelectorAll('span')].map((part) => getComputedStyle(part).color)).size"
    colours = shell.rows.evaluate(script)
    assert colours >= 3, "red, green and the rest differ"
    shell.page.screenshot(path=shot("terminal-shell"))
    assert window.violations() == []


def test_it_follows_the_windows_size_and_programs_draw(console):
    shell = on_the_host(console)
    before = shell.rows.locator("> div").count()
    shell.page.set_viewport_size({"width": 900, "height": 600})
    wait_until(lambda: shell.rows.locator("> div").count() != before, "the page has its new size")
    shell.type("clear; stty size; tput cols\n")
    wait_until(lambda: re.search(r"^\d+ \d+$", shell.screen(), re.M), "the size", on_failure=shell.screen)
    rows, columns = map(int, re.search(r"^(\d+) (\d+)$", shell.screen(), re.M).groups())
    assert shell.rows.locator("> div").count() == rows and 80 < columns < 130
    shell.type("vim -u NONE /etc/hostname\n")
    shell.shows("hostname")
    shell.page.screenshot(path=shot("terminal-vim"))
    shell.type(":q!\n")
    # What comes while vim is leaving is lost to it.
    wait_until(lambda: re.search(r"/etc/hostname\s+\S+[#$]", shell.screen()), "the prompt", on_failure=shell.screen)
    shell.type("top\n")
    shell.shows("load average")
    shell.type("q")
    # What is typed before top has given the terminal back is thrown away.
    wait_until(lambda: shell.screen().rstrip().endswith(("$", "#")), "the prompt again", on_failure=shell.screen)
    shell.type("yes flood\n")
    shell.shows("flood\nflood")  # else Ctrl+C could come before it
    shell.page.keyboard.press("Control+c")
    shell.type("\nclear; echo calm again $((1+1))\n")
    shell.shows("calm again 2")


def test_a_paste_of_a_mebibyte_arrives_whole(console):
    shell = on_the_host(console)
    text = "".join(f"{number:07d} 粘贴 {'x' * 80}\n" for number in range(12_000))[: 1 << 20]
    wanted = b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~"
    shell.type(f"stty raw -echo; printf '\\033[?2004hREA''DY\\n'; head -c {len(wanted)} | sha256sum; stty sane\n")
    shell.shows("READY")
    shell.page.evaluate(PASTE, text)
    shell.shows(hashlib.sha256(wanted).hexdigest())


def test_several_lines_are_asked_about_where_they_would_run(console):
    shell = on_the_host(console)
    shell.type("echo re''ady; cat > /dev/null\n")
    shell.shows("ready\n")  # the shell's own marking of pastes is off by then
    shell.page.evaluate(PASTE, "rm one\nrm two\n")
    dialog = shell.page.locator("#paste-dialog[open]")
    dialog.get_by_text("rm two").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    assert "rm one" not in shell.screen()


def test_a_lost_network_is_resumed_and_so_is_a_page_that_is_loaded_again(console):
    shell = on_the_host(console)
    shell.type("for i in $(seq 1 60); do echo tick $i; sleep 0.1; done; echo over\n")
    shell.shows("tick 3")
    shell.page.reload()
    again = Shell(shell.page)
    again.shows("tick 60\nover")
    numbers = [int(n) for n in re.findall(r"tick (\d+)$", again.screen(), re.M)]
    assert numbers == sorted(set(numbers)), "nothing twice, nothing out of order"


def test_files_with_odd_names_go_up_and_down(console, tmp_path):
    shell = on_the_host(console)
    folder = tmp_path / "目录 with space"
    folder.mkdir()
    (folder / "out").symlink_to("/etc")
    (folder / "<b>.txt").write_text("hostile")
    (folder / "-rf").write_text("dash")
    page = shell.page
    page.locator("[data-tool=files]").click()
    path = page.locator(".term-files [name=path]")
    wait_until(lambda: path.input_value().startswith("/"), "the first folder")
    path.fill(str(folder))
    path.press("Enter")
    page.locator(".term-file", has_text="<b>.txt").wait_for()
    page.screenshot(path=shot("terminal-files"))
    content = os.urandom(9 * 1024 * 1024 + 7)
    source = tmp_path / "名字 带 空格;$(x).bin"
    source.write_bytes(content)
    page.set_input_files(".term-files input[type=file]", str(source))
    digest = hashlib.sha256(content).hexdigest()
    page.locator(".term-transfer-said", has_text=digest).wait_for()
    assert (folder / source.name).read_bytes() == content
    assert not [name for name in os.listdir(folder) if name.endswith(".part")]
    with page.expect_download() as saved:
        page.locator(".term-file", has_text=source.name).click()
    assert hashlib.sha256(saved.value.path().read_bytes()).hexdigest() == digest
    row = page.locator(".term-files-list > li", has_text="out")
    row.locator("[data-bs-toggle]").click()
    row.locator("[data-do=delete]").click()
    page.locator("#sure-dialog[open] [value=ok]").click()
    row.wait_for(state="detached")
    assert not (folder / "out").is_symlink() and os.path.exists("/etc/hostname")


def test_a_session_is_watched_ended_and_played(console):
    shell = on_the_host(console)
    shell.type("echo remember me; resize > /dev/null 2>&1; stty size\n")
    shell.shows("remember me")
    window = console()
    page = window.open("/terminal/sessions/")
    page.get_by_role("link", name="Watch").first.click()
    page.locator("#watch .xterm-rows", has_text="remember me").wait_for()
    page.get_by_role("link", name="End the session").click()
    page.fill("[name=reason]", "night work begins")
    page.locator("form .btn-danger").click()
    shell.page.get_by_text("night work begins").wait_for()
    window.open("/terminal/recordings/")
    page.locator("td.kind-name a").first.click()
    page.locator("#player[data-ready]").wait_for()
    page.select_option("[data-speed]", "16")
    page.locator("[data-play]").click()
    page.locator("#player .xterm-rows", has_text="remember me").wait_for()
    page.locator("#verify").click()
    page.get_by_text("Complete and unchanged").wait_for()
    page.screenshot(path=shot("terminal-player"))
    assert window.violations() == []
    with page.expect_download() as saved:
        page.get_by_role("link", name="asciicast").click()
    assert saved.value.path().read_bytes().startswith(b'{"version": 2')


def test_a_changed_host_key_is_a_hard_stop(console, sshd):
    on_the_host(console)
    sshd.change_host_key()
    window = console()
    page = window.open("/terminal/shells/#host:1")
    page.get_by_text("This is not the machine it was").wait_for()
    assert page.locator(".term-card-danger").get_by_role("link", name="Host keys").count() == 1
    assert window.violations() == []
    page.screenshot(path=shot("terminal-changed-key"))
    window.open("/terminal/host-keys/")
    of_the_host = page.locator("tr", has_text="堡垒机")
    of_the_host.get_by_role("link", name=re.compile("^Delete")).click()
    page.locator("form .btn-danger").click()
    page.locator("#region").wait_for()
    assert of_the_host.count() == 0
    on_the_host(console)  # as one that is new


PAGES = [
    "",
    "shells/",
    "sessions/",
    "sessions/?ended=1",
    "recordings/",
    "credentials/",
    "credentials/new/",
    "host-keys/",
]


@pytest.mark.parametrize(("viewport", "language", "dark"), [(DESKTOP, "en", False), (PHONE, "zh-hans", True)])
def test_its_pages_fit_are_accessible_and_quiet(console, viewport, language, dark):
    window = console(viewport=viewport, language=language, dark=dark)
    for path in PAGES:
        page = window.open(f"/terminal/{path}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=shot(f"terminal-{re.sub('[^a-z]', '', path) or 'start'}-{viewport['width']}"))
        assert window.overflow() == 0, path
        assert window.violations() == [], path


@pytest.mark.skipif("LARGE" not in os.environ, reason="a gibibyte up and down takes a minute: set LARGE=1")
def test_a_gibibyte_is_held_in_memory_nowhere(console, platform, tmp_path):
    shell = on_the_host(console)
    source = tmp_path / "large.bin"
    with source.open("wb") as file:
        for _mebibyte in range(1024):
            file.write(os.urandom(1 << 20))
    page = shell.page
    page.locator("[data-tool=files]").click()
    path = page.locator(".term-files [name=path]")
    wait_until(lambda: path.input_value().startswith("/"), "the first folder")
    target = tmp_path / "target"
    target.mkdir()
    (target / "here").touch()
    path.fill(str(target))
    path.press("Enter")
    page.locator(".term-file", has_text="here").wait_for()
    before = memory(platform)
    page.set_input_files(".term-files input[type=file]", str(source))
    page.locator(".term-transfer-said", has_text="SHA-256").wait_for(timeout=300_000)
    print(f"up: web process {before} MiB before, at most {peak(platform)} MiB")
    digest = hashlib.file_digest((target / source.name).open("rb"), "sha256").hexdigest()
    assert digest in page.content()
    with page.expect_download(timeout=300_000) as saved:
        page.locator(".term-file", has_text=source.name).click()
    assert hashlib.file_digest(saved.value.path().open("rb"), "sha256").hexdigest() == digest
    print(f"and down: web process at most {peak(platform)} MiB")
    # Pieces of 4 MiB, in the arenas of several threads; never the file.
    assert peak(platform) - before < 200


def memory(platform) -> int:
    return _status(platform, "VmRSS")


def peak(platform) -> int:
    return _status(platform, "VmHWM")


def _status(platform, name: str) -> int:
    lines = open(f"/proc/{platform.processes['web'].pid}/status").read()
    return int(re.search(rf"{name}:\s+(\d+)", lines)[1]) // 1024
