#!/usr/bin/python3
"""A day of a ward: monitors fixed to beds, patients moved by ADT in German practice, the gateway killed in between."""

import collections
import sys
import time
import unittest
from base64 import b64decode
from json import loads
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.administration import SENDER, Administration, listening, local  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, patient_of_message, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402
from ward.words import mentioned  # noqa: E402

BEDS = {f"monitor-{n}": f"ITS1^Z{(n + 1) // 2}^B{n}" for n in range(1, 7)}
ZBE = "ZBE|{mark}|{start}||{action}|N|{event}"


def bed(number):
    return BEDS[f"monitor-{number}"]


class Day:
    """Times of the ward's day, and what each measurement must become: a person's name in this test, or "held"."""

    def __init__(self):
        self.midnight = (time.time() // 60 - 26 * 60) * 60  # long enough ago that the whole day is over
        self.expected = {}
        self.bed_of = {}

    def at(self, hour, minute=0):
        return self.midnight + hour * 3600 + minute * 60


class Adt(unittest.TestCase):
    def measure(self, number, hour, minute, person):
        """One value no other message has, on the monitor of that bed; whose it must be in the end."""
        value = len(self.day.expected) + 1
        self.day.expected[value] = person
        self.day.bed_of[value] = number
        self.monitors[number].publish({"time": timestamp(self.day.at(hour, minute)), "seq": value,
                                       "values": [{"code": "infused_volume", "value": value, "unit": "mL"}]})
        self.monitors[number].wait()

    def tell(self, trigger, patient, visit, hour, minute, where="", more=(), kill=False, code="AA"):
        """One ADT message; with `kill` the gateway dies as soon as it has answered, and hears it once more."""
        message = self.kis.message(trigger, patient, visit, self.day.at(hour, minute), where, more=more)
        self.assertEqual(self.kis.send(message), code, f"{trigger} at {hour}:{minute:02d}")
        if not kill:
            return
        self.site.gateway.kill()
        self.site.start_gateway()
        self.kills += 1
        self.kis.connect()
        self.assertEqual(self.kis.send(message), "AA", f"{trigger} again after a kill")

    def zbe(self, mark, hour, minute, action, event):
        return ZBE.format(mark=mark, start=local(self.day.at(hour, minute)), action=action, event=event)

    def spend_the_day(self):
        measure, tell = self.measure, self.tell
        measure(1, 7, 0, "held")  # nobody is there yet, and nobody will have been
        tell("A01", "1001", "F1", 8, 0, bed(1), kill=True)
        tell("A01", "1002", "F2", 8, 30, bed(2))
        measure(1, 8, 0, "first")
        measure(1, 9, 59, "first")
        measure(2, 9, 0, "second")
        # An emergency under a provisional number, merged in the afternoon.
        tell("A01", "NOTFALL7", "F5", 9, 0, bed(4))
        measure(4, 9, 30, "emergency")
        # The first patient goes to bed 3 at 10:00, but that is told at 11:00; the bed is given away at 10:30.
        measure(3, 10, 15, "first")
        tell("A01", "1003", "F3", 10, 30, bed(1))
        measure(1, 10, 45, "third")
        tell("A02", "1001", "F1", 10, 0, bed(3), kill=True)
        measure(3, 11, 5, "first")
        measure(1, 11, 5, "third")
        # A discharge that is cancelled.
        tell("A03", "1002", "F2", 12, 0, bed(2))
        measure(2, 11, 59, "second")
        measure(2, 12, 30, "second")
        tell("A13", "1002", "F2", 13, 0, bed(2), kill=True)
        measure(2, 13, 30, "second")
        # A transfer that is cancelled: the patient never left bed 3.
        tell("A02", "1001", "F1", 14, 0, bed(6))
        tell("A12", "1001", "F1", 14, 0, bed(3))
        tell("A12", "1001", "F1", 14, 0, bed(3), code="AE")  # once more, as another message
        measure(3, 14, 15, "first")
        measure(6, 14, 15, "held")
        # The emergency gets a name.
        tell("A34", "1005", "", 15, 0, more=["MRG|NOTFALL7^^^^PI"], kill=True)
        measure(4, 15, 10, "emergency")
        tell("A02", "1005", "F5", 15, 20, bed(5))
        measure(5, 15, 30, "emergency")
        # An admission that never was.
        tell("A01", "1006", "F6", 15, 30, bed(4))
        tell("A11", "1006", "F6", 15, 30, bed(4))
        measure(4, 15, 45, "held")
        # A movement whose time is corrected: the patient came half an hour earlier than told.
        measure(6, 16, 40, "seventh")
        tell("A01", "1007", "F7", 17, 0, bed(6), more=[self.zbe("M7", 17, 0, "INSERT", "A01")])
        measure(6, 17, 10, "seventh")
        tell("Z99", "1007", "F7", 17, 15, bed(6), more=[self.zbe("M7", 16, 30, "UPDATE", "A01")], kill=True)
        # A visit that was another patient's: from the very beginning.
        measure(2, 18, 0, "second")
        tell("A03", "1002", "F2", 18, 30, bed(2))
        measure(2, 18, 45, "held")
        self.correct_what_was_sent()

    def correct_what_was_sent(self):
        """Told after the fact: what the KIS has under the wrong patient is taken back and given to the right one."""
        self.measure(3, 19, 0, "third")
        self.measure(5, 19, 0, "held")
        last = len(self.day.expected)
        wait_until(lambda: {last - 1, last} <= set(self.found()), "sent under who was there as far as was known", 30)
        self.assertEqual((self.found()[last - 1], self.found()[last]), ("first", "emergency"))
        self.tell("A03", "1001", "F1", 18, 30, bed(3), kill=True)
        self.tell("A02", "1003", "F3", 18, 40, bed(3), kill=True)
        self.tell("A03", "1005", "F5", 18, 50, bed(5), kill=True)
        wait_until(lambda: self.found()[last - 1] == "third" and self.found()[last] == "held", "corrected", 30)
        taken_back = [message for message in self.receiver.messages() if "|W|" in str(message)]
        self.assertEqual(len(taken_back), 2)

    def found(self):
        """With whom each value is at the KIS now."""
        persons = {"1001": "first", "1002": "second", "1003": "third", "1005": "emergency", "NOTFALL7": "emergency",
                   "1007": "seventh"}
        found = {}
        for message in self.receiver.messages():
            person = persons.get(patient_of_message(message), "somebody else")
            for _, value in values_of_message(message):
                if "|W|" not in str(message):
                    found[int(value)] = person
                elif found.get(int(value)) == person:
                    found[int(value)] = "held"  # until it comes again
        return found

    def judge(self):
        found = self.found()
        for entry in self.site.command("quarantine", "list")["quarantine"]:
            shown = self.site.command("quarantine", "show", str(entry["id"]))
            if not shown["topic"]:
                continue  # taken back: it is no message of a device
            payload = loads(b64decode(shown["payload_base64"]))
            found[payload["values"][0]["value"]] = "held"
        table = collections.Counter((self.day.bed_of[value], wanted, found.get(value, "lost"))
                                    for value, wanted in self.day.expected.items())
        print("\nbed  should be with  is with      measurements")
        for (number, wanted, is_with), count in sorted(table.items()):
            print(f"{number:<4} {wanted:<15} {is_with:<12} {count}")
        print(f"{len(self.day.expected)} measurements, {self.kills} kills between ADT messages", flush=True)
        self.assertEqual(found, self.day.expected)

    def test_every_measurement_ends_with_its_person_or_is_held(self):
        self.day = Day()
        self.kills = 0
        adt_port = free_port()
        with Site([*BEDS, "kis-adt"]) as self.site:
            site = self.site
            self.receiver = Hl7Receiver(site)
            devices = [settings.device(name, "generic", **dict(zip(("ward", "room", "bed"), place.split("^"))),
                                       at_bed=True) for name, place in BEDS.items()]
            site.configure(*devices, SENDER, settings.hl7_destination("kis", self.receiver.port),
                           change=lambda text: listening(text, adt_port))
            site.start_broker()
            site.start_gateway()
            self.kis = Administration(site, adt_port, "kis-adt")
            self.monitors = {n: Sender(site, f"monitor-{n}") for n in range(1, 7)}
            self.spend_the_day()
            held = sum(person == "held" for person in self.day.expected.values())
            wait_until(lambda: site.books()["inbound"]["quarantined"] == held, "what is explained is replayed", 30)
            books = site.wait_for_quiet(len(self.day.expected))
            self.judge()
            self.assertTrue(balanced(books), "the books balance")
            text, verified, verdict = site.verify_audit()
            self.assertTrue(verified, verdict)
            self.assertIn("sender:kis", text)
            self.assertEqual(mentioned(site.log(), ("Quittenbaum", "NOTFALL7", "1002")), [])
            self.assertNotIn("Quittenbaum", text)
            for monitor in self.monitors.values():
                monitor.close()
            self.kis.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
