"""The table of docs/security.md names tests that there are."""

import re

from tests.house import BASE, text_of


def test_every_file_it_names_exists():
    named = set(re.findall(r"`([\w/.]+(?:\.py|/))`", text_of("docs/security.md")))
    assert len(named) > 20
    assert not [name for name in named if not (BASE / name).exists()]
