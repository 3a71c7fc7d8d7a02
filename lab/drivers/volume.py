"""A storage array of sparse files: create, extend, snapshot, clone and images really happen."""

import io
from pathlib import Path

from cinder import exception
from cinder.volume import driver, volume_utils
from oslo_config import cfg

from lab.drivers import sparse

CONF = cfg.CONF

# An image made from a volume holds its beginning: enough to be real, and images stay small.
IMAGE_BYTES = 1024**2


# GiB. The larger one has room for everything, so that nothing lies in the other unless it is moved there.
POOLS = {"standard": 10000, "reserve": 2000}


def _pool(name: str) -> Path:
    return Path(CONF.state_path) / "volumes" / name


def _path(item) -> Path:
    return _pool(volume_utils.extract_host(item.host, "pool")) / item.id


class SparseFileDriver(driver.VolumeDriver):
    """One file per volume or snapshot, in a folder per pool below `state_path`."""

    VERSION = "1.0"

    def check_for_setup_error(self):
        for name in POOLS:
            _pool(name).mkdir(parents=True, exist_ok=True)

    def _update_volume_stats(self):
        name = self.configuration.safe_get("volume_backend_name")
        self._stats = {
            "volume_backend_name": name,
            "vendor_name": "Lab",
            "driver_version": self.VERSION,
            "storage_protocol": "local",
            "multiattach": True,
            "pools": [self._pool_stats(name, total) for name, total in POOLS.items()],
        }

    def _pool_stats(self, name, total):
        provisioned = sum(file.stat().st_size for file in _pool(name).iterdir()) // sparse.GIB
        return {
            "pool_name": name,
            "total_capacity_gb": total,
            "free_capacity_gb": total - provisioned,
            "provisioned_capacity_gb": provisioned,
            "reserved_percentage": 0,
            "thin_provisioning_support": True,
            "max_over_subscription_ratio": "20.0",
            "multiattach": True,
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

    def migrate_volume(self, context, volume, host):
        """Into another pool of this array; elsewhere Cinder copies."""
        backend, pool = (volume_utils.extract_host(host["host"], level) for level in ("backend", "pool"))
        if backend != volume_utils.extract_host(volume.host, "backend"):
            return False, None
        _path(volume).rename(_pool(pool) / volume.id)
        return True, None

    def manage_existing(self, volume, existing_ref):
        """A file that is in the pool already, by its name."""
        self._existing(volume, existing_ref).rename(_path(volume))

    def manage_existing_get_size(self, volume, existing_ref):
        return -(-self._existing(volume, existing_ref).stat().st_size // sparse.GIB)

    def _existing(self, volume, existing_ref):
        found = _path(volume).with_name(existing_ref.get("source-name", ""))
        if not found.is_file():
            raise exception.ManageExistingInvalidReference(existing_ref=existing_ref, reason="There is no such file.")
        return found

    def unmanage(self, volume):
        # The file stays.
        pass

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
