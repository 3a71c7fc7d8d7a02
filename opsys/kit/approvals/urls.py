from django.urls import path

from opsys.kit.approvals import pages

urlpatterns = [
    path("", pages.list_page, name="approvals"),
    path("<int:pk>/", pages.item_page, name="approval"),
    path("<int:pk>/approve/", pages.approve, name="approval-approve"),
    path("<int:pk>/decline/", pages.decline, name="approval-decline"),
    path("<int:pk>/withdraw/", pages.withdraw, name="approval-withdraw"),
]
