import clusters.inventory
import django.db.models.deletion
import opsys.create_models
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('identity', '0001_initial'),
        ('identity', '0002_search'),
        ('identity', '0003_quotas'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0012_resumable_passes'),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='Project',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('project_id', models.CharField(blank=True, max_length=64, verbose_name='project')),
                    ('status', models.CharField(blank=True, max_length=64, verbose_name='status')),
                    ('created_at', models.DateTimeField(null=True, verbose_name='created')),
                    ('updated_at', models.DateTimeField(null=True, verbose_name='updated')),
                    ('synced_at', models.DateTimeField(verbose_name='seen')),
                    ('gone_at', models.DateTimeField(null=True, verbose_name='gone')),
                    ('digest', models.CharField(max_length=32)),
                    ('data', models.JSONField(default=dict)),
                    ('search_text', clusters.inventory.SearchField(default='', editable=False, max_length=600)),
                    ('domain_id', models.CharField(blank=True, max_length=64, verbose_name='domain')),
                    ('domain', models.CharField(blank=True, max_length=64, verbose_name='domain')),
                    ('parent_id', models.CharField(blank=True, max_length=64, verbose_name='parent')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('description', models.CharField(blank=True, max_length=500, verbose_name='description')),
                    ('tags', models.JSONField(default=list, verbose_name='tags')),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'project',
                    'verbose_name_plural': 'projects',
                    'abstract': False,
                    'indexes': [models.Index(fields=['gone_at', 'name', 'id', 'cluster', 'status'], name='project_by_name'), models.Index(fields=['gone_at', 'domain', 'id', 'cluster', 'status'], name='project_by_domain'), models.Index(fields=['gone_at', 'search_text', 'id', 'cluster', 'status'], name='project_by_search_text')],
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='unique_project_in_cluster')],
                },
            ), migrations.CreateModel(
                name='Quota',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('project_id', models.CharField(blank=True, max_length=64, verbose_name='project')),
                    ('status', models.CharField(blank=True, max_length=64, verbose_name='status')),
                    ('created_at', models.DateTimeField(null=True, verbose_name='created')),
                    ('updated_at', models.DateTimeField(null=True, verbose_name='updated')),
                    ('synced_at', models.DateTimeField(verbose_name='seen')),
                    ('gone_at', models.DateTimeField(null=True, verbose_name='gone')),
                    ('digest', models.CharField(max_length=32)),
                    ('data', models.JSONField(default=dict)),
                    ('search_text', clusters.inventory.SearchField(default='', editable=False, max_length=600)),
                    ('service', models.CharField(blank=True, max_length=32, verbose_name='service')),
                    ('limit', models.BigIntegerField(default=-1, verbose_name='limit')),
                    ('used', models.BigIntegerField(default=0, verbose_name='used')),
                    ('fullness', models.BigIntegerField(default=0, verbose_name='fullness')),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'quota',
                    'verbose_name_plural': 'quotas',
                    'abstract': False,
                    'indexes': [models.Index(fields=['gone_at', 'name', 'id', 'cluster', 'status'], name='quota_by_name'), models.Index(fields=['gone_at', 'project_id', 'id', 'cluster', 'status'], name='quota_by_project_id'), models.Index(fields=['gone_at', 'fullness', 'id', 'cluster', 'status'], name='quota_by_fullness'), models.Index(fields=['gone_at', 'search_text', 'id', 'cluster', 'status'], name='quota_by_search_text'), models.Index(fields=['gone_at', 'service', 'cluster'], name='quota_has_service'), models.Index(fields=['gone_at', 'name', 'cluster'], name='quota_has_name')],
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='unique_quota_in_cluster')],
                },
            ), migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('project_id', models.CharField(blank=True, max_length=64, verbose_name='project')),
                    ('status', models.CharField(blank=True, max_length=64, verbose_name='status')),
                    ('created_at', models.DateTimeField(null=True, verbose_name='created')),
                    ('updated_at', models.DateTimeField(null=True, verbose_name='updated')),
                    ('synced_at', models.DateTimeField(verbose_name='seen')),
                    ('gone_at', models.DateTimeField(null=True, verbose_name='gone')),
                    ('digest', models.CharField(max_length=32)),
                    ('data', models.JSONField(default=dict)),
                    ('search_text', clusters.inventory.SearchField(default='', editable=False, max_length=600)),
                    ('domain_id', models.CharField(blank=True, max_length=64, verbose_name='domain')),
                    ('domain', models.CharField(blank=True, max_length=64, verbose_name='domain')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('email', models.CharField(blank=True, max_length=255, verbose_name='email')),
                    ('description', models.CharField(blank=True, max_length=500, verbose_name='description')),
                    ('password_expires_at', models.DateTimeField(null=True, verbose_name='password expires')),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'cloud user',
                    'verbose_name_plural': 'cloud users',
                    'abstract': False,
                    'indexes': [models.Index(fields=['gone_at', 'name', 'id', 'cluster', 'status'], name='cloud_user_by_name'), models.Index(fields=['gone_at', 'domain', 'id', 'cluster', 'status'], name='cloud_user_by_domain'), models.Index(fields=['gone_at', 'search_text', 'id', 'cluster', 'status'], name='cloud_user_by_search_text')],
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='unique_user_in_cluster')],
                },
            )],
        ),
    ]
