"""Who gets what at which address: one line a route and method, for the matrix in test_every_door.py.

A line is `method, route: (anonymous, viewer of east, operator of east, platform admin)`. `{…}` in a route is
replaced by something that exists in east.
"""

from opsys.kit.declare import register

ROLES = ("anonymous", "viewer", "operator", "admin")

CLOSED = (302, 200, 200, 200)
"""A page: strangers are sent to the login."""
NAMELESS = (302, 404, 404, 404)
"""What speaks with a cloud when it is asked for by a name that there is: opsys/kit/tests/ see to those."""
KEPT = (302, 204, 204, 204)
"""Something of one's own was kept, and the browser is sent on."""
PROGRAM = (401, 200, 200, 200)
ADMIN = (302, 302, 302, 200)
"""Django admin: everybody but a platform admin is sent to its login."""
NO_SUCH = (302, 302, 302, 403)
"""Django admin: there is no such door, not even for a platform admin."""

PLATFORM = {
    ("GET", ""): CLOSED,
    ("GET", "home/pulse/"): CLOSED,
    ("GET", "accounts/login/"): (200, 302, 302, 302),
    ("POST", "accounts/login/"): (200, 302, 302, 302),
    ("GET", "accounts/logout/"): (405, 405, 405, 405),
    ("POST", "accounts/logout/"): (302, 302, 302, 302),
    # Without a login under way there is nothing to confirm.
    ("GET", "accounts/login/code/"): (302, 302, 302, 302),
    ("POST", "accounts/login/code/"): (302, 302, 302, 302),
    ("GET", "accounts/login/passkey/"): (302, 302, 302, 302),
    ("GET", "accounts/again/password/"): CLOSED,
    # Nobody here has a second factor; accounts/tests/test_second_factor.py has those who do.
    ("GET", "accounts/again/code/"): (302, 302, 302, 302),
    ("GET", "accounts/again/passkey/"): (302, 302, 302, 302),
    ("GET", "accounts/second-factor/"): CLOSED,
    ("GET", "accounts/second-factor/app/"): CLOSED,
    ("GET", "accounts/second-factor/app/remove/"): NAMELESS,
    ("GET", "accounts/second-factor/codes/"): NAMELESS,
    ("GET", "accounts/second-factor/codes/new/"): CLOSED,
    ("GET", "accounts/second-factor/passkeys/"): CLOSED,
    ("GET", "accounts/second-factor/passkeys/add/"): CLOSED,
    ("GET", "accounts/second-factor/passkeys/<int:pk>/remove/"): NAMELESS,
    ("GET", "accounts/sessions/"): CLOSED,
    ("POST", "accounts/sessions/end-others/"): (302, 302, 302, 302),
    ("POST", "accounts/sessions/<int:pk>/end/"): NAMELESS,
    ("GET", "accounts/tokens/"): CLOSED,
    ("GET", "accounts/tokens/new/"): CLOSED,
    ("POST", "accounts/tokens/<str:key>/revoke/"): NAMELESS,
    ("GET", "accounts/rights/"): CLOSED,
    ("GET", "accounts/rights/all/"): (302, 403, 403, 200),
    ("GET", "accounts/session/"): CLOSED,
    ("POST", "accounts/session/stay/"): CLOSED,
    ("GET", "accounts/session/back/"): CLOSED,
    # No provider here; accounts/tests/test_single_sign_on.py has one.
    ("GET", "accounts/single-sign-on/"): (404, 404, 404, 404),
    ("GET", "accounts/single-sign-on/back/"): (404, 404, 404, 404),
    ("POST", "accounts/single-sign-on/signed-out/"): (400, 400, 400, 400),
    ("GET", "accounts/password/"): CLOSED,
    ("POST", "accounts/password/"): CLOSED,
    ("GET", "find/"): CLOSED,
    ("GET", "clusters/"): CLOSED,
    ("GET", "audit/"): CLOSED,
    ("GET", "audit/count/"): CLOSED,
    ("GET", "audit/values/action/"): CLOSED,
    # The event there is is about no cluster and by nobody.
    ("GET", "audit/<int:pk>/"): (302, 404, 404, 200),
    # The approval there is was asked for by the operator, and the viewer could not do it.
    ("GET", "approvals/"): CLOSED,
    ("GET", "approvals/<int:pk>/"): (302, 404, 200, 200),
    ("POST", "approvals/<int:pk>/approve/"): (302, 404, 302, 302),
    ("POST", "approvals/<int:pk>/decline/"): (302, 404, 302, 302),
    ("POST", "approvals/<int:pk>/withdraw/"): (302, 404, 302, 302),
    ("GET", "api/v1/approvals/"): PROGRAM,
    ("GET", "api/v1/approvals/<int:pk>/"): (401, 404, 200, 200),
    # By now it was decided above.
    ("POST", "api/v1/approvals/<int:pk>/<str:verb>/"): (401, 404, 409, 409),
    ("GET", "jobs/"): CLOSED,
    ("GET", "jobs/tray/"): CLOSED,
    # The job there is was started by the viewer: it is nobody else's business but a platform admin's.
    ("GET", "jobs/<int:pk>/"): (302, 200, 404, 200),
    ("GET", "jobs/<int:pk>/result.csv"): (302, 200, 404, 200),
    ("POST", "jobs/<int:pk>/cancel/"): (302, 302, 404, 302),
    ("POST", "jobs/<int:pk>/retry/"): (302, 302, 404, 302),
    # The plan is for everybody who sees the host; what may be moved is asked for each server.
    ("GET", "jobs/empty-host/<int:pk>/"): CLOSED,
    ("POST", "jobs/empty-host/<int:pk>/"): CLOSED,  # 200 with what is missing; jobs/tests/emptying
    ("GET", "api/v1/jobs/empty-host/<int:pk>/"): PROGRAM,
    ("POST", "api/v1/jobs/empty-host/<int:pk>/"): (401, 400, 400, 400),
    ("GET", "jobs/schedules/"): CLOSED,
    ("GET", "jobs/schedules/new/"): CLOSED,
    ("POST", "jobs/schedules/new/"): CLOSED,  # 200 with what is wrong; jobs/tests/test_schedules_*.py
    ("GET", "jobs/schedules/preview/"): CLOSED,
    ("GET", "jobs/schedules/matching/"): CLOSED,
    # The schedule there is is the viewer's, and acts with their rights: a platform admin may change it and not run it.
    ("GET", "jobs/schedules/<int:pk>/"): (302, 200, 404, 200),
    ("POST", "jobs/schedules/<int:pk>/"): (302, 200, 404, 200),
    ("GET", "jobs/schedules/<int:pk>/delete/"): (302, 200, 404, 200),
    ("POST", "jobs/schedules/<int:pk>/switch/"): (302, 302, 404, 302),
    ("POST", "jobs/schedules/<int:pk>/run/"): (302, 302, 404, 404),
    ("GET", "api/v1/jobs/schedules/"): PROGRAM,
    ("POST", "api/v1/jobs/schedules/"): (401, 400, 400, 400),
    ("GET", "api/v1/jobs/schedules/<int:pk>/"): (401, 200, 404, 200),
    ("GET", "api/v1/jobs/schedules/<int:pk>/runs/"): (401, 200, 404, 200),
    ("PATCH", "api/v1/jobs/schedules/<int:pk>/"): (401, 400, 404, 400),
    ("POST", "api/v1/jobs/schedules/<int:pk>/switch/"): (401, 400, 404, 400),
    ("POST", "api/v1/jobs/schedules/<int:pk>/run/"): (401, 200, 404, 404),
    ("GET", "terminal/"): CLOSED,
    ("GET", "terminal/shells/"): CLOSED,
    ("GET", "terminal/targets/"): CLOSED,
    ("GET", "terminal/console/<str:cluster>/<str:cloud_id>/"): CLOSED,
    ("GET", "terminal/screens/"): CLOSED,
    # Without a target there is none. With one: terminal/tests/test_pages_opening.py
    ("POST", "terminal/ticket/"): (302, 404, 404, 404),
    # Files are those of one's own running terminal. The one there is is the operator's, and runs in no process.
    **{
        (method, f"terminal/files/<uuid:session>/{rest}"): (302, 404, 409, 404)
        for method, rest in (
            ("GET", ""),
            ("POST", "make/"),
            ("POST", "rename/"),
            ("POST", "delete/"),
            ("POST", "upload/"),
            ("POST", "download/"),
            ("GET", "<str:transfer>/piece/"),
            ("PUT", "<str:transfer>/piece/"),
            ("POST", "<str:transfer>/finish/"),
            ("POST", "<str:transfer>/cancel/"),
        )
    },
    # Hosts are kept by whoever administers their cluster.
    ("GET", "terminal/hosts/new/"): CLOSED,
    ("POST", "terminal/hosts/new/"): CLOSED,
    ("GET", "terminal/hosts/<int:pk>/"): (302, 404, 404, 200),
    ("POST", "terminal/hosts/<int:pk>/"): (302, 404, 404, 200),
    ("GET", "terminal/hosts/<int:pk>/delete/"): (302, 404, 404, 200),
    ("GET", "terminal/host-keys/"): CLOSED,
    ("GET", "terminal/host-keys/<int:pk>/delete/"): (302, 404, 404, 200),
    # The credential there is is the operator's own, and so is the snippet.
    ("GET", "terminal/credentials/"): CLOSED,
    ("GET", "terminal/credentials/new/"): CLOSED,
    ("POST", "terminal/credentials/new/"): CLOSED,
    ("GET", "terminal/credentials/<int:pk>/"): (302, 404, 200, 404),
    ("POST", "terminal/credentials/<int:pk>/"): (302, 404, 200, 404),
    ("GET", "terminal/credentials/<int:pk>/delete/"): (302, 404, 200, 404),
    ("GET", "terminal/snippets/"): CLOSED,
    ("GET", "terminal/snippets/all/"): CLOSED,
    ("GET", "terminal/snippets/new/"): CLOSED,
    ("POST", "terminal/snippets/new/"): CLOSED,
    ("GET", "terminal/snippets/<int:pk>/"): (302, 404, 200, 404),
    ("POST", "terminal/snippets/<int:pk>/"): (302, 404, 200, 404),
    ("GET", "terminal/snippets/<int:pk>/delete/"): (302, 404, 200, 404),
    # The session there is is the operator's; a platform admin may look and end it too.
    ("GET", "terminal/sessions/"): CLOSED,
    ("GET", "terminal/sessions/<uuid:pk>/watch/"): (302, 404, 200, 200),
    ("POST", "terminal/sessions/<uuid:pk>/watch-ticket/"): (302, 404, 200, 200),
    ("GET", "terminal/sessions/<uuid:pk>/terminate/"): (302, 404, 200, 200),
    ("GET", "terminal/recordings/"): CLOSED,
    ("GET", "terminal/recordings/<int:pk>/"): (302, 404, 200, 200),
    ("GET", "terminal/recordings/<int:pk>/verify/"): (302, 404, 200, 200),
    # 403: the recording's file is not there.
    ("GET", "terminal/recordings/<int:pk>/events/"): (302, 404, 403, 403),
    ("GET", "terminal/recordings/<int:pk>/asciicast/"): (302, 404, 302, 302),
    # Last, because then there is none.
    # Somebody else's wants a reason.
    ("POST", "terminal/sessions/<uuid:pk>/terminate/"): (302, 404, 302, 200),
    ("POST", "terminal/hosts/<int:pk>/delete/"): (302, 404, 404, 302),
    ("POST", "terminal/host-keys/<int:pk>/delete/"): (302, 404, 404, 302),
    ("POST", "terminal/credentials/<int:pk>/delete/"): (302, 404, 302, 404),
    ("POST", "terminal/snippets/<int:pk>/delete/"): (302, 404, 302, 404),
    ("GET", "api/v1/jobs/"): PROGRAM,
    ("GET", "api/v1/jobs/<int:pk>/"): (401, 200, 404, 200),
    ("POST", "api/v1/jobs/<int:pk>/cancel/"): (401, 200, 404, 200),
    ("GET", "findings/stuck/"): CLOSED,
    ("GET", "findings/stuck/freshness/"): CLOSED,
    ("GET", "findings/stuck/export/"): CLOSED,
    ("GET", "api/v1/findings/stuck/"): PROGRAM,
    ("GET", "api/v1/findings/stuck/export/"): PROGRAM,
    ("GET", "identity/comparison/"): CLOSED,
    ("GET", "identity/comparison/freshness/"): CLOSED,
    ("GET", "identity/comparison/export/"): CLOSED,
    ("GET", "api/v1/identity/comparison/"): PROGRAM,
    ("GET", "api/v1/identity/comparison/export/"): PROGRAM,
    ("GET", "networking/topology/"): CLOSED,
    ("GET", "api/v1/networking/topology/"): PROGRAM,
    ("GET", "networking/path/"): CLOSED,
    # Without a source there is no path.
    ("GET", "api/v1/networking/path/"): (401, 400, 400, 400),
    ("GET", "networking/exposure/"): CLOSED,
    ("GET", "networking/exposure/freshness/"): CLOSED,
    ("GET", "networking/exposure/export/"): CLOSED,
    ("GET", "api/v1/networking/exposure/"): PROGRAM,
    ("GET", "api/v1/networking/exposure/export/"): PROGRAM,
    ("GET", "monitoring/charts/"): CLOSED,
    # No chart is called so; monitoring/tests/test_charts.py has those that are.
    ("GET", "monitoring/charts/<slug:name>/"): NAMELESS,
    ("GET", "api/v1/monitoring/charts/"): PROGRAM,
    ("GET", "monitoring/what-if/"): CLOSED,
    ("GET", "monitoring/what-if/freshness/"): CLOSED,
    ("GET", "monitoring/what-if/export/"): CLOSED,
    ("GET", "api/v1/monitoring/what-if/"): PROGRAM,
    ("GET", "api/v1/monitoring/what-if/export/"): PROGRAM,
    ("GET", "monitoring/usage/"): CLOSED,
    ("GET", "monitoring/usage/freshness/"): CLOSED,
    ("GET", "monitoring/usage/export/"): CLOSED,
    ("GET", "api/v1/monitoring/usage/"): PROGRAM,
    ("GET", "api/v1/monitoring/usage/export/"): PROGRAM,
    ("GET", "monitoring/alerts/"): CLOSED,
    ("GET", "monitoring/alerts/rules/"): CLOSED,
    ("GET", "monitoring/alerts/silences/"): CLOSED,
    ("GET", "monitoring/alerts/silences/new/"): CLOSED,
    ("POST", "monitoring/alerts/silences/new/"): CLOSED,  # 200 with what is wrong
    ("GET", "monitoring/alerts/<int:pk>/"): CLOSED,
    # Whoever may only look is sent back with the reason.
    ("POST", "monitoring/alerts/<int:pk>/acknowledge/"): (302, 302, 302, 302),
    ("POST", "monitoring/alerts/silences/<int:pk>/end/"): (302, 302, 302, 302),
    ("GET", "api/v1/monitoring/alerts/"): PROGRAM,
    ("GET", "api/v1/monitoring/alerts/<int:pk>/"): PROGRAM,
    ("POST", "api/v1/monitoring/alerts/<int:pk>/acknowledge/"): (401, 403, 200, 200),
    ("GET", "api/v1/monitoring/alerts/rules/"): (401, 403, 403, 200),
    ("POST", "api/v1/monitoring/alerts/rules/"): (401, 403, 403, 400),
    ("GET", "api/v1/monitoring/alerts/rules/<int:pk>/"): (401, 403, 403, 200),
    ("PATCH", "api/v1/monitoring/alerts/rules/<int:pk>/"): (401, 403, 403, 200),
    ("GET", "api/v1/monitoring/alerts/silences/"): PROGRAM,
    ("POST", "api/v1/monitoring/alerts/silences/"): (401, 400, 400, 400),
    ("GET", "api/v1/monitoring/alerts/silences/<int:pk>/"): PROGRAM,
    ("GET", "monitoring/changes/"): CLOSED,
    ("GET", "monitoring/tools/"): CLOSED,
    ("GET", "api/v1/monitoring/tools/ansible/"): PROGRAM,
    ("GET", "api/v1/monitoring/tools/prometheus/"): PROGRAM,
    ("GET", "api/v1/monitoring/tools/ssh-config/"): PROGRAM,
    ("GET", "api/v1/monitoring/tools/netbox/"): PROGRAM,
    ("GET", "monitoring/changes/count/"): CLOSED,
    ("GET", "api/v1/monitoring/changes/"): PROGRAM,
    ("POST", "language/"): (302, 302, 302, 302),
    ("GET", "healthz"): (200, 200, 200, 200),
    # Without a token in the settings there is none.
    ("GET", "metrics"): (404, 404, 404, 404),
    ("GET", "readyz"): (200, 200, 200, 200),
    ("GET", "api/v1/"): PROGRAM,
    ("GET", "api/v1/clusters/"): PROGRAM,
    # No cluster is called so; opsys/kit/tests/test_clusters.py has those that are.
    ("GET", "api/v1/clusters/<str:name>/"): (401, 404, 404, 404),
    ("GET", "api/v1/find/"): PROGRAM,
    ("GET", "api/v1/schema/"): PROGRAM,
    ("GET", "api/v1/docs/"): PROGRAM,
    ("GET", "api/v1/audit/events/"): PROGRAM,
    ("POST", "api/v1/auth/login/"): (400, 400, 400, 400),
    ("POST", "api/v1/auth/logout/"): (401, 401, 401, 401),
    # Without a name and a cluster in the address, and of an image that is not active; compute/images/.
    ("POST", "api/v1/compute/images/upload/"): (401, 404, 404, 404),
    ("PUT", "api/v1/compute/images/upload/"): (401, 404, 404, 404),
    ("GET", "api/v1/compute/images/<int:pk>/download/"): (401, 403, 409, 409),
    ("GET", "compute/images/<str:cluster>/<str:cloud_id>/download/"): (302, 403, 409, 409),
    ("GET", "admin/"): ADMIN,
    ("GET", "admin/login/"): (302, 403, 403, 302),
    ("POST", "admin/logout/"): (302, 302, 302, 302),
    ("GET", "admin/password_change/"): (302, 302, 302, 302),
    ("GET", "admin/password_change/done/"): ADMIN,
    ("GET", "admin/autocomplete/"): NO_SUCH,
    ("GET", "admin/jsi18n/"): ADMIN,
    ("GET", "admin/r/<path:content_type_id>/<path:object_id>/"): (302, 302, 302, 404),
    ("GET", "admin/accounts/user/<id>/password/"): ADMIN,
    ("GET", "admin/clusters/cluster/<int:pk>/test/"): (302, 302, 302, 302),
    ("GET", "admin/clusters/cluster/<int:pk>/read/"): (302, 302, 302, 302),
    ("GET", "admin/clusters/cluster/<int:pk>/rotate/"): ADMIN,
    ("GET", "admin/clusters/cluster/paste/"): ADMIN,
    ("GET", "admin/monitoring/channel/<int:pk>/test/"): (302, 302, 302, 302),
    ("GET", "admin/(?P<url>.*)$"): (302, 302, 302, 404),
}

# Sockets: what becomes of one that asks for everything. A number is the code it is closed with.
SOCKETS = {
    "live/": (4401, "open", "open", "open"),
    "": (4404, 4404, 4404, 4404),  # every other address
    # What is asked here is none of its questions; terminal/tests/ has those that are.
    "terminal/socket/": (4401, 4400, 4400, 4400),
}

# Per registered type.
CONSOLE = {
    ("GET", "{app}/{slug}/"): CLOSED,
    ("GET", "{app}/{slug}/count/"): CLOSED,
    ("GET", "{app}/{slug}/freshness/"): CLOSED,
    ("GET", "{app}/{slug}/values/<slug:name>/"): NAMELESS,
    ("GET", "{app}/{slug}/export/"): CLOSED,
    ("GET", "{app}/{slug}/columns/"): CLOSED,
    ("POST", "{app}/{slug}/columns/"): KEPT,
    ("GET", "{app}/{slug}/view/"): CLOSED,
    ("POST", "{app}/{slug}/view/"): CLOSED,  # 200 with what is wrong; opsys/kit/tests/test_saved.py
    ("GET", "{app}/{slug}/menu/<int:pk>/"): CLOSED,
    ("POST", "{app}/{slug}/protect/<int:pk>/"): (302, 302, 302, 302),  # with what came of it as a message
    ("GET", "{app}/{slug}/do/<slug:name>/"): CLOSED,
    ("POST", "{app}/{slug}/do/<slug:name>/"): CLOSED,  # 200 with an outcome each; see test_refused_everywhere.py
    ("POST", "{app}/{slug}/do/<slug:name>/command/"): CLOSED,
    ("GET", "{app}/{slug}/new/<slug:name>/"): NAMELESS,
    ("POST", "{app}/{slug}/new/<slug:name>/"): NAMELESS,
    ("POST", "{app}/{slug}/new/<slug:name>/command/"): NAMELESS,
    ("GET", "{app}/{slug}/<str:cluster>/<str:cloud_id>/panel/<slug:name>/"): NAMELESS,
    ("GET", "{app}/{slug}/<str:cluster>/<str:cloud_id>/"): CLOSED,
    ("GET", "api/v1/{app}/{slug}/"): PROGRAM,
    ("GET", "api/v1/{app}/{slug}/export/"): PROGRAM,
    ("GET", "api/v1/{app}/{slug}/<int:pk>/"): PROGRAM,
    ("POST", "api/v1/{app}/{slug}/<int:pk>/protect/"): (401, 400, 400, 400),
    ("POST", "api/v1/{app}/{slug}/do/<slug:name>/"): PROGRAM,
    ("POST", "api/v1/{app}/{slug}/new/<slug:name>/"): (401, 404, 404, 404),
    ("GET", "api/v1/{app}/{slug}/<int:pk>/panels/<slug:name>/"): (401, 404, 404, 404),
}

# Per model of Django admin: may a platform admin add and delete, and what does an empty POST to a row's page get them:
# 200 a form that complains, 302 saved, as nothing has to be filled in, 403 there is no change.
ADMIN_MODELS = {
    "audit/event": (False, False, 403),
    "audit/checkpoint": (False, False, 403),
    "audit/destination": (True, True, 200),
    "accounts/user": (True, True, 200),
    "accounts/grant": (True, True, 403),
    "accounts/ownrole": (True, True, 200),
    "auth/group": (True, True, 200),
    "accounts/apitoken": (False, True, 403),
    "clusters/cluster": (True, True, 200),
    "clusters/clustergroup": (True, True, 200),
    "clusters/syncstate": (False, False, 302),
    "clusters/closure": (True, True, 200),
    "clusters/notificationbroker": (True, True, 200),
    "clusters/protection": (False, True, 403),
    "kit/approvalrule": (True, True, 200),
    "jobs/job": (False, False, 403),
    "jobs/schedule": (True, True, 200),
    "monitoring/price": (True, True, 200),
    "terminal/sshcredential": (True, True, 200),
    "terminal/host": (True, True, 200),
    "terminal/hostkey": (False, True, 403),
    "terminal/policy": (True, True, 200),
    "terminal/alertrule": (True, True, 200),
    "terminal/defaultuser": (True, True, 200),
    "terminal/snippet": (True, True, 200),
    "terminal/session": (False, False, 403),
    "terminal/recording": (False, False, 403),
    "axes/accessattempt": (False, False, 403),
    "monitoring/channel": (True, True, 200),
    "monitoring/alertrule": (True, True, 200),
    "monitoring/silence": (True, True, 200),
    "monitoring/delivery": (False, False, 403),
    "monitoring/prometheussource": (True, True, 200),
    "monitoring/mailedreport": (True, True, 200),
}


def console_doors() -> dict[tuple[str, str], tuple[int, ...]]:
    return {
        (method, route.format(app=resource.app, slug=resource.slug)): codes
        for resource in register.resources()
        for (method, route), codes in CONSOLE.items()
    }


def admin_models() -> dict[str, tuple[bool, bool, int]]:
    inventory = {f"{r.app}/{r.model._meta.model_name}": (False, False, 403) for r in register.resources()}
    return {**ADMIN_MODELS, **inventory}


def admin_doors() -> dict[tuple[str, str], tuple[int, ...]]:
    doors = {}
    for model, (add, delete, change) in admin_models().items():
        one = f"admin/{model}/<path:object_id>"
        doors["GET", f"admin/{model}/"] = ADMIN
        doors["GET", f"admin/{model}/add/"] = ADMIN if add else NO_SUCH
        # What may only be looked at has its page too; a POST to it is what is forbidden.
        doors["GET", f"{one}/change/"] = doors["GET", f"{one}/history/"] = ADMIN
        doors["POST", f"{one}/change/"] = (302, 302, 302, change)
        doors["GET", f"{one}/delete/"] = ADMIN if delete else NO_SUCH
        doors["GET", f"{one}/"] = (302, 302, 302, 302)
    for app in {model.split("/")[0] for model in admin_models()}:
        doors["GET", f"admin/{app}/"] = ADMIN
    return doors


LAST = {
    # The Django admin shows the schedule too; from here on there is none.
    ("POST", "jobs/schedules/<int:pk>/delete/"): (302, 302, 404, 302),
    ("DELETE", "api/v1/jobs/schedules/<int:pk>/"): (401, 404, 404, 404),
    ("DELETE", "api/v1/monitoring/alerts/silences/<int:pk>/"): (401, 403, 204, 204),
    ("DELETE", "api/v1/monitoring/alerts/rules/<int:pk>/"): (401, 403, 403, 204),
}


def doors() -> dict[tuple[str, str], tuple[int, ...]]:
    return {**PLATFORM, **console_doors(), **admin_doors(), **LAST}
