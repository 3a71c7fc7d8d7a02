"""The same over REST."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.acting import Actor
from opsys.kit.approvals import deciding
from opsys.kit.approvals.models import Approval

MOST = 200


class ApprovalSerializer(serializers.ModelSerializer):
    asked_by = serializers.CharField(source="user.username")
    decided_by = serializers.CharField(source="decided_by.username", default=None)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = (
            *("id", "resource", "action", "items", "why", "state", "asked_by", "asked_at", "expires_at"),
            *("decided_by", "decided_at", "answer", "result"),
        )

    def get_state(self, approval: Approval) -> str:
        return approval.state if approval.state != Approval.State.WAITING or approval.is_waiting else "expired"


class ApprovalsSerializer(serializers.Serializer):
    results = ApprovalSerializer(many=True)


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)


class ApprovalList(APIView):
    """What waits for you, and what you asked or decided."""

    @extend_schema(responses=ApprovalsSerializer, operation_id="approvals")
    def get(self, request: Request) -> Response:
        known = Approval.objects.known_to(request.user).select_related("user", "decided_by")[:MOST]
        rows = {row.pk: row for row in [*deciding.open_to(request.user), *known]}
        newest = sorted(rows.values(), key=lambda row: -row.pk)
        return Response({"results": ApprovalSerializer(newest, many=True).data})


class ApprovalDetail(APIView):
    @extend_schema(responses=ApprovalSerializer, operation_id="approval")
    def get(self, request: Request, pk: int) -> Response:
        return Response(ApprovalSerializer(visible(request, pk)).data)


class ApprovalDecision(APIView):
    """`approve`, `decline` or `withdraw`. 409 with the reason where that cannot be."""

    @extend_schema(request=AnswerSerializer, responses=ApprovalSerializer, operation_id="approval_decision")
    def post(self, request: Request, pk: int, verb: str) -> Response:
        if verb not in ("approve", "decline", "withdraw"):
            raise Http404("no such decision")
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        approval, actor = visible(request, pk), Actor.of_request(request._request, request.user)
        try:
            if verb == "withdraw":
                deciding.withdraw(approval, actor)
            else:
                decide = deciding.approve if verb == "approve" else deciding.decline
                decide(approval, actor, given.validated_data["answer"])
        except deciding.Refused as reason:
            return Response({"code": "approval", "detail": str(reason)}, status=409)
        return Response(ApprovalSerializer(approval).data)


def visible(request: Request, pk: int) -> Approval:
    if (approval := deciding.visible(request.user, pk)) is None:
        raise Http404("no such approval")
    return approval
