#!/usr/bin/python3
"""Kills the gateway by SIGKILL again and again: what the broker acknowledged must arrive, once for each MSH-10."""

import os
import random
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

MESSAGES = 3_000 if os.environ.get("EDGEWARD_QUICK") else 20_000
KILLS = 10
DEVICE = "bridge-1"


class Kill(unittest.TestCase):
    def publish(self, sender, begin):
        """Message n carries the infused volume n: a value no other message has."""
        for number in range(1, MESSAGES + 1):
            sender.publish({"time": timestamp(begin + number / 1000), "seq": number,
                            "values": [{"code": "infused_volume", "value": number, "unit": "mL"}]})
            # Spread over the kills, and never so far ahead that the broker holds everything at once.
            wait_until(lambda: sender.sent - sender.acknowledged < 500, "the broker acknowledges", 120)
            wait_until(lambda wanted=number: wanted <= self.limit, "the next kill", 300)

    def kill_again_and_again(self, site, chance):
        for _ in range(KILLS):
            # A random moment of the work, not of the clock: some messages arrive first.
            self.limit += MESSAGES // (KILLS + 1)
            target = chance.randint(min(self.kis_count() + 1, self.limit), self.limit)
            wait_until(lambda: self.kis_count() >= target, "messages arrive between two kills", 120)
            time.sleep(chance.uniform(0, 0.05))
            site.gateway.kill()
            site.start_gateway(ready=False)
            self.kills += 1
        self.limit = MESSAGES

    def kis_count(self):
        return self.kis.octets().count(b"\n")

    def test_what_the_broker_acknowledged_survives_every_kill(self):
        seed = int(os.environ.get("EDGEWARD_SEED", time.time_ns() % 1_000_000))
        self.kills = 0
        self.limit = 0  # so many may be published before the next kill
        begin = time.time()
        with Site([DEVICE]) as site:
            self.kis = Hl7Receiver(site)
            site.configure(settings.device(DEVICE, "generic", ward="ICU"),
                           settings.hl7_destination("kis", self.kis.port))
            site.start_broker()
            site.start_gateway()
            site.import_persons([{"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}],
                                  "family": "Quittenbaum", "given": "Kim"}])
            site.associate(DEVICE, "4711", timestamp(begin - 60))
            sender = Sender(site, DEVICE)
            publishing = threading.Thread(target=self.publish, args=(sender, begin), daemon=True)
            publishing.start()
            self.kill_again_and_again(site, random.Random(seed))
            publishing.join(300)
            self.assertFalse(publishing.is_alive(), "publishing ended")
            sender.wait(120)
            wait_until(lambda: site.books()["inbound"]["stored"] >= MESSAGES, "everything is stored", 300, every=0.5)
            books = site.wait_for_quiet(MESSAGES, 600)
            self.judge(site, sender, books, seed, time.time() - begin)
            sender.close()

    def judge(self, site, sender, books, seed, seconds):
        arrivals = self.kis.arrivals()
        by_value, texts = {}, {}
        for arrival in arrivals:
            self.assertEqual(texts.setdefault(arrival["control_id"], arrival["message"]), arrival["message"],
                             "a resend is the same message")
            for _, value in values_of_message(arrival["message"]):
                by_value.setdefault(int(value), set()).add(arrival["control_id"])
        lost = set(range(1, MESSAGES + 1)) - set(by_value)
        inbound = books["inbound"]
        print(f"seed {seed}: {sender.acknowledged} messages acknowledged by the broker, {self.kills} kills, "
              f"{len(lost)} lost, {len(arrivals) - len(texts)} sent twice with the same MSH-10, "
              f"{inbound['refused_messages'].get('duplicate', 0)} redelivered by the broker and recognised, "
              f"{seconds:.0f} s", flush=True)
        self.assertEqual(sender.acknowledged, MESSAGES)
        self.assertEqual(self.kills, KILLS)
        self.assertFalse(lost, f"{len(lost)} lost")
        self.assertEqual([value for value, ids in by_value.items() if len(ids) != 1], [], "one MSH-10 for each value")
        self.assertEqual(set(by_value), set(range(1, MESSAGES + 1)), "nothing that was never sent")
        self.assertTrue(balanced(books), "the books balance")
        self.assertEqual(inbound["observations"], MESSAGES)
        _, verified, verdict = site.verify_audit()
        self.assertTrue(verified, verdict)


if __name__ == "__main__":
    unittest.main(verbosity=2)
