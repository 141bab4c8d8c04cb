#!/usr/bin/python3
"""What a primary system hears in the forms of ISiK: reports that wait until it knows patient and case."""

import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import MedplumServer, json_lines  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

UNKNOWN, KNOWN = "4711", "4712"
CASES = {UNKNOWN: "F-99", KNOWN: "F-98"}
DEVICES = {UNKNOWN: "monitor-1", KNOWN: "monitor-2"}
SYSTEM = "https://hospital.example/fhir/sid"
WAITING = 'edgeward_delivery_unknown_cases{destination="kis"} '


def person(number):
    return {"identifiers": [{"value": number, "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim",
            "birth_date": "1961-02-28", "sex": "female", "visit_number": CASES[number]}


@unittest.skipUnless(MedplumServer.is_there(), "npm ci in tests/peers was not run")
class Kis(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(list(DEVICES.values()))
        self.addCleanup(self.site.close)
        self.statement = self.site.top / "statement.json"
        self.state("1")
        self.server = MedplumServer(self.site, "kis", more=["--statement", str(self.statement)])
        self.site.configure(
            *(settings.device(device, "monitor_flat") for device in DEVICES.values()),
            settings.fhir_destination("kis", self.server.port, level="identified", purpose="treatment", basis="art9-2h",
                                      retry_first="100ms", retry_longest="500ms", attempts=2,
                                      connection={"form": "isik_report", "profiles": "isik", "mii_codings": True,
                                                  "account_system": f"{SYSTEM}/case"}))
        self.site.start_broker()
        self.gateway = self.site.start_gateway()

    def admit(self, number):
        self.site.import_persons([person(number)])
        self.site.associate(DEVICES[number], number, timestamp(self.begin - 3600))

    def tell_patient(self, number):
        return self.server.create({"resourceType": "Patient",
                                   "identifier": [{"system": f"{SYSTEM}/patient", "value": number}]})

    def tell_case(self, number, patient):
        self.server.create({"resourceType": "Encounter", "status": "in-progress", "class": {"code": "IMP"},
                            "subject": {"reference": f"Patient/{patient['id']}"},
                            "account": [{"identifier": {"system": f"{SYSTEM}/case", "value": CASES[number]}}]})

    def measure(self, number, *values):
        sender = Sender(self.site, DEVICES[number])
        for sequence, value in enumerate(values, 1):
            sender.publish({"ts": timestamp(time.time()), "seq": sequence, "HR": value})
        sender.wait()
        sender.close()

    def state(self, version):
        self.statement.write_text(json.dumps({
            "resourceType": "CapabilityStatement", "status": "active", "date": timestamp(), "kind": "instance",
            "software": {"name": "KIS", "version": version}, "fhirVersion": "4.0.1", "format": ["application/fhir+json"],
            "rest": [{"mode": "server", "resource": [{"type": "Bundle", "interaction": [{"code": "create"}]}]}]}))

    def answered(self, method, url):
        return [line["status"] for line in json_lines(self.server.requests)
                if line["method"] == method and line["url"] == url]

    def statuses(self):
        return self.answered("POST", "/fhir")

    def reports(self):
        return self.server.search("DocumentReference?_count=100")

    def test_a_report_waits_until_patient_and_case_are_known_and_others_go_on(self):
        for number in DEVICES:
            self.admit(number)
        self.tell_case(KNOWN, self.tell_patient(KNOWN))
        self.measure(UNKNOWN, 72, 73)
        wait_until(lambda: self.statuses().count(422) > 3, "the primary system does not know the patient")
        self.measure(KNOWN, 80)
        wait_until(lambda: len(self.reports()) == 1, "another person's report is taken meanwhile")
        self.assertIn(WAITING + "1", self.site.metrics())
        patient = self.tell_patient(UNKNOWN)
        seen = self.statuses().count(422)
        wait_until(lambda: self.statuses().count(422) > seen + 2, "nor the case, over and over, beyond `attempts`")
        self.gateway.kill()
        self.gateway = self.site.start_gateway()
        self.assertEqual(self.site.command("dead-letter", "list", "kis")["dead_letters"], [])
        self.assertEqual(len(self.reports()), 1)
        self.tell_case(UNKNOWN, patient)
        made = wait_until(lambda: len(self.reports()) == 3 and self.reports(), "both reports are taken")
        self.assertEqual({one["description"] for one in made}, {"Messwerte medizinischer Ger\u00e4te"})
        wait_until(lambda: balanced(self.site.books()) and WAITING + "0" in self.site.metrics(), "nobody waits")
        self.assertNotIn("Quittenbaum", self.site.log())
        text, proven, _ = self.site.verify_audit()
        self.assertTrue(proven)
        self.assertNotIn("Quittenbaum", text)

    def test_a_statement_that_changes_is_told_once(self):
        def looked(times):
            wait_until(lambda: len(self.answered("GET", "/fhir/metadata")) >= times, "the statement is read")

        looked(1)
        self.state("1")  # another date only
        self.site.command("reload")
        looked(2)
        self.state("2")
        self.site.command("reload")
        changed = 'edgeward_destination_abilities_changed_total{destination="kis"} 1'
        wait_until(lambda: changed in self.site.metrics(), "it is another one")
        self.assertEqual(self.site.verify_audit()[0].count("\tcapabilities_changed\t"), 1)
        self.gateway.kill()
        self.gateway = self.site.start_gateway()
        looked(4)
        self.state("3")
        self.site.command("reload")
        wait_until(lambda: self.site.verify_audit()[0].count("\tcapabilities_changed\t") == 2, "and another one", every=0.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
