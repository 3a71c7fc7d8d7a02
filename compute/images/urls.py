from django.urls import path

from compute.images.views import download

urlpatterns = [path("<str:cluster>/<str:cloud_id>/download/", download, name="images-download")]
