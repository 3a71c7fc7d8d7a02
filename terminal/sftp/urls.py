from django.urls import path

from terminal.sftp import folders, moving

urlpatterns = [
    path("", folders.look, name="files"),
    path("make/", folders.make, name="files-make"),
    path("rename/", folders.rename, name="files-rename"),
    path("delete/", folders.delete, name="files-delete"),
    path("upload/", moving.begin_upload, name="files-upload"),
    path("download/", moving.begin_download, name="files-download"),
    path("<str:transfer>/piece/", moving.piece, name="files-piece"),
    path("<str:transfer>/finish/", moving.finish, name="files-finish"),
    path("<str:transfer>/cancel/", moving.cancel, name="files-cancel"),
]
