#!/usr/bin/python3
"""A device that cannot do certificates: its account at a real mosquitto is made by the gateway, and ended by it."""

import re
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward.enrolment import PasswordSite, Pump, Thermometer  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.site import CommandFailed  # noqa: E402

CUT_WITHIN = 3.0  # seconds from the command to the end of a connection


class DevicePassword(unittest.TestCase):
    def setUp(self):
        self.site = PasswordSite()
        self.addCleanup(self.site.close)
        self.site.start_broker()
        self.site.start_gateway()
        self.settled()

    def settled(self):
        wait_until(lambda: self.site.metric("edgeward_device_accounts_unsettled") == 0, "the accounts are looked after")
        self.assertEqual(self.site.metric("edgeward_device_accounts_missing"), 0)

    def received(self, name):
        return self.site.books("--device", name)["inbound"]["received"]

    def arrives(self, name, count, what):
        wait_until(lambda: self.received(name) == count, what)

    def device(self, name):
        return self.site.command("device", "show", name)

    def test_it_publishes_as_itself_alone_until_it_is_revoked(self):
        site = self.site
        made = site.command("device", "password", "pump-7", "--class", "pump", "--ward", "ICU")
        self.assertEqual(made["user"], "pump-7")
        self.assertRegex(made["password"], r"^[A-Za-z0-9_-]{32}$")
        old = Thermometer(site, "pump-7", made["password"])
        neighbour = Thermometer(site, "pump-8", site.command("device", "password", "pump-8", "--class", "pump")["password"])
        self.assertEqual(old.publish(1).returncode, 0)
        self.arrives("pump-7", 1, "its message arrives")
        shown = self.device("pump-7")
        self.assertEqual((shown["state"], shown["proof"], shown["ward"]), ("enrolled", "password", "ICU"))
        self.assertIn("(password)", site.ask("device", "list").stdout)

        # Nothing but its own topic, whatever the access list gives a client of its name.
        for topic in ("devices/pump-8/vitals", "spBv1.0/ward/NBIRTH/pump-7", "commands/pump-7/x",
                      "alarms/acknowledge/pump-7/1", "$CONTROL/dynamic-security/v1"):
            self.assertIn("Not authorized", old.publish(2, topic).stderr, topic)
        for topic in ("#", "commands/pump-7/#", "devices/pump-8/vitals", "$CONTROL/dynamic-security/v1/response"):
            self.assertIn("denied", old.subscribe(topic), topic)
        for wrong in (Thermometer(site, "pump-7", "wrong"), Thermometer(site, "gateway", made["password"]),
                      Thermometer(site, "pump-8", made["password"])):
            self.assertIn("Not authorized", wrong.publish(3).stderr, wrong.name)
        self.assertEqual(self.received("pump-8"), 0)

        # Who has a certificate goes on beside it, as itself, and gets no password.
        modern = Pump(site, "pump-9")
        self.assertEqual(modern.enrol(site.command("device", "token", "--class", "pump", "--id", "pump-9")["token"])[0], 200)
        self.assertEqual(modern.publish(1).returncode, 0)
        self.arrives("pump-9", 1, "the one with a certificate too")
        modern.publish(2, "$CONTROL/dynamic-security/v1")
        self.assertEqual(len(site.accounts_file().split('"username"')), 3, "it cannot change accounts")
        self.assertEqual(self.device("pump-9")["proof"], "certificate")
        with self.assertRaisesRegex(CommandFailed, "has a certificate"):
            site.command("device", "password", "pump-9")
        with self.assertRaisesRegex(CommandFailed, "may have this name"):
            site.command("device", "password", "gateway", "--class", "pump")
        with self.assertRaisesRegex(CommandFailed, "device_class"):
            site.command("device", "password", "stranger")

        # A restart of either changes nothing.
        site.gateway.stop()
        site.broker.stop()
        site.start_broker()
        site.start_gateway()
        self.settled()
        self.assertEqual(old.publish(4).returncode, 0)
        self.arrives("pump-7", 2, "also after a restart")

        # A new password ends the one before, and who is connected with it.
        again = site.command("device", "password", "pump-7")["password"]
        self.assertNotEqual(old.publish(5).returncode, 0)
        old = Thermometer(site, "pump-7", again)
        self.assertEqual(old.publish(5).returncode, 0)
        self.arrives("pump-7", 3, "by the new one")
        self.assertEqual(self.device("pump-7")["ward"], "ICU")

        connected, other = old.connect(), neighbour.connect()
        self.addCleanup(connected.close)
        self.addCleanup(other.close)
        begin = time.monotonic()
        site.command("device", "revoke", "pump-7", "--reason", "lost")
        wait_until(lambda: connected.disconnects, "the broker cuts it")
        cut = time.monotonic() - begin
        print(f"cut after {cut:.2f} s", file=sys.stderr)
        self.assertLess(cut, CUT_WITHIN)
        self.assertNotEqual(old.publish(8).returncode, 0)
        self.assertEqual((self.device("pump-7")["state"], self.device("pump-7")["proof"]), ("revoked", "certificate"))
        self.assertNotIn("pump-7", site.accounts_file())
        self.assertEqual(other.disconnects, 0, "nobody else is cut")
        self.assertEqual(neighbour.publish(1).returncode, 0)
        self.arrives("pump-8", 1, "the neighbour goes on")
        self.assertEqual(self.received("pump-7"), 3)

        log, proven, said = site.verify_audit()
        self.assertTrue(proven, said)
        self.assertEqual(len(re.findall(r"\bdevice_password_made\b", log)), 3)
        self.assertEqual(len(re.findall(r"\bdevice_revoked\b", log)), 1)
        for secret in (made["password"], again):
            self.assertNotIn(secret, log + site.log() + site.accounts_file() + site.broker.text())

    def test_without_the_broker_nobody_gets_an_account_and_what_is_left_is_taken_away(self):
        site = self.site
        old = Thermometer(site, "pump-7", site.command("device", "password", "pump-7", "--class", "pump")["password"])
        self.assertEqual(old.publish(1).returncode, 0)
        site.broker.stop()
        wait_until(lambda: "orders about accounts do not reach the broker" in site.log(), "the gateway notices")
        with self.assertRaisesRegex(CommandFailed, "not connected"):
            site.command("device", "password", "pump-8", "--class", "pump")
        self.assertNotIn("pump-8", site.ask("device", "list").stdout)
        # Revoked all the same, and the account ends as soon as the broker is back.
        with self.assertRaisesRegex(CommandFailed, "may still have its account"):
            site.command("device", "revoke", "pump-7", "--reason", "lost")
        self.assertEqual(self.device("pump-7")["state"], "revoked")
        self.assertIn("pump-7", site.accounts_file())
        site.start_broker()
        wait_until(lambda: "pump-7" not in site.accounts_file(), "the account ends", 60)
        self.assertNotEqual(old.publish(2).returncode, 0)
        self.settled()
        log, proven, said = site.verify_audit()
        self.assertTrue(proven, said)
        self.assertEqual(len(re.findall(r"\bdevice_password_ended\b", log)), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
