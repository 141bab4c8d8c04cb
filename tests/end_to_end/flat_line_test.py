#!/usr/bin/python3
"""A heart rate that stands still is noticed and told, and a setting that always does is not."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site  # noqa: E402

FLAT = 'edgeward_device_condition{condition="flat",device="monitor-1"}'
RUNS = 101  # of a value that changes with every message; the last one is under way
STILL = 30  # equal values that are unusual then (docs/operations.md)


class FlatLine(unittest.TestCase):
    def setUp(self):
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"))
        self.site.start_broker()
        self.site.start_gateway()
        self.sender = Sender(self.site, "monitor-1")
        self.addCleanup(self.sender.close)
        self.sent = 0

    def send(self, heart_rate):
        self.sent += 1
        self.sender.publish({"ts": timestamp(), "seq": self.sent, "HR": heart_rate, "SpO2": 97})

    def seen(self):
        """Everything sent is decoded."""
        wait_until(lambda: self.site.received() == self.sent, "all messages arrive")

    def flat(self):
        return f"{FLAT} 1" in self.site.metrics()

    def test_a_value_that_stands_still_is_noticed_until_it_moves(self):
        for number in range(RUNS):
            self.send(60 + number % 40)
        for _ in range(STILL - 1):
            self.send(71)
        self.seen()
        self.assertFalse(self.flat(), "neither the heart rate yet, nor the saturation that never changed")
        self.send(71)
        wait_until(self.flat, "it stands still")
        self.assertIn("flat", self.site.ask("device", "list").stdout)
        self.send(72)
        wait_until(lambda: not self.flat(), "it moves again")
        log, proven, said = self.site.verify_audit()
        self.assertTrue(proven, said)
        lines = [line for line in log.splitlines() if "\tflat\t" in line]
        self.assertEqual(len(lines), 2)
        self.assertIn("device_condition_began", lines[0])
        self.assertIn("device_condition_ended", lines[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
