"""Names that are bytes: all are listed, and each is opened, renamed, taken along and deleted as the one it is."""

import json
import os

import pytest

from audit.models import Event
from terminal.encodings import shown
from terminal.session.registry import sessions
from terminal.tests.conftest import do, run
from terminal.tests.test_pages_files import Door

GBK, LATIN, BROKEN = "测试".encode("gbk"), "Ärger.txt".encode("latin-1"), b"\xff\xfe.bin"
NAMES = (GBK, LATIN, BROKEN, "好.txt".encode(), b"plain", b"new\nline", b"\x1b[2J")


@pytest.fixture
def folder(tmp_path):
    """Bytes, as the system calls take them."""
    path = os.fsencode(tmp_path / "bytes")
    os.mkdir(path)
    for name in NAMES:
        with open(os.path.join(path, name), "wb") as file:
            file.write(b"of " + name)
    return path


def listed(door, path, **more):
    answer = door.client.get(door.base, {"path": json.dumps(path), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def named(door, path):
    return {os.fsencode(entry["name"]): entry for entry in listed(door, path)["entries"]}


@run
async def test_one_odd_name_closes_no_folder(page, olga, host, folder):
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        found = await do(named, door, os.fsdecode(folder))
        assert set(found) == set(NAMES)
        assert not found[GBK]["readable"] and not found[BROKEN]["readable"] and found[b"plain"]["readable"]
        assert found[LATIN]["shown"] == "\N{REPLACEMENT CHARACTER}rger.txt"
        # With the encoding the host writes in they are what they are; what is not in it is still read as UTF-8.
        sessions.all()[0].encoding = "gb18030"
        found = await do(named, door, os.fsdecode(folder))
        assert found[GBK]["shown"] == "测试" and found[GBK]["readable"]


@run
async def test_by_its_bytes_it_is_opened_renamed_and_deleted(page, olga, host, folder):
    async with page(olga, host) as shell:
        door = Door(olga.client, shell.opened["session"])
        sessions.all()[0].encoding = "gb18030"
        inside, text = os.path.join(folder, "目录".encode("gbk")), os.fsdecode(folder)
        made = await do(door.post, "make", folder=text, name="目录")
        assert made.status_code == 200 and os.path.isdir(inside), "a new name is in the encoding of the host"
        path = (await do(listed, door, f"{text}/目录", typed="1"))["path"]
        assert os.fsencode(path) == inside, "so is a path that somebody wrote"
        got = await do(door.download, f"{text}/{os.fsdecode(LATIN)}")
        assert got[1] == b"of " + LATIN
        renamed = await do(door.post, "rename", folder=text, name=os.fsdecode(BROKEN), new="改名")
        assert renamed.status_code == 200 and os.path.exists(os.path.join(folder, "改名".encode("gbk")))
        assert (await do(door.post, "delete", folder=text, name=os.fsdecode(GBK))).status_code == 200
        assert "sha256" in await do(door.upload, text, "上传", b"x")
        left = set(os.listdir(folder))
        assert GBK not in left and BROKEN not in left and "上传".encode("gbk") in left
        refused = await do(door.post, "delete", folder=text, name=os.fsdecode(b"../" + LATIN))
        assert refused.status_code == 409 and os.path.exists(os.path.join(folder, LATIN))
        sessions.all()[0].encoding = "latin-1"
        refused = await do(door.post, "make", folder=text, name="中")
        assert refused.status_code == 409 and "encoding" in refused.json()["error"]
    deleted = await do(Event.objects.get, action="terminal.file.delete", phase="done")
    assert deleted.params["path"].endswith("测试") and deleted.params["path_bytes"].endswith(GBK.hex())


def test_what_is_shown_never_fails():
    assert shown("中".encode("gbk"), "gb18030") == "中"
    assert shown("中".encode(), "euc-jp") == "中", "not in the encoding: UTF-8"
    assert "\N{REPLACEMENT CHARACTER}" in shown(b"\xff", "utf-8")
