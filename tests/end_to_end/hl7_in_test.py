#!/usr/bin/python3
"""Results by HL7 v2 over MLLP and TLS: in, stored once whatever dies, and out again with every clinical field."""

import collections
import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.administration import local  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver, patient_of_message, segments  # noqa: E402
from ward.results import EUI64, ResultSender, clinical_rows, listening, sender, sent_by_node  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import TESTS, Site, balanced  # noqa: E402

SURNAME, PATIENT = "Quittenbaum", "QUITTE-4711"
KILLS = 6
BURST = 60  # messages between two kills

# A PCD-01 message as IHE PCD TF-2 appendix B writes it, with what a row can say: limits, judgement, methods, a setting,
# a value that is not to be had, a measurement site, an episodic pressure with a time of its own.
PCD_01 = """MSH|^~\\&|ACME_Gateway^{eui}^EUI-64|ACME|||{now}+0100||ORU^R01^ORU_R01|{id}|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO
PID|||{patient}^^^KIS^MR||{surname}^Jörg^^^^^L||19610101|M
PV1||I|ITS1^Z1^B2
OBR|1|{id}^ACME^{eui}^EUI-64|{id}^ACME^{eui}^EUI-64|182777000^monitoring of patient^SCT|||{time}+0100
OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||{eui}^^{eui}^EUI-64
OBX|2||69798^MDC_DEV_ECG_VMD^MDC|1.5.0.0|||||||X
OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|{rate}|264864^MDC_DIM_BEAT_PER_MIN^MDC|50-120|N|||R||||||AMEAS^^MDC
OBX|4||69642^MDC_DEV_ANALY_SAT_O2_VMD^MDC|1.22.0.0|||||||X
OBX|5|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.22.1.3|89.0|262688^MDC_DIM_PERCENT^MDC|90-100|L~QUES|||F||||||AMEAS^^MDC|||465984^MDC_FINGER_INDEX^MDC
OBX|6|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.16.1.5|117|266016^MDC_DIM_MMHG^MDC|90-160||||R|||{earlier}+0100|||MMEAS^^MDC
OBX|7|NM|150022^MDC_PRESS_BLD_NONINV_DIA^MDC|1.16.1.6|82|266016^MDC_DIM_MMHG^MDC|||||R|||{earlier}+0100|||AMEAS^^MDC
OBX|8|NM|151594^MDC_CO2_RESP_RATE^MDC|1.11.1.7||264928^MDC_DIM_RESP_PER_MIN^MDC||NAV|||X||||||AMEAS^^MDC
"""


def rows_of(message):
    """OBR-3 and the OBX fields 3, 5, 6 (UCUM) and 11 of each result or withdrawal of a message."""
    order = segments(message, "OBR")[0][3].split("^")[0]
    return [(order, fields[3].split("^")[3 if fields[3].endswith("LN") and "^MDC^" in fields[3] else 0], fields[5],
             fields[6].split("^")[-3], fields[11])
            for fields in segments(message, "OBX") if len(fields) > 11 and (fields[5] or fields[11] in "DW")]


class Hl7In(unittest.TestCase):
    def open_site(self, site, *more):
        self.site, self.port = site, free_port()
        self.kis = Hl7Receiver(site)
        self.research = FhirReceiver(site, "archive")
        self.configure(*more)
        site.start_broker()
        site.start_gateway()
        self.monitors = ResultSender(site, self.port, "monitor-gw")
        self.lab = ResultSender(site, self.port, "lab-lis")
        self.addCleanup(self.monitors.close)
        self.addCleanup(self.lab.close)

    def configure(self, *more):
        self.site.configure(settings.device("monitor-a", "hl7_monitor", eui64=EUI64), settings.device("lis", "hl7_laboratory"),
                       sender("monitors", "monitor-gw", authority="KIS"), sender("lab", "lab-lis", device="lis", authority="KIS"), *more,
                       settings.hl7_destination("kis", self.kis.port, connection={"version": "2.6"}),
                       settings.fhir_destination("archive", self.research.port, level="identified",
                                                 purpose="treatment", basis="art9-2h"),
                       change=lambda text: listening(text, self.port))

    def pcd_01(self, number, rate=72, patient=PATIENT, moment=None):
        moment = moment or time.time() - 3600 + number
        return PCD_01.format(eui=EUI64, id=f"M{number:06d}", patient=patient, rate=rate, now=local(time.time()),
                             time=local(moment), earlier=local(moment - 300), surname=SURNAME).replace("\n", "\r")

    def judge_bundles(self):
        """Every bundle is what the FHIR schema and the profiles say (validators that are not ours)."""
        bundles = self.research.bundles()
        self.assertTrue(bundles)
        for bundle in bundles:
            file = self.site.top / "bundle.json"
            file.write_bytes(bundle)
            done = subprocess.run(["node", str(TESTS / "peers/validate_fhir.mjs"), str(file)], capture_output=True,
                                  text=True, timeout=120, check=True)
            verdict = json.loads(done.stdout)
            self.assertEqual([verdict["schema"], verdict["profile"]], [[], []])
        return len(bundles)

    def messages(self):
        return [str(one) for one in self.kis.messages()]

    def test_a_round_trip_keeps_every_clinical_field(self):
        with Site(["monitor-gw", "lab-lis"]) as site:
            self.open_site(site)
            message = self.pcd_01(1)
            self.assertEqual(str(self.monitors.answer(message).segment("MSA")[1]), "CA", "enhanced mode was asked for")
            site.wait_for_quiet(1)
            (out,) = self.messages()
            before, after = clinical_rows(message), clinical_rows(out)
            print("\nfield          rows  equal")
            for field in next(iter(before.values())):
                equal = sum(before[code][field] == after.get(code, {}).get(field) for code in before)
                print(f"{field:<14} {len(before):>4}  {equal:>5}")
            self.assertEqual(before, after)
            self.assertEqual(patient_of_message(out), PATIENT)
            self.assertEqual(segments(out, "PV1")[0][3], "ITS1^Z1^B2")
            # What went out is PCD-01 that we take in again: the same values at the same time, so nothing is new.
            again = out.replace("EDGEWARD", "COPY", 1)
            self.assertEqual(str(self.monitors.answer(again).segment("MSA")[1]), "CA")
            inbound = site.books()["inbound"]
            self.assertEqual((inbound["stored"], inbound["refused"]), (1, 1), "a duplicate")
            statuses = {resource["status"] for resource in self.research.resources("Observation")}
            self.assertEqual(statuses, {"final"})
            self.judge_bundles()
            self.assertTrue(balanced(site.books()))

    def test_nothing_is_lost_or_doubled_whatever_is_killed(self):
        with Site(["monitor-gw", "lab-lis"]) as site:
            self.open_site(site)
            sent = heard_again = 0
            for kill in range(KILLS):
                for number in range(BURST):
                    sent += 1
                    if number == BURST - 1:
                        heard_again += self.send_and_kill(sent, committed=kill % 2 == 1)
                    else:
                        self.assertEqual(str(self.monitors.answer(self.pcd_01(sent)).segment("MSA")[1]), "CA")
            books = site.wait_for_quiet(sent)
            self.assertEqual(books["inbound"]["stored"], sent)
            times = collections.Counter(segments(one, "OBR")[-1][7] for one in self.messages())
            self.assertEqual(len(self.messages()), sent)
            self.assertEqual(set(times.values()), {1})
            rates = [made for made in self.research.resources("Observation")
                     if made["code"]["coding"][0]["code"] == "8867-4"]
            self.assertEqual(len(rates), sent, "FHIR has each once")
            doubles = books["inbound"]["refused"]
            self.assertGreaterEqual(doubles, KILLS // 2, "some died between commit and answer")
            print(f"\n{sent} messages, {KILLS} kills, {heard_again} resent, {doubles} known by then", flush=True)
            self.assertTrue(balanced(books))
            text, verified, verdict = site.verify_audit()
            self.assertTrue(verified, verdict)
            for secret in (SURNAME, PATIENT):
                self.assertNotIn(secret, site.log())
                self.assertNotIn(secret, text)

    def send_and_kill(self, number, committed):
        """The gateway dies while this message is under way, or when it is on disk and its sender has not heard; then it is
        sent again."""
        message = self.pcd_01(number)
        self.monitors.connect()
        self.monitors.send_only(message)
        if committed:
            wait_until(lambda: self.site.books()["inbound"]["stored"] == number, "it is on disk")
        self.site.gateway.kill()
        self.site.start_gateway()
        self.monitors.connect()
        self.assertEqual(str(self.monitors.answer(message).segment("MSA")[1]), "CA")
        return 1

    def test_a_message_that_names_nobody_is_of_who_is_at_the_device(self):
        with Site(["monitor-gw", "lab-lis"]) as site:
            self.open_site(site)
            nobody = [re.sub(r"PID\|[^\r]*", "PID|||", self.pcd_01(number)) for number in (1, 2)]
            self.assertEqual(str(self.monitors.answer(nobody[0]).segment("MSA")[1]), "CA", "held is on disk")
            (held,) = site.command("quarantine", "list")["quarantine"]
            self.assertEqual(held["reason"], "no_association")
            site.associate("monitor-a", PATIENT, "2020-01-01T00:00:00Z")
            self.assertEqual(str(self.monitors.answer(nobody[1]).segment("MSA")[1]), "CA")
            wait_until(lambda: site.books()["inbound"]["quarantined"] == 0, "what is explained is read again", 30)
            site.wait_for_quiet(2)
            self.assertEqual([patient_of_message(one) for one in self.messages()], [PATIENT] * 2)

    def test_another_client_is_heard_too(self):
        with Site(["monitor-gw", "lab-lis"]) as site, tempfile.TemporaryDirectory() as folder:
            self.open_site(site)
            for number in range(1, 4):
                Path(folder, f"{number}.hl7").write_text(self.pcd_01(number).strip("\r"))
            self.assertEqual(sent_by_node(site, self.port, "monitor-gw", folder),
                             {f"{number}.hl7": "CA" for number in range(1, 4)})
            self.assertEqual(site.wait_for_quiet(3)["inbound"]["stored"], 3)

    # Laboratories and analysers

    def result(self, code, value, unit, status="F", filler="L1", type_="NM", minute=0):
        at = local(time.time() // 3600 * 3600 - 7200 + 60 * minute)
        return (f"OBR|1|P{filler}|{filler}|24323-8^panel^LN|||{at}", f"OBX|1|{type_}|{code}^x^LN||{value}|{unit}|||||{status}")

    def lab_message(self, event, *segments_of, version="2.5.1", patient=PATIENT):
        self.lab_count = getattr(self, "lab_count", 0) + 1
        pid = f"PID|1||{patient}^^^KIS^MR||{SURNAME}^Jörg" if patient else ""
        head = f"MSH|^~\\&|LIS|LAB|EDGEWARD|KH|{local(time.time())}||{event}|L{self.lab_count}|P|{version}"
        return "\r".join(line for line in (head, pid, *segments_of) if line)

    def heard(self, message):
        answer = self.lab.answer(message)
        return str(answer.segment("MSA")[1]), str(answer).split("\r")

    def sent_rows(self):
        return [row for message in self.messages() for row in rows_of(message)]

    def test_a_glucometer_by_mqtt_tells_units_and_controls_apart(self):
        with Site(["monitor-gw", "lab-lis", "poct-1"]) as site:
            self.open_site(site, settings.device("poct-1", "glucometer"))
            poct = Sender(site, "poct-1")
            self.addCleanup(poct.close)
            for seq, (sample, glucose, unit) in enumerate((("patient", "<20", "mg/dL"), ("patient", "5.5", "mmol/L"),
                                                           ("control", "99", "mg/dL"))):
                poct.publish({"time": timestamp(time.time() - 60 + seq), "seq": seq, "patient": PATIENT, "sample": sample,
                              "glucose": glucose, "unit": unit})
            poct.wait()
            site.wait_for_quiet(3)
            sent = {row[1:4]: patient_of_message(message) for message in self.messages() for row in rows_of(message)}
            self.assertEqual(sent, {("41653-7", "<^20", "mg/dL"): PATIENT, ("14743-9", "5.5", "mmol/L"): PATIENT,
                                    ("control_glucose_mass", "99", "mg/dL"): ""})

    def test_laboratories_and_analysers(self):
        with Site(["monitor-gw", "lab-lis"]) as site:
            self.open_site(site)
            heard, result = self.heard, self.result
            # A laboratory: preliminary, final, corrected, withdrawn, under one order.
            for number, (value, status) in enumerate((("5.1", "P"), ("5.1", "F"), ("6.1", "C"), ("6.1", "D"))):
                site.wait_for_quiet(number)  # versions that meet in one bundle are one entry
                self.assertEqual(heard(self.lab_message("ORU^R01^ORU_R01", *result("2823-3", value, "mmol/L", status)))[0], "AA")
            site.wait_for_quiet(4)
            rows = self.sent_rows()
            self.assertEqual([row[1:] for row in rows],
                             [("2823-3", "5.1", "mmol/L", "P"), ("2823-3", "5.1", "mmol/L", "F"),
                              ("2823-3", "6.1", "mmol/L", "C"), ("2823-3", "6.1", "mmol/L", "D")])
            self.assertEqual(len({row[0] for row in rows}), 1, "a correction has the order's number of what it corrects")
            versions = self.research.resources("Observation")
            self.assertEqual([one["status"] for one in versions],
                             ["preliminary", "final", "corrected", "entered-in-error"])
            self.assertEqual(len({one["id"] for one in versions}), 1, "one resource, in its place")
            # A glucometer: one order, its number taken over; below its range; mmol/l stays mmol/l.
            code, answer = heard(self.lab_message("ORU^R30^ORU_R30", "ORC|NW|PLACER7|G7",
                                                  *result("14743-9", "<^1.1", "mmol/L", filler="G7", type_="SN")))
            self.assertEqual(code, "AA")
            self.assertIn("ACK^R33^ACK", answer[0])
            self.assertIn("ORC|OK|PLACER7|G7", answer)
            self.assertEqual(heard(self.lab_message("ORU^R30^ORU_R30", "ORC|NW|1", "ORC|NW|2",
                                                    *result("14743-9", "5", "mmol/L")))[0], "AE")
            # The code of mg/dL with a value in mmol/L is converted by nobody.
            self.assertEqual(heard(self.lab_message("ORU^R01^ORU_R01", *result("2339-0", "5.5", "mmol/L", filler="G8")))[0], "AA")
            held = site.command("quarantine", "list")["quarantine"]
            self.assertEqual([one["reason"] for one in held], ["bad_value"])
            # By specimen, in both versions; what was measured on a control is no patient's.
            for n, (version, role) in enumerate((("2.5.1", "P^Patient^HL70369"), ("2.6", "P"), ("2.6", "Q"), ("2.6", "C"))):
                message = self.lab_message("OUL^R22^OUL_R22", f"SPM|1|S{n}||BLD|||||||{role}", "SAC|||C1", "INV|R1|OK",
                                           *result("32693-4", f"1.{n}", "mmol/L", filler=f"B{n}"), version=version)
                self.assertEqual(heard(message)[0], "AA")
            site.wait_for_quiet(11)
            self.assertEqual([row[1:] for row in self.sent_rows()[4:]],
                             [("14743-9", "<^1.1", "mmol/L", "F"), ("32693-4", "1.0", "mmol/L", "F"),
                              ("32693-4", "1.1", "mmol/L", "F")])
            glucose = next(one for one in self.research.resources("Observation")
                           if one["code"]["coding"][0]["code"] == "14743-9")
            self.assertEqual(glucose["valueQuantity"]["comparator"], "<")
            self.assertRegex(site.metrics(), r'edgeward_values_refused_total{[^}]*reason="quality_control"[^}]*} 2')
            inbound = site.books()["inbound"]
            self.assertEqual((inbound["stored"], inbound["quarantined"], inbound["refused"]), (7, 1, 3))
            print(f"\n{self.judge_bundles()} bundles valid")
            print("\nlaboratory: 7 stored, 1 held (mmol/L under a code of mg/dL), 1 refused (two orders), 2 controls left out")


if __name__ == "__main__":
    unittest.main(verbosity=2)
