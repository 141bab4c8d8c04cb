#!/usr/bin/python3
"""Metrics, books and a recount of every row say the same, after real traffic, wrong input and kills."""

import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}
FATES = ("received", "stored", "quarantined", "refused")
STATES = {"offered": "offered", "delivered": "delivered", "pending": "pending", "dead_letter": "dead_lettered",
          "filtered": "filtered", "erased": "erased"}


def series(metrics, name):
    """{labels as a frozenset of pairs: value} of one metric."""
    found = {}
    for labels, value in re.findall(rf"^{name}(?:{{([^}}]*)}})? (\S+)$", metrics, re.MULTILINE):
        found[frozenset(re.findall(r'(\w+)="([^"]*)"', labels))] = float(value)
    return found


class Books(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(["monitor-1", "monitor-2", "stranger"])
        self.addCleanup(self.site.close)
        kis = Hl7Receiver(self.site, answers=",".join(["AE", "CA"] * 100))  # whatever a kill makes it send again
        self.site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"),
                            settings.device("monitor-2", "monitor_flat", ward="IMC"),
                            settings.hl7_destination("kis", kis.port, wards=["ICU"], retry_first="100ms"),
                            settings.fhir_destination("research", free_port()))
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))

    def traffic(self, senders):
        monitor, unassociated, stranger = senders
        for number in range(40):
            monitor.publish({"ts": timestamp(self.begin + number / 1000), "HR": 60 + number % 9})
            if number % 4 == 0:
                monitor.publish({"ts": timestamp(self.begin + number / 1000), "HR": 60 + number % 9})  # the same again
                unassociated.publish({"ts": timestamp(), "HR": 70})
                stranger.publish({"ts": timestamp(), "HR": 71})
                monitor.publish(b"no JSON at all")
                monitor.publish({"ts": timestamp(self.begin + 60 + number), "nothing": "we list"})
        for sender in senders:
            sender.wait()

    def compare(self, books, metrics):
        inbound = books["inbound"]
        totals = {"received": "edgeward_messages_received_total", "stored": "edgeward_messages_stored_total",
                  "quarantined": "edgeward_messages_quarantined", "refused": "edgeward_messages_refused_total",
                  "reports": "edgeward_reports_stored_total", "observations": "edgeward_observations_stored_total"}
        for entry, name in totals.items():
            self.assertEqual(series(metrics, name), {frozenset(): inbound[entry]}, name)
        self.assertEqual(series(metrics, "edgeward_messages_refused_by_reason_total"),
                         {frozenset({("reason", reason)}): count
                          for reason, count in inbound["refused_messages"].items()})
        self.assertEqual(series(metrics, "edgeward_messages_quarantined_by_reason"),
                         {frozenset({("reason", reason)}): count
                          for reason, count in inbound["quarantined_by_reason"].items()})
        self.assertEqual(series(metrics, "edgeward_device_messages"),
                         {frozenset({("device", device), ("fate", fate)}): book[fate]
                          for device, book in books["devices"].items() for fate in FATES})
        self.assertEqual(series(metrics, "edgeward_destination_reports"),
                         {frozenset({("destination", name), ("state", state)}): book[entry]
                          for name, book in books["destinations"].items() for state, entry in STATES.items()})
        self.assertEqual(series(metrics, "edgeward_books_balanced"), {frozenset(): 1})
        self.assertEqual(series(metrics, "edgeward_books_differences"), {frozenset(): 0})

    def test_metrics_books_and_rows_agree_after_traffic_and_kills(self):
        senders = [Sender(self.site, name) for name in ("monitor-1", "monitor-2", "stranger")]
        for sender in senders:
            self.addCleanup(sender.close)
        for _ in range(2):
            self.traffic(senders)
            self.site.gateway.kill()
            self.site.start_gateway()
        sent = sum(sender.sent for sender in senders)
        wait_until(lambda: self.site.received() >= sent, "everything has come in", 60, every=0.2)
        wait_until(lambda: self.site.books()["destinations"]["kis"]["pending"] == 0, "the hospital has its reports",
                   60, every=0.2)
        books = self.site.books("--recount")
        self.assertTrue(books["recounted"] and books["balanced"], books["differences"])
        self.assertEqual(set(books["devices"]), {"monitor-1", "monitor-2", ""})
        self.assertTrue(all(books["inbound"][fate] for fate in FATES), "every fate has occurred")
        kis, research = books["destinations"]["kis"], books["destinations"]["research"]
        self.assertTrue(kis["delivered"] and kis["dead_lettered"], kis)
        self.assertTrue(research["pending"] or research["filtered"], research)
        self.compare(books, self.site.metrics())
        self.gateway_stopped(books)
        print(f"{books['inbound']['received']} messages received, {kis['offered'] + research['offered']} reports offered, "
              "2 kills: metrics, books and rows agree", flush=True)

    def gateway_stopped(self, books):
        """The same from the file, without the gateway."""
        self.site.gateway.stop()
        offline = self.site.books("--offline", "--recount")
        self.assertTrue(offline["balanced"], offline["differences"])
        self.assertEqual(offline["devices"], books["devices"])
        done = self.site.ask("books", "--offline")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^monitor-1 +\d+ +\d+ +\d+ +\d+   balances$")


if __name__ == "__main__":
    unittest.main(verbosity=2)
