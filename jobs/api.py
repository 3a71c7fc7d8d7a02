"""Jobs over REST: what became of what was asked."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import kinds, lifecycle
from jobs.models import Job, JobItem, may_cancel


class ItemSerializer(serializers.ModelSerializer):
    cluster = serializers.CharField(source="cluster_name")
    id = serializers.IntegerField(source="target")
    reason = serializers.CharField(source="told")

    class Meta:
        model = JobItem
        fields = ("id", "cluster", "cloud_id", "name", "state", "reason", "code", "attempts", "request_id", "seconds")


class JobSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="heading")

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "title",
            "username",
            "via",
            "state",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        )


class ResultSerializer(serializers.Serializer):
    text = serializers.CharField()
    reached = serializers.BooleanField()
    reasons = serializers.SerializerMethodField()

    def get_reasons(self, result: kinds.Result) -> list[dict[str, Any]]:
        return [{"reason": reason, "count": number} for reason, number in result.reasons]


class WholeJobSerializer(JobSerializer):
    """`result` is what the job led to as one can see now, where its items alone do not tell."""

    items = ItemSerializer(many=True)
    result = serializers.SerializerMethodField()

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "result", "items")

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, job: Job) -> dict[str, Any] | None:
        found = kinds.result_of(job, user=self.context["request"].user)
        return ResultSerializer(found).data if found else None


class _Pages(CursorPagination):
    page_size = 50
    ordering = "-pk"


class JobList(ListAPIView):
    serializer_class = JobSerializer
    pagination_class = _Pages

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user)


class JobDetail(APIView):
    @extend_schema(responses=WholeJobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        jobs = Job.objects.visible_to(request.user).prefetch_related("items")
        return Response(WholeJobSerializer(get_object_or_404(jobs, pk=pk), context={"request": request}).data)


class JobCancel(APIView):
    """Begin nothing more. 403 for somebody else's job, if it may be seen at all."""

    @extend_schema(request=None, responses=JobSerializer)
    def post(self, request: Request, pk: int) -> Response:
        job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
        if not may_cancel(request.user, job):
            self.permission_denied(request)
        lifecycle.cancel(job)
        job.refresh_from_db()
        return Response(JobSerializer(job).data)
