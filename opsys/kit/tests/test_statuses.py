"""The clouds' words for states, said in the reader's language."""

import pytest
from django.utils.translation import override

from compute.servers import resource
from opsys.kit.lists.statuses import ALIKE, WORDS, status_text

URL = "/compute/servers/"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("SHUTOFF", "已关机 SHUTOFF"),
        ("ACTIVE · powering-off", "运行中 ACTIVE · powering-off"),
        ("active", "可用 active"),
        ("in-use", "使用中 in-use"),
        ("SINGING", "SINGING"),
        ("", ""),
    ],
)
def test_in_chinese_the_clouds_word_stands_beside(word, text):
    with override("zh-hans"):
        assert status_text(word) == text
    with override("en"):
        assert status_text(word) == word


def test_every_status_of_a_server_has_a_word():
    assert set(resource.STATUSES) <= set(WORDS) and set(ALIKE.values()) <= set(WORDS)


def test_lists_and_filters_say_it(as_viewer, server):
    def chinese(address):
        with override("en"):
            return as_viewer.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()

    assert "运行中 ACTIVE" in chinese(URL) and "运行中 ACTIVE" in chinese(f"{URL}values/status/")
    row = as_viewer.get(f"/api/v1{URL}", headers={"Accept-Language": "zh-hans"}).json()["results"][0]
    assert row["status"] == "ACTIVE"
