"""What the last verification found, kept for the pages and the figures."""

from collections.abc import Iterable

import structlog
from django.utils import timezone

from audit.models import Event, TreeState
from audit.proof.verify import Result, verify

KEPT_FINDINGS = 100

log = structlog.get_logger()


def verify_and_keep(*, outside: Iterable[str] = ()) -> Result:
    """Verify everything, keep the findings, and note in the audit what is not as it was."""
    result = verify(outside=outside)
    findings = [
        {"kind": finding.kind, "event": finding.event, "position": finding.position, "size": finding.size}
        for finding in result.findings[:KEPT_FINDINGS]
    ]
    TreeState.objects.get_or_create(pk=1)
    before = TreeState.objects.get(pk=1).findings
    TreeState.objects.filter(pk=1).update(verified_at=timezone.now(), findings=findings)
    for finding in result.findings[:KEPT_FINDINGS]:
        log.error("audit log is not intact", finding=str(finding))
    if findings and findings != before:
        Event.objects.create(
            via=Event.Via.SYSTEM,
            action="audit.proof.broken",
            phase=Event.Phase.FAILED,
            resource="audit.proof",
            params={"findings": [str(finding) for finding in result.findings[:20]], "count": len(result.findings)},
        )
    return result
