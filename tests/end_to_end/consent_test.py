#!/usr/bin/python3
"""Research gets what the MII Broad Consent permits and nothing else, and nothing more after a withdrawal."""

import json
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver, values_of_observation  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

NUMBER = "KANARIE-84651973"
PERSON = {"identifiers": [{"value": NUMBER, "authority": "KIS", "type": "MR"}], "family": "Zwitscherling",
          "given": "Kanarilda", "birth_date": "1937-04-29", "sex": "female"}
PATIENT = ["--patient", NUMBER, "--authority", "KIS"]
PROFILE = ("https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/"
           "mii-pr-consent-einwilligung")
CODES = "2.16.840.1.113883.3.1937.777.24.5.3"
HOUR = 3600
PEERS = Path(__file__).resolve().parents[1] / "peers"


def provision(kind, code, start, end):
    return {"type": kind, "period": {"start": timestamp(start), "end": timestamp(end)},
            "code": [{"coding": [{"system": f"urn:oid:{CODES}", "code": f"{CODES}.{code}"}]}]}


def consent(identity, status, version, provisions):
    """In the shape of Consent-5143266b-8d60-4b28-8ee9-635140ffa5bb.json of
    medizininformatik-initiative/kerndatensatzmodul-consent, as gICS sends it: the Patient apart in a Bundle."""
    resource = {"resourceType": "Consent", "id": identity, "status": status,
                "meta": {"lastUpdated": timestamp(version), "profile": [PROFILE]},
                "text": {"status": "generated", "div": f"<div>{PERSON['family']}</div>"},
                "patient": {"reference": "Patient/531cef77"}, "dateTime": timestamp(version),
                "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
                "provision": {"type": "deny", "provision": provisions}}
    patient = {"resourceType": "Patient", "id": "531cef77", "name": [{"family": PERSON["family"]}],
               "identifier": [{"system": "https://hospital.example/fhir/sid/patient", "value": NUMBER}]}
    return {"resourceType": "Bundle", "type": "searchset",
            "entry": [{"fullUrl": f"https://gics.example/fhir/Consent/{identity}", "resource": resource},
                      {"fullUrl": "https://gics.example/fhir/Patient/531cef77", "resource": patient}]}


class Consent(unittest.TestCase):
    def publish(self, values, at):
        for value in values:
            self.sender.publish({"time": timestamp(at), "seq": value,
                                 "values": [{"code": "infused_volume", "value": value, "unit": "mL"}]})
            at += 0.01
        self.sender.wait()
        self.sent += len(values)

    def take_in(self, name, bundle):
        file = self.site.folder / f"{name}.json"
        file.write_text(json.dumps(bundle))
        answer = self.site.command("consent", "import", str(file))
        self.assertEqual(answer["failed"], 0)
        return answer["consents"][0]

    def book(self):
        return self.site.books()["destinations"]["research"]

    def got(self):
        return {int(value) for resource in self.research.resources("Observation")
                for _, value in values_of_observation(resource)}

    def state(self):
        return self.site.command("consent", "show", *PATIENT)["purposes"]["research"]["state"]

    def prepared(self):
        """Reports that were opened for research, by the audit log."""
        found = self.site.command("consent", "recipients", *PATIENT, "--purpose", "research")["recipients"]
        return found[0]["reports"] if found else 0

    def ask_for_access(self):
        """The answer has all of the person's values, who got them, and is FHIR."""
        folder = self.site.folder / "answer"
        done = self.site.ask("person", "access", *PATIENT, "--out", str(folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        plain = json.loads((folder / "access.json").read_text())
        self.assertEqual(plain["person"]["family"], PERSON["family"])
        self.assertEqual(len(plain["reports"]), self.sent)
        self.assertEqual({one["destination"] for one in plain["recipients"]}, {"kis", "research"})
        self.assertEqual(len(plain["consents"]["documents"]), 4)
        for page in ("auskunft.html", "access.html"):
            text = (folder / page).read_text()
            for content in (NUMBER, PERSON["family"], "pump-1", "art9-2h", "consent", "329 mL"):
                self.assertIn(content, text)
        bundle = json.loads((folder / "access.fhir.json").read_text())
        kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
        self.assertEqual((kinds.count("Patient"), kinds.count("Device"), kinds.count("Observation")),
                         (1, 1, self.sent))
        if (PEERS / "node_modules").exists():
            judged = subprocess.run(["node", str(PEERS / "validate_fhir.mjs"), str(folder / "access.fhir.json")],
                                    capture_output=True, text=True, check=True)
            verdict = json.loads(judged.stdout)
            self.assertEqual((verdict["schema"], verdict["profile"]), ([], []))

    def test_research_gets_what_the_consent_permits_and_nothing_after_it(self):
        begin = time.time()
        self.sent = 0
        with Site(["pump-1"]) as self.site:
            site = self.site
            kis, self.research = Hl7Receiver(site), FhirReceiver(site, "research")
            port = self.research.port
            site.configure(settings.device("pump-1", "generic", ward="ICU"), settings.hl7_destination("kis", kis.port),
                           settings.fhir_destination("research", port))
            site.start_broker()
            site.start_gateway()
            site.import_persons([PERSON])
            site.associate("pump-1", NUMBER, timestamp(begin - 30 * HOUR))
            self.sender = Sender(site, "pump-1")

            self.publish(range(100, 105), begin)
            site.wait_for_quiet(self.sent)
            self.assertEqual(self.book()["filtered"], 5, "not known is no")

            # From ten hours ago on data may be collected and used; earlier data may not.
            span = (begin - 10 * HOUR, begin + 1000 * HOUR)
            permits = [provision("permit", code, *span) for code in (6, 7, 8, 48)]
            first = self.take_in("first", consent("c1", "active", begin - 10 * HOUR, permits))
            self.assertEqual((first["outcome"], first["research"], first["withdrawn"]), ("recorded", "given", False))
            self.publish(range(200, 205), begin - 9 * HOUR)
            self.publish(range(210, 213), begin - 11 * HOUR)
            site.wait_for_quiet(self.sent)
            self.assertEqual(self.got(), set(range(200, 205)))
            self.assertEqual(self.book()["filtered"], 8)

            # The next version lets research look back.
            back = permits + [provision("permit", 45, *span), provision("permit", 46, *span)]
            second = self.take_in("second", consent("c1", "active", begin - 5 * HOUR, back))
            self.assertEqual(second["outcome"], "replaced")
            self.assertEqual(self.take_in("first", consent("c1", "active", begin - 10 * HOUR, permits))["outcome"],
                             "older")
            self.publish(range(220, 223), begin - 20 * HOUR)
            site.wait_for_quiet(self.sent)
            self.assertEqual(self.got(), set(range(200, 205)) | set(range(220, 223)))

            # Research is away. What waits for it is examined and recorded when the person withdraws.
            self.research.stop()
            self.publish(range(300, 330), begin - HOUR)
            wait_until(lambda: self.prepared() >= 38, "they are prepared", 30)
            self.assertEqual(self.book()["pending"], 30)
            denials = [provision("deny", code, begin - 10 * HOUR, begin + 1000 * HOUR) for code in (6, 7, 8)]
            gone = self.take_in("gone", consent("revocation", "active", begin, denials))
            self.assertTrue(gone["withdrawn"])
            self.assertEqual(gone["research"], "denied")
            [told] = gone["recipients"]
            self.assertEqual((told["destination"], told["purposes"], told["legal_bases"]),
                             ("research", ["research"], ["consent"]))
            self.assertEqual(told["acknowledged"]["reports"], 8)
            before = self.got()
            self.research = FhirReceiver(site, "research", port=port)
            books = site.wait_for_quiet(self.sent)
            self.publish(range(400, 405), begin)
            books = site.wait_for_quiet(self.sent)
            self.assertEqual(self.got(), before, "nothing more went out")
            book = books["destinations"]["research"]
            self.assertEqual((book["delivered"], book["filtered"], book["pending"]), (8, 8 + 30 + 5, 0))
            self.assertEqual(book["offered"], self.sent)
            self.assertTrue(balanced(books))
            self.assertEqual(books["destinations"]["kis"]["delivered"], self.sent, "treatment goes on")

            # A revocation that was a mistake; a restart does not change what holds.
            self.assertEqual(self.state(), "denied")
            mistake = self.take_in("mistake", consent("revocation", "entered-in-error", begin + 60, denials))
            self.assertEqual((mistake["outcome"], mistake["research"]), ("replaced", "given"))
            site.gateway.stop()
            site.start_gateway()
            self.assertEqual(self.state(), "given")
            shown = site.command("consent", "show", *PATIENT)
            self.assertEqual([(one["id"], one["status"], one["superseded"] is not None) for one in shown["documents"]],
                             [("c1", "active", True), ("c1", "active", False), ("revocation", "active", True),
                              ("revocation", "entered-in-error", False)])

            self.ask_for_access()
            export, verified, verdict = site.verify_audit()
            self.assertTrue(verified, verdict)
            for action in ("consent_imported", "consent_shown", "recipients_listed", "person_accessed"):
                self.assertIn(action, export)
            for secret in (NUMBER, "witscherling", "1937-04-29"):
                self.assertNotIn(secret, site.log() + export + site.metrics())
                self.assertNotIn(secret.encode(), self.research.octets())
            self.sender.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
