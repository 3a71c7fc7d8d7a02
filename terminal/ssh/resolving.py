"""Which address a destination has at this moment, and whose key is expected there."""

from fnmatch import fnmatchcase

from django.db.models import Q

from clusters import inventory
from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import Refused, SshError
from terminal.models import DefaultUser
from terminal.rules import addresses
from terminal.setup import instances
from terminal.setup.destination import Destination
from terminal.ssh.host_keys import Identity


def resolve(target: Destination) -> tuple[str, Identity]:
    """The address that was judged, and whose key is expected there. The target is completed by what its cloud says.
    Raises `TerminalError`."""
    route = f"{target.jump.address}:{target.jump.port}" if target.jump else ""
    if target.host is not None:
        address = str(addresses.allowed(target.address, target.policy))
        return address, Identity(target.cluster, route, target.address, target.port, target.name)
    if target.cluster is None:
        raise TypeError("A server is one of a cluster.")
    instance = instances.find(target.cluster, target.cloud_id)
    target.name = instance.name
    target.username = target.username or _default_user(target.cluster, instance.image_id)
    address = of_instance(instance, target)
    return address, Identity(target.cluster, route, target.cloud_id, target.port, target.name)


def of_instance(instance: instances.Instance, target: Destination) -> str:
    if target.address and target.address not in instance.addresses:
        raise SshError(
            _("%(address)s is not, or no longer, an address of %(name)s.")
            % {"address": target.address, "name": instance.name},
            cause="instance",
        )
    reasons = []
    for text in [target.address] if target.address else instance.addresses:
        if text in instance.shared:
            reasons.append(
                _("Another server of the cloud has the address %(address)s too: nobody can say which one answers.")
                % {"address": text}
            )
            continue
        address = addresses.canonical(text)
        if reason := addresses.why_not(address, target.policy):
            reasons.append(reason)
            continue
        return str(address)
    raise Refused(reasons[0], cause="address")


def _default_user(cluster: Cluster, image_id: str) -> str:
    image = _image_name(cluster, image_id)
    rows = DefaultUser.objects.filter(Q(cluster=cluster) | Q(cluster=None)).order_by("-cluster", "pk")
    return next((row.username for row in rows if fnmatchcase(image.lower(), row.image.lower())), "")


def _image_name(cluster: Cluster, image_id: str) -> str:
    try:
        images = inventory.model_named("compute.image").objects
    except KeyError:
        return ""
    return images.filter(cluster=cluster, cloud_id=image_id).values_list("name", flat=True).first() or ""
