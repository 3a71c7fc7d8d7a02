"""The rules a new platform begins with: one of each kind, for all clusters."""

from django.db import migrations

# What each began with; later changes are people's own.
RULES = {
    "cluster-down": ("critical", 0, 30),
    "api-down": ("critical", 0, 30),
    "api-slow": ("warning", 60, 60),
    "service-down": ("critical", 0, 30),
    "agent-down": ("critical", 0, 30),
    "host-down": ("critical", 0, 30),
    "capacity-full": ("warning", 0, 300),
    "addresses-full": ("warning", 0, 300),
    "pool-full": ("warning", 0, 300),
    "server-error": ("warning", 0, 30),
    "volume-error": ("warning", 0, 30),
    "job-failed": ("warning", 0, 30),
    "schedule-failed": ("warning", 0, 30),
    "certificate-ending": ("warning", 0, 30),
    "credential-ending": ("warning", 0, 30),
    "locked-out": ("warning", 0, 30),
    "audit-broken": ("critical", 0, 30),
    "exposure-new": ("critical", 0, 300),
}


def add(apps, schema_editor):
    AlertRule = apps.get_model("monitoring", "AlertRule")
    AlertRule.objects.bulk_create(
        AlertRule(kind=kind, severity=severity, hold_seconds=hold, clear_seconds=clear)
        for kind, (severity, hold, clear) in RULES.items()
    )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_alerts")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
