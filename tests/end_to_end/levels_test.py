#!/usr/bin/python3
"""Four destinations side by side: what each gets of one measurement, judged by programs that are not ours."""

import json
import re
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

import hl7

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import ROOT, TESTS, CommandFailed, Site, balanced  # noqa: E402
from ward.words import mentioned  # noqa: E402

NUMBER = "KANARIE-84651973"
PERSON = {"identifiers": [{"value": NUMBER, "authority": "KIS", "type": "MR"}], "family": "Zwitscherling",
          "given": "Kanarilda", "birth_date": "1937-04-29", "sex": "female", "visit_number": "FALL-55512873"}
NOTE = "Frau Zwitscherling ruft"
SERIAL = "SN-KANARIE-77"
EUI64 = "ACDE48C0FFEE0815"
PERSONAL = (NUMBER, "Zwitscherling", "Kanarilda", "1937-04-29", "19370429", "FALL-55512873", NOTE)

# Vital signs, a note and the state of the device in one message.
MAPPING = """
[mapping]
name = "bedside"
description = "A monitor with vital signs, a note and its battery"
version = "1"
[timestamp]
path = "$.ts"
format = "rfc3339"
[[rule]]
[[rule.value]]
parameter = "heart_rate"
path = "$.HR"
unit = "/min"
[[rule.value]]
parameter = "body_temperature"
path = "$.T"
unit = "Cel"
[[rule.value]]
local_system = "urn:bedside"
local_code = "note"
display = "Note"
category = "measurement"
kind = "text"
path = "$.note"
[[rule.value]]
local_system = "urn:bedside"
local_code = "battery_charge"
display = "Battery charge"
category = "technical"
path = "$.battery"
unit = "%"
"""
DATA_PROTECTION = """
[[policy.role]]
name = "data-protection"
users = ["root"]
"""


def judged(bundle, folder):
    """What the official schema and Medplum's validator say."""
    file = folder / "bundle.json"
    file.write_bytes(bundle)
    done = subprocess.run(["node", str(TESTS / "peers/validate_fhir.mjs"), str(file)], capture_output=True,
                          text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def unescaped(octets):
    """As a receiver reads it: JSON escapes undone."""
    return json.dumps(json.loads(octets), ensure_ascii=False)


class Levels(unittest.TestCase):
    def setUp(self):
        if not (TESTS / "peers/node_modules/@medplum/core").exists():
            self.skipTest("npm ci in tests/peers was not run")
        self.begin = time.time()

    def configure(self, site):
        mappings = site.folder / "mappings-of-the-test"
        shutil.copytree(ROOT / "config/mappings", mappings)
        (mappings / "bedside.toml").write_text(MAPPING)
        kis, vendor = Hl7Receiver(site), Hl7Receiver(site, "vendor")
        research, registry = FhirReceiver(site, "research"), FhirReceiver(site, "registry")
        place = '[[destination.anonymised.place]]\nname = "intensive care"\nwards = ["ITS1", "ITS2"]\n'
        site.configure(
            settings.device("monitor-1", "bedside", ward="ITS1", room="4", bed="B3", serial=SERIAL, eui64=EUI64),
            DATA_PROTECTION,
            settings.hl7_destination("kis", kis.port),
            settings.fhir_destination("research", research.port, pseudonym_prefix="RES", retention="3650d",
                                      data_classes=["vital_sign", "measurement"]),
            settings.fhir_destination("registry", registry.port, level="anonymised", basis="art9-2j") + place,
            settings.hl7_destination("vendor", vendor.port, level="technical", purpose="maintenance", basis="none"),
            change=lambda text: re.sub(r'(?m)^mappings_folder = .*$', f'mappings_folder = "{mappings}"', text))
        return kis, research, registry, vendor

    def start(self, site):
        site.start_broker()
        site.start_gateway()
        site.import_persons([PERSON])
        site.associate("monitor-1", NUMBER, timestamp(self.begin - 3600))
        site.permit(NUMBER, timestamp(self.begin - 3600), timestamp(self.begin + 86400))

    def test_four_destinations_get_of_one_measurement_what_each_may(self):
        with Site(["monitor-1"]) as site:
            kis, research, registry, vendor = self.configure(site)
            self.start(site)
            self.measured = timestamp(self.begin - 7)
            sender = Sender(site, "monitor-1")
            sender.publish({"ts": self.measured, "HR": 187, "T": 36.84, "note": NOTE, "battery": 81})
            sender.wait()
            books = site.wait_for_quiet(1)
            self.assertTrue(balanced(books))
            for name in ("kis", "research", "registry", "vendor"):
                self.assertEqual(books["destinations"][name]["delivered"], 1, name)
            identified, technical = kis.messages()[0], vendor.messages()[0]
            pseudonymous, anonymised = research.bundles()[0], registry.bundles()[0]
            self.show(identified, pseudonymous, anonymised, technical)
            self.judge_identified(identified)
            self.judge_technical(technical)
            self.judge_pseudonymous(pseudonymous, site.top)
            self.judge_anonymised(anonymised, site.top)
            self.resolve(site, pseudonymous)
            self.explain(site)
            self.papers(site)

    def show(self, *messages):
        for title, message in zip(("KIS, identified", "research, pseudonymous", "registry, anonymised",
                                   "vendor, technical"), messages):
            text = message.replace("\r", "\n") if isinstance(message, str) else \
                json.dumps(json.loads(message), indent=1, ensure_ascii=False)
            print(f"\n---- {title} ({len(message)}) ----\n{text}")

    def without(self, text, words):
        self.assertEqual(mentioned(text, words), [])

    def judge_identified(self, message):
        read = hl7.parse(message)
        self.assertEqual(str(read.segment("PID")[3][0][0]), NUMBER)
        self.assertIn("Zwitscherling", message)
        self.assertIn(NOTE, message)
        self.assertEqual(str(read.segment("PV1")[3]), "ITS1^4^B3")
        self.assertIn("|187|", message)
        self.assertIn(EUI64, message)

    def judge_technical(self, message):
        read = hl7.parse(message)
        self.assertEqual(str(read.segment("PID")[3]), "")
        self.assertEqual(str(read.segment("PID")[5]), "^^^^^^U")
        self.without(message, PERSONAL + ("187", "147842", "ITS1"))
        self.assertIn("battery_charge", message)
        self.assertIn(EUI64, message)

    def judge_pseudonymous(self, bundle, folder):
        verdict = judged(bundle, folder)
        self.assertEqual([verdict["schema"], verdict["profile"], verdict["labels"]], [[], [], []])
        self.assertEqual(verdict["mii_patients"], 1)
        text = unescaped(bundle)
        self.without(text, PERSONAL + (SERIAL, EUI64, "monitor-1", "ITS1", "battery_charge"))
        for entry in json.loads(bundle)["entry"]:
            self.assertIn("PSEUDED", json.dumps(entry["resource"]["meta"]["security"]))
        self.assertIn(self.measured[:19], text)

    def judge_anonymised(self, bundle, folder):
        verdict = judged(bundle, folder)
        self.assertEqual([verdict["schema"], verdict["profile"], verdict["labels"]], [[], [], []])
        self.assertEqual(verdict["checked_profiles"], 2)
        text = unescaped(bundle)
        self.without(text, PERSONAL + (SERIAL, EUI64, "monitor-1", "ITS1", "battery_charge", "RES1-", "urn:bedside",
                                       "187", "36.84", self.measured[:19], self.measured[11:19]))
        values = {}
        for entry in json.loads(bundle)["entry"]:
            resource = entry["resource"]
            self.assertEqual(resource["resourceType"], "Observation")
            self.assertIn("ANONYED", json.dumps(resource["meta"]["security"]))
            self.assertEqual(resource["contained"][0]["extension"][0]["valueRange"]["low"]["value"], 80)
            self.assertEqual(resource["performer"][0]["display"], "intensive care")
            self.assertRegex(resource["effectiveDateTime"], r"^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$")
            values[resource["code"]["coding"][0]["code"]] = resource["valueQuantity"]
        self.assertEqual((values["8867-4"]["comparator"], values["8867-4"]["value"]), (">", 180))
        self.assertEqual(values["8310-5"]["value"], 36.8)

    def resolve(self, site, bundle):
        """Whose pseudonym it is: with a reason, a typing error named, and on the record."""
        patient = json.loads(bundle)["entry"][0]["resource"]
        pseudonym = patient["identifier"][0]["value"]
        self.assertTrue(pseudonym.startswith("RES1-"))
        found = site.command("pseudonym", "resolve", "research", pseudonym, "--reason", "incidental_finding")
        self.assertEqual(found["identifiers"], [{"value": NUMBER, "authority": "KIS", "type": "MR"}])
        place = 14  # from 0: data symbol 10
        wrong = pseudonym[:place] + ("7" if pseudonym[place] != "7" else "9") + pseudonym[place + 1:]
        with self.assertRaises(CommandFailed) as refused:
            site.command("pseudonym", "resolve", "research", wrong, "--reason", "incidental_finding")
        self.assertIn("differs at character 15", refused.exception.stderr)
        corrected = site.command("pseudonym", "resolve", "research", wrong, "--reason", "incidental_finding",
                                 "--correct")
        self.assertEqual(corrected["pseudonym"], pseudonym)
        with self.assertRaises(CommandFailed):
            site.command("pseudonym", "resolve", "registry", pseudonym, "--reason", "incidental_finding")
        export, verified, _ = site.verify_audit()
        self.assertTrue(verified)
        self.assertEqual(export.count("pseudonym_resolved\tsuccess"), 2)
        self.without(export + site.log(), (pseudonym, wrong, NUMBER, "Zwitscherling"))

    def papers(self, site):
        """The papers of this very gateway, measured."""
        made = json.loads(site.ask("report", "compliance", "--language", "en", "--format", "json").stdout)
        items = {item["id"]: item for item in made["items"]}
        self.assertIsNotNone(made["measured"])
        for proven in ("D1", "F1", "F3", "F4", "F5", "A1", "E1", "E2", "E3", "I4"):
            self.assertTrue(items[proven]["proven"], items[proven])
        for open_one in ("F2", "A2", "I1", "I5", "P1"):  # kis and registry promised nothing; nobody made a backup
            self.assertFalse(items[open_one]["proven"], items[open_one])
        flows = json.loads(site.ask("report", "dataflow", "--format", "json").stdout)
        self.assertEqual([one["identity_level"] for one in flows["destinations"]],
                         ["identified", "pseudonymous", "anonymised", "technical"])
        for paper, kind in (("dataflow", "svg"), ("dataflow", "html"), ("processing", "html"), ("compliance", "html")):
            file = site.top / f"{paper}.{kind}"
            written = site.ask("report", paper, "--format", kind, "--out", str(file))
            self.assertEqual(written.returncode, 0, written.stderr)
            read = subprocess.run(["/usr/bin/python3", str(TESTS / "report/read_markup.py"),
                                   "xml" if kind == "svg" else "html", str(file)], capture_output=True, text=True,
                                  timeout=60, check=True)
            self.assertIn("registry", read.stdout if paper != "compliance" else "registry")
            self.without(file.read_text(), PERSONAL)

    def explain(self, site):
        explained = site.ask("config", "explain").stdout
        self.assertRegex(explained, r'destination\[2\]\.retention\s*=\s*"?3650d|3650d')
        self.assertIn("destination[3].anonymised.time_grain", explained)


if __name__ == "__main__":
    unittest.main(verbosity=2)
