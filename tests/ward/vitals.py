"""Monitors of three vendors' payload shapes, with vital signs that move together."""

import random
import time

from ward.sender import timestamp


class Physiology:
    """A person whose values drift back to where they belong and follow each other."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.heart_rate = self.random.uniform(62, 95)
        self.rest = self.heart_rate
        self.systolic = self.random.uniform(105, 140)
        self.pressure = self.systolic
        self.respiration = 15.0
        self.saturation = 97.0

    def step(self):
        noise = self.random.gauss
        self.heart_rate += 0.1 * (self.rest - self.heart_rate) + noise(0, 1.2)
        # A faster heart raises the pressure a little; breathing follows the heart, saturation falls with fast breaths.
        wanted = self.pressure + 0.4 * (self.heart_rate - self.rest)
        self.systolic += 0.2 * (wanted - self.systolic) + noise(0, 1.5)
        self.respiration += 0.2 * (self.heart_rate / 5 - self.respiration) + noise(0, 0.4)
        self.saturation += 0.2 * (98 - 0.15 * max(0.0, self.respiration - 16) - self.saturation) + noise(0, 0.3)
        diastolic = 0.62 * self.systolic + noise(0, 1)
        return {"heart_rate": round(max(30, self.heart_rate), 1), "systolic": round(self.systolic),
                "diastolic": round(diastolic), "mean": round(diastolic + (self.systolic - diastolic) / 3),
                "respiration": round(max(4.0, self.respiration), 1),
                "saturation": min(100, round(self.saturation))}


class Monitor:
    """A bedside monitor: one message for each call of `message`."""

    mapping = ""

    def __init__(self, device, seed):
        self.device = device
        self.body = Physiology(seed)
        self.random = random.Random(seed + 1000)
        self.sequence = 0

    def message(self):
        self.sequence += 1
        return self.shape(self.body.step(), self.random.random())


class FlatMonitor(Monitor):
    """Drops out by saying 0 or null, as such monitors do."""

    mapping = "monitor_flat"

    def shape(self, values, luck):
        made = {"ts": timestamp(), "seq": self.sequence, "HR": values["heart_rate"], "ABPSys": values["systolic"],
                "ABPDias": values["diastolic"], "ABPMean": values["mean"], "PULSE": round(values["heart_rate"]),
                "RESP": values["respiration"], "SpO2": values["saturation"]}
        if luck < 0.05:
            made.update({"ABPSys": 0, "ABPDias": 0, "ABPMean": 0})  # the arterial line is being flushed
        elif luck < 0.10:
            made.update({"SpO2": 0, "PULSE": None})  # the finger clip fell off
        return made


class SenmlMonitor(Monitor):
    """Drops out by leaving the record away."""

    mapping = "senml"

    def shape(self, values, luck):
        made = [{"bn": f"urn:dev:{self.device}:", "bt": round(time.time(), 3), "n": "heart_rate", "u": "beat/min",
                 "v": values["heart_rate"]},
                {"n": "respiratory_rate", "u": "1/min", "v": values["respiration"]}]
        if luck > 0.05:
            made.append({"n": "spo2", "u": "%", "v": values["saturation"]})
        return made


class CentralMonitor(Monitor):
    """Telemetry of a cloud gateway."""

    mapping = "iomt_central"

    def shape(self, values, luck):
        telemetry = {"HeartRate": round(values["heart_rate"]), "RespiratoryRate": round(values["respiration"]),
                     "BloodPressure": {"Systolic": values["systolic"], "Diastolic": values["diastolic"]}}
        if luck < 0.05:
            del telemetry["BloodPressure"]
        return {"messageSource": "telemetry", "deviceId": self.device, "enqueuedTime": timestamp(),
                "telemetry": telemetry}


class Pump:
    """An infusion pump that only says how it is."""

    mapping = "infusion_technical"

    def __init__(self, device):
        self.device = device
        self.count = 0

    def message(self):
        self.count += 1
        return {"at": int(time.time()), "count": self.count,
                "battery": {"charge": max(20, 90 - self.count // 20), "volts": 12.4, "on_mains": True},
                "firmware": "3.2", "state": "RUN", "pump_hours": round(1204.5 + self.count / 3600, 2),
                "pressure_sensor": {"offset_mbar": 1.5}}


class BrokenSender:
    """A bridge that cuts its JSON off."""

    mapping = "monitor_flat"

    def __init__(self, device):
        self.device = device

    def message(self):
        return '{"ts":"' + timestamp() + '","HR":'
