"""The bar that shows how much is used."""

import pytest

from opsys.kit.lists.shares import Share


@pytest.mark.parametrize(
    ("used", "total", "level"),
    [
        (0, 0, ""),
        (5, 0, ""),
        (74, 100, ""),
        (75, 100, "tight"),
        (899, 1000, "tight"),
        (90, 100, "full"),
        (3, 2, "full"),
    ],
)
def test_the_colour_tells_from_where_on(used, total, level):
    assert Share(used, total).level == level


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Share(1, 2), "1 / 2"),
        (Share(512, 2048, "MiB"), "512 / 2048 MiB"),
        (Share(20480, 524288, "MiB"), "20 / 512 GiB"),
        (Share(7, 0, "GiB"), "7 / 0 GiB"),
    ],
)
def test_the_figures_stand_beside_it(share, text):
    assert str(share) == text and text in share.html()


def test_what_the_colour_says_the_title_says_too():
    assert 'title="90 %, nearly full"' in Share(9, 10).html()
    assert 'title="50 %"' in Share(1, 2).html()
