#!/usr/bin/python3
"""Canary persons: whoever must not know them has no octet of them, in any common encoding."""

import base64
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

CANARIES = [{"identifiers": [{"value": "KANARIE-84651973", "authority": "KIS", "type": "MR"}],
             "family": "Zwitscherling", "given": "Kanarilda", "birth_date": "1937-04-29", "sex": "female",
             "visit_number": "FALL-55512873"},
            {"identifiers": [{"value": "KANARIE-31415926", "authority": "KIS", "type": "MR"}],
             "family": "Ünderßräuscher", "given": "Gelbfried", "birth_date": "1941-08-17", "sex": "male"}]


def secrets_of(person):
    birth = person["birth_date"]
    texts = [person["family"], person["given"], birth, birth.replace("-", ""), person["identifiers"][0]["value"]]
    return texts + [person[key] for key in ("visit_number",) if key in person]


SECRETS = [text for person in CANARIES for text in secrets_of(person)]


def base64_forms(octets):
    """What surely stands in base64 wherever the octets begin within it: the characters no neighbour changes."""
    forms = set()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + octets)
        first = -(-shift * 8 // 6)
        last = (shift + len(octets)) * 8 // 6
        forms.add(text[first:last])
    return forms


def forms_of(text):
    """Every form of a text that is looked for; upper and lower case of hexadecimal digits."""
    forms = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
        octets = text.encode(encoding)
        forms |= {octets, octets.hex().encode(), octets.hex().upper().encode()} | base64_forms(octets)
    return forms


FORMS = {form for text in SECRETS for form in forms_of(text)}


def found_in(octets):
    """How many forms are in the octets; never which, a test's output is no place for them either."""
    return sum(form in octets for form in FORMS)


class Canary(unittest.TestCase):
    def run_traffic(self, site, begin):
        first = Sender(site, "monitor-1")
        second = Sender(site, "monitor-2")
        for number in range(40):
            first.publish({"ts": timestamp(begin + number / 10), "HR": 60 + number, "SpO2": 97})
            # The payload itself names the person.
            second.publish({"ts": timestamp(begin + number / 10), "HR": 50 + number,
                            "patient": CANARIES[1]["identifiers"][0]["value"]})
        # Broken payloads with canaries go to quarantine.
        first.publish('{"ts":"now","name":"%s","HR":' % CANARIES[0]["family"])
        first.publish({"ts": CANARIES[0]["family"], "HR": 60, "patient": CANARIES[0]["identifiers"][0]["value"]})
        first.wait()
        second.wait()
        site.wait_for_quiet(82)
        first.close()
        second.close()

    def search(self, site, elsewhere):
        data = [file for file in (site.folder / "data").rglob("*") if file.is_file()]
        self.assertGreaterEqual(len(data), 3, "the databases and the key ring are there")
        for file in data:
            with self.subTest(file=file.name):
                self.assertEqual(found_in(file.read_bytes()), 0)
        for name, octets in elsewhere.items():
            with self.subTest(place=name):
                self.assertTrue(octets, "there is something to search")
                self.assertEqual(found_in(octets), 0)

    def test_the_search_finds_planted_canaries(self):
        for text in SECRETS:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                octets = text.encode(encoding)
                for planted in (octets, octets.hex().encode(), octets.hex().upper().encode()):
                    self.assertGreater(found_in(b"\0noise" + planted + b"noise"), 0)
                for offset in range(3):
                    planted = base64.b64encode(b"xyz"[:offset] + octets + b"tail")
                    self.assertGreater(found_in(planted), 0)
        self.assertEqual(found_in(b"KANARIE-8465197 Zwitscherlin 1937-04-2" * 100), 0)

    def test_no_canary_is_where_it_must_not_be(self):
        begin = time.time()
        with Site(["monitor-1", "monitor-2", "pump-1"]) as site:
            kis, research, vendor = Hl7Receiver(site), FhirReceiver(site, "research"), FhirReceiver(site, "vendor")
            site.configure(
                settings.device("monitor-1", "monitor_flat", ward="ICU"),
                settings.device("monitor-2", "monitor_flat", ward="ICU"),
                settings.device("pump-1", "infusion_technical", associated=False),
                settings.hl7_destination("kis", kis.port), settings.fhir_destination("research", research.port),
                settings.fhir_destination("vendor", vendor.port, "technical", "maintenance", "none"),
                change=lambda text: text.replace('level = "info"', 'level = "debug"'))
            site.start_broker()
            site.start_gateway()
            site.import_persons(CANARIES)
            site.associate("monitor-1", CANARIES[0]["identifiers"][0]["value"], timestamp(begin - 3600))
            for person in CANARIES:
                site.permit(person["identifiers"][0]["value"], timestamp(begin - 3600), timestamp(begin + 86400))
            pump = Sender(site, "pump-1")
            pump.publish({"at": int(begin), "count": 1, "battery": {"charge": 80, "volts": 12.4, "on_mains": True},
                          "state": "RUN"})
            pump.wait()
            pump.close()
            self.run_traffic(site, begin)
            metrics = site.metrics()
            running = {"/metrics": metrics.encode(), "status": str(site.command("status")).encode(),
                       "books": str(site.books()).encode(), "quarantine list": str(
                           site.command("quarantine", "list")).encode()}
            self.search(site, running)
            self.assertEqual(site.gateway.stop(), 0)
            self.search(site, running)
            site.start_gateway()
            books = site.books()
            self.assertTrue(balanced(books))
            export, verified, _ = site.verify_audit()
            self.assertTrue(verified)
            self.search(site, {"log": site.log().encode(), "/metrics": site.metrics().encode(),
                               "audit export": export.encode(), "research": research.octets(),
                               "vendor": vendor.octets(), "research requests": research.requests.read_bytes()})
            self.assertEqual(books["inbound"]["quarantined"], 2)
            self.the_hospital_knows_them(kis, research)

    def the_hospital_knows_them(self, kis, research):
        received = "\n".join(kis.messages())
        for text in (text for person in CANARIES for text in (person["family"], person["given"],
                                                                person["birth_date"].replace("-", ""),
                                                                person["identifiers"][0]["value"])):
            self.assertTrue(text in received, "the hospital system got the canary")
        self.assertGreater(found_in(kis.octets()), 0)
        self.assertEqual(len(research.resources("Patient")), 2, "research got both, under other names")
        self.assertEqual(len(kis.messages()), 81, "the pump's technical report, without a person, too")


if __name__ == "__main__":
    unittest.main(verbosity=2)
