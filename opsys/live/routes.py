from django.urls import path

from opsys.live.consumer import LiveConsumer

urlpatterns = [path("live/", LiveConsumer.as_asgi())]
