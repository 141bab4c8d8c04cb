#!/usr/bin/python3
"""A witness on its own beside a gateway: cosigns what only grows, and finds a log that was put back within seconds."""

import re
import shutil
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import anchors, settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.site import Site  # noqa: E402

WITHIN = 10  # seconds


class Witness(unittest.TestCase):
    def setUp(self):
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.witness = anchors.Witness(self.site)
        self.witness.trust_at_the_gateway()

        def change(text):
            return settings.with_table(anchors.witnessed(text, self.witness), "audit", checkpoint_interval="1s")

        self.site.configure(settings.device("monitor-1", "monitor_flat"), change=change)
        self.site.start_broker()
        self.gateway = self.site.start_gateway()
        self.origin = self.site.ask("audit", "checkpoint").stdout.splitlines()[0]
        self.witness.start(self.origin, self.site.ask("audit", "public-key").stdout)

    def make_records(self, count):
        for _ in range(count):
            self.site.command("quarantine", "list")

    def newest(self):
        """The newest cosigned note and how many records it covers."""
        done = self.witness.ask("checkpoint", self.origin)
        return (done.stdout, int(done.stdout.splitlines()[1])) if done.returncode == 0 else ("", 0)

    def records(self):
        self.site.ask("audit", "export", str(self.site.top / "audit.txt"))
        return (self.site.top / "audit.txt").read_text()

    def wait_until_cosigned(self, size):
        wait_until(lambda: self.newest()[1] >= size, f"{size} records are cosigned", 20, every=0.1)

    def part(self, well):
        return f'"part":"witness","ready":{"true" if well else "false"}' in self.site.health()[1]

    def test_checkpoints_are_cosigned_and_the_witness_may_be_away(self):
        self.make_records(5)
        self.wait_until_cosigned(8)
        note, _ = self.newest()
        (self.site.top / "cosigned").write_text(note)
        self.assertTrue(anchors.cosigned_by(self.site.top / "cosigned", self.witness.key), "by other software too")
        wait_until(lambda: self.part(True), "the gateway says so")
        self.records()
        (self.site.top / "audit.pem").write_text(self.site.ask("audit", "public-key").stdout)
        verified = self.site.ask("audit", "verify", str(self.site.top / "audit.txt"), "--key",
                                 str(self.site.top / "audit.pem"), "--cosigned", str(self.site.top / "cosigned"),
                                 "--witness-key", str(self.witness.key), "--witness", anchors.WITNESS)
        self.assertIn("1 anchors met", verified.stdout, verified.stderr)

        self.witness.kill()
        self.make_records(3)
        wait_until(lambda: self.part(False), "the gateway notices", 20)
        self.assertEqual(self.site.health()[0], 200, "and is ready all the same")
        wait_until(lambda: "anchor_lost" in self.records(), "the audit log says so", every=0.5)
        self.witness.run()
        before = len(re.findall("(?m)^record", self.records()))
        self.wait_until_cosigned(before)
        wait_until(lambda: self.part(True), "all is well again")
        self.assertEqual(self.witness.evidence(), [])

    def test_a_log_that_was_put_back_is_found_and_a_restore_is_accepted_by_a_person(self):
        self.make_records(3)
        self.wait_until_cosigned(5)
        self.gateway.stop()
        data = self.site.folder / "data"
        copy = self.site.top / "copy"
        shutil.copytree(data, copy)
        self.gateway = self.site.start_gateway()
        self.make_records(10)
        self.wait_until_cosigned(18)
        known = self.newest()[1]
        # Everything the gateway has is as it was, and nothing in it tells.
        self.gateway.kill()
        shutil.rmtree(data)
        shutil.copytree(copy, data)
        begin = time.monotonic()
        self.gateway = self.site.start_gateway()
        wait_until(lambda: f"the witness knows {known} records" in self.site.health()[1], "the gateway says so", WITHIN)
        self.assertLess(time.monotonic() - begin, WITHIN)
        wait_until(lambda: 'edgeward_anchor_contradicted{anchor="witness"} 1' in self.site.metrics(), "as a metric")
        wait_until(lambda: "log_contradicted" in self.records(), "in the audit log", every=0.5)
        wait_until(self.witness.evidence, "the witness keeps both signed notes", WITHIN)
        self.assertIn("rollback", self.witness.log())
        notes = self.witness.evidence()[0].read_text()
        self.assertEqual(notes.count(self.origin + "\n"), 2)
        # What the witness has signed convicts the export, whatever the gateway says.
        (self.site.top / "cosigned").write_text(self.newest()[0])
        self.records()
        (self.site.top / "audit.pem").write_text(self.site.ask("audit", "public-key").stdout)
        verified = self.site.ask("audit", "verify", str(self.site.top / "audit.txt"), "--key",
                                 str(self.site.top / "audit.pem"), "--cosigned", str(self.site.top / "cosigned"),
                                 "--witness-key", str(self.witness.key), "--witness", anchors.WITNESS)
        self.assertEqual(verified.returncode, 1, verified.stdout)
        # A person at the witness who knows of it lets the log go on.
        self.assertEqual(self.witness.ask("accept-restore", self.origin).returncode, 0)
        wait_until(lambda: self.part(True), "it is cosigned again", 30)
        self.assertGreater(self.newest()[1], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
