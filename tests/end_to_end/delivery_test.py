#!/usr/bin/python3
"""Receivers that refuse, are not there or are overloaded: nothing is lost, and nobody else waits."""

import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver, values_of_observation  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}
DEVICE = settings.device("monitor-1", "monitor_flat")
PATIENT_WAIT = {"retry_first": "100ms", "retry_longest": "200ms"}


class Delivery(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)

    def start(self, *destinations):
        self.site.configure(DEVICE, *destinations)
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))
        self.site.permit("4711", timestamp(self.begin - 3600), timestamp(self.begin + 3600))
        self.monitor = Sender(self.site, "monitor-1")
        self.addCleanup(self.monitor.close)

    def send(self, *rates):
        for rate in rates:
            self.monitor.publish({"ts": timestamp(), "HR": rate})
            self.monitor.wait()

    def book(self, name):
        return self.site.books()["destinations"][name]

    def trouble(self, name):
        return next(one["trouble"] for one in self.site.command("status")["destinations"] if one["name"] == name)

    def test_a_refused_message_is_a_dead_letter_and_can_be_sent_again_under_its_own_name(self):
        kis = Hl7Receiver(self.site, answers="AE,CA")
        self.start(settings.hl7_destination("kis", kis.port, attempts=1, connection={"acknowledgement": "original"},
                                            **PATIENT_WAIT))
        self.send(61)
        wait_until(lambda: self.book("kis")["dead_lettered"] == 1, "the refused one is a dead letter", every=0.1)
        letters = self.site.command("dead-letter", "list", "kis")["dead_letters"]
        self.assertEqual([(one["destination"], one["device"]) for one in letters], [("kis", "monitor-1")])
        self.assertTrue(letters[0]["reason"])
        number = str(letters[0]["report"])
        shown = self.site.command("dead-letter", "show", "kis", number)
        self.assertIn("answer", shown)
        self.assertEqual(self.site.command("dead-letter", "retry", "kis", number), {"retried": 1})
        wait_until(lambda: self.book("kis")["delivered"] == 1, "it is delivered", every=0.1)
        arrivals = kis.arrivals()
        self.assertEqual(len({one["control_id"] for one in arrivals}), 1, "the same MSH-10")
        self.assertEqual(len({one["message"] for one in arrivals}), 1, "the same message")
        self.assertEqual(len(arrivals), 2)
        self.assertEqual(self.site.command("dead-letter", "list", "kis")["dead_letters"], [])
        self.assertTrue(balanced(self.site.books()))

    def test_a_closed_port_delays_nobody_else_and_loses_nothing(self):
        port = free_port()
        kis = Hl7Receiver(self.site)
        self.start(settings.hl7_destination("kis", kis.port),
                   settings.hl7_destination("lis", port, **PATIENT_WAIT))
        begin = time.monotonic()
        self.send(*range(60, 80))
        wait_until(lambda: len(kis.messages()) == 20, "the destination that answers has all", 10)
        self.assertLess(time.monotonic() - begin, 10)
        waiting = self.book("lis")
        self.assertEqual((waiting["pending"], waiting["delivered"], waiting["dead_lettered"]), (20, 0, 0))
        state = {one["name"]: one["answering"] for one in self.site.command("status")["destinations"]}
        self.assertEqual(state, {"kis": True, "lis": False})
        self.assertEqual(self.site.health()[0], 200, "a receiver that is away does not make the gateway unready")
        lis = Hl7Receiver(self.site, "lis", port=port)
        wait_until(lambda: len(lis.messages()) == 20, "what waited is delivered")
        self.assertTrue(balanced(self.site.wait_for_quiet(20)))

    def test_an_overloaded_fhir_server_gets_everything_once_it_answers(self):
        research = FhirReceiver(self.site, "research", script="503,503:1,lose")
        self.start(settings.fhir_destination("research", research.port, **PATIENT_WAIT))
        self.send(61, 62, 63)
        self.site.wait_for_quiet(3)
        statuses = research.statuses()
        self.assertEqual(statuses[:3], [503, 503, 0], "as the script says: refused twice, then an answer lost")
        self.assertIn(200, statuses)
        values = [value for made in research.resources("Observation") for _, value in values_of_observation(made)]
        self.assertEqual(sorted(values), [61, 62, 63], "each once, the one with the lost answer too")
        book = self.book("research")
        self.assertEqual((book["delivered"], book["dead_lettered"]), (3, 0))

    def test_a_server_without_a_certificate_of_the_authority_gets_nothing(self):
        stranger = Site(["other"])
        self.addCleanup(stranger.close)
        impostor = Hl7Receiver(stranger)
        self.start(settings.hl7_destination("kis", impostor.port, **PATIENT_WAIT))
        self.send(61)
        wait_until(lambda: self.site.command("status")["destinations"][0]["trouble"], "trouble is told", every=0.1)
        self.assertEqual(impostor.arrivals(), [])
        self.assertEqual(self.book("kis")["pending"], 1)
        self.assertEqual(self.book("kis")["dead_lettered"], 0)

    def test_a_wrong_base_url_pauses_the_destination_and_makes_no_dead_letter(self):
        research = FhirReceiver(self.site, "research")
        wrong = settings.fhir_destination("research", research.port, **PATIENT_WAIT,
                                          connection={"url": f"https://localhost:{research.port}/fihr"})
        self.start(wrong)
        self.send(61, 62, 63)
        wait_until(lambda: self.trouble("research"), "trouble is told", every=0.1)
        self.assertIn("404", self.trouble("research"))
        self.assertIn("base URL", self.trouble("research"))
        wait_until(lambda: len(research.statuses()) >= 6, "it is tried again")
        book = self.book("research")
        self.assertEqual((book["pending"], book["dead_lettered"]), (3, 0))
        self.site.configure(DEVICE, settings.fhir_destination("research", research.port, **PATIENT_WAIT))
        self.site.command("reload")
        self.site.wait_for_quiet(3)
        self.assertEqual((self.book("research")["delivered"], self.book("research")["dead_lettered"]), (3, 0))
        self.assertEqual(self.trouble("research"), "")

    def test_a_receiving_application_nobody_knows_pauses_the_destination(self):
        kis = Hl7Receiver(self.site, answers="AR,AR,AR,AR,CA")
        self.start(settings.hl7_destination("kis", kis.port, connection={"acknowledgement": "original"},
                                            **PATIENT_WAIT))
        self.send(61, 62)
        wait_until(lambda: "AR" in self.trouble("kis"), "trouble is told", every=0.05)
        self.site.wait_for_quiet(2)
        self.assertEqual((self.book("kis")["delivered"], self.book("kis")["dead_lettered"]), (2, 0))

    def test_a_destination_without_its_certificate_keeps_its_queue_and_holds_up_nobody(self):
        kis = Hl7Receiver(self.site)
        late = Hl7Receiver(self.site, "late")
        block = settings.hl7_destination("late", late.port, **PATIENT_WAIT).replace("gateway-key", "late-key")
        self.site.configure(DEVICE, settings.hl7_destination("kis", kis.port), block)
        check = self.site.ask("config", "check")
        self.assertEqual(check.returncode, 5)
        self.assertRegex(check.stdout, r"edgeward\.toml:\d+:\d+: destination\[2\].*late-key")
        self.start(settings.hl7_destination("kis", kis.port), block)
        self.send(61, 62)
        wait_until(lambda: len(kis.messages()) == 2, "the other destination works")
        state = {one["name"]: (one["usable"], one["answering"]) for one in self.site.command("status")["destinations"]}
        self.assertEqual(state, {"kis": (True, True), "late": (False, False)})
        self.assertIn("late-key", self.trouble("late"))
        self.assertIn("NOT USABLE", self.site.ask("status").stdout)
        code, text = self.site.health()
        self.assertEqual(code, 200)
        part = next(one for one in json.loads(text)["parts"] if one["part"] == "destination:late")
        self.assertEqual((part["ready"], part["required"]), (False, False))
        self.assertIn("late-key", part["reason"])
        self.assertIn('edgeward_destination_up{destination="late"} 0', self.site.metrics())
        self.assertEqual(self.book("late")["pending"], 2)
        credentials = self.site.folder / "credentials"
        (credentials / "late-key").write_bytes((credentials / "gateway-key").read_bytes())
        (credentials / "late-key").chmod(0o600)
        self.site.command("reload")
        wait_until(lambda: len(late.messages()) == 2, "what waited is delivered")
        self.assertTrue(balanced(self.site.wait_for_quiet(2)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
