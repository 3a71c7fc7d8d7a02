"""The parts of a key pair's page."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compute.keypairs.models import Keypair
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours

FOLDER = "compute/keypairs"


def key(conn, keypair: Keypair, *, user, query) -> dict[str, Any]:
    return {"public_key": keypair.data.get("public_key"), "fingerprint": keypair.fingerprint}


def servers(conn, keypair: Keypair, *, user, query) -> dict[str, Any]:
    """`rows`: those its user made with it. They got the key when they booted, whatever became of it since."""
    used = Q(data__key_name=keypair.name, data__user_id=keypair.user_id)
    return neighbours("compute.server", keypair, used, user=user)


PANELS = (
    Panel("key", _("Public key"), f"{FOLDER}/key.html", key, cloud=False, icon="key"),
    Panel("servers", _("Servers"), f"{FOLDER}/servers.html", servers, cloud=False, icon="server"),
)
