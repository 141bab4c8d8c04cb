#!/usr/bin/python3
"""The audit log at a real rsyslog over mutual TLS: complete, as DICOM audit messages, whatever is killed in between."""

import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import anchors, settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import TESTS, Site, balanced  # noqa: E402
from ward.words import mentioned  # noqa: E402

DEVICE = "monitor-1"
PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum",
          "given": "Kim", "birth_date": "1961-02-28", "sex": "female"}


@unittest.skipUnless(anchors.Rsyslog.is_there(), "Debian's rsyslog and rsyslog-openssl are not installed")
class Siem(unittest.TestCase):
    def setUp(self):
        self.site = Site([DEVICE])
        self.addCleanup(self.site.close)
        self.siem = anchors.Rsyslog(self.site)
        self.site.configure(settings.device(DEVICE, "monitor_flat", ward="ICU", room="1", bed="07"),
                            change=lambda text: anchors.siem(text, self.siem.port, site="hospital", heartbeat="1s"))
        self.site.start_broker()
        self.gateway = self.site.start_gateway()
        self.number = 0

    def make_records(self, count):
        """Records of the audit log that need no device."""
        for _ in range(count):
            self.site.command("quarantine", "list")

    def newest(self):
        self.site.ask("audit", "export", str(self.site.top / "audit.txt"))
        return (self.site.top / "audit.txt").read_text()

    def digests(self):
        return {int(r[1]): r[12] for r in (line.split("\t") for line in self.newest().splitlines())
                if r[0] == "record"}

    def kept(self):
        """The digest of each record as the SIEM has it."""
        return dict((int(n), d) for n, d in re.findall(r' sequence="(\d+)" digest="([0-9a-f]{64})"',
                                                       self.siem.text()))

    def wait_until_complete(self, what):
        log = self.digests()
        wait_until(lambda: all(self.kept().get(n) == d for n, d in log.items()), what, 30, every=0.2)
        return log

    def metric(self, name):
        return float(re.search(rf"(?m)^{re.escape(name)} (\S+)$", self.site.metrics()).group(1))

    def test_the_siem_has_every_record_after_it_was_killed_and_after_the_gateway_was(self):
        self.make_records(20)
        self.wait_until_complete("the SIEM has what there is")
        self.siem.kill()
        wait_until(lambda: '"part":"siem","ready":false' in self.site.health()[1], "the gateway notices")
        self.assertEqual(self.site.health()[0], 200, "and is ready all the same")
        self.make_records(20)
        self.assertIn('edgeward_anchor_well{anchor="siem"} 0', self.site.metrics())
        wait_until(lambda: "anchor_lost" in self.newest(), "the audit log says so too", every=0.5)
        self.siem.start()
        self.wait_until_complete("the SIEM has what came while it was away")
        wait_until(lambda: '"part":"siem","ready":true' in self.site.health()[1], "that is said")
        # Killed while records come, again and again: those it had read and not written come again.
        for _ in range(3):
            self.make_records(3)
            self.siem.kill()
            self.make_records(2)
            self.siem.start()
        self.gateway.kill()
        self.gateway = self.site.start_gateway()
        self.make_records(5)
        log = self.wait_until_complete("nothing is missing in the end")
        self.assertGreater(len(self.siem.sequences()), len(log), "duplicates are to be seen by their number")
        wait_until(lambda: self.metric("edgeward_siem_lag_records") == 0, "nothing is left to be confirmed")
        self.assertTrue("anchor_regained" in self.newest())

    def test_messages_are_dicom_audit_messages_and_name_no_person(self):
        self.site.import_persons([PERSON])
        self.site.associate(DEVICE, "4711", timestamp(time.time() - 3600))
        monitor = Sender(self.site, DEVICE)
        self.addCleanup(monitor.close)
        monitor.publish({"ts": timestamp(time.time()), "HR": 62})
        wait_until(lambda: self.site.received() == 1, "the message is in")
        self.wait_until_complete("the SIEM has it all")
        lines = [line for line in self.siem.lines() if " IHE+RFC-3881 " in line]
        names = set()
        for number, line in enumerate(lines):
            head = re.match(r'<(8[45])>1 \S+Z \S+ edgeward \d+ IHE\+RFC-3881 \[edgeward@32473 origin="edgeward/'
                            r'[0-9a-f]{32}" sequence="\d+" digest="[0-9a-f]{64}"\] (<AuditMessage>.*)$', line)
            self.assertTrue(head, line[:80])
            (self.site.top / f"{number}.xml").write_text(head.group(2))
            names.add(re.search(r'csd-code="([a-z_]+)" codeSystemName="edgeward"', line).group(1))
        self.assertLessEqual({"started", "batch_stored", "person_admitted", "association_changed"}, names)
        done = subprocess.run(["xmllint", "--noout", "--relaxng", str(TESTS / "audit/audit_message.rng"),
                               *[str(self.site.top / f"{n}.xml") for n in range(len(lines))]],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-500:])
        self.assertEqual(mentioned(self.siem.text(), ("Quittenbaum", "4711", "1961", "19610228")), [])
        self.assertTrue(balanced(self.site.books()))

    def test_what_the_siem_has_anchors_the_log(self):
        self.make_records(5)
        wait_until(lambda: self.siem.checkpoints() and self.siem.checkpoints()[-1] > 5, "a checkpoint is there", 30)
        before = len(self.siem.checkpoints())
        wait_until(lambda: len(self.siem.checkpoints()) > before + 1, "a heartbeat repeats it")
        text, proven, verdict = self.site.verify_audit()
        self.assertTrue(proven, verdict)
        key, export = self.site.top / "audit.pem", self.site.top / "audit.txt"
        def verify():
            return self.site.ask("audit", "verify", str(export), "--key", str(key), "--siem", str(self.siem.file))
        done = verify()
        self.assertIn("anchors met", done.stdout)
        self.assertNotIn(" 0 anchors met", done.stdout)
        # The end cut off with its checkpoints, in order: nothing in the log itself tells.
        lines = text.splitlines(keepends=True)
        cut = next(n for n, line in enumerate(lines) if line.startswith("record\t3\t"))
        record = lines[cut - 1].rstrip("\n").split("\t")
        export.write_text("".join(lines[:cut]) + f"end\t{record[1]}\t{record[12]}\n")
        done = verify()
        self.assertEqual(done.returncode, 1)
        self.assertIn("truncate", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
