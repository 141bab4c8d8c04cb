#!/usr/bin/python3
"""What operators do with destinations and see of devices: with a broker, a receiver of another maker and restarts."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}


class Steering(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.kis = Hl7Receiver(self.site)
        self.site.configure(settings.device("monitor-1", "monitor_flat"),
                            settings.hl7_destination("kis", self.kis.port))
        self.site.start_broker()
        self.gateway = self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))
        self.monitor = Sender(self.site, "monitor-1")
        self.addCleanup(self.monitor.close)

    def send(self, *rates, first=None):
        for number, rate in enumerate(rates):
            row = {"ts": timestamp(), "HR": rate}
            if first is not None:
                row["seq"] = first + number
            self.monitor.publish(row)
            self.monitor.wait()

    def book(self):
        return self.site.books()["destinations"]["kis"]

    def delivered(self, count):
        wait_until(lambda: self.book()["delivered"] == count, f"{count} are delivered", every=0.1)

    def rates(self):
        return [int(float(dict(values_of_message(one))["147842"])) for one in self.kis.messages()]

    def change(self, verb, reason="maintenance"):
        return self.site.command("destination", verb, "kis", "--reason", reason)

    def test_a_pause_holds_over_a_restart_and_keeps_the_order(self):
        self.send(60)
        self.delivered(1)
        self.assertEqual(self.change("pause"), {"mode": "paused"})
        self.send(61, 62)
        wait_until(lambda: self.book()["pending"] == 2, "two wait", every=0.1)
        self.gateway.stop()
        self.gateway = self.site.start_gateway()
        self.send(63)
        wait_until(lambda: self.book()["pending"] == 3, "three wait", every=0.1)
        listed = self.site.command("destination", "list")["destinations"][0]
        self.assertEqual((listed["mode"], listed["reason"], listed["pending"]), ("paused", "maintenance", 3))
        self.assertIn('edgeward_destination_paused{destination="kis"} 1', self.site.metrics())
        self.assertEqual(len(self.kis.messages()), 1)
        self.change("resume")
        self.delivered(4)
        self.assertEqual(len(self.kis.messages()), 4)
        self.assertEqual(self.rates(), [60, 61, 62, 63])
        self.assertTrue(balanced(self.site.books()))
        self.site.verify_audit()

    def test_a_replay_has_the_same_identifiers_and_the_books_go_on_balancing(self):
        self.send(60, 61, 62)
        self.delivered(3)
        arguments = ("destination", "replay", "kis", "--from", timestamp(self.begin - 60), "--to",
                     timestamp(time.time() + 60), "--reason", "receiver_fault")
        self.assertEqual(self.site.command(*arguments, "--dry-run"), {"replayed": 3, "dry_run": True})
        self.assertEqual(self.site.command(*arguments), {"replayed": 3, "dry_run": False})
        wait_until(lambda: len(self.kis.arrivals()) == 6, "all came again", every=0.1)
        self.delivered(3)
        names = [one["control_id"] for one in self.kis.arrivals()]
        self.assertEqual(names[:3], names[3:])
        book = self.book()
        self.assertEqual((book["offered"], book["delivered"], book["pending"]), (3, 3, 0))
        self.assertTrue(balanced(self.site.books()))
        self.site.verify_audit()

    def test_a_drained_destination_gets_nothing_new(self):
        self.send(60)
        self.delivered(1)
        self.change("drain", "decommissioning")
        self.send(61)
        self.site.wait_for_quiet(2)
        self.assertEqual(self.book()["offered"], 1)
        self.change("resume")
        self.send(62)
        self.delivered(2)
        self.assertEqual(self.rates(), [60, 62])

    def test_a_gap_is_noticed_and_known_after_a_restart(self):
        self.send(60, 61, first=5)
        self.send(62, first=9)
        self.site.wait_for_quiet(3)
        shown = self.site.command("device", "show", "monitor-1")
        self.assertEqual((shown["sequence"], shown["missing"], shown["conditions"]), (9, 2, ["gap"]))
        self.assertIn('edgeward_device_missing_total{device="monitor-1"} 2', self.site.metrics())
        self.assertIn("a device needs attention", self.site.log())
        self.gateway.stop()
        self.gateway = self.site.start_gateway()
        self.send(63, first=12)
        self.site.wait_for_quiet(4)
        listed = self.site.command("device", "list")["devices"][0]
        self.assertEqual((listed["sequence"], listed["missing"], listed["conditions"]), (12, 4, ["gap"]))
        self.site.verify_audit()


if __name__ == "__main__":
    unittest.main()
