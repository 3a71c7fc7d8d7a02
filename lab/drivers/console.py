"""The console log of a server that never booted."""

TEMPLATE = """\
[    0.000000] Linux version 6.8.0-55-generic (buildd@lcy02) (gcc 13.3.0) #57-Ubuntu SMP PREEMPT_DYNAMIC
[    0.000000] Command line: BOOT_IMAGE=/vmlinuz-6.8.0-55-generic root=LABEL=cloudimg-rootfs ro console=ttyS0
[    0.000000] Memory: {memory}K/{memory}K available
[    0.214731] smp: Brought up 1 node, {processors} CPUs
[    1.012200] virtio_net virtio0 ens3: renamed from eth0
[    1.530118] EXT4-fs (vda1): mounted filesystem with ordered data mode
[    2.871405] systemd[1]: Hostname set to <{hostname}>.
[    4.401337] cloud-init[612]: Cloud-init v. 24.4 running 'init' at boot. Up 4.35 seconds.
{addresses}\
[    7.118224] cloud-init[894]: Cloud-init v. 24.4 finished. Datasource DataSourceOpenStackLocal [net,ver=2].
         Starting OpenSSH server daemon...
[  OK  ] Started OpenSSH server daemon.
[  OK  ] Reached target Multi-User System.

{hostname} login:
"""


def console_log(instance) -> str:
    """What a machine with this server's name, size and addresses would have printed."""
    addresses = [
        f"[    4.512002] cloud-init[612]: ci-info: | ens{3 + number} | True | {ip['address']} |\n"
        for number, vif in enumerate(instance.get_network_info())
        for ip in vif.fixed_ips()
    ]
    return TEMPLATE.format(
        hostname=instance.hostname,
        memory=instance.flavor.memory_mb * 1024,
        processors=instance.flavor.vcpus,
        addresses="".join(addresses),
    )
