#!/usr/bin/python3
"""The gateway as a service: start, stop, health, its broker going away, and keys that do not fit."""

import secrets
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}


class Service(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.kis = Hl7Receiver(self.site)
        self.site.configure(settings.device("monitor-1", "monitor_flat"),
                            settings.hl7_destination("kis", self.kis.port),
                            change=lambda text: text.replace('retry_longest = "60s"', 'retry_longest = "1s"'))

    def start(self):
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))
        self.monitor = Sender(self.site, "monitor-1")
        self.addCleanup(self.monitor.close)

    def send(self, count):
        for number in range(count):
            self.monitor.publish({"ts": timestamp(), "seq": self.monitor.sent, "HR": 60 + number % 40})

    def test_sigterm_ends_it_in_order_and_the_next_start_goes_on(self):
        self.start()
        self.send(200)
        wait_until(lambda: self.site.received() > 0, "the first messages arrive")
        self.assertEqual(self.site.gateway.stop(30), 0)
        self.send(50)  # the broker keeps these
        self.monitor.wait()
        self.site.start_gateway()
        books = self.site.wait_for_quiet(250)
        self.assertEqual(books["inbound"]["stored"], 250)
        self.assertEqual(len(self.kis.messages()), 250)
        self.assertTrue(balanced(books))
        text, verified, verdict = self.site.verify_audit()
        self.assertTrue(verified, verdict)
        for action in ("started", "stopped"):
            self.assertIn(action, text)

    def test_a_changed_audit_export_does_not_verify(self):
        self.start()
        self.send(3)
        self.site.wait_for_quiet(3)
        text, verified, verdict = self.site.verify_audit()
        self.assertTrue(verified, verdict)
        lines = text.splitlines(keepends=True)
        victim = next(n for n, line in enumerate(lines) if "monitor-1" in line)
        for name, changed in (("altered", lines[:victim] + [lines[victim].replace("monitor-1", "monitor-2")]
                               + lines[victim + 1:]), ("missing", lines[:victim] + lines[victim + 1:])):
            file = self.site.top / f"{name}.txt"
            file.write_text("".join(changed))
            done = self.site.ask("audit", "verify", str(file), "--key", str(self.site.top / "audit.pem"))
            self.assertEqual(done.returncode, 1, f"{name}: {done.stdout}{done.stderr}")

    def test_health_is_told_over_https_and_follows_the_broker(self):
        self.site.start_gateway(ready=False)  # it starts without a broker and waits for one
        wait_until(lambda: self.site.get("/health/live")[0] == 200, "it lives")
        self.assertEqual(self.site.get("/health/ready")[0], 503)
        self.site.start_broker()
        wait_until(lambda: self.site.get("/health/ready")[0] == 200, "it is ready with a broker", 60)
        self.assertRegex(self.site.metrics(), r"(?m)^edgeward_mqtt_connected(\{[^}]*\})? 1$")
        self.assertEqual(self.site.get("/v1/status")[0], 404, "the control routes are on the socket alone")

    def test_a_restart_of_the_broker_is_survived(self):
        self.start()
        self.send(20)
        self.site.wait_for_quiet(20)
        self.assertEqual(self.site.broker.stop(), 0)
        wait_until(lambda: self.site.health()[0] == 503, "the gateway notices")
        self.site.start_broker()
        wait_until(lambda: self.site.health()[0] == 200, "the gateway is back", 60)
        self.send(20)
        books = self.site.wait_for_quiet(40)
        self.assertEqual(books["inbound"]["stored"], 40)
        self.assertEqual(len(self.kis.messages()), 40)

    def test_a_wrong_key_encryption_key_opens_nothing(self):
        self.start()
        self.send(1)
        self.site.wait_for_quiet(1)
        self.assertEqual(self.site.gateway.stop(), 0)
        kek = self.site.folder / "credentials/kek"
        right = kek.read_text()
        kek.chmod(0o600)
        kek.write_text(secrets.token_hex(32) + "\n")
        gateway = self.site.launch_gateway()
        self.assertIn(gateway.process.wait(30), (5, 6))
        self.assertIn("the gateway cannot start", self.site.log())
        kek.write_text(right)
        self.site.start_gateway()
        self.assertEqual(self.site.books()["inbound"]["stored"], 1, "the data are as they were")


if __name__ == "__main__":
    unittest.main(verbosity=2)
