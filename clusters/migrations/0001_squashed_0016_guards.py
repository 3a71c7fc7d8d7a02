import clusters.encrypted
import clusters.models
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import opsys.create_models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('clusters', '0001_initial'),
        ('clusters', '0002_hold'),
        ('clusters', '0003_looked'),
        ('clusters', '0004_full_every'),
        ('clusters', '0005_taken_names'),
        ('clusters', '0006_resource_lock'),
        ('clusters', '0007_resource_links'),
        ('clusters', '0008_credential_identity'),
        ('clusters', '0009_environment_unset'),
        ('clusters', '0010_retry_at'),
        ('clusters', '0011_request_counters'),
        ('clusters', '0012_resumable_passes'),
        ('clusters', '0013_rights_version'),
        ('clusters', '0014_pass_paces'),
        ('clusters', '0015_terms'),
        ('clusters', '0016_guards'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='ClusterGroup',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.SlugField(allow_unicode=True, max_length=63, unique=True, verbose_name='name')),
                    ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ],
                options={
                    'verbose_name': 'cluster group',
                    'verbose_name_plural': 'cluster groups',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='Credential',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('password', 'password'), ('application_credential', 'application credential'), ('token', 'token')], default='password', max_length=30, verbose_name='kind')),
                    ('username', models.CharField(blank=True, help_text='For an application credential without a name: its ID.', max_length=255, verbose_name='user name or application credential ID')),
                    ('user_id', models.CharField(blank=True, max_length=255, verbose_name='user ID')),
                    ('user_domain', models.CharField(blank=True, max_length=255, verbose_name='user domain')),
                    ('user_domain_id', models.CharField(blank=True, max_length=255, verbose_name='user domain ID')),
                    ('application_credential_name', models.CharField(blank=True, help_text='Instead of its ID; the user then has to be named too.', max_length=255, verbose_name='application credential name')),
                    ('project_name', models.CharField(blank=True, max_length=255, verbose_name='project')),
                    ('project_id', models.CharField(blank=True, max_length=255, verbose_name='project ID')),
                    ('project_domain', models.CharField(blank=True, max_length=255, verbose_name='project domain')),
                    ('project_domain_id', models.CharField(blank=True, max_length=255, verbose_name='project domain ID')),
                    ('domain_name', models.CharField(blank=True, help_text='Instead of a project: a whole domain.', max_length=255, verbose_name='domain scope')),
                    ('domain_id', models.CharField(blank=True, max_length=255, verbose_name='domain scope, ID')),
                    ('system_scope', models.BooleanField(default=False, help_text='Instead of a project: the whole cloud.', verbose_name='system scope')),
                    ('secret', clusters.encrypted.EncryptedTextField(verbose_name='secret')),
                    ('changed_at', models.DateTimeField(auto_now=True)),
                    ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credential', to='clusters.cluster')),
                ],
                options={
                    'verbose_name': 'credential',
                    'verbose_name_plural': 'credentials',
                },
            ), migrations.CreateModel(
                name='RightsVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveBigIntegerField(default=1)),
                ],
                options={
                    'default_permissions': (),
                },
            ), migrations.CreateModel(
                name='Cluster',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.SlugField(allow_unicode=True, help_text='Short; used in addresses and commands.', max_length=63, unique=True, validators=[clusters.models.not_taken], verbose_name='name')),
                    ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                    ('environment', models.CharField(choices=[('production', 'production'), ('staging', 'staging'), ('testing', 'testing'), ('development', 'development'), ('unset', 'not set')], default='unset', max_length=20, verbose_name='environment')),
                    ('enabled', models.BooleanField(default=True, help_text='A disabled cluster is neither read nor changed.', verbose_name='enabled')),
                    ('auth_url', models.CharField(help_text='For example https://cloud.example.com:5000/v3', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='identity address')),
                    ('region', models.CharField(blank=True, help_text='Empty: the only region there is.', max_length=255, verbose_name='region')),
                    ('interface', models.CharField(choices=[('public', 'public'), ('internal', 'internal'), ('admin', 'admin')], default='public', max_length=10, verbose_name='interface')),
                    ('verify_tls', models.BooleanField(default=True, verbose_name='verify the certificate')),
                    ('ca_certificate', models.TextField(blank=True, help_text="PEM text, when the cloud's certificate is signed by your own CA.", verbose_name='CA certificate')),
                    ('capabilities', models.JSONField(blank=True, default=dict, editable=False)),
                    ('guards', models.JSONField(blank=True, default=dict, editable=False, help_text='Written by clusters.guards.')),
                    ('checked_at', models.DateTimeField(editable=False, null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='clusters', to='clusters.clustergroup', verbose_name='group')),
                ],
                options={
                    'verbose_name': 'cluster',
                    'verbose_name_plural': 'clusters',
                    'ordering': ['name'],
                    'permissions': [('operate_cluster', 'Can operate resources of the cluster'), ('provision_cluster', 'Can create, resize and delete resources of the cluster'), ('console_cluster', 'Can open shells and consoles on the cluster'), ('administer_cluster', 'Can administer hosts, quotas and states of the cluster')],
                },
            ), migrations.CreateModel(
                name='Closure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('maintenance', 'maintenance'), ('freeze', 'change freeze')], default='maintenance', max_length=12, verbose_name='kind')),
                    ('reason', models.CharField(max_length=200, verbose_name='reason')),
                    ('environment', models.CharField(blank=True, max_length=20, verbose_name='environment')),
                    ('begins_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='from')),
                    ('ends_at', models.DateTimeField(blank=True, help_text='Empty: until it is ended.', null=True, verbose_name='until')),
                    ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('cluster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='clusters.cluster', verbose_name='cluster')),
                    ('cluster_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='clusters.clustergroup', verbose_name='cluster group')),
                ],
                options={
                    'verbose_name': 'lock or freeze',
                    'verbose_name_plural': 'locks and freezes',
                    'ordering': ['-begins_at'],
                },
            ), migrations.CreateModel(
                name='LoginRefusal',
                fields=[
                    ('credential', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='clusters.credential')),
                    ('changed_at', models.DateTimeField()),
                    ('times', models.PositiveIntegerField()),
                    ('until', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
                name='ClusterGroupPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('terms', models.JSONField(null=True)),
                    ('until', models.DateTimeField(null=True)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='clusters.cluster')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ],
                options={
                    'abstract': False,
                    'unique_together': {('group', 'permission', 'content_object')},
                },
            ), migrations.CreateModel(
                name='ClusterUserPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('terms', models.JSONField(null=True)),
                    ('until', models.DateTimeField(null=True)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='clusters.cluster')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'unique_together': {('user', 'permission', 'content_object')},
                },
            ), migrations.CreateModel(
                name='Protection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(max_length=60, verbose_name='type')),
                    ('cloud_id', models.CharField(max_length=255, verbose_name='ID')),
                    ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='clusters.cluster', verbose_name='cluster')),
                    ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'protected resource',
                    'verbose_name_plural': 'protected resources',
                    'ordering': ['cluster__name', 'name', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'resource', 'cloud_id'), name='protected_once')],
                },
            ), migrations.CreateModel(
                name='ResourceLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source_type', models.CharField(max_length=60)),
                    ('source_id', models.CharField(max_length=255)),
                    ('relation', models.CharField(max_length=40)),
                    ('target_id', models.CharField(max_length=255)),
                    ('cluster', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'indexes': [models.Index(fields=['cluster', 'target_id', 'source_type', 'relation'], name='links_by_target'), models.Index(fields=['cluster', 'source_type', 'source_id'], name='links_by_source')],
                },
            ), migrations.CreateModel(
                name='ResourceLock',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cloud_id', models.CharField(max_length=255)),
                    ('what', models.CharField(max_length=100)),
                    ('username', models.CharField(max_length=150)),
                    ('operation', models.UUIDField()),
                    ('until', models.DateTimeField()),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='one_lock_per_resource')],
                },
            ), migrations.CreateModel(
                name='SyncState',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('resource', models.CharField(max_length=60, verbose_name='type')),
                    ('full_at', models.DateTimeField(null=True, verbose_name='complete pass')),
                    ('full_every', models.PositiveIntegerField(blank=True, help_text='Empty: as often as for every cluster.', null=True, validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(86400)], verbose_name='seconds between complete passes')),
                    ('synced_at', models.DateTimeField(null=True, verbose_name='last pass')),
                    ('changed_at', models.DateTimeField(help_text='When a pass last changed a row.', null=True)),
                    ('changes_since', models.DateTimeField(help_text="Where the next delta begins, by the cloud's clock.", null=True)),
                    ('eager_until', models.DateTimeField(help_text='Somebody acted: look often until then.', null=True)),
                    ('looked_at', models.DateTimeField(help_text='When somebody last had this type of this cluster open.', null=True)),
                    ('running_until', models.DateTimeField(help_text='A pass holds this lease.', null=True)),
                    ('lease', models.CharField(blank=True, help_text='Token of its holder.', max_length=16)),
                    ('position', models.JSONField(help_text='How far a complete pass has come that is under way.', null=True)),
                    ('page_rows', models.PositiveIntegerField(help_text='Rows a page, by how long the last ones took.', null=True)),
                    ('failed_at', models.DateTimeField(null=True)),
                    ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                    ('retry_at', models.DateTimeField(help_text='The cloud said when, or refused us.', null=True, verbose_name='asked again at')),
                    ('error_code', models.CharField(blank=True, max_length=40)),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('seconds', models.FloatField(null=True, verbose_name='seconds')),
                    ('full_took', models.FloatField(help_text='Seconds the last complete pass took.', null=True)),
                    ('full_pages', models.PositiveIntegerField(help_text='Requests the last complete pass took.', null=True)),
                    ('index_at', models.DateTimeField(help_text='When the last pass over the ids began.', null=True)),
                    ('index_took', models.FloatField(help_text='Seconds that took.', null=True)),
                    ('index_pages', models.PositiveIntegerField(help_text='Requests that took.', null=True)),
                    ('refused_at', models.DateTimeField(help_text='When this cloud did not understand what changed.', null=True)),
                    ('delta_at', models.DateTimeField(help_text='When the last delta began.', null=True)),
                    ('delta_took', models.FloatField(help_text='Seconds a delta usually takes.', null=True)),
                    ('requests', models.PositiveBigIntegerField(default=0, help_text='Requests of readings that were answered.')),
                    ('request_ms', models.PositiveBigIntegerField(default=0, help_text='Milliseconds these waited for an answer.')),
                    ('request_errors', models.PositiveBigIntegerField(default=0, help_text='Readings that failed.')),
                    ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sync_states', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'sync state',
                    'verbose_name_plural': 'sync states',
                    'constraints': [models.UniqueConstraint(fields=('cluster', 'resource'), name='one_state_per_type')],
                },
            )],
        ),
    ]
