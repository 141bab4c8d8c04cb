#!/usr/bin/python3
"""Storage commitment as a provider: a modality hears that an object is kept when the archive has said so, and not before."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.pacs import Asking, Committing, dicom_destination, listening, modality, sample  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PATIENT = "1CT1"
UID = "1.3.6.1.4.1.5962.97."
CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"


def numbered(number):
    def change(data):
        data.SOPInstanceUID = f"{UID}{number}"
        data.InstanceNumber = number
    return change


class CommitmentProvider(unittest.TestCase):
    def install(self, archive_reports=True, **commitment):
        self.site = Site([])
        self.addCleanup(self.site.close)
        site, self.port = self.site, free_port()
        self.pacs = Committing(site, self.port if archive_reports else None)
        self.ct = Asking(site, self.port)
        site.configure(settings.device("ct", "dicom"),
                       modality("ct", Asking.NAME, Asking.TITLE, "ct", told_at=self.ct.port, **commitment),
                       modality("pacs", Committing.NAME, "ORTHANC", "ct"),
                       dicom_destination("pacs", self.pacs.port, "ORTHANC", retry_first="100ms",
                                         connection={"commitment": True, "commitment_patience": "3s"}),
                       change=lambda text: listening(text, self.port))
        site.start_broker()
        site.start_gateway()
        site.import_persons([{"identifiers": [{"value": PATIENT, "authority": "KIS", "type": "MR"}], "family": "Quittenbaum",
                              "given": "Jutta", "birth_date": "1961-01-01", "sex": "female"}])

    def send(self, *numbers):
        for number in numbers:
            self.assertTrue(self.ct.send(sample(self.site, "CT_small.dcm", numbered(number))))

    def ask(self, *numbers):
        return self.ct.ask(*((CT, f"{UID}{number}") for number in numbers))

    def hears(self, transaction, status):
        wait_until(lambda: self.ct.told(transaction)[0] != "Pending", "the modality is told", 60)
        self.assertEqual(self.ct.told(transaction)[0], status)
        return self.ct.told(transaction)

    def audited(self):
        """The actions of the log, which verifies and names no object."""
        text, proven, said = self.site.verify_audit()
        self.assertTrue(proven, said)
        self.assertNotIn(UID, text)
        return [line.split("\t")[4] for line in text.splitlines() if line.startswith("record\t")]

    def test_objects_are_committed_when_the_archive_keeps_them(self):
        self.install()
        self.send(1, 2)
        _, committed, failed = self.hears(self.ask(1, 2), "Success")
        self.assertEqual(committed, {f"{UID}1", f"{UID}2"})
        self.assertEqual(failed, {})
        self.assertEqual(set(self.pacs.objects()), committed, "they really are there")
        # What never came, and what is of another class than was said, does not spoil the rest.
        _, committed, failed = self.hears(self.ct.ask((CT, f"{UID}1"), (MR, f"{UID}2"), (CT, f"{UID}9")), "Failure")
        self.assertEqual(committed, {f"{UID}1"})
        self.assertEqual(failed, {f"{UID}2": 0x0119, f"{UID}9": 0x0112})
        self.assertEqual(self.audited().count("commitment_requested"), 2)
        self.assertEqual(self.audited().count("commitment_reported"), 2)
        self.assertNotIn(UID, self.site.log())
        self.assertEqual(self.site.metric('edgeward_dicom_in_commitments_total{outcome="committed",sender="ct"}'), 1)
        self.assertEqual(self.site.metric('edgeward_dicom_in_commitments_total{outcome="failed",sender="ct"}'), 1)
        self.assertTrue(balanced(self.site.books()))

    def test_a_request_waits_for_an_archive_that_has_not_reported_over_a_kill(self):
        self.install(archive_reports=False)
        self.send(3, 4)
        wait_until(lambda: len(self.pacs.objects()) == 2, "the archive has got them and says nothing", 60)
        transaction = self.ask(3, 4)
        wait_until(lambda: self.site.metric("edgeward_dicom_in_commitments_open") == 1, "the request is open")
        self.assertEqual(self.ct.told(transaction), ("Pending", set(), {}))
        self.site.gateway.kill()
        self.pacs.stop()
        self.site.start_gateway()
        self.assertEqual(self.ct.told(transaction)[0], "Pending", "the archive is down")
        self.pacs.calls = self.port
        self.pacs.start()
        _, committed, failed = self.hears(transaction, "Success")
        self.assertEqual((committed, failed), ({f"{UID}3", f"{UID}4"}, {}))
        wait_until(lambda: self.site.metric("edgeward_dicom_in_commitments_open") == 0, "the request has ended")
        self.assertEqual(self.audited().count("commitment_reported"), 1)

    def test_when_the_time_is_over_nothing_is_committed(self):
        self.install(within="2s")
        self.pacs.stop()
        self.send(5)
        _, committed, failed = self.hears(self.ask(5), "Failure")
        self.assertEqual((committed, failed), (set(), {f"{UID}5": 0x0110}))
        self.assertEqual(self.site.books()["destinations"]["pacs"]["pending"], 1, "it is still to be delivered")


if __name__ == "__main__":
    unittest.main()
