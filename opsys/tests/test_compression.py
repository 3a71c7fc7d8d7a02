"""Texts are compressed for whoever can read that, and nothing else is."""

import gzip

import pytest

from tests.factories import make_server

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def page(client, cluster, platform_admin):
    client.force_login(platform_admin)
    return client


@pytest.mark.parametrize("address", ["/compute/servers/", "/api/v1/compute/servers/"])
def test_pages_and_answers_for_programs(page, cluster, address):
    for number in range(20):
        make_server(cluster, name=f"web-{number}")
    response = page.get(address, headers=GZIP)
    assert response["Content-Encoding"] == "gzip" and "Accept-Encoding" in response["Vary"]
    assert len(response.content) < len(gzip.decompress(response.content)) / 3
    assert "Content-Encoding" not in page.get(address)


def test_files_keep_their_size(page):
    assert "Content-Encoding" not in page.get("/compute/servers/export/?format=csv", headers=GZIP)


def test_the_description_of_the_api_has_no_style_of_its_own(page):
    content = page.get("/api/v1/docs/").content.decode()
    assert "<style" not in content and "api-docs" in content
