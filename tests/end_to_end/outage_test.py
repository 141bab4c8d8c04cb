#!/usr/bin/python3
"""The hospital is away while devices send more than the gateway can take: memory stays flat, nothing is lost, the gateway
restarts at once with everything queued, and drains when the hospital is back.

EDGEWARD_OUTAGE is the number of messages; eight hours at 200 a second are 5760000.
"""

import collections
import json
import os
import re
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.measures import resident_mib  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site  # noqa: E402

MESSAGES = int(os.environ.get("EDGEWARD_OUTAGE", 3_000 if os.environ.get("EDGEWARD_QUICK") else 30_000))
DEVICES = ["bridge-1", "bridge-2", "bridge-3"]
MOST_MIB = 96  # resident memory of the gateway, whatever is queued
READY_SECONDS = 2


class Memory:
    """The highest resident memory of the gateway, and the longest write-ahead log, since it was begun."""

    def __init__(self, site):
        self.site = site
        self.highest = 0.0
        self.longest_log = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        log = self.site.folder / "data/store.db-wal"
        while not self._ended.wait(0.05):
            try:
                self.highest = max(self.highest, resident_mib(self.site.gateway.pid))
                self.longest_log = max(self.longest_log, log.stat().st_size)
            except OSError:
                continue  # between two lives of the gateway

    def finish(self):
        self._ended.set()
        self._thread.join()
        # Of the last figure the databases' page caches are the part that grows until they are full.
        databases = re.search(r"^edgeward_database_memory_bytes (\S+)$", self.site.metrics(), re.MULTILINE)
        return {"highest_mib": round(self.highest, 1), "longest_log_mib": round(self.longest_log / 2**20, 1),
                "last_mib": round(resident_mib(self.site.gateway.pid), 1),
                "of_it_databases_mib": round(float(databases[1]) / 2**20, 1)}


class Outage(unittest.TestCase):
    def setUp(self):
        self.begin = time.time() - 3600
        self.site = Site(DEVICES)
        self.addCleanup(self.site.close)
        self.port = free_port()
        self.site.configure(*(settings.device(name, "generic", ward="ICU") for name in DEVICES),
                            settings.hl7_destination("kis", self.port, retry_first="100ms", retry_longest="1s",
                                                     connection={"connections": 4}))
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([{"identifiers": [{"value": str(n), "authority": "KIS", "type": "MR"}],
                                   "family": f"Muster{n}"} for n in range(len(DEVICES))])
        for number, name in enumerate(DEVICES):
            self.site.associate(name, str(number), timestamp(self.begin - 60))

    def flood(self, senders):
        """Message n carries the infused volume n. As fast as the broker takes it."""
        for number in range(1, MESSAGES + 1):
            sender = senders[number % len(senders)]
            sender.publish({"time": timestamp(self.begin + 2700 * number / MESSAGES), "seq": number,
                            "values": [{"code": "infused_volume", "value": number, "unit": "mL"}]})
            if number % 100 == 0:
                wait_until(lambda: sum(s.sent - s.acknowledged for s in senders) < 3000, "the broker acknowledges", 120)

    def test_an_outage_costs_disk_and_no_memory_and_loses_nothing(self):
        memory = Memory(self.site)
        senders = [Sender(self.site, name, inflight=1000) for name in DEVICES]
        for sender in senders:
            self.addCleanup(sender.close)
        begun = time.monotonic()
        self.flood(senders)
        for sender in senders:
            sender.wait(600)
        offered = MESSAGES / (time.monotonic() - begun)
        wait_until(lambda: self.site.received() >= MESSAGES, "the broker has nothing left", 3600, every=0.2)
        taken = MESSAGES / (time.monotonic() - begun)
        during = memory.finish()
        restart, memory = self.restart(), Memory(self.site)
        kis = Hl7Receiver(self.site, port=self.port)
        begun = time.monotonic()
        books = self.site.wait_for_quiet(MESSAGES, 3600 + MESSAGES / 100)
        drained = MESSAGES / (time.monotonic() - begun)
        after = memory.finish()
        print(json.dumps({"messages": MESSAGES, "offered_per_second": round(offered), "taken_per_second": round(taken),
                          "outage": during, "ready_seconds": restart, "drained_per_second": round(drained),
                          "drain": after}), flush=True)
        self.judge(books, kis, restart, max(during["highest_mib"], after["highest_mib"]))

    def restart(self):
        """Seconds from the start of the program to its readiness, with everything queued."""
        waiting = self.site.books()["destinations"]["kis"]
        self.assertEqual(waiting["pending"], MESSAGES)
        self.site.gateway.kill()
        begun = time.monotonic()
        self.site.start_gateway()
        return round(time.monotonic() - begun, 2)

    def judge(self, books, kis, restart, highest):
        kept = self.site.books("--recount")
        self.assertTrue(kept["balanced"], kept["differences"])
        self.assertEqual(books["inbound"]["stored"], MESSAGES)
        self.assertEqual(books["destinations"]["kis"]["delivered"], MESSAGES)
        times = collections.Counter(int(value) for message in kis.each_message() for _, value in values_of_message(message))
        self.assertEqual(times.total(), MESSAGES, "each value once")
        self.assertEqual(times.keys(), set(range(1, MESSAGES + 1)), "nothing lost, nothing invented")
        _, verified, verdict = self.site.verify_audit()
        self.assertTrue(verified, verdict)
        self.assertLess(highest, MOST_MIB)
        self.assertLess(restart, READY_SECONDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
