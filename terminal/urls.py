"""Pages of the terminal. The socket is in `terminal.routes`."""

app_name = "terminal"
urlpatterns: list = []
