"""Answers compressed for whoever can read that, also where no proxy stands before us."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/vnd.oai.openapi")


class CompressedText(GZipMiddleware):
    """Texts that are there as a whole. What streams may be an image of many GiB, or a file whose size the browser is
    to know."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
