#!/usr/bin/python3
"""Security keys beside the code of the second factor: keys of another program's making by the API, and Chromium's virtual
authenticator in the console."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.accounts import PASSWORD, Browser, with_api  # noqa: E402
from ward.processes import free_port  # noqa: E402
from ward.security_key import EDDSA, ES256, RS256, SecurityKey, to_text  # noqa: E402
from ward.site import TESTS, Site  # noqa: E402

KEYS = "/v1/session/security-keys"
SHOW = "/v1/session/second-factor/security-key"
FRESH = """@id("a-reload-wants-a-very-fresh-second-factor")
forbid (principal is User, action == Action::"reload-configuration", resource is Gateway)
when { context.network == "https" && context.mfa_age > 2 };
"""


class SecurityKeys(unittest.TestCase):
    def begin(self, *roles):
        """A gateway that takes keys, and the one-time code of erika."""
        site = self.site = Site(["monitor-1"])
        self.addCleanup(site.close)
        port = free_port()
        self.origin = f"https://localhost:{port}"
        site.configure(settings.device("monitor-1", "monitor_flat"), change=lambda text: settings.with_table(
            settings.with_table(with_api(text), "admin", port=port), "admin.webauthn", relying_party="localhost"))
        (site.folder / "policies/own.cedar").write_text(FRESH)
        site.start_broker()
        site.start_gateway()
        return site.command("user", "add", "erika", *[word for role in roles for word in ("--role", role)])["code"]

    def register(self, browser, key, name="blau"):
        status, begun = browser.ask("POST", f"{KEYS}/registration", {})
        self.assertEqual(status, 200, begun)
        return browser.ask("POST", KEYS, {"name": name, **key.create(begun["public_key"], self.origin)})

    def half(self):
        browser = Browser(self.site)
        status, half = browser.ask("POST", "/v1/session", {"user": "erika", "password": PASSWORD})
        self.assertEqual(status, 200, half)
        return browser, half

    def challenge(self, browser):
        status, begun = browser.ask("POST", "/v1/session/second-factor/challenge", {})
        self.assertEqual(status, 200, begun)
        return begun["public_key"]

    def show(self, browser, key, origin=None):
        return browser.ask("POST", SHOW, key.get(self.challenge(browser), origin or self.origin))[0]

    def test_keys_of_every_algorithm_sign_in(self):
        code = self.begin("hospital-it")
        erika = Browser(self.site)
        status, half = erika.accept(code, "erika")
        self.assertEqual((status, half["second_factor"], half["security_key"]), (200, "enrol", False))
        self.assertEqual(erika.ask("POST", f"{KEYS}/registration", {})[0], 401)  # the code of an app comes first
        whole = erika.enrol()[1][1]
        self.assertEqual((whole["security_keys_offered"], whole["security_key"]), (True, False))
        keys = {algorithm: SecurityKey(algorithm) for algorithm in (ES256, EDDSA, RS256)}
        for algorithm, key in keys.items():
            self.assertEqual(self.register(erika, key, f"key {algorithm}")[0], 200)
        self.assertEqual(self.register(erika, keys[ES256])[0], 409)
        for key in keys.values():
            browser, half = self.half()
            self.assertEqual((half["second_factor"], half["security_key"]), ("totp", True))
            self.assertEqual(browser.ask("GET", "/v1/status")[0], 401)
            self.assertEqual(self.show(browser, key), 200)
            self.assertEqual(browser.ask("GET", "/v1/status")[0], 200)
        # Keys outlast the gateway.
        self.site.gateway.stop()
        self.site.start_gateway()
        browser, _ = self.half()
        self.assertEqual(self.show(browser, keys[RS256]), 200)
        listed = browser.ask("GET", KEYS)[1]["security_keys"]
        self.assertEqual([one["name"] for one in listed], ["key -7", "key -8", "key -257"])
        text, proven, words = self.site.verify_audit()
        self.assertTrue(proven, words)
        records = [line.split("\t") for line in text.splitlines() if line.startswith("record")]
        done = [one[4] for one in records if one[3] == "account:erika"]
        self.assertEqual(done.count("security_key_registered"), 4)  # before the change: the refused one too
        self.assertEqual(done.count("signed_in"), 5)
        for key in keys.values():
            self.assertNotIn(to_text(key.id), self.site.log() + text)

    def test_what_is_not_as_it_should_be_is_refused(self):
        code = self.begin("hospital-it")
        erika = Browser(self.site)
        erika.accept(code, "erika")
        erika.enrol()
        key, other = SecurityKey(), SecurityKey(EDDSA)
        self.assertEqual(self.register(erika, key)[0], 200)
        self.assertEqual(self.register(erika, other)[0], 200)

        browser, _ = self.half()
        self.assertEqual(self.show(browser, key, "https://attacker.example"), 401)
        self.assertEqual(self.show(browser, key, f"{self.origin}0"), 401)
        proof = key.get(self.challenge(browser), self.origin)
        self.assertEqual(browser.ask("POST", SHOW, {**proof, "id": to_text(other.id)})[0], 401)
        self.assertEqual(browser.ask("POST", SHOW, proof)[0], 401)  # its challenge is used up
        proof = key.get(self.challenge(browser), self.origin)
        self.assertEqual(browser.ask("POST", SHOW, proof)[0], 200)
        self.assertEqual(browser.ask("POST", SHOW, proof)[0], 401)  # again
        self.challenge(browser)
        self.assertEqual(browser.ask("POST", SHOW, proof)[0], 401)  # for another challenge
        self.assertEqual(self.show(browser, key), 200)

        # A copy that has counted less far.
        key.counter -= 2
        thief, _ = self.half()
        self.assertEqual(self.show(thief, key), 401)
        self.assertEqual(thief.ask("GET", "/v1/status")[0], 401)
        key.counter += 2

        # Removed: nobody signs in with it, and who has is out.
        lost, _ = self.half()
        self.assertEqual(self.show(lost, key), 200)
        number = lost.ask("GET", KEYS)[1]["security_keys"][0]["security_key"]
        keeper, _ = self.half()
        self.assertEqual(self.show(keeper, other), 200)
        self.assertEqual(keeper.ask("DELETE", f"{KEYS}/{number}"), (200, {"removed": number}))
        self.assertEqual(lost.ask("GET", "/v1/status")[0], 401)
        browser, _ = self.half()
        self.assertEqual(self.show(browser, key), 401)
        self.assertEqual(self.show(browser, other), 200)
        # A reset takes all of them.
        code = self.site.command("user", "reset", "erika")["code"]
        erika = Browser(self.site)
        self.assertEqual(erika.accept(code, "erika")[1]["security_key"], False)
        erika.enrol()
        self.assertEqual(erika.ask("GET", KEYS), (200, {"security_keys": []}))
        text, proven, words = self.site.verify_audit()
        self.assertTrue(proven, words)
        records = [tuple(line.split("\t")[3:6]) for line in text.splitlines() if line.startswith("record")]
        self.assertIn(("account:erika", "security_key_copied", "denied"), records)
        self.assertIn(("account:erika", "security_key_removed", "success"), records)
        self.assertIn("a security key was refused", self.site.log())

    def test_people_use_keys_in_the_console(self):
        if not Path(os.environ.get("EDGEWARD_CHROMIUM", "/usr/bin/chromium")).exists() or not shutil.which("node"):
            self.skipTest("Chromium or Node.js is not installed")
        subprocess.run([str(TESTS / "peers/install")], check=True)
        code = self.begin("hospital-it")
        task = {"url": f"{self.origin}/", "key": self.spki(), "code": code}
        done = subprocess.run(["node", str(TESTS / "peers/webauthn_browser.mjs")], input=json.dumps(task), capture_output=True,
                              text=True, timeout=180, check=False)
        self.assertTrue(done.stdout.startswith("{"), done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["trouble"], [])
        self.assertEqual(seen["violations"], [])
        self.assertGreaterEqual(len(seen["pages"]), 7)
        text, proven, words = self.site.verify_audit()
        self.assertTrue(proven, words)
        done = [line.split("\t")[4] for line in text.splitlines() if line.startswith("record")]
        for action in ("security_key_registered", "security_key_copied", "second_factor_shown", "security_key_removed"):
            self.assertIn(action, done)

    def spki(self):
        """What Chromium names the server's key by: base64 of the SHA-256 over the SubjectPublicKeyInfo."""
        shown = subprocess.run(["openssl", "s_client", "-connect", self.origin.removeprefix("https://")], stdin=subprocess.DEVNULL,
                               capture_output=True, check=False)
        key = subprocess.run(["openssl", "x509", "-noout", "-pubkey"], input=shown.stdout, capture_output=True, check=True)
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key.stdout, capture_output=True, check=True)
        return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


if __name__ == "__main__":
    unittest.main(verbosity=2)
