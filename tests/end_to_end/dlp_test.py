#!/usr/bin/python3
"""What names a person stays here: a mapping that lets a name or a number through is caught on the way out."""

import re
import shutil
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import ROOT, Site, balanced  # noqa: E402
from ward.words import mentioned  # noqa: E402

NUMBER = "KANARIE-84651973"
PERSON = {"identifiers": [{"value": NUMBER, "authority": "KIS", "type": "MR"}], "family": "Zwitscherling",
          "given": "Kanarilda", "birth_date": "1937-04-29", "sex": "female", "visit_number": "FALL-55512873"}

# A monitor whose user types into the field that a careless mapping takes for a state.
MAPPING = """
[mapping]
name = "careless"
description = "A monitor with a note that a mapping makes a code"
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
local_system = "urn:careless"
local_code = "note"
display = "Note"
category = "measurement"
kind = "code"
codes = "notes"
path = "$.note"
[codes.notes]
free = { system = "urn:careless:note", code = "free", display = "Bed is free" }
name = { system = "urn:careless:note", code = "n1", display = "Bett von Frau ZWITSCHERLING" }
number = { system = "urn:careless:note", code = "kanarie 8465-1973", display = "Number" }
born = { system = "urn:careless:note", code = "n2", display = "geb. 29.04.1937" }
hidden = { system = "urn:careless:note", code = "n3", display = "RnJhdSBad2l0c2NoZXJsaW5n" }
mail = { system = "urn:careless:note", code = "n4", display = "fragen: station3@klinik.example" }
"""
BLOCKED = {"name": "dlp_name", "number": "dlp_identifier", "born": "dlp_birth_date", "hidden": "dlp_name",
           "mail": "dlp_email"}


class Egress(unittest.TestCase):
    def configure(self, site, kis, research, volume=""):
        mappings = site.folder / "mappings-of-the-test"
        if not mappings.exists():
            shutil.copytree(ROOT / "config/mappings", mappings)
            (mappings / "careless.toml").write_text(MAPPING)
        blocks = [settings.device("monitor-1", "careless", ward="ICU"), settings.hl7_destination("kis", kis.port),
                  settings.fhir_destination("research", research.port) + volume]
        site.configure(*blocks, change=lambda text: re.sub(r'(?m)^mappings_folder = .*$',
                                                           f'mappings_folder = "{mappings}"', text))

    def start(self, site, begin):
        site.start_broker()
        site.start_gateway()
        site.import_persons([PERSON])
        site.associate("monitor-1", NUMBER, timestamp(begin - 3600))
        site.permit(NUMBER, timestamp(begin - 3600), timestamp(begin + 86400))

    def test_what_names_a_person_becomes_a_dead_letter_and_the_rest_goes_on(self):
        begin = time.time()
        with Site(["monitor-1"]) as site:
            kis, research = Hl7Receiver(site), FhirReceiver(site, "research")
            self.configure(site, kis, research)
            self.start(site, begin)
            sender = Sender(site, "monitor-1")
            notes = ["free", *BLOCKED, "free"]
            for number, note in enumerate(notes):
                sender.publish({"ts": timestamp(begin + number / 10), "HR": 60 + number, "note": note})
            sender.wait()
            site.wait_for_quiet(len(notes))
            books = site.books()
            self.assertTrue(balanced(books))
            self.assertEqual(books["destinations"]["kis"]["delivered"], len(notes))
            self.assertEqual(books["destinations"]["research"]["delivered"], 2)
            self.assertEqual(books["destinations"]["research"]["dead_lettered"], len(BLOCKED))
            self.nothing_left(site, research)
            self.assertIn("ZWITSCHERLING", "".join(kis.messages()), "the hospital system got everything")
            self.assertIn("kanarie 8465-1973", "".join(kis.messages()))
            letters = str(site.command("dead-letter", "list", "research"))
            for reason in BLOCKED.values():
                self.assertIn(reason, letters)
            # The same again: nothing has changed, so it is blocked again.
            site.command("dead-letter", "retry", "research", "--all")
            wait_until(lambda: sum(self.blocked(site).values()) == 2 * len(BLOCKED), "they are looked at again")
            site.wait_for_quiet(len(notes))
            self.assertEqual(site.books()["destinations"]["research"]["dead_lettered"], len(BLOCKED))
            self.nothing_left(site, research)
            self.assertEqual(self.blocked(site), {"name": 4, "identifier": 2, "birth_date": 2, "email": 2})
            export, verified, _ = site.verify_audit()
            self.assertTrue(verified)
            self.assertIn("dlp_birth_date", export)
            self.assertEqual(site.log().count("a report that names a person was kept back"), 4,
                             "one line a cause, however often")

    def nothing_left(self, site, research):
        elsewhere = research.octets() + research.requests.read_bytes() + site.log().encode() + site.metrics().encode()
        words = (NUMBER, "witscherling", "WITSCHERLING", "84651973", "8465", "29.04.1937", "RnJhdSBad2l0",
                 "station3@")
        self.assertEqual(mentioned(elsewhere, words), [])

    @staticmethod
    def blocked(site):
        found = re.findall(r'edgeward_dlp_blocked_total\{destination="research",detector="(\w+)"\} (\d+)', site.metrics())
        return {detector: int(count) for detector, count in found if int(count)}

    def test_a_destination_pauses_when_its_budget_is_used_up_and_loses_nothing(self):
        begin = time.time()
        with Site(["monitor-1"]) as site:
            kis, research = Hl7Receiver(site), FhirReceiver(site, "research", script="")
            self.configure(site, kis, research,
                           volume="[destination.volume]\nmessages_per_day = 2\n")
            self.start(site, begin)
            sender = Sender(site, "monitor-1")
            sent = 0
            while self.exceeded(site) == 0:
                sender.publish({"ts": timestamp(begin + sent / 10), "HR": 60 + sent, "note": "free"})
                sent += 1
                sender.wait()
                time.sleep(0.2)
                self.assertLess(sent, 100)
            wait_until(lambda: site.books()["destinations"]["kis"]["delivered"] == sent, "the other one goes on")
            held = site.books()["destinations"]["research"]
            self.assertGreaterEqual(held["pending"], 1)
            self.assertIn("volume budget messages_per_day is used up", str(site.command("destination", "list")))
            while site.books()["destinations"]["research"]["pending"]:
                site.command("destination", "resume", "research", "--reason", "other")
                time.sleep(0.3)
            self.assertEqual(site.books()["destinations"]["research"]["delivered"], sent)
            self.assertEqual(len(research.resources("Patient")), 1)

    @staticmethod
    def exceeded(site):
        found = re.search(r'edgeward_destination_volume_exceeded_total\{destination="research"\} (\d+)', site.metrics())
        return int(found.group(1)) if found else 0


if __name__ == "__main__":
    unittest.main(verbosity=2)
