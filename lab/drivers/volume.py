"""A storage array of sparse files: create, extend, snapshot, clone and images really happen."""

import io
from pathlib import Path

from cinder.volume import driver
from oslo_config import cfg

from lab.drivers import sparse

CONF = cfg.CONF

# An image made from a volume holds its beginning: enough to be real, and images stay small.
IMAGE_BYTES = 1024**2


def _path(item) -> Path:
    return Path(CONF.state_path) / "volumes" / item.id


class SparseFileDriver(driver.VolumeDriver):
    """One file per volume or snapshot, below `state_path`."""

    VERSION = "1.0"
    CAPACITY = 10000

    def check_for_setup_error(self):
        (Path(CONF.state_path) / "volumes").mkdir(exist_ok=True)

    def _update_volume_stats(self):
        files = (Path(CONF.state_path) / "volumes").iterdir()
        provisioned = sum(file.stat().st_size for file in files) // sparse.GIB
        name = self.configuration.safe_get("volume_backend_name")
        self._stats = {
            "volume_backend_name": name,
            "vendor_name": "Lab",
            "driver_version": self.VERSION,
            "storage_protocol": "local",
            "multiattach": True,
            "pools": [
                {
                    "pool_name": name,
                    "total_capacity_gb": self.CAPACITY,
                    "free_capacity_gb": self.CAPACITY - provisioned,
                    "provisioned_capacity_gb": provisioned,
                    "reserved_percentage": 0,
                    "thin_provisioning_support": True,
                    "max_over_subscription_ratio": "20.0",
                    "multiattach": True,
                }
            ],
        }

    def create_volume(self, volume):
        sparse.resize(_path(volume), volume.size)

    def delete_volume(self, volume):
        _path(volume).unlink(missing_ok=True)

    def extend_volume(self, volume, new_size):
        sparse.resize(_path(volume), new_size)

    def create_snapshot(self, snapshot):
        sparse.copy(_path(snapshot.volume), _path(snapshot))

    def delete_snapshot(self, snapshot):
        _path(snapshot).unlink(missing_ok=True)

    def create_volume_from_snapshot(self, volume, snapshot):
        sparse.copy(_path(snapshot), _path(volume))
        sparse.resize(_path(volume), volume.size)

    def create_cloned_volume(self, volume, src_vref):
        sparse.copy(_path(src_vref), _path(volume))
        sparse.resize(_path(volume), volume.size)

    def revert_to_snapshot(self, context, volume, snapshot):
        sparse.copy(_path(snapshot), _path(volume))
        sparse.resize(_path(volume), volume.size)

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        """Fill a volume from an image. As a "clone", for Cinder's own copying wants qemu-img and root."""
        with _path(volume).open("wb") as file:
            image_service.download(context, image_meta["id"], file)
        sparse.resize(_path(volume), volume.size)
        return {}, True

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        with _path(volume).open("rb") as file:
            beginning = file.read(IMAGE_BYTES)
        image_service.update(
            context,
            image_meta["id"],
            {"disk_format": "raw", "container_format": "bare"},
            io.BytesIO(beginning),
            store_id=None,
            base_image_ref=None,
        )

    def retype(self, context, volume, new_type, diff, host):
        return True, None

    def initialize_connection(self, volume, connector):
        return {"driver_volume_type": "local", "data": {"device_path": str(_path(volume))}}

    def initialize_connection_snapshot(self, snapshot, connector):
        return {"driver_volume_type": "local", "data": {"device_path": str(_path(snapshot))}}

    # A file needs no export and no session.
    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def create_export_snapshot(self, context, snapshot, connector):
        pass

    def remove_export_snapshot(self, context, snapshot):
        pass

    def terminate_connection(self, volume, connector, **_):
        pass

    def terminate_connection_snapshot(self, snapshot, connector, **_):
        pass

    def secure_file_operations_enabled(self):
        # The services run as one user, which owns the files.
        return True
