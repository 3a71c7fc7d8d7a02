"""A hypervisor without machines: Nova's fake driver, made to survive restarts."""

import io
import math
import os
import time
import uuid

import nova.conf
from nova import exception
from nova.compute import power_state, task_states, vm_states
from nova.console import type as ctype
from nova.image import glance
from nova.virt import fake, hardware

from lab.drivers.console import console_log
from lab.layout import SCREEN_PORTS

CONF = nova.conf.CONF

# What a hypervisor would report for a server that has been in this state all along.
POWER_STATES = {
    vm_states.ACTIVE: power_state.RUNNING,
    vm_states.RESCUED: power_state.RUNNING,
    vm_states.RESIZED: power_state.RUNNING,
    vm_states.PAUSED: power_state.PAUSED,
    vm_states.STOPPED: power_state.SHUTDOWN,
    vm_states.SUSPENDED: power_state.SHUTDOWN,
    vm_states.SHELVED: power_state.SHUTDOWN,
}
SNAPSHOT_CONTENT = b"\0" * 65536


class LoopbackDriver(fake.FakeDriver):
    """Keeps machines in memory like its base, and takes over those of an earlier process from the database."""

    vcpus = 64
    memory_mb = 512 * 1024
    local_gb = 20 * 1024

    def init_host(self, host):
        super().init_host(host)
        self.host_status_base["hypervisor_hostname"] = host

    def _node_uuid(self, node):
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{node}.lab"))

    def get_nodenames_by_uuid(self, refresh=False):
        return {self._node_uuid(node): node for node in self.get_available_nodes()}

    def get_available_resource(self, nodename):
        return super().get_available_resource(nodename) | {"uuid": self._node_uuid(nodename)}

    def get_host_uptime(self):
        days, seconds = divmod(int(time.monotonic()), 86400)
        hours, minutes = seconds // 3600, seconds % 3600 // 60
        load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
        clock = time.strftime("%H:%M:%S")
        return f" {clock} up {days} days, {hours:2}:{minutes:02},  0 users,  load average: {load}"

    def get_instance_diagnostics(self, instance):
        """Of a machine that works more by day than by night, so to speak: its counters rise, faster and slower. They
        follow from the clock, so that a restart does not set them back."""
        told = super().get_instance_diagnostics(instance)
        now = time.time()
        # What a load of 0.1 to 0.7, in waves of ten minutes, adds up to since long ago.
        busy = 0.4 * now - 0.3 * (300 / math.pi) * math.cos(math.pi * now / 300)
        told.cpu_details[0].time = int(busy * 1e9)
        told.memory_details.maximum, told.memory_details.used = 2048, int(900 + 300 * math.sin(math.pi * now / 300))
        told.disk_details[0].read_bytes, told.disk_details[0].write_bytes = int(busy * 65536), int(busy * 262144)
        told.nic_details[0].rx_octets, told.nic_details[0].tx_octets = int(busy * 131072), int(busy * 32768)
        return told

    def _adopt(self, instance):
        """The machine of a server, known or taken over."""
        if instance.uuid not in self.instances:
            state = POWER_STATES.get(instance.vm_state, power_state.NOSTATE)
            if instance.vm_state == vm_states.RESIZED:
                state = instance.power_state
            self.instances[instance.uuid] = fake.FakeInstance(instance.name, state, instance.uuid)
        return self.instances[instance.uuid]

    def get_info(self, instance, use_cache=True):
        if instance.uuid in self.instances:
            return hardware.InstanceInfo(state=self.instances[instance.uuid].state)
        if instance.vm_state not in POWER_STATES:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        return hardware.InstanceInfo(state=self._adopt(instance).state)

    def power_off(self, instance, *_, **__):
        self._adopt(instance).state = power_state.SHUTDOWN

    def power_on(self, context, instance, network_info, *_, **__):
        self._adopt(instance).state = power_state.RUNNING

    def reboot(self, context, instance, network_info, reboot_type, *_, **__):
        self._adopt(instance).state = power_state.RUNNING

    def pause(self, instance):
        self._adopt(instance).state = power_state.PAUSED

    def unpause(self, instance):
        self._adopt(instance).state = power_state.RUNNING

    def suspend(self, context, instance, *_, **__):
        self._adopt(instance).state = power_state.SHUTDOWN

    def resume(self, context, instance, network_info, *_, **__):
        self._adopt(instance).state = power_state.RUNNING

    def rescue(self, context, instance, *_, **__):
        self._adopt(instance).state = power_state.RUNNING

    def unrescue(self, context, instance):
        self._adopt(instance).state = power_state.RUNNING

    def detach_interface(self, context, instance, vif):
        # One attached before a restart is not known here.
        self._interfaces.pop(vif["id"], None)

    def destroy(self, context, instance, network_info, *_, **__):
        self.instances.pop(instance.uuid, None)

    def snapshot(self, context, instance, image_id, update_task_state):
        """Upload a little: the base uploads nothing, and the image would be "queued" for ever."""
        self._adopt(instance)
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        images = glance.API()
        image = images.get(context, image_id)
        update_task_state(task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD)
        content = {
            "name": image["name"],
            "status": "active",
            "disk_format": "raw",
            "container_format": "bare",
        }
        images.update(context, image_id, content, io.BytesIO(SNAPSHOT_CONTENT))

    def get_vnc_console(self, context, instance):
        return ctype.ConsoleVNC(host=CONF.vnc.server_proxyclient_address, port=SCREEN_PORTS["vnc"])

    def get_serial_console(self, context, instance):
        return ctype.ConsoleSerial(host=CONF.serial_console.proxyclient_address, port=SCREEN_PORTS["serial"])

    def get_console_output(self, context, instance):
        return console_log(instance)
