"""A cluster's page in Django admin: tested before it is stored, and the secret goes in but never comes out."""

import pytest

from audit.models import Event
from clusters.models import Cluster, Credential
from tests.factories import make_state
from tests.wire import web_page

pytestmark = pytest.mark.django_db
ADD = "/admin/clusters/cluster/add/"


@pytest.fixture
def admin_page(client, platform_admin):
    client.force_login(platform_admin)
    return client


def filled(cloud, **changes):
    return {
        "name": "north",
        "environment": "testing",
        "enabled": "on",
        "auth_url": cloud.auth_url,
        "interface": "public",
        "verify_tls": "on",
        "kind": "password",
        "username": "admin",
        "user_domain": "Default",
        "project_name": "admin",
        "project_domain": "Default",
        "secret": "right",
        "test": "on",
        **changes,
    }


def text_of(response):
    return response.content.decode()


def test_what_works_is_stored(admin_page, cloud):
    response = admin_page.post(ADD, filled(cloud))
    assert response.status_code == 302, text_of(response)
    assert Credential.objects.get(cluster__name="north").secret == "right"
    assert Cluster.objects.get().capabilities["is_admin"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"secret": "Very-Wrong-1"}, "refused the credential"),
        ({"secret": ""}, "A new cluster needs a secret"),
        ({"region": "Nowhere"}, "It has: RegionOne"),
        ({"auth_url": "ftp://x"}, "Enter a valid URL"),
        ({"auth_url": "http://127.0.0.1:9/v3"}, "cannot be reached"),
        ({"project_name": "", "project_domain": ""}, "to no project, domain or system"),
        ({"system_scope": "on"}, "Give one scope"),
        ({"name": "with spaces"}, "valid “slug”"),
        ({"username": ""}, "needs the name or the ID of its user"),
    ],
)
def test_what_does_not_is_not_stored_and_says_why(admin_page, cloud, changes, words):
    response = admin_page.post(ADD, filled(cloud, **changes))
    assert response.status_code == 200 and words in text_of(response)
    assert not Cluster.objects.exists() and not Credential.objects.exists()
    assert "Very-Wrong-1" not in text_of(response)


def test_a_page_that_is_no_cloud(admin_page, cloud):
    cloud.answers = {"GET /v3": web_page(), "POST /v3/auth/tokens": web_page()}
    response = admin_page.post(ADD, filled(cloud))
    assert "no OpenStack identity service" in text_of(response) and not Cluster.objects.exists()


def test_a_taken_name(admin_page, cloud, cluster):
    response = admin_page.post(ADD, filled(cloud, name="east"))
    assert "already exists" in text_of(response) and Cluster.objects.count() == 1


def test_untested_on_demand(admin_page, cloud):
    fields = filled(cloud, secret="Very-Wrong-1")
    del fields["test"]
    assert admin_page.post(ADD, fields).status_code == 302
    assert cloud.seen == []


class TestChange:
    @pytest.fixture
    def north(self, cloud):
        cluster = Cluster.objects.create(name="north", auth_url=cloud.auth_url)
        Credential.objects.create(cluster=cluster, username="admin", secret="right", project_name="admin")
        return cluster

    def url(self, cluster):
        return f"/admin/clusters/cluster/{cluster.pk}/change/"

    def test_an_empty_secret_keeps_the_present_one(self, admin_page, cloud, north):
        admin_page.post(self.url(north), filled(cloud, secret="", description="new words"))
        north.refresh_from_db()
        assert (north.description, north.credential.secret) == ("new words", "right")

    def test_the_secret_is_never_shown(self, admin_page, cloud, north):
        north.credential.secret = "Canary-Secret-1"
        north.credential.save()
        for page in (self.url(north), "/admin/clusters/cluster/", f"/admin/clusters/cluster/{north.pk}/history/"):
            response = admin_page.get(page)
            assert response.status_code == 200 and "Canary-Secret-1" not in text_of(response)

    def test_a_new_secret_that_fails_leaves_the_old_one(self, admin_page, cloud, north):
        response = admin_page.post(self.url(north), filled(cloud, secret="Very-Wrong-1", description="new words"))
        assert response.status_code == 200
        north.refresh_from_db()
        assert (north.description, Credential.objects.get().secret) == ("", "right")

    def test_the_connection_is_tested_by_post_alone(self, admin_page, cloud, north):
        address = f"/admin/clusters/cluster/{north.pk}/test/"
        admin_page.get(address)
        assert cloud.seen == []
        response = admin_page.post(address, follow=True)
        assert "The connection works" in text_of(response)
        cloud.password = "another"
        Credential.objects.update(secret="Canary-Secret-1")
        Credential.objects.get().save()
        response = admin_page.post(address, follow=True)
        assert "refused the credential" in text_of(response) and "Canary-Secret-1" not in text_of(response)

    def test_a_cluster_that_is_not_there(self, admin_page):
        assert admin_page.post("/admin/clusters/cluster/999/test/").status_code == 404


def test_how_often_a_type_is_read_completely(admin_page, cluster):
    state = make_state(cluster, error="kept")
    address = f"/admin/clusters/syncstate/{state.pk}/change/"
    assert "greater than or equal to 30" in admin_page.post(address, {"full_every": "1"}).content.decode()
    assert admin_page.post(address, {"full_every": "3600", "error": "overwritten"}).status_code == 302
    state.refresh_from_db()
    assert (state.full_every, state.error) == (3600, "kept")
    assert Event.objects.get(action="clusters.syncstate.change").username == "root"


CLOUDS_YAML = """clouds:
  north:
    auth:
      auth_url: {url}
      username: admin
      password: {secret}
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
"""
PASTE = "/admin/clusters/cluster/paste/"


def test_one_is_added_by_pasting(admin_page, cloud):
    text = CLOUDS_YAML.format(url=cloud.auth_url, secret="right")
    response = admin_page.post(PASTE, {"name": "north", "text": text, "environment": "testing"})
    assert response.status_code == 302, text_of(response)
    assert Credential.objects.get(cluster__name="north").secret == "right"
    assert Event.objects.filter(action="clusters.cluster.add", username="root").exists()


def test_what_is_pasted_and_wrong_is_not_stored_and_not_shown_elsewhere(admin_page, cloud):
    text = CLOUDS_YAML.format(url=cloud.auth_url, secret="Very-Wrong-1")
    response = admin_page.post(PASTE, {"name": "north", "text": text, "environment": "testing"})
    assert "refused the credential" in text_of(response) and not Cluster.objects.exists()
    for wrong in ("nothing at all", "clouds: {}", "export OS_AUTH_URL=x"):
        assert admin_page.post(PASTE, {"name": "x", "text": wrong, "environment": ""}).status_code == 200
    assert not Cluster.objects.exists()


def test_the_page_says_how_it_stands_and_reads_now(admin_page, cluster):
    state = make_state(cluster, error="no answer", failures=3, full_at=cluster.created_at)
    cluster.capabilities = {"services": {"compute": {"max": "2.96", "milliseconds": 12}}}
    cluster.save()
    shown = text_of(admin_page.get(f"/admin/clusters/cluster/{cluster.pk}/change/"))
    assert "2.96" in shown and "12 ms" in shown and "no answer" in shown
    admin_page.post(f"/admin/clusters/cluster/{cluster.pk}/read/")
    state.refresh_from_db()
    assert state.full_at is None and state.failures == 0


def test_a_credential_is_rotated_once_the_cloud_takes_the_new_secret(admin_page, cloud):
    admin_page.post(ADD, filled(cloud))
    pk = Cluster.objects.get().pk
    address = f"/admin/clusters/cluster/{pk}/rotate/"
    assert address in text_of(admin_page.get(f"/admin/clusters/cluster/{pk}/change/"))
    page = text_of(admin_page.post(address, {"username": "admin", "secret": "Very-New-1"}))
    assert "The present one stays" in page and "refused the credential" in page and "Very-New-1" not in page
    assert Credential.objects.get().secret == "right"
    cloud.password = "Very-New-1"
    done = text_of(admin_page.post(address, {"username": "admin", "secret": "Very-New-1"}, follow=True))
    assert "Revoke the old one" in done and "Very-New-1" not in done
    assert Credential.objects.get().secret == "Very-New-1"
    event = Event.objects.filter(action="clusters.credential.change").latest("pk")
    assert event.username == "root" and "Very-New-1" not in str(event.params)
