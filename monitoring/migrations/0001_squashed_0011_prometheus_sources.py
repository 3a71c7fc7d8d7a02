import clusters.encrypted
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import monitoring.mailing.models
import opsys.create_models
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


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
    "quota-full": ("warning", 0, 300),
}


def add_rules(apps, schema_editor):
    AlertRule = apps.get_model("monitoring", "AlertRule")
    AlertRule.objects.bulk_create(
        AlertRule(kind=kind, severity=severity, hold_seconds=hold, clear_seconds=clear)
        for kind, (severity, hold, clear) in RULES.items()
    )


class Migration(migrations.Migration):

    replaces = [
        ('monitoring', '0001_samples'),
        ('monitoring', '0002_alerts'),
        ('monitoring', '0003_first_rules'),
        ('monitoring', '0004_changes'),
        ('monitoring', '0005_days'),
        ('monitoring', '0006_recent_latency'),
        ('monitoring', '0007_prices'),
        ('monitoring', '0008_watched_servers'),
        ('monitoring', '0009_quota_rule'),
        ('monitoring', '0010_mailed_reports'),
        ('monitoring', '0011_prometheus_sources'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0016_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='Price',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('servers', 'server'), ('vcpus', 'vCPU'), ('memory', 'GiB of memory'), ('disk', "GiB of a server's disk"), ('volumes', 'GiB of a volume'), ('addresses', 'floating IP')], max_length=20, unique=True, verbose_name='what')),
                    ('amount', models.DecimalField(decimal_places=8, max_digits=14, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='for an hour')),
                ],
                options={
                    'verbose_name': 'price',
                    'verbose_name_plural': 'price sheet',
                    'ordering': ['what'],
                },
            ), migrations.CreateModel(
                name='RecentLatency',
                fields=[
                    ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='clusters.cluster')),
                    ('at', models.PositiveIntegerField()),
                    ('requests', models.PositiveBigIntegerField()),
                    ('waited', models.PositiveBigIntegerField()),
                    ('minutes', models.JSONField(default=list)),
                ],
            ), migrations.CreateModel(
                name='Thinned',
                fields=[
                    ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='clusters.cluster')),
                    ('until', models.PositiveIntegerField()),
                ],
            ), migrations.CreateModel(
                name='Channel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('kind', models.CharField(choices=[('mail', 'Mail'), ('webhook', 'Webhook'), ('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('feishu', 'Feishu'), ('slack', 'Slack'), ('alertmanager', 'Alertmanager')], default='mail', max_length=20, verbose_name='kind')),
                    ('endpoint', clusters.encrypted.EncryptedTextField(verbose_name='address')),
                    ('place', models.CharField(editable=False, max_length=255, verbose_name='where')),
                    ('secret', clusters.encrypted.EncryptedTextField(blank=True, default='', verbose_name='secret')),
                    ('takes_all', models.BooleanField(default=True, help_text='Gets the messages of rules that name no channel; otherwise only those of rules that name this one.', verbose_name='for every rule')),
                    ('least', models.CharField(choices=[('info', 'info'), ('warning', 'warning'), ('critical', 'critical')], default='warning', max_length=10, verbose_name='from this severity on')),
                    ('language', models.CharField(choices=[('en', 'English'), ('zh-hans', '简体中文')], default='en', max_length=10, verbose_name='language')),
                    ('lease_until', models.DateTimeField(editable=False, null=True)),
                    ('owner', models.ForeignKey(blank=True, help_text='The recipient gets only messages about clusters they may see. Empty: a shared channel that gets all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'verbose_name': 'alert channel',
                    'verbose_name_plural': 'alert channels',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='AlertRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=30, verbose_name='what')),
                    ('name', models.CharField(blank=True, help_text='Empty: named after what it watches.', max_length=100, verbose_name='name')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('severity', models.CharField(choices=[('info', 'info'), ('warning', 'warning'), ('critical', 'critical')], default='warning', max_length=10, verbose_name='severity')),
                    ('threshold', models.FloatField(blank=True, null=True, verbose_name='threshold')),
                    ('hold_seconds', models.PositiveIntegerField(default=0, help_text='How long it must last before it fires.', verbose_name='seconds before it fires')),
                    ('clear_seconds', models.PositiveIntegerField(default=30, help_text='How long it must be gone before it is over.', verbose_name='seconds before it is over')),
                    ('environment', models.CharField(blank=True, choices=[('production', 'production'), ('staging', 'staging'), ('testing', 'testing'), ('development', 'development'), ('unset', 'not set')], help_text='Empty: all.', max_length=20, verbose_name='environment')),
                    ('escalate_minutes', models.PositiveIntegerField(default=0, help_text='If nobody acknowledged it by then, the other channel is notified too. 0: never.', verbose_name='minutes until escalation')),
                    ('repeat_minutes', models.PositiveIntegerField(default=0, help_text='While nobody acknowledged it. 0: never.', validators=[django.core.validators.MinValueValidator(0)], verbose_name='minutes until it is repeated')),
                    ('evaluated_at', models.DateTimeField(editable=False, null=True, verbose_name='last looked')),
                    ('cluster', models.ForeignKey(blank=True, help_text='Empty: all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('group', models.ForeignKey(blank=True, help_text='Empty: all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.clustergroup', verbose_name='cluster group')),
                    ('channel', models.ForeignKey(blank=True, help_text='Empty: every channel that takes all rules.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='monitoring.channel', verbose_name='channel')),
                    ('escalate_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='monitoring.channel', verbose_name='escalation channel')),
                ],
                options={
                    'verbose_name': 'alert rule',
                    'verbose_name_plural': 'alert rules',
                    'ordering': ['kind', 'pk'],
                },
            ), migrations.CreateModel(
                name='MailedReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('report', models.CharField(max_length=60, verbose_name='report')),
                    ('query', models.CharField(blank=True, help_text="As in the address of the report's page, for example: cluster=east&q=shop. Empty: everything.", max_length=1000, verbose_name='filters')),
                    ('recipients', models.CharField(help_text='Mail addresses, separated by commas.', max_length=1000, validators=[monitoring.mailing.models.validate_recipients], verbose_name='recipients')),
                    ('every', models.CharField(choices=[('day', 'every day'), ('week', 'every Monday'), ('month', 'on the first of the month')], default='month', max_length=10, verbose_name='sent')),
                    ('format', models.CharField(choices=[('xlsx', 'XLSX'), ('csv', 'CSV')], default='xlsx', max_length=10, verbose_name='format')),
                    ('language', models.CharField(choices=[('en', 'English'), ('zh-hans', '简体中文')], default='en', max_length=10, verbose_name='language')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('due_at', models.DateTimeField(editable=False, null=True, verbose_name='next')),
                    ('next_at', models.DateTimeField(db_index=True, editable=False, null=True)),
                    ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='last sent')),
                    ('error', models.CharField(blank=True, editable=False, max_length=500, verbose_name='last error')),
                    ('owner', models.ForeignKey(help_text='The report holds what this person may see at the time it is sent.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'mailed report',
                    'verbose_name_plural': 'mailed reports',
                    'ordering': ['report', 'pk'],
                },
            ), migrations.CreateModel(
                name='PrometheusSource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('url', models.CharField(help_text='For example https://prometheus.example.com:9090', max_length=500, verbose_name='address')),
                    ('token', clusters.encrypted.EncryptedTextField(blank=True, default='', verbose_name='token')),
                    ('exporter', models.CharField(choices=[('libvirt', 'libvirt exporter'), ('node', 'node exporter')], default='libvirt', max_length=20, verbose_name='exporter')),
                    ('label', models.CharField(blank=True, help_text='Empty: domain for libvirt, instance for node exporters.', max_length=100, verbose_name='label')),
                    ('names', models.CharField(blank=True, choices=[('instance_name', 'name in libvirt (instance-0000002a)'), ('id', 'ID of the server'), ('name', 'name of the server'), ('address', 'an address of the server')], help_text='Empty: the name in libvirt, or an address. A port behind it does not matter.', max_length=20, verbose_name='its value')),
                    ('error', models.CharField(blank=True, editable=False, max_length=500, verbose_name='last error')),
                    ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'Prometheus of a cluster',
                    'verbose_name_plural': 'Prometheus servers',
                    'ordering': ['cluster'],
                },
            ), migrations.CreateModel(
                name='Series',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(blank=True, max_length=40)),
                    ('subject', models.CharField(blank=True, max_length=255)),
                    ('metric', models.CharField(max_length=80)),
                    ('since', models.PositiveIntegerField()),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'kind', 'subject', 'metric'), name='one_series_per_figure')],
                },
            ), migrations.CreateModel(
                name='Block',
                fields=[
                    ('pk', models.CompositePrimaryKey('series_id', 'step', 'start', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('step', models.PositiveIntegerField()),
                    ('start', models.PositiveIntegerField()),
                    ('count', models.PositiveSmallIntegerField()),
                    ('last', models.BigIntegerField()),
                    ('data', models.BinaryField()),
                    ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='monitoring.series')),
                ],
                options={
                    'indexes': [models.Index(fields=['step', 'start'], name='block_by_age')],
                },
            ), migrations.CreateModel(
                name='Silence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(blank=True, max_length=60, verbose_name='type')),
                    ('cloud_id', models.CharField(blank=True, max_length=255, verbose_name='ID')),
                    ('text', models.CharField(blank=True, help_text='Part of the name of what is wrong.', max_length=100, verbose_name='name contains')),
                    ('starts_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='from')),
                    ('ends_at', models.DateTimeField(verbose_name='until')),
                    ('reason', models.CharField(max_length=200, verbose_name='reason')),
                    ('created_by', models.CharField(editable=False, max_length=150, verbose_name='by')),
                    ('cluster', models.ForeignKey(blank=True, help_text='Empty: all, which only a platform admin may silence.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('rule', models.ForeignKey(blank=True, help_text='Empty: all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='monitoring.alertrule', verbose_name='rule')),
                ],
                options={
                    'verbose_name': 'silence',
                    'verbose_name_plural': 'silences',
                    'ordering': ['-ends_at', '-pk'],
                    'indexes': [models.Index(fields=['ends_at'], name='silence_end')],
                },
            ), migrations.CreateModel(
                name='WatchedServer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cloud_id', models.CharField(max_length=255)),
                    ('looked_at', models.DateTimeField()),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='one_watch_per_server')],
                },
            ), migrations.CreateModel(
                name='Alert',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64)),
                    ('open_key', models.CharField(max_length=64, null=True, unique=True)),
                    ('severity', models.CharField(choices=[('info', 'info'), ('warning', 'warning'), ('critical', 'critical')], max_length=10, verbose_name='severity')),
                    ('state', models.CharField(choices=[('pending', 'pending'), ('firing', 'firing'), ('resolved', 'over')], default='pending', max_length=10, verbose_name='state')),
                    ('resource', models.CharField(blank=True, max_length=60, verbose_name='type')),
                    ('cloud_id', models.CharField(blank=True, max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('url', models.CharField(blank=True, max_length=500)),
                    ('text', models.TextField(verbose_name='what')),
                    ('said', models.JSONField(editable=False, null=True)),
                    ('value', models.FloatField(null=True, verbose_name='value')),
                    ('began_at', models.DateTimeField(verbose_name='began')),
                    ('fired_at', models.DateTimeField(null=True, verbose_name='fired')),
                    ('seen_at', models.DateTimeField(verbose_name='last seen')),
                    ('absent_since', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='over')),
                    ('told', models.CharField(blank=True, max_length=10)),
                    ('told_at', models.DateTimeField(null=True)),
                    ('told_before_at', models.DateTimeField(null=True)),
                    ('escalated_at', models.DateTimeField(null=True, verbose_name='escalated')),
                    ('acknowledged_at', models.DateTimeField(null=True, verbose_name='acknowledged')),
                    ('acknowledged_by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                    ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                    ('cluster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='monitoring.alertrule', verbose_name='rule')),
                ],
                options={
                    'verbose_name': 'alert',
                    'verbose_name_plural': 'alerts',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['state', '-began_at'], name='alert_state'), models.Index(fields=['cluster', 'state', '-began_at'], name='alert_cluster'), models.Index(fields=['key', '-id'], name='alert_key'), models.Index(fields=['resource', 'cloud_id'], name='alert_resource')],
                },
            ), migrations.CreateModel(
                name='Change',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(max_length=60, verbose_name='type')),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('project_id', models.CharField(blank=True, max_length=64, verbose_name='project')),
                    ('kind', models.CharField(choices=[('appeared', 'appeared'), ('changed', 'changed'), ('vanished', 'vanished')], max_length=10, verbose_name='what')),
                    ('columns', models.JSONField(default=dict, verbose_name='columns')),
                    ('since', models.DateTimeField(null=True, verbose_name='after')),
                    ('at', models.DateTimeField(verbose_name='seen')),
                    ('key', models.CharField(editable=False, max_length=32, unique=True)),
                    ('operation', models.UUIDField(null=True)),
                    ('action', models.CharField(blank=True, max_length=100, verbose_name='action')),
                    ('username', models.CharField(blank=True, max_length=150, verbose_name='user name')),
                    ('via', models.CharField(blank=True, max_length=10, verbose_name='via')),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'change',
                    'verbose_name_plural': 'changes',
                    'ordering': ['-at', '-pk'],
                    'default_permissions': ('view',),
                    'indexes': [models.Index(fields=['-at', '-id'], name='change_at'), models.Index(fields=['cluster', '-at'], name='change_cluster'), models.Index(fields=['cluster', 'cloud_id', '-at'], name='change_resource'), models.Index(fields=['project_id', '-at'], name='change_project')],
                },
            ), migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.UUIDField(default=uuid.uuid4, unique=True)),
                    ('alerts', models.JSONField(verbose_name='alerts')),
                    ('more', models.PositiveIntegerField(default=0, help_text='How many others are not listed.')),
                    ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'not for this person any more')], default='waiting', max_length=10, verbose_name='state')),
                    ('created_at', models.DateTimeField(verbose_name='created')),
                    ('next_at', models.DateTimeField(verbose_name='next attempt')),
                    ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='error')),
                    ('sent_at', models.DateTimeField(null=True, verbose_name='sent')),
                    ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='monitoring.channel', verbose_name='channel')),
                    ('cluster', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='monitoring.alertrule', verbose_name='rule')),
                ],
                options={
                    'verbose_name': 'alert message',
                    'verbose_name_plural': 'alert messages',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['state', 'next_at'], name='delivery_due'), models.Index(fields=['rule', 'cluster', '-created_at'], name='delivery_group')],
                },
            ), migrations.CreateModel(
                name='Ending',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('what', models.CharField(choices=[('certificate', 'certificate'), ('credential', 'credential')], max_length=20)),
                    ('ends_at', models.DateTimeField(null=True)),
                    ('checked_at', models.DateTimeField()),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'what'), name='one_ending_of_each')],
                },
            ), migrations.CreateModel(
                name='Frame',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('wide', models.BooleanField()),
                    ('at', models.PositiveIntegerField()),
                    ('data', models.BinaryField()),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'indexes': [models.Index(fields=['cluster', 'wide', 'at'], name='frame_of_cluster'), models.Index(fields=['at'], name='frame_by_age')],
                },
            )],
        ),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
    ]
