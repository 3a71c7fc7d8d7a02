import clusters.encrypted
import django.db.models.deletion
import django.utils.timezone
import opsys.create_models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('jobs', '0001_initial'),
        ('jobs', '0002_schedule'),
        ('jobs', '0003_slot'),
        ('jobs', '0004_pace'),
        ('jobs', '0005_snapshots'),
        ('jobs', '0006_rate_limit'),
        ('jobs', '0007_partly_done'),
        ('jobs', '0008_sentences'),
        ('jobs', '0009_limits'),
        ('jobs', '0010_copies'),
        ('jobs', '0011_schedule_query_text'),
        ('jobs', '0012_schedule_increments'),
        ('jobs', '0013_put_aside'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0007_resource_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='RateLimit',
                fields=[
                    ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='clusters.cluster')),
                    ('next_at', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
                name='Job',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=60, verbose_name='kind')),
                    ('title', models.CharField(max_length=255, verbose_name='title')),
                    ('username', models.CharField(max_length=150, verbose_name='user name')),
                    ('limits', models.JSONField(editable=False, help_text='Less than the user may: `clusters.access.Limits`.', null=True)),
                    ('via', models.CharField(max_length=10, verbose_name='via')),
                    ('client', models.CharField(blank=True, max_length=100, verbose_name='client')),
                    ('params', models.JSONField(blank=True, default=dict, help_text='What the job is about.', verbose_name='parameters')),
                    ('inputs', clusters.encrypted.EncryptedTextField(default='{}', help_text='What people typed, as JSON. A password may be among it.')),
                    ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('partly', 'partly done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10, verbose_name='state')),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('cancel_requested', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('started_at', models.DateTimeField(null=True, verbose_name='started')),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                    ('token', models.PositiveIntegerField(default=0)),
                    ('holder', models.CharField(blank=True, max_length=100)),
                    ('heartbeat_at', models.DateTimeField(null=True)),
                    ('not_before', models.DateTimeField(null=True)),
                    ('rests', models.PositiveIntegerField(default=0)),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ],
                options={
                    'verbose_name': 'job',
                    'verbose_name_plural': 'jobs',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['state', 'heartbeat_at'], name='job_state'), models.Index(fields=['user', '-id'], name='job_user')],
                },
            ), migrations.CreateModel(
                name='JobItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField()),
                    ('cluster_name', models.CharField(max_length=63, verbose_name='cluster')),
                    ('target', models.BigIntegerField()),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('refused', 'refused'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='state')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('said', models.JSONField(editable=False, null=True)),
                    ('code', models.CharField(blank=True, max_length=40)),
                    ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                    ('operation', models.UUIDField(default=uuid.uuid4)),
                    ('request_id', models.CharField(blank=True, max_length=100, verbose_name='request ID')),
                    ('seconds', models.FloatField(null=True, verbose_name='seconds')),
                    ('asked_at', models.DateTimeField(null=True)),
                    ('look_at', models.DateTimeField(null=True)),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                    ('cluster', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clusters.cluster')),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='jobs.job')),
                ],
                options={
                    'ordering': ['position'],
                    'indexes': [models.Index(fields=['job', 'state'], name='job_item_state'), models.Index(fields=['operation'], name='job_item_operation')],
                    'constraints': [models.UniqueConstraint(fields=('job', 'position'), name='one_item_per_position')],
                },
            ), migrations.CreateModel(
                name='Schedule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('owner_name', models.CharField(editable=False, max_length=150)),
                    ('kind', models.CharField(choices=[('power', 'Act on resources'), ('snapshot', 'Make snapshots or backups'), ('restore-drill', 'Test whether backups can be restored'), ('audit-retention', 'Clear old audit events')], default='power', max_length=20, verbose_name='kind')),
                    ('cron', models.CharField(help_text='Five fields: minute, hour, day of the month, month, day of the week. <code>0 19 * * 1-5</code> is 19:00 from Monday to Friday.', max_length=100, verbose_name='when')),
                    ('time_zone', models.CharField(default='UTC', max_length=63, verbose_name='time zone')),
                    ('resource', models.CharField(default='compute.server', max_length=60, verbose_name='type')),
                    ('action', models.CharField(blank=True, max_length=60, verbose_name='action')),
                    ('query', models.CharField(blank=True, help_text='The filters of the list as they stand in its address, for example <code>cluster=east&amp;q=dev-</code>. The filter is evaluated on every run.', max_length=500, verbose_name='which')),
                    ('pattern', models.CharField(blank=True, default='{name}-{date}', help_text='{name} becomes the name of what is copied, {date} the moment in UTC.', max_length=150, verbose_name='name of the copies')),
                    ('keep', models.PositiveIntegerField(blank=True, null=True, verbose_name='newest to keep')),
                    ('days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days to keep')),
                    ('daily', models.PositiveIntegerField(blank=True, null=True, verbose_name='daily ones to keep')),
                    ('weekly', models.PositiveIntegerField(blank=True, null=True, verbose_name='weekly ones to keep')),
                    ('monthly', models.PositiveIntegerField(blank=True, null=True, verbose_name='monthly ones to keep')),
                    ('increments', models.PositiveIntegerField(blank=True, null=True, verbose_name='incremental ones after each full one')),
                    ('grace_minutes', models.PositiveIntegerField(default=1440, help_text='After an outage the latest missed run is made up for, once, unless it is older than this.', verbose_name='longest delay in minutes')),
                    ('next_due_at', models.DateTimeField(editable=False, null=True, verbose_name='next run')),
                    ('language', models.CharField(editable=False, max_length=10)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'schedule',
                    'verbose_name_plural': 'schedules',
                    'ordering': ['name', 'pk'],
                    'indexes': [models.Index(fields=['enabled', 'next_due_at'], name='schedule_due')],
                },
            ), migrations.CreateModel(
                name='MadeCopy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source_id', models.CharField(max_length=255)),
                    ('copy_type', models.CharField(default='compute.image', max_length=60)),
                    ('operation', models.UUIDField(unique=True)),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('copy_id', models.CharField(blank=True, max_length=255)),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                    ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='jobs.schedule')),
                ],
                options={
                    'indexes': [models.Index(fields=['schedule', 'cluster', 'source_id'], name='made_of_source')],
                },
            ), migrations.CreateModel(
                name='ScheduleRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                    ('state', models.CharField(choices=[('started', 'started'), ('done', 'nothing to do'), ('refused', 'refused'), ('missed', 'missed')], default='started', max_length=10, verbose_name='state')),
                    ('missed', models.PositiveIntegerField(default=0, verbose_name='missed runs before it')),
                    ('note', models.TextField(blank=True, verbose_name='note')),
                    ('said', models.JSONField(editable=False, null=True)),
                    ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job', verbose_name='job')),
                    ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='jobs.schedule')),
                ],
                options={
                    'verbose_name': 'run',
                    'verbose_name_plural': 'runs',
                    'ordering': ['-due_at'],
                    'constraints': [models.UniqueConstraint(fields=('schedule', 'due_at'), name='one_run_per_moment')],
                },
            ), migrations.CreateModel(
                name='Slot',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('holder', models.CharField(max_length=60)),
                    ('until', models.DateTimeField()),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'number'), name='one_holder_per_slot')],
                },
            )],
        ),
    ]
