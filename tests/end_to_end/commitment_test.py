#!/usr/bin/python3
"""Storage commitment: what the PACS has not committed itself to keep is not delivered, whatever it said before."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.pacs import Committing, Modality, dicom_destination, listening, modality, sample  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PATIENT = "1CT1"
UID = "1.3.6.1.4.1.5962.96."


def numbered(number, kind="CT"):
    def change(data):
        data.SOPInstanceUID = f"{UID}{number}"
        data.InstanceNumber, data.Modality = number, kind
    return change


class Commitment(unittest.TestCase):
    def setUp(self):
        self.site = Site(["ct-1"])
        self.addCleanup(self.site.close)
        site, self.port = self.site, free_port()
        self.pacs = Committing(site, self.port)
        site.configure(settings.device("ct", "dicom"), modality("ct", "ct-1", "CT1", "ct"),
                       modality("pacs", Committing.NAME, "ORTHANC", "ct"),
                       dicom_destination("pacs", self.pacs.port, "ORTHANC", attempts=3, retry_first="100ms",
                                         connection={"commitment": True, "commitment_patience": "3s"}),
                       change=lambda text: listening(text, self.port))
        site.start_broker()
        site.start_gateway()
        site.import_persons([{"identifiers": [{"value": PATIENT, "authority": "KIS", "type": "MR"}], "family": "Quittenbaum",
                              "given": "Jutta", "birth_date": "1961-01-01", "sex": "female"}])
        self.ct = Modality(site, "ct-1", "CT1", self.port)

    def store(self, *numbers, kind="CT"):
        for number in numbers:
            self.assertTrue(self.ct.store(sample(self.site, "CT_small.dcm", numbered(number, kind))))

    def book(self):
        return self.site.books()["destinations"]["pacs"]

    def test_objects_are_delivered_when_the_pacs_keeps_them(self):
        self.store(1, 2, 3)
        wait_until(lambda: self.book()["delivered"] == 3, "the PACS has committed itself", 60)
        self.assertEqual(set(self.pacs.objects()), {f"{UID}{number}" for number in (1, 2, 3)})
        self.assertTrue(balanced(self.site.books()))

    def test_an_object_that_was_answered_with_success_and_is_not_kept_is_no_delivery(self):
        self.store(4)
        wait_until(lambda: self.book()["delivered"] == 1, "one is kept", 60)
        self.store(5, kind="OT")
        wait_until(lambda: self.book()["dead_lettered"] == 1, "the other is given up", 60)
        [letter] = self.site.command("dead-letter", "list", "pacs")["dead_letters"]
        self.assertIn("attempts_exhausted", str(letter))
        self.assertEqual(self.book()["delivered"], 1)
        self.assertEqual(set(self.pacs.objects()), {f"{UID}4"})
        self.assertTrue(balanced(self.site.books()))
        self.assertEqual(len(list(self.site.folder.rglob("objects/*"))), 2, "our copy of it is still there")

    def test_what_is_not_reported_stays_pending_over_a_kill_and_is_asked_again(self):
        site = self.site
        self.pacs.stop()
        self.pacs.calls = None  # it does not know where to report to
        self.pacs.start()
        self.store(6, 7)
        wait_until(lambda: len(self.pacs.objects()) >= 1, "it has got them", 60)
        self.assertEqual(self.book()["delivered"], 0)
        self.assertEqual(self.book()["pending"], 2)
        site.gateway.kill()
        self.pacs.stop()
        self.pacs.calls = self.port
        self.pacs.start()
        site.start_gateway()
        wait_until(lambda: self.book()["delivered"] == 2, "all are kept", 60)
        self.assertEqual(set(self.pacs.objects()), {f"{UID}6", f"{UID}7"})
        self.assertTrue(balanced(site.books()))


if __name__ == "__main__":
    unittest.main()
