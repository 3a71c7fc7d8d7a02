import os

import pytest

from lab import cache
from lab.cache import LabCache, Origin
from lab.layout import Layout


@pytest.fixture(autouse=True)
def version(monkeypatch):
    monkeypatch.setattr(cache, "database_version", lambda: "MariaDB 10")


def make(tmp_path, root="lab", network="127.0.1", clouds=("east",), computes=2, seeded=True) -> LabCache:
    return LabCache(Layout(tmp_path / root, network, 1, tmp_path / "cache"), clouds, computes, seeded)


def test_a_kind_of_lab_has_one_place_wherever_it_runs(tmp_path):
    assert make(tmp_path).path == make(tmp_path, root="other", network="127.0.2").path


@pytest.mark.parametrize("change", [{"clouds": ("east", "west")}, {"computes": 3}, {"seeded": False}])
def test_other_options_are_another_kind(tmp_path, change):
    assert make(tmp_path).path != make(tmp_path, **change).path


def test_what_was_stored_comes_back(tmp_path):
    first = make(tmp_path)
    database, volumes = first.layout.database, first.layout.cloud("east") / "volumes"
    database.mkdir(parents=True)
    volumes.mkdir(parents=True)
    (database / "ibdata1").write_bytes(b"tables")
    with (volumes / "one").open("wb") as volume:
        volume.truncate(1024**3)
    first.store()

    second = make(tmp_path, root="other")
    assert second.restore() == Origin(str(first.layout.root), "127.0.1")
    assert (second.layout.database / "ibdata1").read_bytes() == b"tables"
    copy = (second.layout.cloud("east") / "volumes" / "one").stat()
    assert copy.st_size == 1024**3
    assert copy.st_blocks * 512 < 1024**2


def test_only_the_copies_used_last_are_kept(tmp_path):
    shelves = [make(tmp_path, computes=computes) for computes in range(1, 6)]
    for age, one in enumerate(shelves):
        one.layout.database.mkdir(parents=True, exist_ok=True)
        one.layout.cloud("east").mkdir(exist_ok=True)
        one.store()
        os.utime(one.path, (1000 + age, 1000 + age))
        if age == 3:
            cache.clear(one.layout, ("east",))
            assert shelves[1].restore()  # used again, so that it is not the oldest any more
            os.utime(shelves[1].path, (5000, 5000))
    assert [one.path.exists() for one in shelves] == [False, True, False, True, True]


def test_an_empty_shelf_gives_nothing(tmp_path):
    assert make(tmp_path).restore() is None


def test_clear_deletes_only_what_is_the_labs(tmp_path):
    layout = make(tmp_path).layout
    layout.cloud("east").mkdir(parents=True)
    (layout.root / "notes.txt").write_text("mine")
    cache.clear(layout, ("east",))
    assert [path.name for path in layout.root.iterdir()] == ["notes.txt"]
