"""After all other tests on the lab: what docs/coverage.md claims was done on a real cloud, was."""

import pytest

from tests import coverage
from tests.house import tracked

pytestmark = pytest.mark.lab


def test_what_is_claimed_was_done(request, api):
    here = {item.path.name for item in request.session.items}
    whole = {
        path.removeprefix("tests/")
        for path in tracked()
        if path.startswith(("tests/test_lab_", "tests/test_browser_"))
    }
    if whole - here:
        pytest.skip("only a part of the tests on the lab is run")
    done, address = set(), f"{api.url}audit/events/?phase=done&per_page=500"
    while address:
        body = api.follow(address)
        done |= {event["action"] for event in body["results"]}
        address = body["next"]
    claimed = coverage.names() - set(coverage.UNTRIED)
    assert claimed - done == set(), "claimed by docs/coverage.md, but not done by any test on the lab"
    assert set(coverage.UNTRIED) & done == set(), "done, though tests/coverage.py says that it cannot be tried"
