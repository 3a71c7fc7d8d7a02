"""Which policy holds where."""

from terminal.models import Policy
from terminal.models.policies import default_policy


def policy_for(cluster) -> Policy:
    """The cluster's own policy, else the one for all others. `cluster` may be None: a host of no cluster."""
    own = Policy.objects.filter(cluster=cluster).first() if cluster is not None else None
    return own or default_policy()
