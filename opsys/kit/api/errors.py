"""Every error of the API is `{"code": …, "detail": …}`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from opsys.kit.act.idempotency import KeyReused


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, KeyReused):
        return Response({"code": "key_reused", "detail": str(error)}, status=422)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {"code": "invalid", "detail": response.data}
        return response
    if isinstance(error, Http404):
        code = "not_found"
    elif isinstance(error, PermissionDenied):
        code = "permission_denied"
    else:
        detail = getattr(error, "detail", None)
        code = str(getattr(detail, "code", None) or getattr(error, "default_code", "error"))
    data = response.data if isinstance(response.data, dict) else {"detail": response.data}
    response.data = {"code": data.get("code", code), "detail": data.get("detail", str(error))}
    return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs are told in their own way that there is no such address."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse({"code": "not_found", "detail": _("Not found.")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return JsonResponse({"code": "error", "detail": _("The server failed. Its log tells more.")}, status=500)
