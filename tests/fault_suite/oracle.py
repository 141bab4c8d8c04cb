"""What must hold after every fault: nothing acknowledged is lost, nothing is reordered or doubled unexplained."""

import json
from dataclasses import dataclass, field

from ward.receivers import patient_of_message, values_of_message

# Answers of hl7_receiver.py after which the gateway may count a message as delivered.
ACCEPTING = {"CA", "AA", "lf", "twice", "split", "late", "bye", "garbage"}


class Tail:
    """Reads a growing file line by line, each line once."""

    def __init__(self, path):
        self.path = path
        self.offset = 0

    def lines(self):
        if not self.path.exists():
            return []
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            octets = file.read()
        end = octets.rfind(b"\n") + 1
        self.offset += end
        return octets[:end].splitlines()


def spans(keys):
    """(patient, value) pairs as text for people: "PAT1 5-9, PAT2 7"."""
    found = []
    for patient, value in sorted(keys):
        if found and found[-1][0] == patient and found[-1][2] == value - 1:
            found[-1][2] = value
        else:
            found.append([patient, value, value])
    return ", ".join(f"{patient} {first}" + (f"-{last}" if last > first else "") for patient, first, last in found[:12])


@dataclass
class Verdict:
    acknowledged: int = 0
    lost: int = 0
    duplicates: int = 0  # resent under the same identifiers: the receiver recognises them
    breaches: list = field(default_factory=list)  # what must not be, one sentence each

    def add(self, condition, sentence):
        if not condition:
            self.breaches.append(sentence)


class Oracle:
    """Holds what the broker acknowledged to the devices against what the hospital received.

    A message is (patient, value): every device belongs to one patient and counts its values upwards. `patients` gives
    the patient of a device.
    """

    def __init__(self, record, received, patients):
        self.patients = patients
        self.ordered = True
        self.record = Tail(record)
        self.received = Tail(received)
        self.acknowledged = set()
        self.published = {}
        self.order = {}  # patient -> values in the order of their first arrival
        self.names = {}  # (patient, value) -> MSH-10 under which it came
        self.accepted = set()  # (patient, value) the hospital said yes to
        self.texts = {}  # MSH-10 -> hash of the message
        self.resent = 0
        self.renamed = set()
        self.changed = set()

    def read(self):
        for line in self.record.lines():
            words = line.decode().split()
            if words[0] == "total":
                self.published[self.patients[words[1]]] = int(words[2])
            else:
                self.acknowledge(self.patients[words[0]], int(words[1]))
        for line in self.received.lines():
            arrival = json.loads(line)
            self.arrive(arrival["control_id"], arrival["message"], arrival["answer"] in ACCEPTING)

    def acknowledge(self, patient, value):
        """The device has been told that its message is safe."""
        self.acknowledged.add((patient, value))

    def arrive(self, name, message, accepted):
        text = hash(message)
        if self.texts.setdefault(name, text) != text:
            self.changed.add(name)
        patient = patient_of_message(message)
        for _, value in values_of_message(message):
            key = (patient, int(value))
            if accepted:
                self.accepted.add(key)
            known = self.names.setdefault(key, name)
            if known == name and key not in self.order.setdefault(patient, {}):
                self.order[patient][key] = len(self.order[patient])
            elif known == name:
                self.resent += 1
            else:
                self.renamed.add(key)

    def missing(self):
        return self.acknowledged - self.accepted

    def overtaking(self, _patient, values):
        return sum(1 for before, after in zip(values, values[1:]) if after < before)

    def complete(self):
        self.read()
        return not self.missing()

    def judge(self, verdict=None):
        self.read()
        verdict = verdict or Verdict()
        verdict.acknowledged += len(self.acknowledged)
        lost = self.missing()
        verdict.lost += len(lost)
        verdict.duplicates += self.resent
        verdict.add(not lost, f"{len(lost)} acknowledged and lost: {spans(lost)}")
        verdict.add(not self.renamed, f"{len(self.renamed)} values came under two MSH-10")
        verdict.add(not self.changed, f"{len(self.changed)} MSH-10 came with two texts")
        for patient, arrivals in self.order.items():
            values = [value for _, value in arrivals]
            late = self.overtaking(patient, values) if self.ordered else 0
            verdict.add(not late, f"{late} messages of one patient overtook an earlier one")
            beyond = [value for value in values if value > self.published.get(patient, value)]
            verdict.add(not beyond, f"{len(beyond)} values nobody published")
        return verdict
