"""Other pages about a resource, beside its actions."""


def page(client, server):
    return client.get(f"/compute/servers/east/{server.cloud_id}/").content.decode()


def menu(client, server):
    return client.get(f"/compute/servers/menu/{server.pk}/", headers={"HX-Request": "true"}).content.decode()


def test_the_page_and_the_row_lead_there_in_a_window_of_its_own(as_operator, server):
    for content in (page(as_operator, server), menu(as_operator, server)):
        assert f'href="/terminal/shells/#server:east/{server.cloud_id}" target="opsys-terminal"' in content


def test_who_lacks_the_permission_reads_why(as_viewer, server):
    for content in (page(as_viewer, server), menu(as_viewer, server)):
        assert "#server:" not in content
        assert "Terminal<small>You do not have the “console” permission on cluster east." in content


def test_what_is_gone_has_none(as_operator, server):
    server.gone_at = server.synced_at
    server.save()
    assert "#server:" not in page(as_operator, server)
