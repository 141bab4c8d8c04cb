#!/usr/bin/python3
"""The console in a real Chromium: people sign in with a second factor, acknowledge, retry and erase; the browser's own log
and axe-core find nothing to complain of."""

import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import alarms, settings  # noqa: E402
from ward.accounts import with_api  # noqa: E402
from ward.enrolment import PUMPS, Pump, door_for_devices, with_enrolment  # noqa: E402
from ward.processes import answers, wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import TESTS, Site, balanced  # noqa: E402

PATIENT = "4711-KANARIE"
PERSON = {"identifiers": [{"value": PATIENT, "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim",
          "birth_date": "1961-02-28", "sex": "female"}
PEOPLE = {"anna": ["hospital-it", "data-protection", "ward"], "berta": ["data-protection"], "carl": ["auditor"], "dora": ["admin"], "frieda": ["ward"]}
WARDS = {"frieda": "ITS1"}
FRESH = """@id("a-reload-wants-a-very-fresh-second-factor")
forbid (principal is User, action == Action::"reload-configuration", resource is Gateway)
when { context.network == "https" && context.mfa_age > 2 };
"""
MONITORS = ["monitor-1", "monitor-2"]


def spki(certificate):
    """What Chromium names a server's key by: base64 of the SHA-256 over the SubjectPublicKeyInfo."""
    key = subprocess.run(["openssl", "x509", "-in", str(certificate), "-noout", "-pubkey"], capture_output=True, check=True)
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key.stdout, capture_output=True, check=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


class Console(unittest.TestCase):
    def setUp(self):
        if not Path(os.environ.get("EDGEWARD_CHROMIUM", "/usr/bin/chromium")).exists() or not shutil.which("node"):
            self.skipTest("Chromium or Node.js is not installed")
        subprocess.run([str(TESTS / "peers/install")], check=True)
        self.site = Site([*MONITORS, "bridge-9", "nurse-1"], ["hospital", "enrolment"])
        self.addCleanup(self.site.close)
        self.site.port, self.crl = door_for_devices(self.site)

    def begin(self):
        site = self.site
        archive = Hl7Receiver(site, "archiv", answers="AE,CA")
        research = FhirReceiver(site, "forschung")
        alarms.rules(site, alarms.SPO2)
        site.configure(
            settings.device("monitor-1", "monitor_flat", ward="ITS1", room="1", bed="01"),
            settings.device("monitor-2", "monitor_flat", ward="IMC2", room="4", bed="07"),
            settings.device("bridge-9", "monitor_flat", ward="IMC2"),
            settings.hl7_destination("archiv", archive.port),
            settings.fhir_destination("forschung", research.port),
            settings.alarm_stages([(["display"], None)]), settings.alarm_target("display", "mqtt", language="de"), PUMPS,
            change=lambda text: with_enrolment(settings.with_alarms(with_api(text)), self.site.port, self.crl))
        (site.folder / "policies/own.cedar").write_text(FRESH)
        site.start_broker()
        site.start_gateway()
        since = timestamp(time.time() - 3600)
        site.import_persons([PERSON])
        site.associate("monitor-1", PATIENT, since)
        site.permit(PATIENT, since, timestamp(time.time() + 86400))
        research.stop()  # this destination does not answer
        self.publish()
        wait_until(lambda: answers(site.port), "the door for devices is open")
        self.pumps = {name: Pump(site, name) for name in ("pump-7", "pump-8")}
        self.asked = {name: pump.request() for name, pump in self.pumps.items()}
        self.assertEqual([self.status_of(name) for name in self.pumps], [202, 202])

    def status_of(self, name):
        return self.pumps[name].ask("simpleenroll", self.asked[name])[0]

    def publish(self):
        """One alarm, one refused report, one message that is no JSON."""
        for device, payload in (("monitor-1", alarms.spo2(1, 95, timestamp())), ("monitor-1", alarms.spo2(2, 81, timestamp())),
                                ("bridge-9", "{")):
            sender = Sender(self.site, device)
            sender.publish(payload)
            sender.wait()
            sender.close()
        wait_until(lambda: self.destination("archiv")["dead_lettered"] == 1, "one report is refused", every=0.2)
        wait_until(lambda: self.site.command("alarm", "list")["alarms"], "the alarm is raised", every=0.2)
        wait_until(lambda: self.destination("forschung")["answering"] is False, "one destination is silent", every=0.2)

    def destination(self, name):
        return next(one for one in self.site.command("destination", "list")["destinations"] if one["name"] == name)

    def invite(self, name, roles):
        arguments = [part for role in roles for part in ("--role", role)]
        if name in WARDS:
            arguments += ["--ward", WARDS[name]]
        return self.site.command("user", "add", name, *arguments)["code"]

    def drive(self, codes):
        site = self.site
        task = {"url": f"https://localhost:{site.admin_port}/", "key": spki(self.certificate()), "codes": codes, "patient": PATIENT,
                "authority": "KIS", "silent": "forschung", "refusing": "archiv",
                "keys": {one["device"]: one["key"] for one in site.command("device", "requests")["requests"]},
                "screenshots": os.environ.get("EDGEWARD_SCREENSHOTS", "")}
        done = subprocess.run(["node", str(TESTS / "peers/console_browser.mjs")], input=json.dumps(task), capture_output=True,
                              text=True, timeout=180, check=False)
        self.assertTrue(done.stdout.startswith("{"), done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["trouble"], [])
        self.assertEqual(done.returncode, 0, done.stderr)
        return seen

    def certificate(self):
        """What the HTTPS port shows."""
        made = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{self.site.admin_port}"], stdin=subprocess.DEVNULL,
                              capture_output=True, check=False)
        file = self.site.top / "shown.pem"
        file.write_bytes(made.stdout[made.stdout.index(b"-----BEGIN"):])
        return file

    def fetch(self, path, method="GET", **fields):
        """Status, fields and body of an answer of the HTTPS port."""
        context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
        connection = http.client.HTTPSConnection("localhost", self.site.admin_port, timeout=10, context=context)
        connection.request(method, path, headers=fields)
        answer = connection.getresponse()
        made = answer.status, dict(answer.getheaders()), answer.read().decode()
        connection.close()
        return made

    def files_are_served_strictly(self):
        status, fields, page = self.fetch("/")
        self.assertEqual((status, fields["Cache-Control"], fields["Content-Type"]), (200, "no-cache", "text/html; charset=utf-8"))
        self.assertIn("default-src 'none'; script-src 'self'", fields["Content-Security-Policy"])
        self.assertEqual(fields["X-Content-Type-Options"], "nosniff")
        again = self.fetch("/", **{"If-None-Match": fields["ETag"]})
        self.assertEqual((again[0], again[2]), (304, ""))
        self.assertEqual(self.fetch("/", "HEAD")[0], 200)
        self.assertEqual(self.fetch("/", "POST")[0], 405)
        script = re.search(r'src="(/console/[0-9a-f]{16}/main.js)"', page).group(1)
        status, fields, _ = self.fetch(script)
        self.assertEqual((status, fields["Cache-Control"], fields["Content-Type"]),
                         (200, "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"))
        self.assertEqual(self.fetch("/console/0000000000000000/main.js")[0], 404)
        self.assertEqual(self.fetch("/v1/status")[0], 401)

    def test_people_run_the_gateway_by_its_console(self):
        self.begin()
        self.files_are_served_strictly()
        seen = self.drive({name: self.invite(name, roles) for name, roles in PEOPLE.items()})
        # Accessibility: WCAG 2.1 A and AA and axe's best practices, on every page.
        self.assertGreaterEqual(len(seen["pages"]), 14)
        self.assertEqual(seen["violations"], [])
        self.assertEqual(sorted(set(seen["stored"]) - {"edgeward-language", "edgeward-theme"}), [])
        self.assertFalse([address for address in seen["addresses"] if PATIENT in address])
        self.assertEqual({address.split("/")[2] for address in seen["addresses"] if address.startswith("http")},
                         {f"localhost:{self.site.admin_port}"})
        print(f"{len(seen['pages'])} pages judged, {len(seen['addresses'])} requests", flush=True)
        # What was done is done, and by whom.
        self.assertEqual(self.site.command("alarm", "list")["alarms"], [], "her alarm went with her")
        self.assertEqual(self.destination("archiv")["dead_lettered"], 0)
        self.assertEqual({one["user"]: one["state"] for one in self.site.command("user", "list")["users"]},
                         {**dict.fromkeys(PEOPLE, "active"), "emil": "invited"})
        self.assertEqual([one["state"] for one in self.site.command("person", "erasures")["erasures"]], ["done"])
        # The device that was taken in gets its certificate, the other one does not.
        self.assertEqual([self.status_of(name) for name in self.pumps], [200, 401])
        text, proven, words = self.site.verify_audit()
        self.assertTrue(proven, words)
        records = [tuple(line.split("\t")[3:6]) for line in text.splitlines() if line.startswith("record")]
        for one in (("account:anna", "alarm_acknowledged", "success"), ("account:anna", "dead_letter_retried", "success"),
                    ("account:anna", "erasure_requested", "success"), ("account:anna", "access_denied", "denied"),
                    ("account:berta", "erasure_approved", "success"),
                    ("account:anna", "device_approved", "success"), ("account:anna", "device_rejected", "success")):
            self.assertIn(one, records)
        for hidden in (PATIENT, "Quittenbaum"):
            self.assertNotIn(hidden, self.site.log() + text)
        self.assertTrue(balanced(self.site.books()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
