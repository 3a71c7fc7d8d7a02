"""A fake cloud on loopback, and short limits so that broken ones are soon found out."""

import pytest

from tests.wire import FakeCloud, serving


@pytest.fixture
def cloud():
    with serving(FakeCloud()) as running:
        yield running


@pytest.fixture
def short_limits(settings):
    settings.CLOUD_CONNECT_SECONDS = settings.CLOUD_READ_SECONDS = settings.CLOUD_CALL_SECONDS = 0.5
