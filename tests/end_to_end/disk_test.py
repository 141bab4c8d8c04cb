#!/usr/bin/python3
"""A disk that runs full: reading stops before, everything else goes on, and it resumes by itself. Needs root: the
gateway's data folder is a small file system of its own."""

import errno
import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}
DISK = "192m"


class Disk(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root may mount a small file system")
        self.begin = time.time()
        self.site = Site(["monitor-1"])
        self.data = self.site.folder / "data"
        keyring = (self.data / "keyring").read_bytes()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "edgeward-test",
                                  str(self.data)], check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system may be mounted here")
        self.addCleanup(self.close)
        (self.data / "keyring").write_bytes(keyring)
        os.chmod(self.data / "keyring", 0o600)
        self.kis = Hl7Receiver(self.site)
        self.site.configure(settings.device("monitor-1", "monitor_flat"),
                            settings.hl7_destination("kis", self.kis.port, retry_first="100ms", retry_longest="1s"),
                            change=lambda text: settings.disk_limits(text, 64, 96))
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))
        self.monitor = Sender(self.site, "monitor-1")

    def close(self):
        self.site.close()
        subprocess.run(["umount", "-l", str(self.data)], check=False)

    def send(self, count):
        for _ in range(count):
            self.monitor.publish({"ts": timestamp(self.begin + self.monitor.sent / 1000), "HR": 62})
        self.monitor.wait()

    def fill(self, leave):
        """A foreign file takes all but `leave` MiB."""
        with open(self.data / "foreign", "ab", buffering=0) as file:
            try:
                while os.statvfs(self.data).f_bavail * os.statvfs(self.data).f_frsize > leave * 2**20:
                    file.write(bytes(2**16 if leave else 4096))
            except OSError as full:
                self.assertEqual(full.errno, errno.ENOSPC)

    def fill_at_once(self):
        """A foreign file takes all there is before anybody can look."""
        with open(self.data / "foreign", "ab", buffering=0) as file:
            disk = os.statvfs(self.data)
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - 2**17)  # the gateway writes too
            self.fill(leave=0)

    def parts(self):
        return {part["part"]: part["ready"] for part in self.site.command("status")["parts"]}

    def delivered(self):
        return self.site.books()["destinations"]["kis"]["delivered"]

    def test_reading_stops_before_the_disk_is_full_and_resumes_by_itself(self):
        self.send(50)
        wait_until(lambda: self.delivered() == 50, "the first ones are delivered", every=0.1)
        self.fill(leave=40)
        wait_until(lambda: not self.parts()["disk"], "the low disk is noticed", every=0.05)
        self.assertEqual(self.site.health()[0], 503)
        self.assertIn("edgeward_intake_stopped 1\n", self.site.metrics())
        before = self.site.received()
        self.send(500)
        # What was under way may still come in; then nothing does, and commands and audit records have room.
        self.site.import_persons([PERSON])
        self.assertEqual(self.site.command("quarantine", "list")["quarantine"], [])
        waiting = self.site.received()
        self.assertLessEqual(waiting, before + 1)
        self.assertTrue(self.site.gateway.running())
        os.unlink(self.data / "foreign")
        wait_until(lambda: self.parts()["disk"], "the room is noticed", every=0.05)
        wait_until(lambda: self.delivered() == 550, "everything has come in and is delivered", 60, every=0.1)
        self.finish(550)

    def test_a_disk_that_is_really_full_is_survived(self):
        self.fill(leave=0)
        self.send(300)
        wait_until(lambda: not self.parts()["disk"], "the full disk is noticed", every=0.05)
        os.unlink(self.data / "foreign")
        wait_until(lambda: self.delivered() == 300, "everything has come in and is delivered", 60, every=0.1)
        self.finish(300)

    def test_a_gateway_with_a_full_disk_stops_in_time_and_starts_again(self):
        wait_until(lambda: (self.data / "reserve").exists(), "the reserve is made", every=0.05)
        self.fill_at_once()
        self.send(300)
        wait_until(lambda: not self.parts()["disk"], "the full disk is noticed", every=0.05)
        self.assertEqual(self.site.gateway.stop(seconds=40), 0)
        os.unlink(self.data / "foreign")
        self.site.start_gateway()
        wait_until(lambda: self.delivered() == 300, "everything has come in and is delivered", 60, every=0.1)
        self.finish(300, resumed=False)

    def finish(self, messages, resumed=True):
        books = self.site.books("--recount")
        self.assertTrue(books["balanced"], books["differences"])
        self.assertEqual(books["inbound"]["stored"], messages)
        self.assertEqual(len(self.kis.messages()), messages)
        text, verified, verdict = self.site.verify_audit()
        self.assertTrue(verified, verdict)
        self.assertTrue("\tintake_stopped\t" in text, "the log says that reading stopped")
        self.assertEqual("\tintake_resumed\t" in text, resumed, "the log says that reading went on")
        print(json.dumps({"messages": messages, "lost": messages - len(self.kis.messages())}), flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
