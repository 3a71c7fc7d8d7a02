"""Files over a real sshd: names, links, sizes, hashes, and nobody else's."""

import hashlib
import json
import os
import struct
import subprocess

import paramiko
import pytest

from audit.models import Event
from terminal.errors import Refused, SshError
from terminal.models import Host
from terminal.sftp.faults import told
from terminal.sftp.names import checked_name, checked_path
from terminal.sftp.transfers import PIECE
from terminal.tests.conftest import do, run
from terminal.tests.odd_host import PASSWORD, OddHost


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\0b", "x" * 256, None, 7])
def test_a_name_is_one_step_and_nothing_else(name):
    with pytest.raises(Refused):
        checked_name(name)


@pytest.mark.parametrize("name", ["with space", "中文.txt", "-rf", "$(reboot)", "a\nb", "…", "..."])
def test_odd_names_are_names(name):
    assert checked_name(name) == name.encode()


@pytest.mark.parametrize("path", ["etc", "~/x", "a\0", 5, "/" + "x" * 5000, "/\ud800"])
def test_a_path_is_whole(path):
    with pytest.raises(Refused):
        checked_path(path)


class Door:
    def __init__(self, client, session):
        self.client, self.base = client, f"/terminal/files/{session}/"

    def look(self, path):
        return self.client.get(self.base, {"path": str(path)})

    def post(self, what, **body):
        return self.client.post(f"{self.base}{what}/", json.dumps(body), content_type="application/json")

    def upload(self, folder, name, content, **options):
        begun = self.post("upload", folder=str(folder), name=name, size=len(content), **options).json()
        if "transfer" not in begun:
            return begun
        for at in range(0, len(content), PIECE):
            body = content[at : at + PIECE]
            self.client.put(f"{self.base}{begun['transfer']}/piece/?offset={at}", body, "application/octet-stream")
        return self.post(f"{begun['transfer']}/finish").json()

    def download(self, path):
        begun = self.post("download", path=str(path)).json()
        if "transfer" not in begun:
            return begun, b""
        parts = []
        for at in range(0, begun["size"], PIECE):
            parts.append(self.client.get(f"{self.base}{begun['transfer']}/piece/?offset={at}").content)
        return self.post(f"{begun['transfer']}/finish").json(), b"".join(parts)


@run
async def test_up_and_down_are_equal_and_audited_with_their_hash(page, olga, host, tmp_path):
    content = os.urandom(PIECE + 12_345)
    digest = hashlib.sha256(content).hexdigest()
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        assert await do(door.upload, tmp_path, "名 with space.bin", content) == {"sha256": digest}
        assert (tmp_path / "名 with space.bin").read_bytes() == content
        assert await do(door.upload, tmp_path, "名 with space.bin", b"x") == {"exists": True}
        assert await do(door.upload, tmp_path, "名 with space.bin", b"x", replace=True)
        (tmp_path / "down").write_bytes(content)
        answer, got = await do(door.download, tmp_path / "down")
        assert (answer["sha256"], got) == (digest, content)
    events = Event.objects.filter(action__startswith="terminal.file").order_by("pk")
    begun, noted = await do(lambda: [list(events.filter(phase=phase)) for phase in ("noted", "done")])
    for some in (begun, noted):
        assert [event.action for event in some] == ["terminal.file.upload"] * 2 + ["terminal.file.download"]
    assert [event.params["bytes"] for event in begun] == [len(content), 1, len(content)]
    assert noted[0].params["sha256"] == noted[2].params["sha256"] == digest
    assert {event.username for event in noted} == {"olga"}


@run
async def test_a_file_that_was_read_and_never_called_finished_is_in_the_audit(page, olga, host, tmp_path):
    (tmp_path / "down").write_bytes(b"content")
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        begun = (await do(door.post, "download", path=str(tmp_path / "down"))).json()
        got = await do(olga.client.get, f"{door.base}{begun['transfer']}/piece/?offset=0")
        assert got.content == b"content"
    event = await do(Event.objects.get, action="terminal.file.download")
    assert (event.phase, event.params["path"]) == ("noted", str(tmp_path / "down"))


@run
async def test_folders_and_links(page, olga, host, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        entries = (await do(door.look, folder)).json()["entries"]
        assert [(entry["name"], entry["kind"]) for entry in entries] == [("link", "link")]
        assert (await do(door.post, "delete", folder=str(folder), name="link")).status_code == 200
        assert (outside / "kept").exists() and not (folder / "link").is_symlink()
        assert (await do(door.post, "make", folder=str(folder), name="中")).status_code == 200
        assert (await do(door.post, "rename", folder=str(folder), name="中", new="国")).status_code == 200
        assert os.listdir(folder) == ["国"]
        full = await do(door.post, "delete", folder=str(tmp_path), name="outside")
        assert full.status_code == 409 and "not empty" in full.json()["error"]
        missing = await do(door.look, tmp_path / "none")
        assert missing.status_code == 409 and "is not there" in missing.json()["error"]
        escape = await do(door.post, "make", folder=str(folder), name="../escaped")
        assert escape.status_code == 409 and not (tmp_path / "escaped").exists()


@run
async def test_a_file_that_is_too_large_or_not_whole_is_said(page, olga, host, tmp_path, settings):
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        settings.TERMINAL_FILE_BYTES = 10
        answer = await do(door.post, "upload", folder=str(tmp_path), name="big", size=11)
        assert answer.status_code == 409 and "at most 10" in answer.json()["error"]
        settings.TERMINAL_FILE_BYTES = 1000
        folder = tmp_path / "target"
        folder.mkdir()
        begun = (await do(door.post, "upload", folder=str(folder), name="cut", size=100)).json()["transfer"]
        unfinished = await do(door.post, f"{begun}/finish")
        assert unfinished.status_code == 409 and "not whole" in unfinished.json()["error"]
        assert (await do(door.post, f"{begun}/cancel")).status_code == 200
        assert os.listdir(folder) == [], "a cancelled upload leaves nothing behind"


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for one piece and a half."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = f"size={PIECE + PIECE // 2}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@run
async def test_a_full_disk_is_said_and_leaves_what_was_there(page, olga, host, small_disk):
    (small_disk / "kept").write_bytes(b"as it was")
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])

        def fill():
            content = os.urandom(2 * PIECE)
            begun = door.post("upload", folder=str(small_disk), name="kept", size=len(content), replace=True).json()
            return [
                door.client.put(
                    f"{door.base}{begun['transfer']}/piece/?offset={at}",
                    content[at : at + PIECE],
                    "application/octet-stream",
                )
                for at in (0, PIECE)
            ]

        first, second = await do(fill)
        assert first.status_code == 200
        assert second.status_code == 409 and "disk is full" in second.json()["error"]
        assert os.listdir(small_disk) == ["kept"], "what was written of it is gone, and there is room again"
        assert (small_disk / "kept").read_bytes() == b"as it was"
        assert "sha256" in await do(door.upload, small_disk, "kept", b"changed", replace=True)


@pytest.mark.parametrize("said", [None, b"hello\n", b"\0\0\0\2\2\0"], ids=["nothing", "a greeting", "half a version"])
@run
async def test_a_host_whose_answers_are_not_sftp_offers_none(page, olga, cluster, tmp_path, said):
    odd = OddHost(tmp_path, "password")
    odd.sftp = said
    host = await do(Host.objects.create, name="odd", cluster=cluster, address="127.0.0.1", port=odd.port)
    async with page(olga, host, answers={"login": {"username": "ann", "password": PASSWORD}}) as shell:
        answer = await do(Door(olga.client, shell.opened["session"]).look, tmp_path)
        assert answer.status_code == 409 and "does not offer file transfer" in answer.json()["error"]
        assert shell.code is None
    odd.close()


@pytest.mark.parametrize("fault", [paramiko.SFTPError("Expected handle"), struct.error("unpack")], ids=type)
def test_an_answer_that_is_not_sftp_is_said(fault):
    with pytest.raises(SshError, match="about /tmp/x is not one of SFTP"), told("/tmp/x"):
        raise fault


@run
async def test_files_are_ones_own(page, olga, host, make_person, cluster, tmp_path):
    root = await do(make_person, "root", {}, is_superuser=True)
    async with page(olga, host) as shell:
        door = Door(root.client, shell.opened["session"])
        assert (await do(door.look, tmp_path)).status_code == 404
        session = shell.opened["session"]
        await shell.say(type="close")
        await shell.closed()
    late = await do(Door(olga.client, session).look, tmp_path)
    assert late.status_code == 409 and "not running" in late.json()["error"]
