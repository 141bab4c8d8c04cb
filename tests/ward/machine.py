"""A Debian machine of its own with systemd, in namespaces of this one: no network but its loopback, no virtual machine.

Needs root, mmdebstrap and unshare(1). What is installed into it comes from the mirror mmdebstrap knows.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .processes import wait_until

# Devices as systemd's container interface asks for them; cgroup2 alone, whatever the host mounts.
BOOT = """set -e
cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 dev/${device%:*} c 1 ${device#*:}; done
mknod -m 666 dev/tty c 5 0
mkdir dev/shm dev/pts dev/mqueue
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t mqueue mqueue dev/mqueue
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir -p host
pivot_root . host
umount -l /host
mount --make-rshared /
exec env -i container=edgeward PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal
"""
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


class Machine:
    """`packages` beside Debian's essential ones; `newer` come from the backports of Debian 12."""

    def __init__(self, release, packages, newer=()):
        self.top = Path(tempfile.mkdtemp(prefix="edgeward-machine-"))
        self.root = self.top / "root"
        self.keeper = None
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase",
                        "--include=" + ",".join(["systemd", "systemd-sysv", "dbus", "ca-certificates", *packages]),
                        release, str(self.root)], check=True, stdout=subprocess.DEVNULL)
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")  # until it has booted, nothing starts
        (self.root / "usr/sbin/policy-rc.d").chmod(0o755)
        source = ["-t", f"{release}-backports"] if newer and release == "bookworm" else []
        if source:
            (self.root / "etc/apt/sources.list.d/backports.list").write_text(
                f"deb http://deb.debian.org/debian {release}-backports main\n")
        self.before_boot("apt-get", "update", "-q")
        if newer:
            self.before_boot("apt-get", "install", "-y", "-q", *source, *newer)

    def before_boot(self, *command):
        """Runs in the folder only, with this machine's network."""
        done = subprocess.run(["chroot", str(self.root), *command], env=ENVIRONMENT, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}:\n{done.stdout[-3000:]}")
        return done.stdout

    def boot(self):
        (self.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
        self.keeper = subprocess.Popen(
            ["unshare", "--net", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child",
             "bash", "-c", BOOT, "boot", str(self.root)], stdin=subprocess.DEVNULL, start_new_session=True)
        wait_until(lambda: self.run("systemctl", "is-system-running", check=False) in ("running", "degraded"),
                   "the machine has booted", 60)

    @property
    def _leader(self):
        children = Path(f"/proc/{self.keeper.pid}/task/{self.keeper.pid}/children").read_text().split()
        return children[0] if children else "0"

    def run(self, *command, check=True, text=None):
        """What the command printed, on both; `text` is its input."""
        done = subprocess.run(["nsenter", "-t", self._leader, "-m", "-u", "-i", "-n", "-p", "-C", *command], input=text,
                              env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return done.stdout.strip()

    def shell(self, script, check=True):
        return self.run("bash", "-euc", script, check=check)

    def close(self):
        if self.keeper:
            leader = int(self._leader)
            if leader:
                os.kill(leader, signal.SIGKILL)
            self.keeper.wait()
        shutil.rmtree(self.top)
