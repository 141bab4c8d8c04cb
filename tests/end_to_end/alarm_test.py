#!/usr/bin/python3
"""Alarms on what passes by: told in stages to receivers of several kinds, acknowledged, and never new twice."""

import grp
import os
import random
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import alarms, settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, MedplumServer, segments  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import CommandFailed, Site, balanced  # noqa: E402
from ward.words import mentioned  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum",
          "given": "Kim", "birth_date": "1961-02-28", "sex": "female"}
DEVICE = "monitor-1"
CROSSINGS = 40 if os.environ.get("EDGEWARD_QUICK") else 150


class Alarm(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.number = 0
        self.measured = 0
        self.site = Site([DEVICE, "nurse-1", "nurse-2"])
        self.addCleanup(self.site.close)
        alarms.let_read_notices(self.site, "nurse-1")

    def begin_with(self, *blocks, rules=alarms.SPO2, **more):
        """`more`: settings of [alarm]."""
        alarms.rules(self.site, rules)
        self.site.configure(settings.device(DEVICE, "monitor_flat", ward="ICU", room="1", bed="07"), *blocks,
                            change=lambda text: settings.with_alarms(
                                text.replace('socket_group = ""', 'socket_group = "nogroup"'), **more))
        self.site.start_broker()
        self.gateway = self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate(DEVICE, "4711", timestamp(self.begin - 3600))
        self.monitor = Sender(self.site, DEVICE)
        self.addCleanup(self.monitor.close)

    def webhook(self, *arguments):
        made = alarms.Webhook(self.site, *arguments)
        self.addCleanup(made.close)
        return made

    @staticmethod
    def hook(name, receiver, **more):
        return settings.alarm_target(name, "webhook", connection={"url": f"https://localhost:{receiver.port}/alarms"},
                                     **more)

    def nurse(self, name="nurse-1"):
        made = alarms.Nurse(self.site, name)
        self.addCleanup(made.close)
        return made

    def measure(self, value):
        """One value, measured at a time that no other one has."""
        self.number += 1
        self.measured = max(time.time(), self.measured + 0.001)
        self.monitor.publish(alarms.spo2(self.number, value, timestamp(self.measured)))

    def restart(self):
        self.gateway.kill()
        self.gateway = self.site.start_gateway()

    def audit(self):
        text, proven, verdict = self.site.verify_audit()
        self.assertTrue(proven, verdict)
        return [line.split("\t") for line in text.splitlines() if line.startswith("record")]

    def test_an_alarm_is_told_escalated_acknowledged_and_ended(self):
        if not alarms.Alertmanager.is_there():
            self.skipTest("Debian's prometheus-alertmanager is not installed")
        ward, head = self.webhook(), self.webhook()
        manager = alarms.Alertmanager(self.site)
        self.begin_with(
            settings.alarm_stages([(["ward", "display", "monitoring"], None), (["head"], "1s")]),
            self.hook("ward", ward), self.hook("head", head, level="technical"),
            settings.alarm_target("display", "mqtt", language="de"),
            settings.alarm_target("monitoring", "alertmanager", level="technical",
                                  connection={"url": f"http://127.0.0.1:{manager.port}", "plaintext_loopback": True,
                                              "refresh": "1s"}),
            principals=["nurse-1"])
        nurse = self.nurse()
        self.measure(95)
        self.measure(85)
        raised = wait_until(lambda: ward.notices("raised"), "the ward is told")[0]
        self.assertEqual((raised["rule"], raised["priority"], raised["ward"], raised["bed"], raised["state"]),
                         ("spo2-low", "high", "ICU", "07", "active"))
        self.assertEqual([(v["parameter"], v["value"], v["unit"], v["mdc"]) for v in raised["values"]],
                         [("spo2", "85", "%", 150456)])
        self.assertFalse(raised["repeated"])
        self.assertIn("Not the primary alarm", raised["note"])
        alarm = raised["alarm"]
        shown = wait_until(lambda: nurse.notices("raised"), "the display shows it")[0]
        self.assertEqual((shown["alarm"], shown["text"]), (alarm, "SpO2 niedrig"))
        self.assertEqual(nurse.arrivals[0][1], f"alarms/notices/{alarm}")
        self.assertFalse(nurse.arrivals[0][2], "not retained")
        alert = wait_until(manager.alerts, "the Alertmanager has it")[0]
        self.assertEqual(alert["labels"], {"alertname": "spo2-low", "alarm": alarm, "severity": "high", "ward": "ICU",
                                           "service": "edgeward"})
        escalated = wait_until(lambda: head.notices("escalated"), "the head nurse is told")[0]
        self.assertEqual((escalated["alarm"], escalated["stage"]), (alarm, 2))
        for hidden in ("values", "bed", "device"):
            self.assertNotIn(hidden, escalated)
        self.assertEqual(head.notices("raised"), [])

        listed = self.site.ask("alarm", "list").stdout
        self.assertIn("Not the primary alarm", listed)
        self.assertIn(alarm, listed)
        nurse.acknowledge(alarm)
        acknowledged = wait_until(lambda: ward.notices("acknowledged"), "the ward hears of it")[0]
        self.assertEqual(acknowledged["alarm"], alarm)
        wait_until(lambda: head.notices("acknowledged"), "so does the head nurse")
        self.assertEqual(self.site.command("alarm", "show", alarm)["by"], "principal:nurse-1")
        self.measure(89)
        self.measure(91)
        wait_until(lambda: nurse.notices("ended"), "the display clears it")
        wait_until(lambda: not manager.alerts(), "the Alertmanager has it resolved")
        self.assertEqual(self.site.command("alarm", "list")["alarms"], [])
        self.assertEqual([n["sequence"] for n in ward.notices()], sorted(n["sequence"] for n in ward.notices()))

        page = self.site.metrics()
        for line in ('edgeward_alarms_raised_total{priority="high",rule="spo2-low"} 1',
                     'edgeward_alarms_escalated_total{priority="high",rule="spo2-low"} 1',
                     'edgeward_alarms_acknowledged_total{priority="high",rule="spo2-low"} 1',
                     'edgeward_alarm_latency_seconds_count{target="display"} 1'):
            self.assertIn(line, page)
        self.assertTrue(balanced(self.site.books()))
        records = self.audit()
        actions = [(r[3], r[4]) for r in records]
        for one in (("gateway", "alarm_raised"), ("target:ward", "alarm_told"), ("target:display", "alarm_told"),
                    ("target:monitoring", "alarm_told"), ("gateway", "alarm_escalated"), ("target:head", "alarm_told"),
                    ("principal:nurse-1", "alarm_acknowledged"), ("gateway", "alarm_ended")):
            self.assertIn(one, actions)
        told = [r for r in records if r[4] == "alarm_told"]
        self.assertTrue(all(r[9] in ("treatment-may-be-pseudonymous", "technical-data-carries-no-person") for r in told))
        everything = self.site.log() + page + str(ward.arrivals) + str(head.arrivals) + str(nurse.arrivals)
        self.assertEqual(mentioned(everything, ("Quittenbaum", "4711", "1961", "19610228")), [])

    @staticmethod
    def facets(message):
        """OBX-5 of each facet of a PCD-04 message by its number."""
        return {row[4].rpartition(".")[2]: row[5] for row in segments(message, "OBX") if row[4].count(".") == 4}

    def test_an_alarm_manager_hears_each_phase_by_pcd04_over_a_kill(self):
        pager = Hl7Receiver(self.site, "pager", answers="CA")
        it = Hl7Receiver(self.site, "it", answers="AE,CA")
        self.begin_with(settings.alarm_stages([(["pager"], None), (["it"], "1s")]),
                        settings.pcd04_target("pager", pager.port, language="de"),
                        settings.pcd04_target("it", it.port, level="technical"))
        self.measure(85)
        first = wait_until(pager.messages, "the pager is told")[0]
        alarm = segments(first, "OBR")[0][3].partition("^")[0]
        self.assertEqual(self.site.command("alarm", "show", alarm)["state"], "active")
        self.assertEqual(self.facets(first), {
            "1": "196670^MDC_EVT_LO^MDC^spo2-low^SpO2 niedrig^L", "2": "85", "3": "start", "4": "active",
            "5": "enabled", "6": "PH", "7": "SP"})
        self.assertEqual(segments(first, "PV1")[0][3], "ICU^1^07")
        self.assertIn("Not the primary alarm", segments(first, "NTE")[0][3])
        wait_until(it.arrivals, "so is the department")
        # It will not take that one: recorded, and no reason to stop.
        wait_until(lambda: any(r[3] == "target:it" and r[5] == "failure" for r in self.audit()), "the refusal is recorded",
                   every=0.2)
        pager.stop()
        self.site.command("alarm", "acknowledge", alarm)
        self.restart()
        pager = Hl7Receiver(self.site, "pager", port=pager.port, answers="CA")
        wait_until(lambda: len(pager.messages()) >= 2, "the pager hears what it missed")
        self.measure(95)
        wait_until(lambda: len(pager.messages()) >= 3, "and of the end")
        told = pager.messages()
        self.assertEqual([self.facets(m)["3"] for m in told], ["start", "acknowledged", "end"])
        self.assertEqual([self.facets(m)["5"] for m in told], ["enabled", "alert-acknowledged", "alert-acknowledged"])
        self.assertEqual(self.facets(told[2])["4"], "inactive")
        self.assertEqual([segments(m, "OBR")[0][29] for m in told[1:]], [f"^{alarm}&EDGEWARD"] * 2)
        wait_until(lambda: len(it.messages()) == 3, "the department hears of both too")
        self.assertEqual([self.facets(m)["3"] for m in it.messages()], ["escalate", "acknowledged", "end"])
        self.assertNotIn("monitor-1", str(it.arrivals()))
        self.assertNotIn("^07", str(it.arrivals()))
        everything = str(pager.arrivals()) + str(it.arrivals()) + self.site.log()
        self.assertEqual(mentioned(everything, ("Quittenbaum", "4711", "1961", "19610228")), [])
        self.assertTrue(balanced(self.site.books()))
        self.audit()

    @unittest.skipUnless(MedplumServer.is_there(), "npm ci in tests/peers was not run")
    def test_a_fhir_server_has_one_detected_issue_for_each_alarm(self):
        server = MedplumServer(self.site, "record", script="lose,503,ok")
        self.begin_with(settings.alarm_stages([(["record"], None)]), settings.fhir_target("record", server.port))
        self.measure(85)

        def issues(status):
            return [one for one in server.search("DetectedIssue") if one["status"] == status]

        made = wait_until(lambda: issues("preliminary"), "the server has it")[0]
        alarm = made["identifier"][0]["value"].removeprefix("urn:uuid:")
        self.assertEqual((made["severity"], made["code"]["text"], made["contained"][0]["valueQuantity"]["value"]),
                         ("high", "SpO2 low", 85))
        self.site.command("alarm", "acknowledge", alarm)
        wait_until(lambda: server.search("DetectedIssue")[0].get("mitigation"), "that somebody has it in hand")
        self.restart()
        self.measure(95)
        ended = wait_until(lambda: issues("final"), "it has ended")
        self.assertEqual([(one["id"], "end" in one["identifiedPeriod"]) for one in ended], [(made["id"], True)])
        self.assertEqual(len(server.search("DetectedIssue")), 1, "lost answers and restarts make no second one")
        everything = str(server.search("DetectedIssue")) + self.site.log()
        self.assertEqual(mentioned(everything, ("Quittenbaum", "4711", "1961", "19610228")), [])
        self.audit()

    def test_who_may_not_acknowledge_is_refused_and_recorded(self):
        ward = self.webhook()
        self.begin_with(settings.alarm_stages([(["ward"], None)]), self.hook("ward", ward), principals=["nurse-1"])
        self.measure(85)
        alarm = wait_until(lambda: ward.notices("raised"), "the ward is told")[0]["alarm"]
        other = self.nurse("nurse-2")
        other.acknowledge(alarm)
        other.acknowledge(alarm, "nurse-1")  # the broker's access list drops it
        wait_until(lambda: any(r[3:5] == ["principal:nurse-2", "access_denied"] for r in self.audit()),
                   "the refusal is recorded", every=0.2)
        self.assertEqual(self.site.command("alarm", "show", alarm)["state"], "active")
        self.site.command("alarm", "acknowledge", alarm)
        self.assertEqual(self.site.command("alarm", "show", alarm)["state"], "acknowledged")
        with self.assertRaises(CommandFailed):
            self.site.command("alarm", "acknowledge", "00000000-0000-8000-8000-000000000000")

    def test_an_alarm_goes_on_over_a_kill_with_its_stages_and_is_not_new_again(self):
        ward, head = self.webhook(), self.webhook()
        self.begin_with(settings.alarm_stages([(["ward"], None), (["head"], "3s"), (["head"], "1s")]),
                        self.hook("ward", ward), self.hook("head", head))
        self.measure(85)
        first = wait_until(lambda: ward.notices("raised"), "the ward is told")[0]
        wait_until(lambda: "edgeward_alarm_notices_total{" in self.site.metrics(), "that is noted")
        self.site.wait_for_quiet(1)
        self.restart()
        self.assertEqual(self.site.command("alarm", "show", first["alarm"])["state"], "active")
        wait_until(lambda: len(head.notices("escalated")) == 2, "both further stages are told")
        self.assertEqual([(n["alarm"], n["stage"]) for n in head.notices("escalated")],
                         [(first["alarm"], 2), (first["alarm"], 3)])
        self.site.command("alarm", "acknowledge", first["alarm"])
        self.restart()
        self.assertEqual(self.site.command("alarm", "show", first["alarm"])["state"], "acknowledged")
        self.measure(95)
        wait_until(lambda: ward.notices("ended"), "it ends")
        fresh = [n for n in ward.notices("raised") if not n["repeated"]]
        self.assertEqual(len(fresh), 1)
        self.assertEqual({n["alarm"] for n in ward.notices() + head.notices()}, {first["alarm"]})

    def test_a_target_that_was_away_is_told_when_it_is_back(self):
        ward = self.webhook(503)
        self.begin_with(settings.alarm_stages([(["ward"], None)]), self.hook("ward", ward))
        self.measure(85)
        self.measure(95)
        wait_until(lambda: "does not take notices" in self.site.log(), "the trouble is said")
        self.restart()
        ward.status = 200
        wait_until(lambda: ward.notices("ended"), "it is told what it missed")
        self.assertEqual([(n["event"], n["sequence"], n["repeated"]) for n in ward.notices()],
                         [("raised", 1, True), ("ended", 2, True)])

    def test_missing_values_are_an_alarm_while_the_person_is_there(self):
        ward = self.webhook()
        rules = ('[[rule]]\nname = "no-spo2"\nkind = "missing"\npriority = "low"\ntext.en = "no SpO2"\n'
                 'code = "spo2"\nafter = "2s"\n')
        self.begin_with(settings.alarm_stages([(["ward"], None)]), self.hook("ward", ward), rules=rules,
                        attend_interval="200ms")
        wait_until(lambda: ward.notices("raised"), "nothing comes")
        self.measure(95)
        wait_until(lambda: ward.notices("ended"), "a value ends it")
        wait_until(lambda: len(ward.notices("raised")) == 2, "nothing comes again")
        self.site.command("association", "end", DEVICE, "--until", timestamp())
        wait_until(lambda: len(ward.notices("ended")) == 2, "the person has left")
        self.assertTrue(any(r[4] == "alarm_ended" and r[8].endswith("person_gone") for r in self.audit()))

    def test_whatever_is_killed_when_no_alarm_is_new_twice_and_none_is_lost(self):
        seed = int(os.environ.get("EDGEWARD_SEED", time.time_ns() % 1_000_000))
        chance = random.Random(seed)
        ward = self.webhook()
        self.begin_with(settings.alarm_stages([(["ward", "display"], None)]), self.hook("ward", ward),
                        settings.alarm_target("display", "mqtt"))
        nurse = self.nurse()
        kills = 0
        for crossing in range(CROSSINGS):
            before = len(ward.arrivals)
            self.measure(chance.randint(80, 87))
            if crossing % (CROSSINGS // 10) == CROSSINGS // 20:
                # Told, and most likely not yet committed; every other time anywhere.
                if kills % 2 == 0:
                    wait_until(lambda seen=before: len(ward.arrivals) > seen, "the ward is told", every=0.0002)
                else:
                    time.sleep(chance.uniform(0, 0.01))
                self.restart()
                kills += 1
            self.measure(chance.randint(90, 99))
            time.sleep(chance.uniform(0, 0.01))
        self.monitor.wait()
        wait_until(lambda: self.site.books()["inbound"]["received"] >= 2 * CROSSINGS, "all is stored", 60, every=0.2)
        for receiver in (ward, nurse):
            wait_until(lambda one=receiver: len({n["alarm"] for n in one.notices("ended")}) == CROSSINGS,
                       "every alarm has ended", 60)
            fresh = [n["alarm"] for n in receiver.notices("raised") if not n["repeated"]]
            self.assertEqual(len(fresh), len(set(fresh)), f"new twice (seed {seed})")
            self.assertEqual(len({n["alarm"] for n in receiver.notices("raised")}), CROSSINGS, f"seed {seed}")
        repeated = sum(n["repeated"] for n in ward.notices() + nurse.notices())
        print(f"seed {seed}: {CROSSINGS} alarms, {kills} kills, {repeated} notices repeated and said so", flush=True)
        self.assertTrue(balanced(self.site.books()))
        self.audit()

    @unittest.skipIf(os.geteuid() != 0, "two users are needed: only root can be both")
    def test_an_erased_persons_alarms_are_gone(self):
        ward = self.webhook()
        roles = '\n[[policy.role]]\nname = "data-protection"\nusers = ["nobody"]\n'
        self.begin_with(settings.alarm_stages([(["ward"], None)]), self.hook("ward", ward), roles)
        self.measure(85)
        wait_until(lambda: ward.notices("raised"), "the ward is told")
        ward.status = 503
        self.measure(95)
        self.measure(85)
        self.site.wait_for_quiet(3)
        self.assertEqual(len(self.site.command("alarm", "list")["alarms"]), 1)
        asked = self.site.command("person", "erase", "--patient", "4711", "--authority", "KIS", "--reason",
                                  "consent_withdrawn")
        for folder in (self.site.top, self.site.folder):
            folder.chmod(0o755)
        self.site.config.chmod(0o644)
        done = subprocess.run([self.site.binary, "-c", str(self.site.config), "--json", "person",
                               "erase-approve", str(asked["request"])], capture_output=True, text=True, timeout=120, check=False,
                              user=65534, group=grp.getgrnam("nogroup").gr_gid, extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.site.command("alarm", "list")["alarms"], [])
        erased = [r for r in self.audit() if r[4] == "alarm_ended" and r[9].startswith("erasure request")]
        self.assertEqual([(r[6], r[8]) for r in erased], [("2", "alarms erased")])
        ward.status = 200
        told = len(ward.arrivals)
        self.gateway.kill()
        self.gateway = self.site.start_gateway()
        self.measure(85)  # nobody's now: held
        self.site.wait_for_quiet(4)
        self.assertEqual(len(ward.arrivals), told)


if __name__ == "__main__":
    unittest.main(verbosity=2)
