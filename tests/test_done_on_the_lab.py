"""After all tests on the lab: what docs/coverage.md claims was done on a real cloud, was."""

import os

import pytest

from tests import coverage

FOLDER = os.environ.get(coverage.DONE_FOLDER)


@pytest.mark.skipif(not FOLDER, reason="only after all tests on the lab (tests.run)")
def test_what_is_claimed_was_done():
    done = coverage.done_in(FOLDER)
    claimed = coverage.names() - set(coverage.UNTRIED)
    assert claimed - done == set(), "claimed by docs/coverage.md, but not done by any test on the lab"
    assert set(coverage.UNTRIED) & done == set(), "done, though tests/coverage.py says that it cannot be tried"
