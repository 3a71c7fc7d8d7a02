import clusters.encrypted
import django.core.validators
import django.db.models.deletion
import opsys.create_models
import terminal.models.commands
import terminal.models.policies
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('terminal', '0001_initial'),
        ('terminal', '0002_policy_jump'),
        ('terminal', '0003_consoles'),
        ('terminal', '0004_policy_send_lang'),
        ('terminal', '0005_screens'),
        ('terminal', '0006_encodings'),
        ('terminal', '0007_legacy'),
        ('terminal', '0008_close_said'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0004_full_every'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        opsys.create_models.CreateModels(
            operations=[migrations.CreateModel(
                name='AlertRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('pattern', models.CharField(help_text='A regular expression, looked for anywhere in the line.', max_length=300, validators=[terminal.models.commands.check_pattern], verbose_name='pattern')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('cluster', models.ForeignKey(blank=True, help_text='Empty: on every cluster.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'alert rule',
                    'verbose_name_plural': 'alert rules',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='DefaultUser',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('image', models.CharField(help_text='A name or a pattern such as ubuntu*.', max_length=255, verbose_name='image')),
                    ('username', models.CharField(max_length=100, verbose_name='user name')),
                    ('cluster', models.ForeignKey(blank=True, help_text='Empty: on every cluster.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'default user of an image',
                    'verbose_name_plural': 'default users of images',
                    'ordering': ['image'],
                },
            ), migrations.CreateModel(
                name='Host',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                    ('address', models.CharField(help_text='A name or an IP address.', max_length=255, verbose_name='address')),
                    ('port', models.PositiveIntegerField(default=22, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(65535)], verbose_name='port')),
                    ('username', models.CharField(blank=True, max_length=100, verbose_name='user name')),
                    ('encoding', models.CharField(blank=True, choices=[('utf-8', 'UTF-8'), ('gb18030', 'Chinese, simplified (GBK, GB18030)'), ('big5', 'Chinese, traditional (Big5)'), ('euc-jp', 'Japanese (EUC-JP)'), ('shift-jis', 'Japanese (Shift-JIS)'), ('latin-1', 'Western (Latin-1)')], help_text='How the host writes. Empty: as the policy says.', max_length=12, verbose_name='encoding')),
                    ('legacy', models.BooleanField(default=False, help_text='SHA-1 and CBC, for hosts and switches that offer nothing else. Who sits in between may read and change what passes.', verbose_name='old algorithms are allowed')),
                    ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('cluster', models.ForeignKey(blank=True, help_text='Whoever may open shells on this cluster may on this host. Empty: platform admins only.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='terminal_hosts', to='clusters.cluster', verbose_name='cluster')),
                    ('jump', models.ForeignKey(blank=True, limit_choices_to=models.Q(('jump', None)), null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='terminal.host', verbose_name='jump host')),
                    ('credential', models.ForeignKey(blank=True, help_text='Only shared ones. Empty: everybody gives their own.', limit_choices_to=models.Q(('owner', None)), null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='terminal.sshcredential', verbose_name='credential')),
                ],
                options={
                    'verbose_name': 'host',
                    'verbose_name_plural': 'hosts',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('name', 'cluster'), name='one_terminal_host_of_a_name')],
                },
            ), migrations.CreateModel(
                name='Policy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('enabled', models.BooleanField(default=True, verbose_name='shells are allowed')),
                    ('allowed_networks', models.TextField(blank=True, help_text="One a line, such as 10.0.0.0/8. Empty: everywhere but loopback, link-local and the platform's own addresses. Those are reached only where a network that lies wholly within them is named here.", validators=[terminal.models.policies.check_networks], verbose_name='allowed networks')),
                    ('allowed_ports', models.CharField(default='22', help_text='The first is the one used when nobody says otherwise. For example: 22, 2200-2299', max_length=200, validators=[terminal.models.policies.check_ports], verbose_name='allowed ports')),
                    ('consoles', models.BooleanField(default=True, help_text="The screen (VNC) and the serial line of servers, by way of the cloud's proxy.", verbose_name='consoles are allowed')),
                    ('console_proxies', models.TextField(blank=True, help_text="One a line. Only needed for a proxy on loopback, link-local or one of the platform's own addresses that is not where the cluster's API is.", validators=[terminal.models.policies.check_networks], verbose_name='networks of console proxies')),
                    ('wall_screens', models.PositiveIntegerField(default=0, help_text='Screens of several servers side by side, refreshed slowly. 0: none.', verbose_name='small screens on walls at a time')),
                    ('idle_minutes', models.PositiveIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes without a keystroke')),
                    ('longest_minutes', models.PositiveIntegerField(default=720, validators=[django.core.validators.MinValueValidator(1)], verbose_name='longest duration in minutes')),
                    ('per_user', models.PositiveIntegerField(default=20, verbose_name='sessions of one user at a time')),
                    ('per_host', models.PositiveIntegerField(default=20, verbose_name='sessions on one host at a time')),
                    ('record', models.BooleanField(default=True, verbose_name='record sessions')),
                    ('record_screens', models.BooleanField(default=False, help_text='Consoles (VNC) too. Then there is no console that cannot be recorded.', verbose_name='record screens')),
                    ('retention_days', models.PositiveIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='days recordings are kept')),
                    ('send_lang', models.BooleanField(default=True, help_text='So that hosts without a locale take letters of every language. Hosts may ignore it.', verbose_name='send LANG=C.UTF-8')),
                    ('encoding', models.CharField(choices=[('utf-8', 'UTF-8'), ('gb18030', 'Chinese, simplified (GBK, GB18030)'), ('big5', 'Chinese, traditional (Big5)'), ('euc-jp', 'Japanese (EUC-JP)'), ('shift-jis', 'Japanese (Shift-JIS)'), ('latin-1', 'Western (Latin-1)')], default='utf-8', help_text='How servers write. Saved hosts may have their own; each terminal can be switched.', max_length=12, verbose_name='encoding')),
                    ('owners_may_play', models.BooleanField(default=True, help_text='Whoever administers the cluster may in any case.', verbose_name='people may play their own recordings')),
                    ('cluster', models.OneToOneField(blank=True, help_text='Empty: for every cluster that has no policy of its own.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='terminal_policy', to='clusters.cluster', verbose_name='cluster')),
                    ('jump', models.ForeignKey(blank=True, help_text='Servers of the cluster are reached by way of it. Saved hosts name their own.', limit_choices_to=models.Q(('jump', None)), null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='terminal.host', verbose_name='jump host')),
                ],
                options={
                    'verbose_name': 'terminal policy',
                    'verbose_name_plural': 'terminal policies',
                    'ordering': ['cluster__name'],
                },
            ), migrations.CreateModel(
                name='Session',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('ssh', 'SSH'), ('vnc', 'console (VNC)'), ('serial', 'console (serial)'), ('watch', 'console (VNC), only looking'), ('wall', 'small screen on a wall')], default='ssh', max_length=8, verbose_name='kind')),
                    ('username', models.CharField(max_length=150, verbose_name='user name')),
                    ('login', models.CharField(help_text="Digest of the login session's key.", max_length=64)),
                    ('client', models.CharField(blank=True, max_length=100, verbose_name='client')),
                    ('cluster_name', models.CharField(blank=True, max_length=63, verbose_name='cluster name')),
                    ('cloud_id', models.CharField(blank=True, max_length=255, verbose_name='server')),
                    ('target_name', models.CharField(max_length=255, verbose_name='target')),
                    ('address', models.CharField(blank=True, max_length=64, verbose_name='address')),
                    ('port', models.PositiveIntegerField(verbose_name='port')),
                    ('route', models.CharField(blank=True, max_length=120, verbose_name='by way of')),
                    ('login_name', models.CharField(blank=True, max_length=100, verbose_name='user on the host')),
                    ('credential_name', models.CharField(blank=True, max_length=100, verbose_name='credential')),
                    ('state', models.CharField(choices=[('connecting', 'connecting'), ('open', 'open'), ('detached', 'connection lost'), ('ended', 'ended'), ('crashed', 'crashed')], default='connecting', max_length=12, verbose_name='state')),
                    ('process', models.CharField(help_text='The web process that holds it.', max_length=120)),
                    ('heartbeat_at', models.DateTimeField(null=True)),
                    ('resume_digest', models.CharField(blank=True, max_length=64)),
                    ('columns', models.PositiveIntegerField(default=80)),
                    ('rows', models.PositiveIntegerField(default=24)),
                    ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
                    ('opened_at', models.DateTimeField(null=True, verbose_name='shell opened')),
                    ('input_at', models.DateTimeField(null=True, verbose_name='last keystroke')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                    ('bytes_in', models.BigIntegerField(default=0, verbose_name='bytes typed')),
                    ('bytes_out', models.BigIntegerField(default=0, verbose_name='bytes shown')),
                    ('watchers', models.PositiveIntegerField(default=0, verbose_name='people watching')),
                    ('close_code', models.PositiveIntegerField(null=True, verbose_name='close code')),
                    ('close_cause', models.CharField(blank=True, max_length=40)),
                    ('close_reason', models.TextField(blank=True, verbose_name='reason')),
                    ('close_said', models.JSONField(editable=False, null=True)),
                    ('terminate_at', models.DateTimeField(null=True)),
                    ('terminate_by', models.CharField(blank=True, max_length=150)),
                    ('terminate_reason', models.CharField(blank=True, max_length=200)),
                    ('cluster', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='terminal.host', verbose_name='host')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('watched', models.ForeignKey(help_text='The session that is looked at by this one.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='terminal.session')),
                ],
                options={
                    'verbose_name': 'terminal session',
                    'verbose_name_plural': 'terminal sessions',
                    'ordering': ['-started_at'],
                    'default_permissions': ('view',),
                    'indexes': [models.Index(fields=['ended_at', 'heartbeat_at'], name='terminal_session_live'), models.Index(fields=['-started_at'], name='terminal_session_newest')],
                },
            ), migrations.CreateModel(
                name='Recording',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('running', 'running'), ('complete', 'complete'), ('crashed', 'crashed'), ('failed', 'failed'), ('deleted', 'deleted')], default='running', max_length=10, verbose_name='state')),
                    ('path', models.CharField(help_text='Below TERMINAL_RECORDINGS.', max_length=200)),
                    ('key', clusters.encrypted.EncryptedTextField(help_text='The key of this one file.')),
                    ('chunks', models.PositiveIntegerField(default=0)),
                    ('head', models.CharField(blank=True, help_text='The hash of the last chunk known.', max_length=64)),
                    ('bytes', models.BigIntegerField(default=0, verbose_name='size')),
                    ('seconds', models.FloatField(default=0, verbose_name='seconds')),
                    ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                    ('keep_until', models.DateTimeField(null=True, verbose_name='kept until')),
                    ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='recording', to='terminal.session', verbose_name='session')),
                ],
                options={
                    'verbose_name': 'recording',
                    'verbose_name_plural': 'recordings',
                    'ordering': ['-started_at'],
                    'default_permissions': ('view',),
                },
            ), migrations.CreateModel(
                name='Command',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('seconds', models.FloatField(help_text='Into the recording.', verbose_name='seconds')),
                    ('text', clusters.encrypted.EncryptedTextField(verbose_name='command line')),
                    ('alert', models.CharField(blank=True, max_length=100, verbose_name='alert')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commands', to='terminal.session', verbose_name='session')),
                ],
                options={
                    'verbose_name': 'derived command line',
                    'verbose_name_plural': 'derived command lines',
                    'ordering': ['at', 'pk'],
                    'default_permissions': ('view',),
                },
            ), migrations.CreateModel(
                name='Snippet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('text', models.TextField(max_length=10000, verbose_name='text')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('cluster', models.ForeignKey(blank=True, help_text='Empty: on every cluster.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('owner', models.ForeignKey(blank=True, help_text='Empty: shared.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'snippet',
                    'verbose_name_plural': 'snippets',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='SshCredential',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=100, verbose_name='name')),
                    ('kind', models.CharField(choices=[('password', 'password'), ('key', 'private key')], default='key', max_length=10, verbose_name='kind')),
                    ('username', models.CharField(blank=True, help_text='Empty: the one of the host or of its image, or asked for.', max_length=100, verbose_name='user name')),
                    ('secret', clusters.encrypted.EncryptedTextField(help_text='The password, or the private key as OpenSSH writes it.', verbose_name='secret')),
                    ('passphrase', clusters.encrypted.EncryptedTextField(blank=True, default='', verbose_name='passphrase')),
                    ('fingerprint', models.CharField(blank=True, editable=False, max_length=100, verbose_name='fingerprint')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('changed_at', models.DateTimeField(auto_now=True)),
                    ('cluster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                    ('cluster_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.clustergroup', verbose_name='cluster group')),
                    ('owner', models.ForeignKey(blank=True, help_text='Empty: shared.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'verbose_name': 'SSH credential',
                    'verbose_name_plural': 'SSH credentials',
                    'ordering': ['name'],
                },
            ), migrations.CreateModel(
                name='Ticket',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64, unique=True)),
                    ('kind', models.CharField(choices=[('open', 'open'), ('watch', 'watch')], default='open', max_length=10)),
                    ('login', models.CharField(help_text="Digest of the login session's key.", max_length=64)),
                    ('target', models.JSONField(default=dict)),
                    ('client', models.CharField(blank=True, max_length=100)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('expires_at', models.DateTimeField(db_index=True)),
                    ('used_at', models.DateTimeField(null=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ), migrations.CreateModel(
                name='HostKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('realm', models.CharField(blank=True, max_length=20)),
                    ('route', models.CharField(blank=True, max_length=120, verbose_name='by way of')),
                    ('host', models.CharField(max_length=200, verbose_name='host')),
                    ('port', models.PositiveIntegerField(verbose_name='port')),
                    ('key_type', models.CharField(max_length=40, verbose_name='type')),
                    ('key', models.TextField(verbose_name='public key')),
                    ('fingerprint', models.CharField(max_length=100, verbose_name='fingerprint')),
                    ('title', models.CharField(blank=True, max_length=255, verbose_name='name')),
                    ('verified', models.BooleanField(default=False, help_text='The server printed this fingerprint on its console.', verbose_name='verified')),
                    ('accepted_at', models.DateTimeField(auto_now_add=True, verbose_name='accepted')),
                    ('seen_at', models.DateTimeField(auto_now_add=True, verbose_name='seen')),
                    ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                    ('cluster', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clusters.cluster', verbose_name='cluster')),
                ],
                options={
                    'verbose_name': 'host key',
                    'verbose_name_plural': 'host keys',
                    'ordering': ['title', 'host', 'port', 'key_type'],
                    'constraints': [models.UniqueConstraint(fields=('realm', 'route', 'host', 'port', 'key_type'), name='one_key_of_a_type')],
                },
            )],
        ),
    ]
