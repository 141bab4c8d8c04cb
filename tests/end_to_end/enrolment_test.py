#!/usr/bin/python3
"""A device enrols with curl and openssl, publishes with mosquitto_pub, is renewed, and is revoked and cut."""

import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import ban  # noqa: E402
from ward.enrolment import EnrolmentSite, Pump  # noqa: E402
from ward.processes import answers, wait_until  # noqa: E402

CUT_WITHIN = 3.0  # seconds from the command to the end of a connection: the plugin looks every second


class Enrolment(unittest.TestCase):
    def setUp(self):
        self.site = EnrolmentSite()
        self.addCleanup(self.site.close)
        self.site.start_broker()
        self.site.start_gateway()
        wait_until(lambda: answers(self.site.port), "the door for devices is open")

    def token(self, *words):
        return self.site.command("device", "token", "--class", "pump", *words)["token"]

    def device(self, name):
        return self.site.command("device", "show", name)

    def test_a_device_enrols_publishes_is_renewed_and_revoked(self):
        site = self.site
        pump = Pump(site, "pump-7")
        neighbour = Pump(site, "pump-8")
        self.assertEqual(neighbour.enrol(self.token("--id", "pump-8"))[0], 200)
        token = self.token("--id", "pump-7", "--ward", "ICU", "--serial", "S4711")
        self.assertEqual(pump.enrol("no-token")[0], 401)
        self.assertEqual(pump.enrol(token)[0], 200)
        self.assertEqual(Pump(site, "pump-7").enrol(token)[0], 401, "a token is good once")

        # It is known without a restart, and only as itself.
        self.assertEqual(pump.publish(1).returncode, 0)
        wait_until(lambda: site.books("--device", "pump-7")["inbound"]["received"] == 1, "its message arrives")
        shown = self.device("pump-7")
        self.assertEqual((shown["state"], shown["class"], shown["ward"], shown["serial"]),
                         ("enrolled", "pump", "ICU", "S4711"))
        self.assertIsNotNone(shown["received"])
        first = shown["certificate"]["sha256"]
        pump.publish(2, "devices/pump-8/vitals")
        self.assertEqual(site.books("--device", "pump-8")["inbound"]["received"], 0)

        self.assertEqual(pump.renew(), 200)
        self.assertNotEqual(self.device("pump-7")["certificate"]["sha256"], first)
        self.assertEqual(pump.publish(3).returncode, 0)
        wait_until(lambda: site.books("--device", "pump-7")["inbound"]["received"] == 2, "it goes on")

        listening, others = pump.listen(), neighbour.listen()
        for name in ("pump-7", "pump-8"):
            wait_until(lambda name=name: "Subscribed" in (site.top / f"listen-{name}.log").read_text(),
                       f"{name} is connected")
        begin = time.monotonic()
        site.command("device", "revoke", "pump-7", "--reason", "stolen")
        wait_until(lambda: "is cut" in site.broker.text(), "the broker cuts it", every=0.02)
        cut = time.monotonic() - begin
        refused = wait_until(lambda: pump.publish(4).returncode != 0, "it does not connect again", every=0.02)
        print(f"cut after {cut:.2f} s, kept out after {time.monotonic() - begin:.2f} s", file=sys.stderr)
        self.assertTrue(refused)
        self.assertLess(cut, CUT_WITHIN)
        for _ in range(5):
            self.assertNotEqual(pump.publish(5).returncode, 0)
        self.assertEqual(pump.renew(), 403)
        self.assertTrue(others.running(), "nobody else is cut")
        self.assertEqual(neighbour.publish(6).returncode, 0)
        self.assertEqual(self.device("pump-7")["state"], "revoked")
        wait_until(lambda: site.books("--device", "pump-8")["inbound"]["received"] == 1, "the neighbour goes on")
        self.assertEqual(site.books("--device", "pump-7")["inbound"]["received"], 2)
        self.assertIsNotNone(listening)

        log, proven, said = site.verify_audit()
        self.assertTrue(proven, said)
        for action, count in (("device_token_made", 2), ("device_enrolled", 3), ("device_revoked", 1)):
            self.assertEqual(len(re.findall(rf"\b{action}\b", log)), count, action)
        self.assertNotIn(token, log + site.log())
        self.assertIn("127.0.0.1", ban.addresses(site.gateway_log))

    def test_a_stranger_waits_for_a_person(self):
        site = self.site
        pump = Pump(site, "pump-9")
        body = pump.request()
        status, head, _ = pump.ask("simpleenroll", body)
        self.assertEqual(status, 202)
        self.assertIn("Retry-After: 60", head)
        waiting = site.command("device", "requests")["requests"]
        self.assertEqual([(one["device"], one["state"]) for one in waiting], [("pump-9", "waiting")])
        # What it shows on its own screen is what the person compares.
        spki = pump.openssl("pkey", "-in", str(pump.next_key), "-pubout", "-outform", "DER")
        digest = pump.openssl("dgst", "-sha256", "-r", octets=spki).split()[0].decode()
        self.assertEqual(waiting[0]["key"], digest)
        site.command("device", "approve", str(waiting[0]["request"]), "--class", "pump", "--ward", "ICU")
        status, _, text = pump.ask("simpleenroll", body)
        self.assertEqual(status, 200)
        pump.take(text)
        self.assertEqual(pump.publish(1).returncode, 0)
        wait_until(lambda: site.books("--device", "pump-9")["inbound"]["received"] == 1, "its message arrives")
        # Who has enrolled is known after a restart.
        site.gateway.stop()
        site.start_gateway()
        self.assertEqual(pump.publish(2).returncode, 0)
        wait_until(lambda: site.books("--device", "pump-9")["inbound"]["received"] == 2, "and after a restart")


if __name__ == "__main__":
    unittest.main(verbosity=2)
