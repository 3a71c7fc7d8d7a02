"""Flavors and images."""

import random

from openstack.connection import Connection

from lab.seed.plan import FLAVORS, IMAGES

IMAGE_BYTES = 256 * 1024


def create_flavors(admin: Connection) -> None:
    existing = {flavor.name for flavor in admin.compute.flavors(details=False)}
    for planned in FLAVORS:
        if planned.name in existing:
            continue
        flavor = admin.compute.create_flavor(
            name=planned.name, vcpus=planned.vcpus, ram=planned.ram, disk=planned.disk
        )
        if planned.extra_specs:
            admin.compute.create_flavor_extra_specs(flavor, planned.extra_specs)
    if "ci.runner" not in existing:
        private = admin.compute.create_flavor(name="ci.runner", vcpus=4, ram=8192, disk=40, is_public=False)
        project = admin.identity.find_project("ci", ignore_missing=False)
        admin.compute.flavor_add_tenant_access(private, project.id)


def create_images(admin: Connection) -> None:
    # Community images of others are in no plain list.
    existing = {image.name for image in admin.image.images()}
    existing |= {image.name for image in admin.image.images(visibility="community")}
    for planned in IMAGES:
        if planned.name in existing:
            continue
        image = admin.image.create_image(
            name=planned.name,
            data=random.Random(planned.name).randbytes(IMAGE_BYTES),
            disk_format="raw",
            container_format="bare",
            visibility=planned.visibility,
            min_disk=planned.min_disk,
            os_distro=planned.os_distro,
            os_version=planned.os_version,
            hw_disk_bus="virtio",
        )
        if planned.deactivated:
            admin.image.deactivate_image(image)
