"""The parts of a key pair's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from compute.keypairs.models import Keypair
from opsys.kit.declare.resource import Panel

FOLDER = "compute/keypairs"


def key(conn, keypair: Keypair, *, user, query) -> dict[str, Any]:
    return {"public_key": keypair.data.get("public_key"), "fingerprint": keypair.fingerprint}


PANELS = (Panel("key", _("Public key"), f"{FOLDER}/key.html", key, cloud=False, icon="key"),)
