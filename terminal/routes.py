from django.urls import path

from terminal.websocket.consumer import TerminalConsumer

urlpatterns = [path("terminal/socket/", TerminalConsumer.as_asgi())]
