"""The same "no" for every door: a page is redirected, an htmx fragment redirects its page, the API gets JSON."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def send_to(request: HttpRequest, url: str, *, code: str, detail: str, status: int, **query: str) -> HttpResponse:
    """Refuse the request and lead the person to `url`; a program is told `code` and `detail` with this status."""
    if is_api(request):
        return JsonResponse({"code": code, "detail": detail}, status=status)
    address = f"{url}?{urlencode(query)}" if query else url
    if "HX-Request" in request.headers:
        # A plain redirect would be followed by htmx and land inside the fragment.
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def page_of(request: HttpRequest) -> str:
    """The page the person looks at, to come back to: for a fragment, the page around it; "/" after a POST."""
    if "HX-Request" in request.headers:
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        return f"{current.path}?{current.query}" if current.query else current.path or "/"
    return request.get_full_path() if request.method == "GET" else "/"
