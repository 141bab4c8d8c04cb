#!/usr/bin/python3
"""Rectification, restriction and the broken glass: what is right goes out, what is restricted waits over a kill and goes on
in its order, and whoever breaks the glass is in the log."""

import grp
import json
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver, patient_of_message, segments, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

HER = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Falsch", "given": "Erika",
       "birth_date": "1964-08-12", "sex": "female"}
HIM = {"identifiers": [{"value": "4712", "authority": "KIS", "type": "MR"}], "family": "Bleibt", "given": "Bernd"}
PATIENT = ("--patient", "4711", "--authority", "KIS")
DENIED = 4
ON_DUTY = 65534


class Rights(unittest.TestCase):
    def on_duty(self, *arguments):
        return subprocess.run([self.site.binary, "-c", str(self.site.config), "--json", *arguments], capture_output=True,
                              text=True, timeout=60, check=False, user=ON_DUTY, group=grp.getgrnam("nogroup").gr_gid,
                              extra_groups=[])

    def measure(self, sender, values):
        for value in values:
            self.number += 1
            sender.publish({"ts": timestamp(self.begin + self.number / 1000), "HR": value})
        sender.wait(60)

    def values_at(self, kis, patient):
        return [arrival["HR"] for arrival in self.at_kis(kis) if arrival["patient"] == patient]

    def at_kis(self, kis):
        made = []
        for message in (arrival["message"] for arrival in kis.arrivals()):
            pid = segments(message, "PID")[0]
            made.append({"patient": patient_of_message(message), "name": pid[5], "birth": pid[7],
                         "HR": int(float(values_of_message(message)[0][1]))})
        return made

    @staticmethod
    def at(research):
        return len(research.resources("Observation"))

    def pending(self, destination):
        return self.site.command("books")["destinations"][destination]["pending"]

    def rectify(self, kis):
        right = self.site.top / "right.json"
        right.write_text(json.dumps({"family": "Richtig", "birth_date": "1964-12-08",
                                     "add_identifiers": [{"value": "0815", "authority": "KIS"}]}))
        answer = self.site.command("person", "rectify", *PATIENT, str(right))
        self.assertEqual(answer["changed"], ["family", "birth_date", "identifiers"])
        self.assertEqual([one["destination"] for one in answer["recipients"]], ["kis"], "research never had the name")
        self.measure(self.hers, [65])
        wait_until(lambda: 65 in self.values_at(kis, "4711"), "the first after it arrives", 60)
        first, last = self.at_kis(kis)[0], self.at_kis(kis)[-1]
        self.assertIn("Falsch^Erika", first["name"])
        self.assertIn("Richtig^Erika", last["name"])
        self.assertEqual(last["birth"][:8], "19641208")

    def restrict_secondary(self, kis, research):
        site = self.site
        wait_until(lambda: self.pending("research") == 0, "research has all of it", 60)
        number = site.command("person", "restrict", *PATIENT, "--reason", "objection")["restriction"]
        before = self.at(research)
        self.measure(self.hers, [70, 71])
        self.measure(self.his, [90])
        wait_until(lambda: self.values_at(kis, "4711")[-2:] == [70, 71], "treatment goes on", 60)
        wait_until(lambda: self.at(research) == before + 1, "research goes on without her", 60)
        wait_until(lambda: self.pending("research") == 2, "hers waits", 60)
        site.command("person", "restrict-lift", str(number))
        wait_until(lambda: self.pending("research") == 0, "what waited went on", 60)
        self.assertEqual(self.at(research), before + 3)

    def restrict_all(self, kis):
        site = self.site
        number = site.command("person", "restrict", *PATIENT, "--reason", "legal_claims", "--reach", "all")["restriction"]
        self.measure(self.hers, [80, 81])
        self.measure(self.his, [91])
        wait_until(lambda: 91 in self.values_at(kis, "4712"), "others go on", 60)
        site.gateway.kill()
        site.start_gateway()
        self.open_to_others()
        self.measure(self.hers, [82])
        self.measure(self.his, [92])
        wait_until(lambda: 92 in self.values_at(kis, "4712"), "others go on after a kill", 60)
        wait_until(lambda: self.pending("kis") == 3, "hers waits", 60)
        self.assertNotIn(80, self.values_at(kis, "4711"))
        restrictions = site.command("person", "restrictions", *PATIENT)["restrictions"]
        self.assertEqual([one["in_force"] for one in restrictions], [False, True])
        site.command("person", "restrict-lift", str(number))
        wait_until(lambda: self.pending("kis") == 0, "what waited went on", 60)
        self.assertEqual(self.values_at(kis, "4711")[-3:], [80, 81, 82], "in its order")

    def break_the_glass(self):
        refused = self.on_duty("quarantine", "list")
        self.assertEqual(refused.returncode, DENIED, refused.stderr)
        self.assertEqual(self.on_duty("status").returncode, 0)
        broken = self.on_duty("--break-glass", "emergency", "quarantine", "list")
        self.assertEqual(broken.returncode, 0, broken.stderr)
        self.assertEqual(self.on_duty("--break-glass", "emergency", "person", "restrictions", *PATIENT).returncode, DENIED)
        self.assertEqual(self.on_duty("--break-glass", "curiosity", "quarantine", "list").returncode, 2)

    def open_to_others(self):
        for folder in (self.site.top, self.site.folder):
            folder.chmod(0o755)
        self.site.config.chmod(0o644)

    def test_rights(self):
        self.number, self.begin = 0, time.time()
        with Site(["monitor-1", "monitor-2"]) as self.site:
            site = self.site
            kis, research = Hl7Receiver(site), FhirReceiver(site, "research")
            nogroup = grp.getgrnam("nogroup").gr_name
            site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"),
                           settings.device("monitor-2", "monitor_flat", ward="ICU"),
                           settings.hl7_destination("kis", kis.port), settings.fhir_destination("research", research.port),
                           '\n[[policy.role]]\nname = "hospital-it"\nusers = ["nobody"]\n',
                           change=lambda text: text.replace('socket_group = ""', f'socket_group = "{nogroup}"'))
            site.start_broker()
            site.start_gateway()
            self.open_to_others()
            site.import_persons([HER, HIM])
            for device, person in (("monitor-1", "4711"), ("monitor-2", "4712")):
                site.associate(device, person, timestamp(self.begin - 60))
                site.permit(person, timestamp(self.begin - 3600), timestamp(self.begin + 86400))
            self.hers, self.his = Sender(site, "monitor-1"), Sender(site, "monitor-2")
            self.measure(self.hers, [60, 61])
            wait_until(lambda: self.values_at(kis, "4711") == [60, 61], "the first arrive", 60)
            self.rectify(kis)
            self.restrict_secondary(kis, research)
            self.restrict_all(kis)
            self.break_the_glass()
            books = site.command("books", "--recount")
            self.assertTrue(balanced(books), books)
            text, proven, words = site.verify_audit()
            self.assertTrue(proven, words)
            for action, times in (("person_rectified", 1), ("restriction_changed", 4), ("restrictions_listed", 1),
                                  ("glass_broken", 1)):
                self.assertEqual(text.count(action), times, action)
            for secret in ("Falsch", "Richtig", "Erika", "1964-08", "1964-12"):
                self.assertFalse(secret in text, "a name in the log")
            self.hers.close()
            self.his.close()


if __name__ == "__main__":
    unittest.main(verbosity=1)
