#!/usr/bin/python3
"""Measurements as a primary system fetches them by FHIR, judged by the R4 schema and Medplum's validator."""

import json
import ssl
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import TESTS, MedplumServer  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site  # noqa: E402
from ward.words import mentioned  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim",
          "birth_date": "1961-02-28", "sex": "female", "visit_number": "F-99"}
SYSTEM = "https://hospital.example/fhir/sid/patient"
LIMIT = 60
MONITOR, READER, STRANGER = "monitor-1", "reader", "stranger"


def scalars_as_text(tree):
    """XML tells no number from a string."""
    if isinstance(tree, dict):
        return {name: scalars_as_text(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [scalars_as_text(value) for value in tree]
    return str(tree).lower() if isinstance(tree, bool) else str(tree)


class FhirServer(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site([MONITOR, READER, STRANGER])
        self.addCleanup(self.site.close)
        port = free_port()
        self.base = f"https://localhost:{port}/fhir"
        self.site.configure(
            settings.device(MONITOR, "monitor_flat"), settings.fhir_client("reader", READER),
            change=lambda text: settings.with_table(
                text, "fhir_server", enabled=True, base=self.base, port=port, requests_per_minute=LIMIT,
                device_system="https://hospital.example/fhir/sid/device"))
        self.site.start_broker()
        self.gateway = self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate(MONITOR, "4711", timestamp(self.begin - 3600))
        sender = Sender(self.site, MONITOR)
        self.addCleanup(sender.close)
        for sequence in range(1, 6):
            sender.publish({"ts": timestamp(self.begin - 10 + sequence), "seq": sequence, "HR": 70 + sequence, "SpO2": 97,
                            "NBPSys": 120, "NBPDias": 80})
        sender.wait()
        self.site.wait_for_quiet(5)

    def ask(self, path, form=None, who=READER, headers=()):
        """Status, type and resource of an answer; as text where it is XML."""
        context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
        if who:
            context.load_cert_chain(*(str(self.site.folder / f"devices/{who}.{kind}") for kind in ("pem", "key")))
        url = path if path.startswith("https:") else f"{self.base}/{path}"
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(url, body, dict(headers))
        try:
            answer = urllib.request.urlopen(request, context=context, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            kind, text = answer.headers["Content-Type"], answer.read().decode()
            return answer.status, kind, json.loads(text) if kind.startswith("application/fhir+json") else text

    def found(self, form):
        """All pages of a search."""
        status, _, page = self.ask("Observation/_search", form)
        resources = []
        for _ in range(100):
            self.assertEqual(status, 200, page)
            self.assertEqual(mentioned(json.dumps(page["link"]), ["4711"]), [], "a link has no identifier")
            resources += [entry["resource"] for entry in page.get("entry", [])]
            following = [link["url"] for link in page["link"] if link["relation"] == "next"]
            if not following:
                return resources
            status, _, page = self.ask(following[0])
        raise AssertionError("pages without end")

    def judge(self, resource):
        """What the R4 schema and the profiles say against it."""
        file = self.site.top / "judged.json"
        file.write_text(json.dumps(resource))
        done = subprocess.run(["node", str(TESTS / "peers/validate_fhir.mjs"), str(file)], capture_output=True, text=True,
                              timeout=120, check=True)
        verdict = json.loads(done.stdout)
        return verdict["schema"] + verdict["profile"]

    def test_a_client_searches_and_reads_what_a_device_measured(self):
        everything = self.found([("patient.identifier", f"{SYSTEM}|4711"), ("_count", "4")])
        self.assertEqual(len({one["id"] for one in everything}), len(everything), "each once")
        rates = self.found([("patient.identifier", f"{SYSTEM}|4711"), ("code", "http://loinc.org|8867-4")])
        self.assertEqual([one["valueQuantity"]["value"] for one in rates], [71, 72, 73, 74, 75])
        self.assertTrue(set(one["id"] for one in rates) < set(one["id"] for one in everything))
        late = self.found([("patient.identifier", f"{SYSTEM}|4711"), ("code", "8867-4"),
                           ("date", "ge" + timestamp(self.begin - 8)), ("date", "lt" + timestamp(self.begin - 6))])
        self.assertEqual([one["valueQuantity"]["value"] for one in late], [72, 73])
        pressures = self.found([("patient.identifier", f"{SYSTEM}|4711"), ("component-code", "http://loinc.org|8480-6")])
        self.assertEqual(len(pressures), 5)
        one = rates[0]
        self.assertEqual(self.ask(f"Observation/{one['id']}")[2], one)
        patient = self.ask(one["subject"]["reference"])[2]
        self.assertEqual(patient["name"][0]["family"], "Quittenbaum")
        device = self.ask(one["device"]["reference"])[2]
        self.assertEqual(device["identifier"][-1]["value"], MONITOR)
        by_id = self.ask(f"Observation?patient={patient['id']}&code=8867-4")[2]
        self.assertEqual((by_id["total"], [entry["resource"] for entry in by_id["entry"]]), (5, rates))
        self.assertEqual(self.ask("Patient/_search", [("identifier", f"{SYSTEM}|4711")])[2]["entry"][0]["resource"], patient)
        self.assertEqual(self.ask("Observation/_search", [("patient.identifier", f"{SYSTEM}|4712")])[2]["total"], 0)
        text, proven, _ = self.site.verify_audit()
        self.assertTrue(proven)
        self.assertIn("\tclient:reader\tdisclosed\t", text)
        self.assertIn("\tclient:reader\trecords_queried\t", text)
        self.assertEqual(mentioned(self.site.log() + text, ("Quittenbaum", "4711")), [])

    def test_every_refusal_is_an_outcome_and_says_nothing_of_the_request(self):
        search = "Observation?patient=P1-0123456789ACDEFGHJKLFN"
        refusals = [
            (403, self.ask("metadata", who=STRANGER)), (400, self.ask("Observation")),
            (400, self.ask(search + "&secret=4711")), (400, self.ask(search + "&code=a%7Cb%7Cc&_sort=date")),
            (404, self.ask("Observation/1-0e984725-c51c-4bf4-9960-e1c80e27aba0")), (404, self.ask("Observation/4711")),
            (404, self.ask("Encounter/4711")), (405, self.ask("Observation", [("code", "4711")])),
            (406, self.ask(search, headers=[("Accept", "text/turtle")])), (406, self.ask(search + "&_format=ttl")),
            (415, self.ask("Observation/_search", [], headers=[("Content-Type", "application/fhir+json")]))]
        for status, (answered, kind, outcome) in refusals:
            with self.subTest(outcome=outcome):
                self.assertEqual(answered, status)
                self.assertTrue(kind.startswith("application/fhir+json"))
                self.assertEqual(outcome["resourceType"], "OperationOutcome")
                self.assertEqual(mentioned(json.dumps(outcome), ["4711"]), [])
        with self.assertRaises((ssl.SSLError, ConnectionError, urllib.error.URLError)):
            self.ask("metadata", who=None)
        self.assertIn("\tquery_refused\t", self.site.verify_audit()[0])

    @unittest.skipUnless(MedplumServer.is_there(), "npm ci in tests/peers was not run")
    def test_others_find_nothing_wrong_with_what_is_served(self):
        page = self.ask("Observation/_search", [("patient.identifier", f"{SYSTEM}|4711")])[2]
        self.assertGreater(len(page["entry"]), 10)
        # The schema at hand is that of R4 4.0.0, which did not know its correction 4.0.1.
        statement = self.ask("metadata")[2]
        self.assertEqual(statement["fhirVersion"], "4.0.1")
        statement["fhirVersion"] = "4.0.0"
        for resource in (page, statement, self.ask("Observation")[2],
                         self.ask(page["entry"][0]["resource"]["subject"]["reference"])[2],
                         self.ask(f"Device?identifier=https%3A%2F%2Fhospital.example%2Ffhir%2Fsid%2Fdevice%7C{MONITOR}")[2]):
            self.assertEqual(self.judge(resource), [], resource["resourceType"])
        wrong = json.loads(json.dumps(page))
        del wrong["entry"][0]["resource"]["status"]
        self.assertNotEqual(self.judge(wrong), [])

    @unittest.skipUnless(MedplumServer.is_there(), "npm ci in tests/peers was not run")
    def test_a_foreign_library_reads_and_writes_the_same_xml(self):
        form = [("patient.identifier", f"{SYSTEM}|4711"), ("_count", "200")]
        page = self.ask("Observation/_search", form)[2]
        patient = page["entry"][0]["resource"]["subject"]["reference"]
        device = next(entry["resource"]["device"]["reference"] for entry in page["entry"])
        for path, body in (("Observation/_search", form), (patient, None), (device, None), ("metadata", None),
                           ("Observation", None), ("Patient?_id=none", None)):
            with self.subTest(path=path):
                status, kind, xml = self.ask(path, body, headers=[("Accept", "application/fhir+xml")])
                self.assertTrue(kind.startswith("application/fhir+xml"))
                plain = self.ask(path, body)
                self.assertEqual(plain[0], status)
                self.check_xml(xml, plain[2])
        first = self.ask("Observation?_format=xml&_count=2&patient=" + patient.rsplit("/", 1)[1])[2]
        url = [link.find("{*}url").get("value") for link in ElementTree.fromstring(first).findall("{*}link")][-1]
        self.assertIn("_format=xml", url)
        self.assertTrue(self.ask(url)[1].startswith("application/fhir+xml"), "the next page has the form of this one")

    def check_xml(self, xml, resource):
        """npm fhir reads the XML as the JSON, and writes it in the same order; every digit of the JSON is there."""
        files = self.site.top / "resource.xml", self.site.top / "resource.json"
        files[0].write_text(xml)
        files[1].write_text(json.dumps(resource))
        done = subprocess.run(["node", str(TESTS / "peers/fhir_xml.mjs"), *map(str, files)], capture_output=True, text=True,
                              timeout=120, check=True)
        judged = json.loads(done.stdout)
        self.assertEqual(scalars_as_text(judged["read"]), scalars_as_text(resource))
        self.assertEqual(ElementTree.canonicalize(xml), ElementTree.canonicalize(judged["written"]))

    def test_who_asks_too_often_waits(self):
        answers = [self.ask("metadata")[0] for _ in range(LIMIT)]
        self.assertEqual(set(answers), {200})
        wait_until(lambda: self.ask("metadata")[0] == 429, "it is too often", every=0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
