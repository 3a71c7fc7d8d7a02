"""Putting a report together and sending it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.http import Http404, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.acting import Actor
from monitoring import mail
from monitoring.mailing.models import MailedReport
from monitoring.mailing.times import month_before, next_due
from opsys.kit.lists.export import TYPES, WRITERS, filename, note
from opsys.kit.lists.scope import scope_for
from opsys.kit.reports.doors import report_named
from opsys.kit.reports.query import ReportExport, ReportQuery
from opsys.kit.reports.report import Report

log = structlog.get_logger()
LEASE = RETRY = timedelta(minutes=10)
TRIED_FOR = timedelta(days=3)
LARGEST = 20_000_000
SECONDS = 30


class NotSent(Exception):
    """Why not, in a sentence."""


def zone_of(mailed: MailedReport) -> ZoneInfo:
    return ZoneInfo(mailed.owner.time_zone or settings.TIME_ZONE)


def plan(mailed: MailedReport) -> None:
    """From now on it is due at its next moment; not saved."""
    mailed.due_at = mailed.next_at = next_due(mailed.every, timezone.now(), zone_of(mailed))


def send_due(now: datetime) -> int:
    """Sends what is due; returns how many were sent. A report is sent by one worker: whoever moves its `next_at`. What
    cannot be sent is tried again every ten minutes for three days, and then left out."""
    sent = 0
    for mailed in MailedReport.objects.filter(enabled=True, next_at__lte=now).select_related("owner"):
        claim = MailedReport.objects.filter(pk=mailed.pk, enabled=True, next_at=mailed.next_at)
        if claim.update(next_at=now + LEASE):
            sent += _try(mailed, now)
    return sent


def _try(mailed: MailedReport, now: datetime) -> bool:
    due = mailed.due_at or now
    following = next_due(mailed.every, max(now, due), zone_of(mailed))
    changed: dict[str, object] = {"next_at": following, "due_at": following}
    if now - due <= TRIED_FOR:
        try:
            send(mailed, due)
            changed |= {"sent_at": now, "error": ""}
        except NotSent as error:
            log.warning("report_not_sent", mailed_report=mailed.pk, reason=str(error))
            changed = {"next_at": now + RETRY, "error": str(error)[:500]}
    MailedReport.objects.filter(pk=mailed.pk).update(**changed)
    return "sent_at" in changed


def send(mailed: MailedReport, due: datetime) -> None:
    """The report as its owner sees it now. Raises `NotSent`. Sent again, its Message-ID is the same."""
    with translation.override(mailed.language), timezone.override(zone_of(mailed)):
        report = report_named(mailed.report)
        if report is None:
            raise NotSent(_("There is no such report in this release."))
        if not mailed.owner.is_active:
            raise NotSent(_("Its owner's account is disabled."))
        export = ReportExport(_query(mailed, report, due))
        note(export, mailed.format, Actor(mailed.owner), {"mailed_to": mail.addresses(mailed.recipients)})
        content = b"".join(WRITERS[mailed.format](export, [str(column.label) for column in export.columns]))
        if len(content) > LARGEST:
            raise NotSent(_("The file is too large for a mail. Narrow the report by filters."))
        _post(mailed, report, due, len(export.keys), content)


def _query(mailed: MailedReport, report: Report, due: datetime) -> ReportQuery:
    params = QueryDict(mailed.query.lstrip("?"), mutable=True)
    if "month" in report.form.base_fields and mailed.every == MailedReport.Every.MONTH and not params.get("month"):
        params["month"] = month_before(due, zone_of(mailed))
    form = report.form(params)
    try:
        scope = scope_for(params, user=mailed.owner)
    except Http404:
        raise NotSent(_("Its filters name a cluster or group that the owner does not see.")) from None
    if not form.is_valid():
        raise NotSent(" ".join(error for errors in form.errors.values() for error in errors))
    return ReportQuery(report, form, scope, report.rows(scope, form.cleaned_data, user=mailed.owner))


def _post(mailed: MailedReport, report: Report, due: datetime, count: int, content: bytes) -> None:
    told = ngettext("%(count)s line, in the attached file.", "%(count)s lines, in the attached file.", count)
    address = f"{settings.SITE_URL.rstrip('/')}{report.url()}" if settings.SITE_URL else ""
    try:
        mail.send(
            f"{report.label}, {timezone.localtime(due):%Y-%m-%d}",
            "\n".join(filter(None, [str(report.intro), "", told % {"count": count}, address])),
            mailed.recipients,
            number=f"report-{mailed.pk}-{due:%Y%m%d%H%M}",
            attachment=(filename(report, mailed.format), content, TYPES[mailed.format].partition(";")[0]),
            seconds=SECONDS,
        )
    except mail.MailError as error:
        raise NotSent(str(error)) from None
