"""The search over every type, for programs."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from opsys.kit.find import find
from opsys.kit.scope import scope_of

MOST_A_TYPE = 50


class Find(APIView):
    """`?q=` finds by name, id, address or MAC in everything one may see; `cluster` and `group` narrow it."""

    def get(self, request: Request) -> Response:
        found = find(request.GET.get("q", ""), scope_of(request), limit=MOST_A_TYPE)
        return Response(
            {
                "results": [hit.as_dict() for hit in found.hits],
                "more": [group.resource.name for group in found.groups if group.more],
            }
        )
