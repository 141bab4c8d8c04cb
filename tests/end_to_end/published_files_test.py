#!/usr/bin/python3
"""Every published file that is no HL7 v2 goes in through its door (device JSON, FHIR and lines by MQTT, DICOM by C-STORE):
stored, held or refused as the table says, none vanishes. Where the files are, as for samples_test.py; else skipped.
"""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.pacs import Modality, Orthanc, dicom_destination, listening, modality  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.sender import Sender  # noqa: E402
from ward.site import ROOT, Site, balanced  # noqa: E402

PUBLISHED = Path(os.environ.get("EDGEWARD_HL7_SAMPLES") or ROOT.parent / "shared/data")
FOLDERS = ("iomt-device-json", "fhir-isik-vitalparameter", "physionet-mimic2", "dicom")
# Which mapping reads a file, by how its name begins; what is nothing a device sends goes to the first of its folder.
MAPPINGS = {"data_IotCentral": "iomt_central", "data_Documentation": "iomt_body", "data_IotHub": "iomt_hub", "sample_templates": "iomt_hub",
            "": "fhir_observation"}
# What becomes of a file, and why.
STORED = ("PUBACK", "stored", "")
NO_TIME, NO_RULE = ("PUBACK", "held", "bad_timestamp"), ("PUBACK", "held", "no_rule_matches")
IOMT, ISIK, MIMIC, DICOM = "iomt-device-json/data_", "fhir-isik-vitalparameter/", "physionet-mimic2/", "dicom/"
TABLE = {
    **{f"{IOMT}{name}.json": (STORED, "") for name in (
        "Documentation_CalculatedFunction_BloodPressure_Payload", "Documentation_CalculatedFunction_HeartRate_Payload",
        "Documentation_CalculatedFunction_MultipleMeasurements_FromArray_Payload",
        "Documentation_CalculatedFunction_MultipleMeasurements_Payload", "IotCentralPayloadExample", "IotHubPayloadExample",
        "IotHubPayloadExampleMissingCreateTime", "IotHubPayloadMultiValueExample")},
    **{f"iomt-device-json/sample_templates_{name}.json": (NO_TIME, "a template of another product, which measured nothing") for name in (
        "basic_devicecontent", "basic_fhirmapping", "sandbox_devicecontent", "sandbox_fhirmapping")},
    **{f"{ISIK}Observation-ISiK{name}Example.json": (NO_TIME, "effective is a day, and no moment") for name in (
        "Atemfrequenz", "BlutdruckSystemischArteriell", "EKG", "GCS", "Herzfrequenz", "Koerpergewicht", "Koerpertemperatur",
        "SauerstoffsaettigungArteriell")},
    ISIK + "Observation-ISiKKoerpergroesseExample.json": (("PUBACK", "held", "no_values"), "it has no LOINC coding"),
    ISIK + "Observation-Zentralvenoeser-Blutdruck.json": (STORED, "effective is a period"),
    **{f"{ISIK}{name}.json": (NO_RULE, "no Observation") for name in (
        "CapabilityStatement-ISiKCapabilityStatementVitalparameterServerHospital",
        "CapabilityStatement-ISiKCapabilityStatementVitalparameterServerPDMS", "Device-ExampleDevice", "Patient-PatientinMusterfrau")},
    MIMIC + "3975656_0015.dat": (("PUBACK", "held", "bad_csv"), "samples of 8 bits, and no lines"),
    MIMIC + "3975656_0015.hea": (NO_TIME, "a header, and no measurement"),
    MIMIC + "s00001-first-half.csv": (NO_TIME, "seconds since nobody says when"),
    **{f"{DICOM}{name}.dcm": (("success", "stored", ""), "") for name in (
        "CT_small", "MR_small", "SC_rgb_small_odd", "chrGerm", "rtplan", "waveform_ecg")},
    DICOM + "test-SR.dcm": (("success", "held", "unknown_authority"), "it has no Patient ID"),
}


def mapping_of(file):
    if file.parent.name == "physionet-mimic2":
        return "monitor_csv"
    return next(name for start, name in MAPPINGS.items() if file.name.startswith(start))


@unittest.skipUnless((PUBLISHED / "dicom").is_dir(), "no folder with published files")
class PublishedFiles(unittest.TestCase):
    def setUp(self):
        self.site = site = Site(["ct-1", *sorted(set(MAPPINGS.values())), "monitor_csv"])
        self.addCleanup(site.close)
        port, pacs = free_port(), Orthanc(site)
        devices = [settings.device(name, name) for name in [*sorted(set(MAPPINGS.values())), "monitor_csv"]]
        site.configure(*devices, settings.device("ct", "dicom"), modality("ct", "ct-1", "CT1", "ct"),
                       dicom_destination("pacs", pacs.port, "ORTHANC"), change=lambda text: listening(text, port))
        site.start_broker()
        site.start_gateway()
        for name in [*sorted(set(MAPPINGS.values())), "monitor_csv"]:
            site.associate(name, "4711", "2000-01-01T00:00:00Z")
        self.modality = Modality(site, "ct-1", "CT1", port)
        self.senders = {}

    def send(self, file):
        before = self.site.books()["inbound"]
        if file.suffix == ".dcm":
            said = "success" if self.modality.store(file) else "refused"
        else:
            sender = self.senders.setdefault(mapping_of(file), None) or Sender(self.site, mapping_of(file))
            self.senders[mapping_of(file)] = sender
            sender.publish(file.read_bytes())
            sender.wait()
            said = "PUBACK"
        after = wait_until(lambda: (now := self.site.books()["inbound"])["received"] > before["received"] and now, f"{file.name} is in the books")
        (fate,) = (kind for kind in ("stored", "quarantined", "refused") if after[kind] > before[kind])
        if fate != "quarantined":
            return said, fate, ""
        held = self.site.command("quarantine", "list")["quarantine"]
        return said, "held", max(held, key=lambda one: one["id"])["reason"]

    def test_every_published_file_ends_as_it_should(self):
        files = [file for folder in FOLDERS for file in sorted((PUBLISHED / folder).iterdir()) if file.name != "SOURCE.md"]
        outcomes = {f"{file.parent.name}/{file.name}": self.send(file) for file in files}
        print("\nanswer   fate     reason               file")
        for name, (said, fate, reason) in outcomes.items():
            print(f"{said:<8} {fate:<8} {reason:<20} {name}", flush=True)
        for sender in self.senders.values():
            sender.close()
        self.assertEqual(outcomes, {name: wanted for name, (wanted, _) in TABLE.items()})
        self.assertTrue(self.site.gateway.running())
        self.assertTrue(balanced(self.site.books()))
        text, proven, said = self.site.verify_audit()
        self.assertTrue(proven, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
