"""What an error report may show, with DEBUG on too: a debug page on a screen share or in a ticket is public."""

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class Discreet(SafeExceptionReporterFilter):
    """No variables of the frames, no posted values: anywhere among them may be the password of a cloud."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_traceback_frame_variables(self, request, tb_frame) -> list[tuple[str, str]]:
        return []
