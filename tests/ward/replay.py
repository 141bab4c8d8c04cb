"""Plays a recording (elapsed_s,HR[bpm],ABPSys[mmHg],…) as one device with the mapping monitor_flat."""

import csv
import datetime

from ward.receivers import patient_of_message, values_of_message, values_of_observation
from ward.sender import timestamp


def _number(text):
    """As the recording writes it: 0 stays 0, 62.8 stays 62.8."""
    return float(text) if "." in text else int(text)


class Recording:
    """Rows of a recording, moved so that all of them lie before `end`, seconds since 1970."""

    def __init__(self, path, end):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        last = float(rows[-1]["elapsed_s"])
        self.begin = end - last - 60
        self.cells = 0
        self.messages = []
        for row in rows:
            elapsed = float(row.pop("elapsed_s"))
            given = {name.partition("[")[0]: _number(text) for name, text in row.items() if text and text.strip()}
            self.cells += len(given)
            self.messages.append({"ts": timestamp(self.begin + elapsed), **given})


def received_by_hl7(receiver, patient):
    """Values the HL7 receiver got of this patient, as text."""
    return [value for message in receiver.messages() if patient_of_message(message) == patient
            for _, value in values_of_message(message)]


def received_by_fhir(receiver, before):
    """Values of observations the FHIR receiver got, measured before that moment."""
    values = []
    for resource in receiver.resources("Observation"):
        moment = datetime.datetime.fromisoformat(resource["effectiveDateTime"].replace("Z", "+00:00"))
        if moment.timestamp() < before:
            values += [value for _, value in values_of_observation(resource)]
    return values


def is_zero(value):
    return float(value) == 0
