from django.urls import path

from opsys.kit.approvals import api

urlpatterns = [
    path("", api.ApprovalList.as_view(), name="api-approvals"),
    path("<int:pk>/", api.ApprovalDetail.as_view(), name="api-approval"),
    path("<int:pk>/<str:verb>/", api.ApprovalDecision.as_view(), name="api-approval-decision"),
]
