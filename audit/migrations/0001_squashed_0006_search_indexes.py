import django.db.models.deletion
import django.utils.timezone
import opsys.create_models
import uuid
from django.conf import settings
from django.db import migrations, models


def begin_tree(apps, schema_editor):
    apps.get_model("audit", "TreeState").objects.create(pk=1, unauthenticated_to=0)


class Migration(migrations.Migration):

    replaces = [
        ('audit', '0001_initial'),
        ('audit', '0002_via_schedule'),
        ('audit', '0003_sentences'),
        ('audit', '0004_actions'),
        ('audit', '0005_proof'),
        ('audit', '0006_search_indexes'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0013_rights_version'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='Checkpoint',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                    ('size', models.BigIntegerField(db_index=True, verbose_name='events')),
                    ('note', models.TextField(verbose_name='signed note')),
                ],
                options={
                    'verbose_name': 'checkpoint',
                    'verbose_name_plural': 'checkpoints',
                    'ordering': ['-pk'],
                    'default_permissions': ('view',),
                },
            ), migrations.CreateModel(
                name='Destination',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=63, unique=True, verbose_name='name')),
                    ('kind', models.CharField(choices=[('syslog-tcp', 'syslog over TCP'), ('syslog-tls', 'syslog over TLS'), ('webhook', 'webhook'), ('file', 'file'), ('mail', 'mail')], max_length=12, verbose_name='kind')),
                    ('address', models.CharField(help_text='host:port, https://…, the path of a file, or a mail address.', max_length=500, verbose_name='address')),
                    ('certificate', models.TextField(blank=True, help_text='PEM, for TLS. Empty: the authorities this machine trusts.', verbose_name='CA certificate')),
                    ('content', models.CharField(choices=[('events', 'events and checkpoints'), ('checkpoints', 'checkpoints only')], default='events', max_length=12, verbose_name='content')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('next_position', models.BigIntegerField(default=0, editable=False, verbose_name='next event')),
                    ('last_checkpoint', models.BigIntegerField(default=0, editable=False)),
                    ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='last sent')),
                    ('failing_since', models.DateTimeField(editable=False, null=True, verbose_name='failing since')),
                    ('retry_at', models.DateTimeField(editable=False, null=True)),
                    ('claimed_until', models.DateTimeField(editable=False, null=True)),
                    ('error', models.TextField(blank=True, editable=False, verbose_name='error')),
                ],
                options={
                    'verbose_name': 'audit destination',
                    'verbose_name_plural': 'audit destinations',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='Leaf',
                fields=[
                    ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                    ('event_number', models.BigIntegerField(unique=True)),
                    ('hash', models.BinaryField(max_length=32)),
                ],
            ), migrations.CreateModel(
                name='TreeState',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('size', models.BigIntegerField(default=0)),
                    ('subtrees', models.JSONField(default=list)),
                    ('complete_to', models.BigIntegerField(default=0)),
                    ('unauthenticated_to', models.BigIntegerField(default=0)),
                    ('verified_at', models.DateTimeField(null=True)),
                    ('findings', models.JSONField(default=list)),
                ],
            ), migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='time')),
                    ('operation', models.UUIDField(db_index=True, default=uuid.uuid4, verbose_name='operation')),
                    ('user_number', models.BigIntegerField(editable=False, null=True)),
                    ('cluster_number', models.BigIntegerField(editable=False, null=True)),
                    ('username', models.CharField(blank=True, max_length=150, verbose_name='user name')),
                    ('via', models.CharField(choices=[('ui', 'console'), ('api', 'API'), ('cli', 'command line'), ('admin', 'administration'), ('schedule', 'schedule'), ('system', 'system')], max_length=10, verbose_name='via')),
                    ('client', models.CharField(blank=True, max_length=100, verbose_name='client')),
                    ('action', models.CharField(max_length=100, verbose_name='action')),
                    ('phase', models.CharField(choices=[('started', 'started'), ('done', 'done'), ('refused', 'refused'), ('failed', 'failed'), ('noted', 'noted')], default='noted', max_length=10, verbose_name='phase')),
                    ('resource', models.CharField(blank=True, max_length=60, verbose_name='type')),
                    ('cluster_name', models.CharField(blank=True, max_length=63, verbose_name='cluster name')),
                    ('cloud_id', models.CharField(blank=True, max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                    ('said', models.JSONField(blank=True, editable=False, null=True)),
                    ('error_code', models.CharField(blank=True, max_length=40, verbose_name='error code')),
                    ('request_id', models.CharField(blank=True, max_length=100, verbose_name='request ID')),
                    ('global_request_id', models.CharField(blank=True, max_length=100, verbose_name='global request ID')),
                    ('params', models.JSONField(blank=True, default=dict, verbose_name='parameters')),
                    ('seconds', models.FloatField(blank=True, null=True, verbose_name='seconds')),
                    ('authentication', models.BinaryField(max_length=48, null=True, unique=True)),
                    ('cluster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ],
                options={
                    'verbose_name': 'event',
                    'verbose_name_plural': 'events',
                    'ordering': ['-at', '-pk'],
                    'default_permissions': ('view',),
                    'indexes': [models.Index(fields=['-at', '-id'], name='event_at'), models.Index(fields=['cluster', '-at'], name='event_cluster'), models.Index(fields=['user', '-at'], name='event_user'), models.Index(fields=['resource', 'cloud_id', '-at'], name='event_resource'), models.Index(fields=['username', '-at'], name='event_username'), models.Index(fields=['cloud_id'], name='event_cloud_id'), models.Index(fields=['request_id'], name='event_request'), models.Index(fields=['global_request_id'], name='event_global_request'), models.Index(fields=['action', 'cluster', 'user'], name='event_action')],
                },
            )],
        ),
        migrations.RunPython(begin_tree, migrations.RunPython.noop),
    ]
