"""Versioned files as a deployment sends them, without a proxy: compressed, and kept by browsers for a year."""

import gzip
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponseNotFound
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

PRODUCTION = Path(__file__).resolve().parents[1] / "settings/production.py"
YEAR = 365 * 24 * 3600


@pytest.fixture
def files(tmp_path, settings):
    """files(path) → the answer to a request for one of the collected files."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from/page.css").write_text("body { margin: 0; }\n" * 100)
    # The settings themselves refuse to be imported without the secrets of a deployment.
    backend = re.search(r'"staticfiles": \{"BACKEND": "(.+?)"', PRODUCTION.read_text())
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend[1]}}
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [tmp_path / "from"], tmp_path / "to"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", "--no-input", verbosity=0)
    middleware = WhiteNoiseMiddleware(lambda request: HttpResponseNotFound())
    return lambda path: middleware(RequestFactory().get(path, HTTP_ACCEPT_ENCODING="gzip"))


def test_they_are_compressed_and_kept_for_a_year(files, settings):
    (versioned,) = Path(settings.STATIC_ROOT).glob("page.*.css")
    answer = files(f"{settings.STATIC_URL}{versioned.name}")
    seconds = int(re.search(r"max-age=(\d+)", answer["Cache-Control"])[1])
    assert seconds >= YEAR and "immutable" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(b"".join(answer.streaming_content)).startswith(b"body")


def test_a_file_without_a_version_is_asked_for_again(files, settings):
    answer = files(f"{settings.STATIC_URL}page.css")
    assert "immutable" not in answer["Cache-Control"]
