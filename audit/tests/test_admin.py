import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import ApiToken, Grant
from audit.models import Event


@pytest.fixture
def page(client, make_user):
    client.force_login(make_user("root", is_superuser=True))
    return client


def test_events_are_read_and_nothing_else(page):
    event = Event.objects.create(via="ui", action="a", params={"a": "<b>"})
    assert b"&lt;b&gt;" in page.get(f"/admin/audit/event/{event.pk}/change/").content
    assert page.get("/admin/audit/event/").status_code == 200
    assert page.get("/admin/audit/event/add/").status_code == 403
    assert page.post(f"/admin/audit/event/{event.pk}/change/", {"action": "b"}).status_code == 403
    assert page.post(f"/admin/audit/event/{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_tokens_are_listed_and_deleted_and_never_made(page, make_user):
    row, token = ApiToken.objects.create(user=make_user())
    content = page.get("/admin/accounts/apitoken/").content.decode()
    assert row.token_key in content
    assert token not in content
    assert page.get("/admin/accounts/apitoken/add/").status_code == 403
    detail = page.get(f"/admin/accounts/apitoken/{row.pk}/change/").content.decode()
    assert 'name="digest"' not in detail
    assert page.post(f"/admin/accounts/apitoken/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not ApiToken.objects.exists()


def test_a_grant_is_not_rewritten(page, make_user):
    grant = Grant.objects.create(user=make_user(), role="viewer", everywhere=True)
    assert page.get("/admin/accounts/grant/").status_code == 200
    assert page.post(f"/admin/accounts/grant/{grant.pk}/change/", {"role": "admin"}).status_code == 403
    response = page.post("/admin/accounts/grant/add/", {"user": grant.user_id, "role": "viewer", "everywhere": "on"})
    assert "already" in response.content.decode()


@pytest.mark.parametrize("path", ["accounts/user/", "auth/group/", "accounts/grant/add/", "auth/group/add/"])
def test_pages_open(page, path):
    assert page.get(f"/admin/{path}").status_code == 200


def test_a_group_has_no_model_permissions_to_give(page):
    team = Group.objects.create(name="team")
    content = page.get(f"/admin/auth/group/{team.pk}/change/").content.decode()
    assert 'name="permissions"' not in content
    assert 'name="grants-TOTAL_FORMS"' in content


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_an_admin_by_grant_does_not_get_in(client, make_user, role):
    user = make_user()
    Grant.objects.create(user=user, role=role, everywhere=True)
    client.force_login(user)
    for path in ("/admin/", "/admin/accounts/user/", "/admin/clusters/cluster/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.url.startswith("/admin/login/")


def test_every_page_of_an_audited_model_signs():
    from audit.admin import Signing  # noqa: PLC0415
    from audit.receivers.changes import BOOKKEEPING  # noqa: PLC0415

    unsigned = [
        model.__name__
        for model in BOOKKEEPING
        if admin.site.is_registered(model) and not isinstance(admin.site.get_model_admin(model), Signing)
    ]
    assert unsigned == []
