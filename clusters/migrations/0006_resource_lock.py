from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('clusters', '0005_taken_names'),
    ]

    operations = [
        migrations.RenameModel(old_name='Hold', new_name='ResourceLock'),
        migrations.AddConstraint(
            model_name='resourcelock',
            constraint=models.UniqueConstraint(fields=('cluster', 'cloud_id'), name='one_lock_per_resource'),
        ),
        # Afterwards: MariaDB wants an index of the foreign key at any moment.
        migrations.RemoveConstraint(model_name='resourcelock', name='one_hold_per_resource'),
    ]
