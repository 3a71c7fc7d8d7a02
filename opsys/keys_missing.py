"""A key that is missing is a sentence at every door, not a crash without words."""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from clusters.encrypted import KeyMissing

log = structlog.get_logger(__name__)


class KeysMissing(MiddlewareMixin):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, KeyMissing):
            return None
        log.error("key_missing", path=request.path)
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "key_missing", "detail": str(exception)}, status=503)
        return render(request, "key_missing.html", {"detail": str(exception)}, status=503)
