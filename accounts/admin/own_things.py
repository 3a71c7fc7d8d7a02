"""What belongs to an account, shown on its page in the administration: sessions, second factors, tokens."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.index import locked_attempts
from accounts.admin.lockouts import unlock
from accounts.models import ApiToken, User
from accounts.own.sessions import browser, end
from accounts.second_factor.reset import reset
from audit.acting import Actor, sign


class OwnThings(admin.ModelAdmin):
    """For the page of a user."""

    actions = ["end_sessions", "reset_second_factors", "unlock_accounts", "disable", "enable"]

    @admin.display(description=gettext_lazy("sessions"))
    def sessions(self, user: User) -> str:
        rows = UserSession.objects.purge_and_list(user) if user.pk else []
        return _listed(f"{browser(row.user_agent)}, {row.ip}, {_moment(row.last_seen_at)}" for row in rows)

    @admin.display(description=gettext_lazy("second factors"))
    def second_factors(self, user: User) -> str:
        rows = Authenticator.objects.filter(user_id=user.pk).order_by("pk")
        return _listed(f"{row.get_type_display()}, {_moment(row.created_at)}" for row in rows)

    @admin.display(description=gettext_lazy("API tokens"))
    def tokens(self, user: User) -> str:
        rows = ApiToken.objects.filter(user_id=user.pk)
        return _listed(
            f"{row.name or row.token_key}, {row.get_scope_display()}, {_moment(row.expiry)}" for row in rows
        )

    @admin.action(description=gettext_lazy("End all their sessions"))
    def end_sessions(self, request, queryset):
        count = end(Actor.of_request(request), *UserSession.objects.filter(user__in=queryset).select_related("user"))
        said = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
        messages.success(request, said % {"count": count})

    @admin.action(description=gettext_lazy("Remove their second factors"))
    def reset_second_factors(self, request, queryset):
        for user in queryset:
            reset(Actor.of_request(request), user)
        messages.success(request, _("Their second factors and sessions are gone."))

    @admin.action(description=gettext_lazy("Unlock after failed logins"))
    def unlock_accounts(self, request, queryset):
        rows = locked_attempts().filter(username__in=queryset.values("username"))
        count = unlock(Actor.of_request(request), rows)
        messages.success(request, ngettext("%(count)d unlocked.", "%(count)d unlocked.", count) % {"count": count})

    @admin.action(description=gettext_lazy("Disable"))
    def disable(self, request, queryset):
        self._switch(request, queryset.exclude(pk=request.user.pk), active=False)

    @admin.action(description=gettext_lazy("Enable"))
    def enable(self, request, queryset):
        self._switch(request, queryset, active=True)

    def _switch(self, request, queryset, *, active: bool) -> None:
        rows = list(queryset.exclude(is_active=active))
        for user in rows:
            user.is_active = active
            sign(user, Actor.of_request(request))
            user.save()
        said = ngettext("%(count)d account was changed.", "%(count)d accounts were changed.", len(rows))
        messages.success(request, said % {"count": len(rows)})


def _listed(texts) -> str:
    return (
        format_html('<ul class="of-account">{}</ul>', format_html_join("", "<li>{}</li>", ((t,) for t in texts)))
        or "–"
    )


def _moment(moment) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else "–"
