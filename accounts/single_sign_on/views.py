"""To the provider and back."""

from collections.abc import Callable
from functools import wraps

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that does not answer, or not as one, is a sentence on the login page."""

    @wraps(view)
    def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, KeyError) as error:
            try:
                get_adapter().on_authentication_error(request, None, exception=error)
            except ImmediateHttpResponse as answer:
                return answer.response
            raise

    return to_provider


login = _told(views.login)
callback = _told(views.callback)
