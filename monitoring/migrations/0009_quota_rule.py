from django.db import migrations

from monitoring.alerts.models.severity import Severity


def add(apps, schema_editor):
    """As the other kinds, it is watched from the beginning; who deletes the rule does not get it again."""
    rule = {"kind": "quota-full", "severity": Severity.WARNING, "hold_seconds": 0, "clear_seconds": 300}
    apps.get_model("monitoring", "AlertRule").objects.create(**rule)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0008_watched_servers")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
