import clusters.encrypted
import django.db.models.deletion
import opsys.create_models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('kit', '0001_saved_views'),
        ('kit', '0002_idempotency_key'),
        ('kit', '0003_approvals'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0016_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='ApprovalRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('action', models.CharField(max_length=120, verbose_name='action')),
                    ('environment', models.CharField(blank=True, max_length=20, verbose_name='environment')),
                    ('cluster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='clusters.cluster', verbose_name='cluster')),
                    ('cluster_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='clusters.clustergroup', verbose_name='cluster group')),
                ],
                options={
                    'verbose_name': 'approval rule',
                    'verbose_name_plural': 'approval rules',
                    'ordering': ['action', 'pk'],
                },
            ), migrations.CreateModel(
                name='Approval',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(max_length=60)),
                    ('action', models.CharField(max_length=60)),
                    ('pks', models.JSONField()),
                    ('seen', models.CharField(max_length=64)),
                    ('items', models.JSONField()),
                    ('inputs', clusters.encrypted.EncryptedTextField(default='{}', help_text='What people typed, as JSON. A password may be among it.')),
                    ('why', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                    ('via', models.CharField(max_length=20)),
                    ('client', models.CharField(blank=True, max_length=100)),
                    ('state', models.CharField(choices=[('waiting', 'waiting'), ('approved', 'approved'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('changed', 'changed meanwhile')], default='waiting', max_length=10, verbose_name='state')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked')),
                    ('expires_at', models.DateTimeField(verbose_name='expires')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                    ('result', models.JSONField(null=True)),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ],
                options={
                    'verbose_name': 'approval',
                    'verbose_name_plural': 'approvals',
                    'ordering': ['-pk'],
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['state', 'expires_at'], name='approval_waiting')],
                },
            ), migrations.CreateModel(
                name='IdempotencyKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=255)),
                    ('asked', models.CharField(max_length=64)),
                    ('operation', models.UUIDField()),
                    ('begun_at', models.DateTimeField(db_index=True)),
                    ('result', models.JSONField(null=True)),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='unique_idempotency_key')],
                },
            ), migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(max_length=60, verbose_name='type')),
                    ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                    ('query', models.TextField(blank=True, max_length=2000, verbose_name='address')),
                    ('is_default', models.BooleanField(default=False, verbose_name='open the list with it')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ],
                options={
                    'verbose_name': 'saved view',
                    'verbose_name_plural': 'saved views',
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('user', 'resource', 'name'), name='unique_saved_view')],
                },
            )],
        ),
    ]
