#!/usr/bin/python3
"""Wrong messages and wrong configurations: each is named for what it is, and nothing else suffers."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, patient_of_message, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}


class BadInput(unittest.TestCase):
    def setUp(self):
        self.begin = time.time()
        self.site = Site(["monitor-1", "monitor-2", "tool-1", "rogue"])
        self.addCleanup(self.site.close)
        self.kis = Hl7Receiver(self.site)
        self.devices = (settings.device("monitor-1", "monitor_flat") + settings.device("monitor-2", "monitor_flat") +
                        settings.device("tool-1", "generic", associated=False))
        self.good = self.devices + settings.hl7_destination("kis", self.kis.port)
        # Below what the shipped broker lets through, so that the gateway has to refuse something itself.
        self.site.configure(self.good, change=lambda text: text.replace('largest_packet = "4MiB"',
                                                                        'largest_packet = "2MiB"'))

    def start(self):
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-1", "4711", timestamp(self.begin - 3600))

    def sender(self, device):
        sender = Sender(self.site, device)
        self.addCleanup(sender.close)
        return sender

    def quarantined(self):
        return [(entry["device"], entry["reason"]) for entry in self.site.command("quarantine", "list")["quarantine"]]

    def test_every_wrong_message_is_listed_with_its_reason(self):
        self.start()
        now = timestamp()
        monitor, other, tool, rogue = (self.sender(d) for d in ("monitor-1", "monitor-2", "tool-1", "rogue"))
        wrong = [(monitor, b'{"ts":"', "invalid_json"),
                 (monitor, b"", "invalid_json"),
                 (monitor, b"\xff\xfe\x00", "invalid_json"),
                 (monitor, f'{{"ts":"{now}","HR":60,"HR":61}}', "duplicate_key"),
                 (monitor, b"[" * 200 + b"]" * 200, "too_deep"),
                 (monitor, {"HR": 62}, "bad_timestamp"),
                 (monitor, {"ts": "yesterday", "HR": 62}, "bad_timestamp"),
                 (monitor, {"ts": now, "HR": 62, "patient": {"value": "4711"}}, "bad_patient"),
                 (monitor, {"ts": now, "HR": 62, "seq": -1.5}, "bad_sequence"),
                 (tool, {"time": now, "patient": "4711", "values": [{"code": "battery", "value": 9, "unit": "%"}]},
                  "unexpected_patient"),
                 (other, {"ts": now, "HR": 63}, "no_association"),
                 (rogue, {"ts": now, "HR": 64}, "unknown_device")]
        for count, (sender, payload, _) in enumerate(wrong, 1):
            sender.publish(payload)
            wait_until(lambda: self.site.received() >= count, f"message {count} arrives", every=0.05)
        expected = sorted(reason for _, _, reason in wrong)
        self.assertEqual(sorted(reason for _, reason in self.quarantined()), expected)
        book = self.site.books()["inbound"]
        self.assertEqual(book["quarantined_by_reason"], {reason: expected.count(reason) for reason in expected})
        self.assertEqual((book["received"], book["stored"]), (len(wrong), 0))
        self.assertIn("edgeward_messages_quarantined_by_reason", self.site.metrics())
        self.refusals(monitor)

    def refusals(self, monitor):
        before = self.site.received()
        row = {"ts": timestamp(self.begin), "HR": 70}
        for payload in (row, row,  # a copy
                        {"ts": timestamp(self.begin + 1), "HR": 0, "SpO2": 0},  # everything is switched off
                        {"ts": timestamp(self.begin + 2), "HR": 71, "mode": " " * (1 << 20)},
                        b" " * (3 << 20)):  # above mqtt.largest_packet: not even read
            monitor.publish(payload)
        self.site.wait_for_quiet(before + 5)
        book = self.site.books()["inbound"]
        self.assertEqual(book["refused_messages"], {"duplicate": 1, "nothing_measured": 1, "oversized": 2})
        self.assertEqual(book["refused_values"], {"off": 2})
        self.assertTrue(balanced(self.site.books()))
        self.assertEqual([value for message in self.kis.messages() for _, value in values_of_message(message)], ["70"])

    def test_a_retained_message_is_no_measurement_of_now(self):
        self.site.start_broker()
        monitor = self.sender("monitor-1")
        monitor.publish({"ts": timestamp(), "HR": 60}, retain=True)
        monitor.wait()
        self.site.start_gateway()
        wait_until(lambda: self.site.received() == 1, "the retained message arrives", every=0.1)
        book = self.site.books()["inbound"]
        self.assertEqual(book["refused_messages"], {"retained": 1})
        self.assertEqual(self.kis.messages(), [])

    def test_an_association_entered_later_frees_what_waited_for_it(self):
        self.start()
        other = self.sender("monitor-2")
        other.publish({"ts": timestamp(), "HR": 77})
        wait_until(lambda: self.quarantined() == [("monitor-2", "no_association")], "it is in quarantine", every=0.1)
        again = self.site.command("quarantine", "replay", "--reason", "no_association")
        self.assertEqual([one["outcome"] for one in again["replayed"]], ["quarantined"])
        self.site.associate("monitor-2", "4711", timestamp(self.begin - 3600))
        again = self.site.command("quarantine", "replay", "--reason", "no_association")
        # The gateway looks again by itself when somebody has moved, and may have been faster.
        self.assertIn([one["outcome"] for one in again["replayed"]], (["stored"], []))
        wait_until(self.kis.messages, "it is delivered")
        message = self.kis.messages()[0]
        self.assertEqual((patient_of_message(message), [v for _, v in values_of_message(message)]), ("4711", ["77"]))
        self.assertEqual(self.quarantined(), [])
        self.assertTrue(balanced(self.site.wait_for_quiet(1)))

    def test_all_mistakes_of_a_configuration_are_reported_at_once(self):
        wrong = self.good.replace('mapping = "generic"', 'mapping = "generc"').replace(
            'purpose = "treatment"', 'purpose = "treatmnt"')
        self.site.configure(wrong, change=lambda text: text.replace('level = "info"', 'level = "loud"').replace(
            "batch_limit = 256", "batch_limit = 0\nbatch_limt = 3"))
        for command in (("config", "check"), ("run",)):
            done = self.site.ask(*command)
            text = done.stdout + done.stderr
            self.assertEqual(done.returncode, 5, text)
            lines = self.site.config.read_text().splitlines()
            for mistake in ("generc", "treatmnt", "loud", "batch_limit = 0", "batch_limt"):
                number = next(n for n, line in enumerate(lines, 1) if mistake in line)
                self.assertRegex(text, rf"(?m)edgeward\.toml:{number}:\d+: ", f"{command}: {mistake}")
            self.assertRegex(text, r'batch_limt.*batch_limit', "it names what was meant")

    def test_sighup_takes_over_good_configurations_only(self):
        self.start()
        good = self.site.config.read_text()
        self.site.config.write_text(good.replace('name = "kis"', 'name = "Not A Name"'))
        self.site.reload()
        wait_until(lambda: "the new configuration is refused" in self.site.log(), "the bad file is refused")
        self.assertRegex(self.site.log(), r"\d")
        self.assertEqual([d["name"] for d in self.site.command("status")["destinations"]], ["kis"])
        monitor = self.sender("monitor-1")
        monitor.publish({"ts": timestamp(), "HR": 81})
        wait_until(lambda: len(self.kis.messages()) == 1, "the running configuration delivers")

        second = Hl7Receiver(self.site, "lis")
        self.site.config.write_text(good + settings.hl7_destination("lis", second.port))
        self.site.reload()
        wait_until(lambda: len(self.site.command("status")["destinations"]) == 2, "the good file is taken", every=0.1)
        monitor.publish({"ts": timestamp(), "HR": 82})
        wait_until(lambda: any("|82|" in message for message in second.messages()), "the new destination gets it")
        wait_until(lambda: len(self.kis.messages()) == 2, "the old destination gets it too")


if __name__ == "__main__":
    unittest.main(verbosity=2)
