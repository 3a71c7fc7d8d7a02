"""The derived command lines of a session, from its screen to the database and, where a rule matches, the audit."""

import re

from django.utils import timezone

from terminal import events
from terminal.models import AlertRule, Command, Session
from terminal.session.typed_lines import Deriver


class CommandLog:
    """Fed by the session's own thread, written by whoever calls `flush`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._deriver = Deriver()
        self._unwritten: list[Command] = []
        self._rules: list[tuple[str, re.Pattern[str]]] = []

    def read_rules(self) -> None:
        """Those that count for the session's cluster, as they are now."""
        self._rules = [
            (rule.name, re.compile(rule.pattern))
            for rule in AlertRule.objects.filter(enabled=True)
            if rule.cluster_id in (None, self._session.cluster_id)
        ]

    def typed(self, data: bytes) -> None:
        self._deriver.typed(data)

    def output(self, data: bytes, seconds: float) -> None:
        """`seconds`: how far into the session, or its recording, this is."""
        for text in self._deriver.output(data):
            alert = next((name for name, pattern in self._rules if pattern.search(text)), "")
            command = Command(session=self._session, at=timezone.now(), seconds=seconds, text=text, alert=alert)
            self._unwritten.append(command)

    def flush(self) -> None:
        """Write the lines there are, and tell the audit of those a rule matches."""
        commands, self._unwritten = self._unwritten, []
        for command in commands:
            command.save()
            if command.alert:
                params = {"rule": command.alert, "derived": True, "into_the_recording": round(command.seconds, 1)}
                events.note("terminal.session.alert", self._session, params=params)
