from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.middleware import OwnTimeZone


def test_times_are_shown_in_the_zone_a_person_chose(make_user):
    seen = []

    def view(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    for zone in ("Asia/Shanghai", ""):
        request = RequestFactory().get("/")
        request.user = make_user(zone or "nobody", time_zone=zone)
        OwnTimeZone(view)(request)
    assert seen == ["Asia/Shanghai", "UTC"]
