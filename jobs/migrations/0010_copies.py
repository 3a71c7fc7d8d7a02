import django.db.models.deletion
from django.db import migrations, models


def name_the_action(apps, schema_editor):
    apps.get_model("jobs", "Schedule").objects.filter(kind="snapshot").update(action="snapshot")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0009_limits")]

    operations = [
        migrations.RemoveIndex("madesnapshot", "made_of_server"),
        migrations.RenameModel("MadeSnapshot", "MadeCopy"),
        migrations.RenameField("madecopy", "server_id", "source_id"),
        migrations.RenameField("madecopy", "image_id", "copy_id"),
        migrations.AddField("madecopy", "copy_type", models.CharField(default="compute.image", max_length=60)),
        migrations.AddIndex(
            "madecopy", models.Index(fields=["schedule", "cluster", "source_id"], name="made_of_source")
        ),
        migrations.AddField(
            model_name='schedule',
            name='daily',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='daily ones to keep'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='monthly',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='monthly ones to keep'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='weekly',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='weekly ones to keep'),
        ),
        migrations.AlterField(
            model_name='madecopy',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='jobs.schedule'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='keep',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='newest to keep'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='kind',
            field=models.CharField(choices=[('power', 'Act on resources'), ('snapshot', 'Make snapshots or backups'), ('restore-drill', 'Test whether backups can be restored'), ('audit-retention', 'Clear old audit events')], default='power', max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='pattern',
            field=models.CharField(blank=True, default='{name}-{date}', help_text='{name} becomes the name of what is copied, {date} the moment in UTC.', max_length=150, verbose_name='name of the copies'),
        ),
        migrations.RunPython(name_the_action, migrations.RunPython.noop),
    ]
