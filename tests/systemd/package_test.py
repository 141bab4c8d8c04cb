#!/usr/bin/python3
"""The Debian package as hospital IT meets it: installed on a small Debian with systemd, set up as docs/operations.md says,
run by its unit, reloaded, killed, watched, upgraded, removed.

EDGEWARD_BUILD is the build folder with the gateway; default .build/release.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward.machine import Machine  # noqa: E402
from ward.processes import wait_until  # noqa: E402

BUILD = Path(os.environ.get("EDGEWARD_BUILD", Path(__file__).resolve().parents[2] / ".build/release"))
DATA = "/var/lib/edgeward"


def release_here():
    return re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)[1]


class Package(unittest.TestCase):
    sent = 0

    @classmethod
    def setUpClass(cls):
        subprocess.run(["cpack", "-G", "DEB"], cwd=BUILD, check=True, stdout=subprocess.DEVNULL)
        cls.package = next(BUILD.glob("edgeward_*_amd64.deb"))
        cls.machine = Machine(release_here(), ["openssl"], ["mosquitto", "mosquitto-clients"])
        cls.addClassCleanup(cls.machine.close)
        shutil.copy(cls.package, cls.machine.root / "root/edgeward.deb")
        cls.machine.before_boot("apt-get", "install", "-y", "-q", "--download-only", "/root/edgeward.deb")
        cls.machine.boot()
        cls.machine.shell("dpkg -i /var/cache/apt/archives/*.deb /root/edgeward.deb")
        cls.set_up_as_documented()

    @classmethod
    def set_up_as_documented(cls):
        """docs/operations.md, Keys; the certificates and the broker of an evaluation stand for the hospital's."""
        cls.machine.shell("""umask 077
            edgeward key generate > /root/kek.hex
            systemd-creds encrypt --name=kek /root/kek.hex /etc/credstore.encrypted/kek
            shred -u /root/kek.hex
            edgeward init --evaluation /root/hospital --device monitor-1 --device monitor-2
            cd /root/hospital/credentials
            install -m 600 ca /etc/edgeward/tls/ca.pem
            install -m 600 gateway-certificate /etc/edgeward/tls/gateway.pem
            install -m 600 gateway-key /etc/edgeward/tls/gateway.key
            install -m 600 admin-certificate /etc/edgeward/tls/admin.pem
            install -m 600 admin-key /etc/edgeward/tls/admin.key
            systemd-run --unit=broker mosquitto -c /root/hospital/broker/mosquitto.conf""")
        cls.enter("monitor-1")
        cls.machine.run("edgeward", "config", "check")
        cls.machine.run("systemd-run", "--pipe", "--wait", "--collect", "-p", "User=edgeward",
                        "-p", "LoadCredentialEncrypted=kek:/etc/credstore.encrypted/kek", "edgeward", "init")

    @classmethod
    def enter(cls, device):
        file = cls.machine.root / "etc/edgeward/edgeward.toml"
        file.write_text(file.read_text() + f'\n[[device]]\nid = "{device}"\nmapping = "infusion_technical"\n')

    def shown(self, name):
        return self.machine.run("systemctl", "show", "--value", "-p", name, "edgeward")

    def start(self):
        self.machine.run("systemctl", "reset-failed", "edgeward", check=False)
        self.machine.run("systemctl", "start", "edgeward")
        self.ready()

    def ready(self):
        wait_until(lambda: json.loads(self.machine.run("edgeward", "status", "--json", check=False) or "{}").get("ready"),
                   "the gateway is ready", 60)

    def publish(self, device, sample):
        certificate = f"/root/hospital/devices/{device}"
        self.machine.run("mosquitto_pub", "-h", "localhost", "-p", "8883", "--cafile", "/root/hospital/authority/ca.pem",
                         "--cert", f"{certificate}.pem", "--key", f"{certificate}.key", "-q", "1", "-t",
                         f"devices/{device}/state", "-m", json.dumps(sample))

    def stored(self):
        return json.loads(self.machine.run("edgeward", "books", "--json"))["inbound"]["stored"]

    def stores(self, device):
        """A message with technical data alone, which needs no person."""
        before = self.stored()
        type(self).sent += 1
        self.publish(device, {"at": int(time.time()), "count": self.sent, "battery": {"charge": 50 + self.sent}})
        wait_until(lambda: self.stored() == before + 1, f"what {device} sent is stored", 30)

    def test_1_it_brings_user_folders_and_unit_and_starts_nothing(self):
        self.assertEqual(self.shown("ActiveState"), "inactive")
        self.assertEqual(self.machine.run("systemctl", "is-enabled", "edgeward", check=False), "disabled")
        owner = self.machine.run("stat", "-c", "%U:%G %a", DATA, "/etc/edgeward/tls", "/etc/credstore.encrypted")
        self.assertEqual(owner.splitlines(), ["edgeward:edgeward 700", "root:root 700", "root:root 700"])
        self.assertIn("/etc/edgeward/edgeward.toml", self.machine.run("dpkg-query", "-W", "-f", "${Conffiles}", "edgeward"))

    def test_2_the_unit_runs_it_and_a_message_is_stored(self):
        self.start()
        self.stores("monitor-1")
        exposure = self.machine.run("systemd-analyze", "security", "edgeward", "--no-pager")
        self.assertLessEqual(float(re.search(r"exposure level for edgeward.service: (\S+)", exposure)[1]), 1.5)
        self.assertEqual(self.machine.run("journalctl", "-u", "edgeward", "-p", "err", "-q", "--no-pager"), "")

    def test_3_a_reload_takes_a_new_device_and_refuses_a_mistake(self):
        self.start()
        self.enter("monitor-2")
        self.machine.run("systemctl", "reload", "edgeward")
        self.stores("monitor-2")
        file = self.machine.root / "etc/edgeward/edgeward.toml"
        sound = file.read_text()
        file.write_text(sound + "\n[[devic]]\n")
        self.machine.run("systemctl", "reload", "edgeward")
        self.stores("monitor-2")
        file.write_text(sound)

    def test_4_killed_or_hanging_it_comes_back_with_everything(self):
        drop_in = self.machine.root / "etc/systemd/system/edgeward.service.d/watchdog.conf"
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text("[Service]\nWatchdogSec=3\n")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "edgeward")
        self.ready()
        before = self.stored()
        for sign in ("KILL", "STOP"):
            process, restarts = self.shown("MainPID"), int(self.shown("NRestarts"))
            self.machine.run("kill", f"-{sign}", process)
            wait_until(lambda: int(self.shown("NRestarts")) > restarts and self.shown("ActiveState") == "active",
                       f"systemd starts it again after SIG{sign}", 60)
            self.ready()
            self.assertEqual(self.stored(), before)
        self.assertTrue(json.loads(self.machine.run("edgeward", "books", "--recount", "--json"))["balanced"])

    def test_5_it_ends_in_order(self):
        self.start()
        self.machine.run("systemctl", "stop", "edgeward")
        self.assertEqual((self.shown("Result"), self.shown("ExecMainStatus")), ("success", "0"))

    def test_6_an_upgrade_restarts_it_and_keeps_the_configuration(self):
        self.start()
        process = self.shown("MainPID")
        settings = (self.machine.root / "etc/edgeward/edgeward.toml").read_text()
        before = self.stored()
        self.machine.run("dpkg", "-i", "/root/edgeward.deb")
        wait_until(lambda: self.shown("MainPID") not in ("0", process), "it was restarted", 30)
        self.ready()
        self.assertEqual(self.stored(), before)
        self.assertEqual((self.machine.root / "etc/edgeward/edgeward.toml").read_text(), settings)

    def test_7_removed_and_purged_it_leaves_what_was_received(self):
        self.start()
        self.machine.run("dpkg", "--remove", "edgeward")
        self.assertEqual(self.machine.run("pgrep", "-x", "edgeward", check=False), "")
        self.machine.run("dpkg", "--purge", "edgeward")
        left = self.machine.run("ls", DATA).split()
        for name in ("keyring", "store.db", "vault.db"):
            self.assertIn(name, left)


if __name__ == "__main__":
    unittest.main(verbosity=2)
