#!/usr/bin/python3
"""DICOM over TLS: objects in from DCMTK, out to Orthanc untouched and to DCMTK de-identified, whatever dies."""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pydicom  # noqa: E402
from ward import settings  # noqa: E402
from ward.measures import resident_mib  # noqa: E402
from ward.pacs import (Modality, Orthanc, StoreScp, complaints, dicom_destination, large_ct, listening,  # noqa: E402
                       modality, sample)
from ward.processes import free_port, wait_until  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

LARGE = 100 if os.environ.get("EDGEWARD_QUICK") else 500  # MiB
KILLS = 3
PATIENT, SURNAME = "1CT1", "Quittenbaum"


def person(identifier, family):
    return {"identifiers": [{"value": identifier, "authority": "KIS", "type": "MR"}], "family": family, "given": "Jutta",
            "birth_date": "1961-01-01", "sex": "female"}


def numbered(number):
    def change(data):
        data.SOPInstanceUID = f"1.3.6.1.4.1.5962.99.{number}"
        data.InstanceNumber = number
    return change


class Dicom(unittest.TestCase):
    def setUp(self):
        self.site = Site(["ct-1", "us-1"])
        self.addCleanup(self.site.close)
        site, self.port = self.site, free_port()
        self.pacs, self.trial = Orthanc(site), StoreScp(site)
        self.configure()
        site.start_broker()
        site.start_gateway()
        site.import_persons([person(PATIENT, SURNAME)])
        site.permit(PATIENT, "1990-01-01T00:00:00Z", "2090-01-01T00:00:00Z")
        self.ct = Modality(site, "ct-1", "CT1", self.port)

    def configure(self, *more):
        self.site.configure(settings.device("ct", "dicom"), modality("ct", "ct-1", "CT1", "ct"), *more,
                            dicom_destination("pacs", self.pacs.port, "ORTHANC"),
                            dicom_destination("trial", self.trial.port, "TRIAL", level="pseudonymous", purpose="research",
                                              basis="consent", options={"dates": "moved"}),
                            change=lambda text: listening(text, self.port))

    def dead_letters(self, destination):
        return self.site.command("dead-letter", "list", destination)

    def test_who_may_speak(self):
        self.assertTrue(self.ct.echo())
        self.assertFalse(self.ct.echo(tls=False), "without TLS")
        self.assertFalse(self.ct.echo(called="OTHER"), "another called AE title")
        self.assertFalse(Modality(self.site, "ct-1", "CT2", self.port).echo(), "another calling AE title")
        self.assertFalse(Modality(self.site, "us-1", "CT1", self.port).echo(), "another certificate")

    def test_objects_reach_the_hospital_untouched_and_the_trial_without_the_person(self):
        site = self.site
        file = sample(site, "CT_small.dcm")
        capture = sample(site, "SC_rgb_small_odd.dcm", lambda data: setattr(data, "PatientID", PATIENT))
        self.assertTrue(self.ct.store(file))
        self.assertTrue(self.ct.store(capture))
        self.assertTrue(self.ct.store(file), "the same again is no failure")
        books = site.wait_for_quiet(3)
        self.assertTrue(balanced(books))
        original = pydicom.dcmread(file)
        del original[0xFFFC, 0xFFFC]  # padding at the end of a file, which does not travel (PS3.10 section 7.2)
        arrived = self.pacs.objects()
        self.assertEqual(len(arrived), 2)
        at_pacs = pydicom.dcmread(self.pacs.file(arrived[original.SOPInstanceUID]))
        self.assertEqual(at_pacs.to_json_dict(), original.to_json_dict())
        [research] = self.trial.objects()
        self.judge_research(research, original, file)
        listed = str(self.dead_letters("trial"))
        self.assertIn("burned_in_annotation", listed)
        text, proven, said = site.verify_audit()
        self.assertTrue(proven, said)
        for secret in (PATIENT, "CompressedSamples", original.SOPInstanceUID):
            self.assertNotIn(secret, site.log())
            self.assertNotIn(secret, text)
        # Two objects, and the repetition until the next look.
        self.assertIn(len(list(site.folder.rglob("objects/*"))), (2, 3))
        for path in site.folder.rglob("objects/*"):
            self.assertNotIn(b"CompressedSamples", path.read_bytes())

    def judge_research(self, research, original, file):
        self.assertTrue(research.PatientID.startswith("P1-"), research.PatientID)
        self.assertEqual(str(research.PatientName), research.PatientID)
        self.assertTrue(research.SOPInstanceUID.startswith("2.25."))
        self.assertNotEqual(research.StudyInstanceUID, original.StudyInstanceUID)
        self.assertFalse([element for element in research.iterall() if element.tag.is_private])
        self.assertEqual(research.PatientIdentityRemoved, "YES")
        self.assertEqual({item.CodeValue for item in research.DeidentificationMethodCodeSequence}, {"113100", "113107"})
        self.assertEqual(research.LongitudinalTemporalInformationModified, "MODIFIED")
        self.assertNotEqual(research.StudyDate, original.StudyDate)
        self.assertEqual(research.PixelData, original.PixelData)
        for secret in ("CompressedSamples", "JFK IMAGING", "ABCD1234", original.SOPInstanceUID):
            self.assertNotIn(secret, str(research))
        path = self.site.top / "research.dcm"
        research.save_as(path)
        self.assertEqual(path.read_bytes()[:128], bytes(128))
        # What the judge says of ours and did not say of the original.
        self.assertEqual(complaints(path) - complaints(file), set())

    def test_an_object_of_an_unknown_issuer_is_held_and_replayed(self):
        site = self.site
        self.assertTrue(self.ct.store(sample(site, "CT_small.dcm", lambda data: setattr(data, "IssuerOfPatientID", "MPI"))))
        self.assertEqual(site.books()["inbound"]["quarantined"], 1)
        self.configure(settings.authority("MPI"))
        site.reload()
        wait_until(lambda: "configuration reloaded" in site.log(), "the issuer is known")
        [entry] = site.command("quarantine", "list")["quarantine"]
        site.command("quarantine", "replay", str(entry["id"]))
        wait_until(lambda: len(self.pacs.objects()) == 1, "it has reached the hospital")

    def test_nothing_that_was_answered_is_lost_to_a_kill(self):
        site, stored = self.site, set()
        number = 0
        for _ in range(KILLS):
            for step in range(4):
                number += 1
                file = sample(site, "CT_small.dcm", numbered(number))
                if step == 2:
                    site.gateway.kill()
                    site.start_gateway()
                if self.ct.store(file):
                    stored.add(f"1.3.6.1.4.1.5962.99.{number}")
        site.gateway.kill()
        site.start_gateway()
        wait_until(lambda: stored <= set(self.pacs.objects()), "all that was answered has reached the hospital", 60)
        wait_until(lambda: len(self.trial.objects()) >= len(stored), "and the trial", 60)
        self.assertTrue(balanced(site.books()))
        self.assertEqual(len(stored), number)

    def test_a_dead_pacs_holds_nothing_up_and_gets_all_later(self):
        site = self.site
        self.pacs.stop()
        for number in range(3):
            self.assertTrue(self.ct.store(sample(site, "CT_small.dcm", numbered(number))))
        wait_until(lambda: len(self.trial.objects()) == 3, "the trial has all")
        self.pacs.start()
        wait_until(lambda: len(self.pacs.objects()) == 3, "the hospital has all", 60)

    def test_a_large_object_is_not_held_in_memory(self):
        site = self.site
        before = resident_mib(site.gateway.pid)
        self.assertTrue(self.ct.store(large_ct(site, LARGE, "1.3.6.1.4.1.5962.98.1")))
        most = resident_mib(site.gateway.pid)

        def arrived():
            nonlocal most
            most = max(most, resident_mib(site.gateway.pid))
            books = site.books()["destinations"]
            return books["pacs"]["delivered"] == 1 and books["trial"]["delivered"] == 1

        wait_until(arrived, "it has reached both", 240)
        print(f"{LARGE} MiB: resident {before:.0f} MiB before, {most:.0f} MiB at most", file=sys.stderr)
        self.assertLess(most - before, 40)


if __name__ == "__main__":
    unittest.main()
