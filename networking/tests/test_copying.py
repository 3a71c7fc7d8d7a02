"""From a security group's page to a copy of it, in whichever cluster."""

import html
import re

from django.utils import timezone

from clusters import inventory
from clusters.access import PROVISION, VIEW
from networking.security_groups.models import SecurityGroup
from opsys.kit.declare import register


def page_of(client, cloud_id):
    return client.get(register.get("networking.securitygroup").url("item", "east", cloud_id)).content.decode()


def test_the_page_of_a_copy_is_filled_in(client, cluster, other_cluster, make_user):
    web = {"cloud_id": "g1", "name": "web", "data": {"description": "of the shop"}}
    inventory.store(SecurityGroup, cluster, [web, {"cloud_id": "g2", "name": "default"}], seen_at=timezone.now())
    client.force_login(make_user("otto", {cluster: [VIEW, PROVISION], other_cluster: [VIEW, PROVISION]}))
    (address,) = set(re.findall(r'href="([^"]*/new/copy/[^"]*)"', page_of(client, "g1")))
    asked = client.get(f"{html.unescape(address)}&cluster={other_cluster.name}").content.decode()
    assert 'name="source" value="g1"' in asked and 'value="web"' in asked and 'value="of the shop"' in asked
    assert "name=default" not in page_of(client, "g2")
