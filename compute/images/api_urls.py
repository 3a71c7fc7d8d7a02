from django.urls import path

from compute.images.views import Download, Upload

urlpatterns = [
    path("upload/", Upload.as_view(), name="api-images-upload"),
    path("<int:pk>/download/", Download.as_view(), name="api-images-download"),
]
