"""Protecting a resource, over REST."""

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.acting import Actor
from opsys.kit.console.protecting import set_protection
from opsys.kit.declare.resource import Resource


class ProtectSerializer(serializers.Serializer):
    on = serializers.BooleanField()
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


class ResourceProtect(APIView):
    schema = None  # opsys.kit.api.schema describes the register's addresses
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def post(self, request: Request, pk: int) -> Response:
        rows = self.resource.model.objects.visible_to(request.user).present().select_related("cluster")
        item = rows.filter(pk=pk).first()
        if item is None:
            raise Http404("no such resource")
        wish = ProtectSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        given = wish.validated_data
        actor = Actor.of_request(request._request, request.user)
        if reason := set_protection(self.resource, item, given["on"], given["reason"], actor):
            return Response({"code": "permission", "detail": reason}, status=403)
        return Response({"protected": given["on"]})
