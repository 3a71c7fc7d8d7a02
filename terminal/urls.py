"""Pages of the terminal. The socket is in `terminal.routes`."""

from django.urls import include, path

from terminal.pages import consoles, credentials, host_keys, hosts, opening, recordings, screens, sessions, snippets

app_name = "terminal"
urlpatterns = [
    path("", hosts.start, name="start"),
    path("shells/", opening.shells, name="shells"),
    path("console/<str:cluster>/<str:cloud_id>/", consoles.screen, name="console"),
    path("screens/", screens.wall, name="screens"),
    path("targets/", opening.find, name="targets"),
    path("ticket/", opening.ticket, name="ticket"),
    path("files/<uuid:session>/", include("terminal.sftp.urls")),
    path("hosts/new/", hosts.new, name="host-new"),
    path("hosts/<int:pk>/", hosts.edit, name="host"),
    path("hosts/<int:pk>/delete/", hosts.delete, name="host-delete"),
    path("host-keys/", host_keys.list_page, name="host-keys"),
    path("host-keys/<int:pk>/delete/", host_keys.delete, name="host-key-delete"),
    path("credentials/", credentials.list_page, name="credentials"),
    path("credentials/new/", credentials.new, name="credential-new"),
    path("credentials/<int:pk>/", credentials.edit, name="credential"),
    path("credentials/<int:pk>/delete/", credentials.delete, name="credential-delete"),
    path("sessions/", sessions.list_page, name="sessions"),
    path("sessions/<uuid:pk>/watch/", sessions.watch, name="watch"),
    path("sessions/<uuid:pk>/watch-ticket/", sessions.watch_ticket, name="watch-ticket"),
    path("sessions/<uuid:pk>/terminate/", sessions.terminate, name="terminate"),
    path("recordings/", recordings.list_page, name="recordings"),
    path("recordings/<int:pk>/", recordings.play, name="recording"),
    path("recordings/<int:pk>/events/", recordings.events, name="recording-events"),
    path("recordings/<int:pk>/verify/", recordings.verify, name="recording-verify"),
    path("recordings/<int:pk>/asciicast/", recordings.download, name="recording-download"),
    path("snippets/", snippets.list_page, name="snippets"),
    path("snippets/all/", snippets.as_json, name="snippets-list"),
    path("snippets/new/", snippets.new, name="snippet-new"),
    path("snippets/<int:pk>/", snippets.edit, name="snippet"),
    path("snippets/<int:pk>/delete/", snippets.delete, name="snippet-delete"),
]
