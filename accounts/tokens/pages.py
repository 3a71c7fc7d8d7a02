"""One's own tokens in the console."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView

from accounts.tokens.making import choosable, cluster_names, make, own_tokens, revoke
from accounts.tokens.models import Scope
from audit.acting import Actor


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What it is for: “backup script”, say.")
    )
    scope = forms.ChoiceField(label=gettext_lazy("Scope"), choices=Scope.choices, initial=Scope.READ)
    clusters = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these clusters"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Nothing chosen: all that you may see, now and later."),
    )
    days = forms.IntegerField(label=gettext_lazy("Valid for (days)"), initial=90, min_value=1)

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clusters"].queryset = choosable(user)
        self.fields["days"].validators += [MinValueValidator(1), MaxValueValidator(settings.API_TOKEN_MAX_DAYS)]


@require_GET
def tokens_page(request: HttpRequest) -> HttpResponse:
    rows = list(own_tokens(request.user))
    names = cluster_names(rows)
    shown = [(row, [names[pk] for pk in row.cluster_ids or () if pk in names]) for row in rows]
    return render(request, "accounts/tokens.html", {"rows": shown})


@method_decorator(never_cache, name="dispatch")
@method_decorator(reauthentication_required(app="accounts"), name="dispatch")
class NewToken(FormView):
    template_name = "accounts/token_new.html"
    form_class = TokenForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form) -> HttpResponse:
        wish = form.cleaned_data
        row, token = make(
            self.request.user,
            actor=Actor.of_request(self.request),
            name=wish["name"],
            scope=wish["scope"],
            clusters=list(wish["clusters"]) or None,
            days=wish["days"],
        )
        # Shown in this answer and never again.
        return render(self.request, "accounts/token_shown.html", {"row": row, "token": token})


@require_POST
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(own_tokens(request.user), token_key=key)
    revoke(row, actor=Actor.of_request(request))
    messages.success(request, _("The token %(name)s is no longer valid.") % {"name": row.name or row.token_key})
    return redirect("account_tokens")
