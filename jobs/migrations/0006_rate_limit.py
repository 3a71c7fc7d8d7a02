from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ('jobs', '0005_snapshots'),
    ]

    operations = [
        migrations.RenameModel(old_name='Pace', new_name='RateLimit'),
    ]
