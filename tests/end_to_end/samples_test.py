#!/usr/bin/python3
"""Every HL7 message we have goes in through its door: stored, held or refused as the table says, none vanishes. What is
PCD-01 comes out as PCD-01 with every clinical field, and by the profile's rules.

The messages of tests/hl7/samples are always sent. Published ones are sent too where they are: in EDGEWARD_HL7_SAMPLES,
else in ../shared/data beside the checkout.
"""

import collections
import os
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.administration import SENDER  # noqa: E402
from ward.administration import listening as adt_listening  # noqa: E402
from ward.pcd_01 import RULES, Said, faults, must_come_out, parsed  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, patient_of_message  # noqa: E402
from ward.results import EUI64, ResultSender, listening, sample_files, sender  # noqa: E402
from ward.site import ROOT, TESTS, Site, balanced  # noqa: E402

OWN = TESTS / "hl7/samples"
PUBLISHED = Path(os.environ.get("EDGEWARD_HL7_SAMPLES") or ROOT.parent / "shared/data")
GATEWAY = "EDGEWARD^ACDE48234567ABCD^EUI-64"

# What becomes of a message: its answer; accepted, held or refused; the reason (of a refusal by ERR-2 and ERR-3).
CA, AA = ("CA", "accepted", ""), ("AA", "accepted", "")
NOTHING = ("AA", "refused", "nothing_measured")  # it is taken and has nothing that a mapping lists
NO_RESULTS, NO_EVENT = ("AR", "refused", "MSH 200"), ("AR", "refused", "MSH 201")
APPLIED, IGNORED = ("AA", "accepted", "applied"), ("AA", "accepted", "ignored")

OWN_TABLE = {
    "pcd_01_no_zone_and_x_latin": (CA, "tolerated: zone in MSH-7 alone, X beside values, 8859/1, OBX-18 of the vendor's own"),
    "pcd_01_episodic_in_ucum": (CA, "the device named by MSH-3 alone, UCUM alone"),
    "pcd_01_two_channels_of_a_pump": (CA, "equal rates of two channels are two rates"),
    "pcd_01_everything_a_row_says": (CA, "limits, flags, methods, sites, two times"),
    "pcd_01_two_arterial_lines": (CA, "one line has no systole"),
    "pcd_01_waveform": (CA, "samples with their period, and a mapping that lists them"),
    "pcd_01_waveform_not_listed": (("CA", "refused", "nothing_measured"), "hl7_monitor lists no waveforms"),
    "pcd_01_version_a_final": (CA, "a validated value"),
    "pcd_01_version_b_corrected": (CA, "OBX-11 C"),
    "pcd_01_version_c_withdrawn": (CA, "OBX-11 D"),
    "pcd_01_demonstration": (CA, "stored as a demonstration, and sent to no patient's record"),
    "pcd_01_unknown_device": (("CA", "held", "unknown_device"), "no [[device]] has that EUI-64"),
    "pcd_01_unknown_authority": (("CA", "held", "unknown_authority"), "nobody knows whose 4711 that is"),
    "pcd_01_clock_never_set": (("CA", "held", "bad_timestamp"), "1970 is when nobody measured anything"),
    "pcd_01_nobody": (("CA", "held", "no_association"), "nobody is at the device"),
    "pcd_01_rows_alone": (("AE", "refused", "MSH 100"), "rows without a message around them"),
    "pcd_04_alarm": (("CR", "refused", "MSH 201"), "alarms are not results; the gateway is no alarm manager"),
    "pcd_05_delivered": (NO_RESULTS, "an answer to an alarm"),
    "ack_alone": (NO_RESULTS, "an acknowledgement of nothing"),
    "lab_potassium": (AA, "CRLF, no zone"),
    "lab_below_range_specimen_first": (AA, "SN, SPM before its OBX, 2.3.1, no MSH-9.3"),
    "lab_culture": (NOTHING, "no mapping lists cultures"),
    "lab_glucose_in_the_other_unit": (("AA", "held", "bad_value"), "mmol/L under a code of mg/dL is converted by nobody"),
    "lab_by_specimen": (AA, "OUL^R22, its ORC behind the OBR"),
    "lab_control_specimen": (NOTHING, "SPM-11 Q: measured on a control, in no patient's record"),
    "lab_by_container": (NO_EVENT, "OUL^R23 is not taken"),
    "lab_no_order": (("AE", "refused", "OBR 100"), "results without an order"),
    "poct_glucose": (AA, "ORU^R30 with one order"),
    "poct_two_orders": (("AE", "refused", "ORC 100"), "ORU^R30 has exactly one order"),
    "adt_1_admit": (APPLIED, "A01"),
    "adt_2_transfer": (APPLIED, "A02"),
    "adt_3_update": (APPLIED, "A08"),
    "adt_4_merge": (APPLIED, "A40"),
    "adt_5_discharge": (APPLIED, "A03"),
    "adt_6_another_event": (IGNORED, "A60 means nothing here"),
    "adt_7_cancel_what_never_was": (("AE", "refused", "PV1 204"), "A11 of a visit nobody knows"),
    "adt_8_transfer_without_bed": (("AE", "refused", "PV1 101"), "A02 to nowhere"),
    "adt_9_unknown_authority": (("AE", "refused", "PID 101"), "no identifier of an authority we know"),
    "adt_order": (NO_RESULTS, "an order at the port of patient administration"),
}

# Who issued the identifiers of the published messages, and the devices that sent some of them.
AUTHORITIES = {"MPI": "2.16.840.1.113883.19.3.2.1", "A": "", "Philips": "", "Baseline West MC": "", "1": "", "NIST MPI": "",
               "IA PHIMS Stage": "2.16.840.1.114222.4.3.3.5.1.2", "test1": "2.16.1", "BCBS": "", "ADT1": ""}
KNOWN = [f'\n[[authority]]\nname = "{name}"\noid = "{oid}"\nsystem = "https://s{n}.example/patient"\n'
         for n, (name, oid) in enumerate(AUTHORITIES.items())]
KNOWN += [settings.device("philips", "hl7_monitor", serial="e86c094f-f751-4acf-92b2-38f11c1f6f57-Device"),
          settings.device("mx500", "hl7_monitor", serial="7f2586c7-0506-46cd-a612-d8e75b838faa-IntelliVue MX500 - 866064")]
ELR, MICROSOFT, PCD, ACM = "hl7v2-lab-elr/", "hl7v2-microsoft-fhir-converter/", "ihe-pcd-01/", "ihe-pcd-acm-draeger/"
PUBLISHED_TABLE = {
    PCD + "tf2-E.1.1-physiological-monitor.hl7": (CA, "zone in MSH-7 alone, X beside values, OBX-18 of the vendor's own"),
    PCD + "tf2-E.1.2-episodic-nibp.hl7": (CA, "the device named by MSH-3 alone"),
    PCD + "uvpocd-philips-intellivue.hl7": (CA, "MSH-11 D: stored as a demonstration, sent to no patient's record"),
    PCD + "ge-b40-manual-fragment.txt": (("AE", "refused", "MSH 100"), "rows without a message around them"),
    ACM + "ACK_watchdog.txt": (NO_RESULTS, "an acknowledgement of nothing"),
    ACM + "PCD04_alarm.txt": (("CR", "refused", "MSH 201"), "alarms are not results"),
    ACM + "PCD04_watchdog.txt": (("CR", "refused", "MSH 201"), "alarms are not results"),
    ACM + "PCD05_alarm.txt": (NO_RESULTS, "an answer to an alarm"),
    ELR + "athena-health_oru-example.hl7": (("CA", "refused", "nothing_measured"), "AMY^AMYLASE^L, a code of its own that nobody listed"),
    ELR + "cerner_cerner_en.hl7": (NOTHING, "a culture"),
    ELR + "cerner_cerner_lead.hl7": (AA, "its SPM stands before its OBX"),
    ELR + "healthcare-it-systems_adt-example.hl7": (("AE", "refused", "PID 100"), "blanks for segment ends: it has but one segment"),
    ELR + "nist_ORU_R01_2.5.1_SampleTestCase1.hl7": (AA, "lead in capillary blood"),
    ELR + "nist_ORU_R01_2.5.1_SampleTestCase2.hl7": (("AA", "refused", "duplicate"), "the same result again"),
    ELR + "nist_ORU_R01_2.5.1_SampleTestCase6.hl7": (NOTHING, "a culture"),
    ELR + "realm_realm-hepatitis-c-virus.hl7": (AA, "antibodies, a ratio to the cutoff"),
    MICROSOFT + "LAB-ORU-1.hl7": (AA, "a blood count, preliminary but for the platelets; I: no result yet"),
    MICROSOFT + "LAB-ORU-2.hl7": (AA, "the same orders, final"),
    MICROSOFT + "LRI_2.0-NG_CBC_Typ_Message.hl7": (CA, "a blood count"),
    MICROSOFT + "ORU-R01-01.hl7": (("CA", "refused", "nothing_measured"), "a culture"),
    MICROSOFT + "OUL-R22-01.hl7": (NOTHING, "a picture of a slide"),
    MICROSOFT + "OUL-R23-01.hl7": (NO_EVENT, "OUL^R23 is not taken"),
    MICROSOFT + "OUL-R24-01.hl7": (NO_EVENT, "OUL^R24 is not taken"),
    **{f"{MICROSOFT}ADT-{name}.hl7": (APPLIED, "") for name in (
        "A01-01", "A01-02", "A02-01", "A03-01", "A03-02", "A04-01", "A08-01", "A08-02", "A11-01", "A31-01", "A40-01")},
    MICROSOFT + "ADT-A11-02.hl7": (("AE", "refused", "PV1 204"), "the admission of that visit is cancelled already, by A11-01"),
    MICROSOFT + "ADT-A13-01.hl7": (("AE", "refused", "PV1 204"), "no discharge to cancel: the visit is cancelled"),
    MICROSOFT + "ADT-A41-01.hl7": (IGNORED, "the merge of an account moves nobody"),
    MICROSOFT + "ADT-A45-01.hl7": (("AE", "refused", "MRG 204"), "a visit that nobody knows is to move"),
    MICROSOFT + "ADT-A47-01.hl7": (IGNORED, "a changed identifier list"),
}
# What a hospital lists when its monitors send waveforms; hl7_monitor has none.
WAVES = """[mapping]
name = "hl7_waves"
format = "hl7"
[hl7]
known_codes = ["MDC"]
[lookup.codes]
"131330^MDC" = { mdc = 131330, refid = "MDC_ECG_ELEC_POTL_II", display = "ECG lead II", category = "measurement", kind = "waveform", unit = "mV", waveform = { period_ms = 8 } }
"""
# Of devices that are known by another number; so are laboratories.
NO_EUI64 = ("pcd_01_no_zone_and_x_latin", PCD + "tf2-E.1.1-physiological-monitor.hl7")
WAVES_EUI64 = "080019FFFE3ED0EC"


def own_messages():
    """As they lie there, with the segment ends they have: LF or CRLF."""
    return {file.stem: file.read_bytes().strip() for file in sorted(OWN.glob("*.hl7"))}


def outcomes_of(metrics, name, label):
    """Counter of a metric by one of its labels, summed over the others."""
    found = collections.Counter()
    for labels, value in re.findall(rf"(?m)^{name}{{([^}}]*)}} (\d+)", metrics):
        found[re.search(rf'{label}="([^"]*)"', labels).group(1)] += int(value)
    return found


class Samples(unittest.TestCase):
    def open_site(self, *more):
        self.site = site = Site(["monitor-gw", "lab-lis", "kis-adt"])
        self.addCleanup(site.close)
        self.port, self.adt_port, self.kis = free_port(), free_port(), Hl7Receiver(site)
        (site.folder / "mappings/hl7_waves.toml").write_text(WAVES)
        self.configure(*more)
        site.start_broker()
        site.start_gateway()
        self.monitors, self.lab = ResultSender(site, self.port, "monitor-gw"), ResultSender(site, self.port, "lab-lis")
        self.administration = ResultSender(site, self.adt_port, "kis-adt")
        for client in (self.monitors, self.lab, self.administration):
            self.addCleanup(client.close)
        self.came_out, self.received, self.seen = {}, 0, 0

    def configure(self, *more):
        self.site.configure(settings.device("monitor-a", "hl7_monitor", eui64=EUI64),
                            settings.device("c-monitor", "hl7_monitor", serial="c-monitor-17-Device"),
                            settings.device("ecg", "hl7_waves", eui64=WAVES_EUI64), settings.device("lis", "hl7_laboratory"),
                            sender("monitors", "monitor-gw", authority="KIS"), sender("lab", "lab-lis", device="lis", authority="KIS"),
                            SENDER, *more,
                            settings.hl7_destination("kis", self.kis.port, connection={"version": "2.6", "sending_application": GATEWAY}),
                            change=lambda text: adt_listening(listening(text, self.port), self.adt_port))

    def counters(self):
        metrics = self.site.metrics()
        return (outcomes_of(metrics, "edgeward_adt_messages_total", "outcome"),
                outcomes_of(metrics, "edgeward_messages_refused_by_reason_total", "reason"), self.site.books()["inbound"])

    def send(self, name, octets):
        """One message through its door: answer, fate, reason."""
        is_adt = "adt" in name.lower()
        client = self.administration if is_adt else self.monitors if "pcd" in name or "ack" in name else self.lab
        before = self.counters()
        client.connect()
        answer = client.answer(octets)
        after = self.counters()
        code = str(answer.segment("MSA")[1])
        wrong = re.search(r"\rERR\|+(\w*).*?\b([12]\d\d)[\^&]", str(answer))
        fault = f"{wrong.group(1)} {wrong.group(2)}" if wrong else ""
        if is_adt:
            (outcome,) = after[0] - before[0]
            return (code, "accepted", outcome) if outcome in ("applied", "ignored") else (code, outcome, fault)
        self.received += 1
        self.assertEqual(after[2]["received"], self.received, f"{name} is in the books when it is answered")
        (fate,) = (kind for kind in ("stored", "quarantined", "refused") if after[2][kind] > before[2][kind])
        if fate == "stored":
            self.take_what_comes_out(name)
            return code, "accepted", ""
        if fate == "quarantined":
            held = self.site.command("quarantine", "list")["quarantine"]
            return code, "held", max(held, key=lambda one: one["id"])["reason"]
        (reason,) = after[1] - before[1]
        return code, "refused", fault or reason

    def take_what_comes_out(self, name):
        self.site.wait_for_quiet(self.received)
        messages = self.kis.messages()
        self.came_out[name] = [str(one) for one in messages[self.seen:]]
        self.seen = len(messages)

    def send_all(self, messages, table):
        outcomes = {name: self.send(name, octets) for name, octets in messages.items()}
        print("\nanswer  fate      reason             message")
        for name, (code, fate, reason) in sorted(outcomes.items()):
            print(f"{code:<7} {fate:<9} {reason:<18} {name}: {table.get(name, ('', '?'))[1]}", flush=True)
        self.assertEqual(outcomes, {name: wanted for name, (wanted, _) in table.items()})
        self.assertTrue(self.site.gateway.running())
        self.assertTrue(balanced(self.site.books()))
        text, proven, said = self.site.verify_audit()
        self.assertTrue(proven, said)
        return text

    def compare(self, messages):
        """PCD-01 in and PCD-01 out, field by field."""
        equal, differing, rules, rows = collections.Counter(), [], collections.Counter(), 0
        self.assertTrue(messages)
        for name, octets in messages.items():
            before, out = Said(octets), [Said(one) for one in self.came_out[name]]
            after = {key: row for one in out for key, row in one.values.items()}
            self.assertEqual(set(after), set(before.values), f"{name}: the same measurements, by time and place")
            above, chains = {key: chain for one in out for key, chain in one.ancestors().items()}, before.ancestors()
            for key, row in before.values.items():
                wanted, why = must_come_out(row)
                rules.update(why)
                rows += 1
                pairs = {number: (after[key][number], value) for number, value in wanted.items()}
                pairs["parts above"] = ([one for one in above[key] if one in chains[key]], chains[key])
                pairs["OBX-18"] = (out[0].device, self.device_of(before))
                pairs["samples' period"] = (self.periods(out).get(row["OBX-4"]), before.periods.get(row["OBX-4"]))
                for number, (is_now, value) in pairs.items():
                    equal[number] += is_now == value
                    if is_now != value:
                        differing.append(f"{name} {row['OBX-4']} {number}")
        print(f"\nPCD-01 in and out: {len(messages)} messages, {rows} measurements\nfield            equal")
        for number, count in equal.items():
            print(f"{number:<16} {count:>5}")
        print("differs by rule:")
        for rule, count in sorted(rules.items()):
            print(f"{count:>5} {rule}: {RULES[rule]}", flush=True)
        self.assertEqual(differing, [])

    @staticmethod
    def periods(out):
        return {place: period for one in out for place, period in one.periods.items()}

    @staticmethod
    def device_of(said):
        """What stands for the device: what its MDS row says, or the one that MSH-3 names."""
        return said.device or EUI64

    def judge_all(self):
        """Everything that went out, by the profile."""
        found = {}
        for name, messages in self.came_out.items():
            for one in messages:
                if wrong := faults(one, eui64="pcd" in name and name not in NO_EUI64):
                    found.setdefault(name, []).extend(wrong)
        print(f"{sum(map(len, self.came_out.values()))} messages out judged by the rules of PCD-01: {found or 'no complaint'}", flush=True)
        self.assertEqual(found, {})

    def test_our_messages(self):
        self.open_site()
        messages = own_messages()
        text = self.send_all(messages, OWN_TABLE)
        for secret in ("Jäger", "Ännchen", "Observer", "NOTFALL7"):
            self.assertNotIn(secret, text)
            self.assertNotIn(secret, self.site.log())
        self.assertEqual(self.came_out.pop("pcd_01_demonstration"), [], "no demonstration in a patient's record")
        self.assertEqual({patient_of_message(one) for sent in self.came_out.values() for one in sent}, {"4711"})
        self.compare({name: octets for name, octets in messages.items() if name in self.came_out and "pcd" in name})
        self.judge_all()
        # The judge sees what is wrong with the message of a monitor that IHE printed.
        wrong = set(faults(str(parsed(messages["pcd_01_no_zone_and_x_latin"]))))
        self.assertLessEqual({"MSH-3 EUI-64", "OBR-3 EUI-64", "OBR-7 zone", "OBX[1]-18 EUI-64", "OBX[2]-18 inherited",
                              "OBX[4]-5 empty just with X", "OBX[4]-14 zone", "OBX[4]-17"}, wrong)
        # The same again is known, whatever it is.
        for name in ("pcd_01_two_channels_of_a_pump", "lab_potassium"):
            self.assertEqual(self.send(name, messages[name])[1:], ("refused", "duplicate"))
        # What goes out is PCD-01 that we read ourselves, and finds nothing new in it.
        for name in ("pcd_01_two_channels_of_a_pump", "pcd_01_two_arterial_lines", "pcd_01_episodic_in_ucum"):
            (again,) = self.came_out[name]
            self.assertEqual(self.send("pcd", again.encode())[1:], ("refused", "duplicate"), name)
        self.assertTrue(balanced(self.site.books()))

    @unittest.skipUnless((PUBLISHED / "ihe-pcd-01").is_dir(), "no folder with published messages")
    def test_published_messages(self):
        self.open_site(*KNOWN)
        messages = dict(sample_files(PUBLISHED))
        self.send_all(messages, PUBLISHED_TABLE)
        self.compare({name: octets for name, octets in messages.items() if self.came_out.get(name) and "pcd" in name})
        self.judge_all()

    @unittest.skipUnless((PUBLISHED / "ihe-pcd-01").is_dir(), "no folder with published messages")
    def test_published_messages_of_strangers_wait_until_they_are_known(self):
        self.open_site()
        results = {name: octets for name, octets in sample_files(PUBLISHED) if "adt" not in name.lower()}
        self.assertNotIn("accepted", {self.send(name, octets)[1] for name, octets in results.items()})
        # Who they are is entered; then what was held is read again, and ends as if it came now.
        self.configure(*KNOWN)
        self.site.reload()
        wait_until(lambda: "configuration reloaded" in self.site.log(), "it is reloaded")
        self.site.command("quarantine", "replay", "--all")
        books = self.site.books()
        accepted = sum(PUBLISHED_TABLE[name][0][1] == "accepted" for name in results)
        self.assertEqual((books["inbound"]["quarantined"], books["inbound"]["stored"]), (0, accepted))
        self.assertTrue(balanced(books))


if __name__ == "__main__":
    unittest.main(verbosity=2)
