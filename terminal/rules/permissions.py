"""Who may open, watch, end and play. Each function returns the sentence that says why not, or ""."""

from accounts.permissions import why_not_ready
from clusters import access
from clusters.sentences import gettext as _
from terminal.models import Recording, Session
from terminal.rules.policies import policy_for


def may_open(user, cluster, kind: str = Session.Kind.SSH, *, server=None) -> str:
    """A shell on a server or a host of this cluster, or a console. `cluster` None: a host of no cluster."""
    if reason := why_not_ready(user)[1]:
        return reason
    if cluster is None:
        return "" if user.is_superuser else _("Only platform admins may open shells on hosts of no cluster.")
    held = access.held_by(user)
    if server is not None:
        reason = access.why_not_on(held, access.CONSOLE, server)
    else:
        reason = access.why_not(held, access.CONSOLE, cluster)
    if reason:
        return reason
    if not cluster.enabled:
        return _("Cluster %(cluster)s is disabled.") % {"cluster": cluster.name}
    policy = policy_for(cluster)
    if kind != Session.Kind.SSH and not policy.consoles:
        return _("The policy of cluster %(cluster)s allows no consoles.") % {"cluster": cluster.name}
    if kind == Session.Kind.WALL and not policy.wall_screens:
        return _("The policy of cluster %(cluster)s allows no screens on a wall.") % {"cluster": cluster.name}
    if kind == Session.Kind.SSH and not policy.enabled:
        return _("The policy of cluster %(cluster)s allows no shells.") % {"cluster": cluster.name}
    return ""


def may_supervise(user, session: Session) -> str:
    """Watch or end somebody else's session; one's own in any case."""
    if reason := why_not_ready(user)[1]:
        return reason
    if user.is_superuser or session.user_id == user.pk:
        return ""
    if session.cluster is not None and access.can(user, access.ADMINISTER, session.cluster):
        return ""
    return _("Only who administers the cluster may do this with other people's sessions.")


def may_play(user, recording: Recording) -> str:
    """Watch or download it."""
    if reason := why_not_ready(user)[1]:
        return reason
    if Recording.objects.visible_to(user).filter(pk=recording.pk).exists():
        return ""
    return _("Only who administers the cluster may play this recording.")
