"""A backup store of sparse files."""

from pathlib import Path

from cinder import objects
from cinder.backup import driver
from oslo_config import cfg

from lab.drivers import sparse

CONF = cfg.CONF


def _path(backup) -> Path:
    return Path(CONF.state_path) / "backups" / backup.id


class SparseFileBackup(driver.BackupDriver):
    """One file per backup; every backup is a full one."""

    def __init__(self, context):
        super().__init__(context)
        self.support_force_delete = True

    def backup(self, backup, volume_file, backup_metadata=False):
        sparse.copy(Path(volume_file.name), _path(backup))

    def restore(self, backup, volume_id, volume_file, volume_is_new):
        sparse.copy(_path(backup), Path(volume_file.name))
        # The volume may be bigger than what was backed up, and was emptied when Cinder opened it.
        volume = objects.Volume.get_by_id(self.context, volume_id)
        sparse.resize(Path(volume_file.name), volume.size)

    def delete_backup(self, backup):
        _path(backup).unlink(missing_ok=True)

    def check_for_setup_error(self):
        (Path(CONF.state_path) / "backups").mkdir(exist_ok=True)
