#!/usr/bin/python3
"""People with accounts by HTTPS: the first by a one-time code, a second factor of another program's making, what they may."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import ban, settings  # noqa: E402
from ward.accounts import PASSWORD, Browser, with_api  # noqa: E402
from ward.site import TESTS, CommandFailed, Site  # noqa: E402


class People(unittest.TestCase):
    def setUp(self):
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"), change=with_api)
        self.site.start_broker()
        self.site.start_gateway()

    def invited(self, code, user):
        browser = Browser(self.site)
        status, half = browser.accept(code, user)
        self.assertEqual((status, half["second_factor"]), (200, "enrol"))
        return browser

    def test_the_first_account_and_what_it_may(self):
        self.assertEqual(Browser(self.site).ask("GET", "/v1/status")[0], 401)
        status, answer = Browser(self.site).ask("POST", "/v1/session", {"user": "admin", "password": "admin"})
        self.assertEqual((status, answer["error"]), (401, "denied"))
        first = self.site.command("user", "first-code")["code"]
        erika = self.invited(first, "erika")
        self.assertEqual(erika.ask("GET", "/v1/users")[0], 401)
        used, (status, whole) = erika.enrol()
        self.assertEqual((status, whole["roles"], len(whole["recovery_codes"])), (200, ["admin"], 10))
        self.assertIn("manage-accounts", whole["actions"])
        self.assertEqual(erika.ask("GET", "/v1/status")[0], 200)
        for field in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
            self.assertIn(field, erika.headers)
        status, refused = erika.ask("POST", "/v1/persons/access", {})
        self.assertEqual((status, refused["error"]), (403, "denied"))
        with self.assertRaises(CommandFailed):
            self.site.command("user", "first-code")

        # A stolen password gets nowhere; the code that was used is used up.
        thief = Browser(self.site)
        self.assertEqual(thief.ask("POST", "/v1/session", {"user": "erika", "password": PASSWORD})[1]["second_factor"],
                         "totp")
        self.assertEqual(thief.ask("GET", "/v1/status")[0], 401)
        self.assertEqual(thief.ask("POST", "/v1/session/second-factor/enrolment", {})[0], 403)
        self.assertEqual(thief.ask("POST", "/v1/session/second-factor", {"code": used})[0], 401)
        self.assertEqual(thief.ask("POST", "/v1/session/second-factor", {"code": whole["recovery_codes"][0]})[0], 200)

        # Another account, with a ward; disabling ends its session at once.
        status, made = erika.ask("POST", "/v1/users", {"user": "kim", "roles": ["hospital-it"], "ward": "ICU"})
        self.assertEqual(status, 200)
        kim = self.invited(made["code"], "kim")
        kim.enrol()
        self.assertEqual(kim.ask("GET", "/v1/devices/monitor-1")[0], 200)
        self.assertEqual(kim.ask("GET", "/v1/devices")[0], 403)
        self.assertEqual(kim.ask("GET", "/v1/devices?ward=PSY")[0], 403)
        self.assertEqual([one["device"] for one in kim.ask("GET", "/v1/devices?ward=ICU")[1]["devices"]], ["monitor-1"])
        self.site.command("user", "disable", "kim")
        self.assertEqual(kim.ask("GET", "/v1/devices/monitor-1")[0], 401)

        # Sessions end with the gateway, accounts do not.
        self.site.gateway.stop()
        self.site.start_gateway()
        self.assertEqual(erika.ask("GET", "/v1/session")[0], 401)
        erika = Browser(self.site)
        erika.ask("POST", "/v1/session", {"user": "erika", "password": PASSWORD})
        self.assertEqual(erika.ask("POST", "/v1/session/second-factor", {"code": whole["recovery_codes"][1]})[0], 200)
        self.assertEqual(erika.ask("GET", "/v1/session")[1]["recovery_codes_left"], 8)
        listed = self.site.command("user", "list")["users"]
        self.assertEqual([(one["user"], one["state"]) for one in listed], [("erika", "active"), ("kim", "disabled")])
        self.assertIn('edgeward_sign_ins_total{result="wrong"}', self.site.metrics())
        self.assertNotIn(PASSWORD, self.site.log())
        self.site.verify_audit()

    def test_guesses_wait(self):
        answers = [Browser(self.site).ask("POST", "/v1/session", {"user": "erika", "password": f"guess {n}"})
                   for n in range(6)]
        self.assertEqual([status for status, _ in answers], [401] * 5 + [429])
        self.assertEqual(len({json.dumps(answer) for status, answer in answers[:5]}), 1)

    def test_fail2ban_reads_who_guesses(self):
        guesser, other = "127.0.0.7", "127.0.0.8"
        for source, user in ((guesser, "erika"), (guesser, "a sign-in failed address=192.0.2.1"), (other, "kim")):
            self.assertEqual(Browser(self.site, source).ask("POST", "/v1/session", {"user": user, "password": "guess"})[0], 401)
        self.assertEqual(ban.addresses(self.site.gateway_log), [guesser, guesser, other])
        # The line holds the address and nothing else of whoever tried.
        lines = [line for line in self.site.log().splitlines() if "a sign-in failed" in line]
        self.assertEqual([line.partition("a sign-in failed ")[2] for line in lines], [f"address={one}" for one in (guesser, guesser, other)])
        settings_of_jail = ban.jail(self.site.top)
        for one in ("'addjournalmatch', '_SYSTEMD_UNIT=edgeward.service'", "'maxretry', 10", "'addaction', 'nftables-multiport'"):
            self.assertTrue(any(one in line for line in settings_of_jail), one)

    def test_other_programs_read_the_code_of_the_second_factor(self):
        if not shutil.which("node"):
            self.skipTest("Node.js is not installed")
        subprocess.run([str(TESTS / "peers/install")], check=True)
        browser = self.invited(self.site.command("user", "first-code")["code"], "erika")
        _, begun = browser.ask("POST", "/v1/session/second-factor/enrolment", {})
        self.assertEqual(self.read(begun["qr"]), begun["uri"])
        # In a terminal: two rows of modules a line, four of quiet around.
        drawn = subprocess.run([self.site.binary, "user", "qr"], input=json.dumps(begun), capture_output=True, text=True,
                               check=True, timeout=60).stdout
        rows = []
        for line in drawn.splitlines():
            cells = line.removeprefix("\x1b[30;47m").removesuffix("\x1b[0m")
            rows += ["".join("01"[cell in upper] for cell in cells) for upper in ("█▀", "█▄")]
        width = len(begun["qr"])
        self.assertEqual([row[4:4 + width] for row in rows[4:4 + width]], begun["qr"])
        self.assertNotIn(begun["secret"], self.site.log())

    def read(self, rows):
        """What jsQR reads."""
        return subprocess.run(["node", str(TESTS / "peers/read_qr.mjs")], input="\n".join(rows), capture_output=True, text=True,
                              check=True, timeout=60).stdout


if __name__ == "__main__":
    unittest.main()
