"""How long an alarm takes to its receivers beside how long a commit takes, under a load that raises none."""

import json
import time

from load import figures
from load.stage import FIRST_PATIENT, Stage
from ward import alarms, settings
from ward.processes import wait_until
from ward.sender import Sender, timestamp

PROBE = "probe-1"
NURSE = "nurse-1"
INTERVAL = 0.02  # between the values of the probe


class AlarmStage(Stage):
    """`probes`: values of the probe, every other one raises an alarm. Numbers behind those of the load are theirs."""

    def __init__(self, load, probes):
        self.load = load
        self.probes = probes
        super().__init__(load + probes + 1, tapped=True, beside=[PROBE, NURSE])

    def before_broker(self):
        alarms.rules(self.site, alarms.SPO2 + f'devices = ["{PROBE}"]\n')
        alarms.let_read_notices(self.site, NURSE)
        self.webhook = alarms.Webhook(self.site)

    def more_blocks(self):
        return [settings.device(PROBE, "monitor_flat", ward="ICU", bed="99"),
                settings.alarm_stages([(["webhook", "display"], None)]),
                settings.alarm_target("webhook", "webhook",
                                      connection={"url": f"https://localhost:{self.webhook.port}/alarms"}),
                settings.alarm_target("display", "mqtt")]

    def change(self, text):
        return settings.with_alarms(text, oldest_value="24h")

    def measure_alarms(self, rate):
        """Sorted milliseconds from publishing to each place: commit, webhook, display."""
        site = self.site
        site.associate(PROBE, str(FIRST_PATIENT), timestamp(self.base / 1000 - 60))
        nurse = alarms.Nurse(site, NURSE)
        sender = Sender(site, PROBE)
        out = site.top / "publisher.times"
        load = self.publisher(self.load, rate, 250, 0, out)
        wait_until(lambda: self.counters() > rate // 2, "the load has begun", 60)
        published = {}
        began = time.monotonic()
        for number in range(self.probes):
            index = self.load + number
            due = began + number * INTERVAL
            time.sleep(max(0.0, due - time.monotonic()))
            low = number % 2 == 0
            published[index] = time.time_ns(), time.monotonic_ns(), low
            row = alarms.spo2(number + 1, 80 if low else 95, timestamp((self.base + index) / 1000))
            sender.publish(json.dumps(row, separators=(",", ":")))  # as the tap reads it
        sender.wait()
        load.communicate()
        if load.returncode:
            raise SystemExit("the load generator failed")
        raised = self.probes // 2
        wait_until(lambda: len(self.webhook.notices("raised")) >= raised and len(nurse.notices("raised")) >= raised,
                   "every alarm is told", 60)
        wait_until(lambda: self.counters() >= self.load + self.probes, "everything is committed", 120)
        found = {"webhook": self._told(self.webhook.arrivals, published),
                 "display": self._told([(at, notice) for at, _, _, notice in nurse.arrivals], published)}
        sender.close()
        nurse.close()
        self.published = self.load + self.probes
        wrong = self.judge()
        commits = self.arrival_times()["commit"]
        found["commit"] = sorted((commits[index] - mono) / 1e6 for index, (_, mono, _) in published.items()
                                 if commits[index])
        loaded = figures.times(out)
        found["commit_of_load"] = figures.latencies(loaded, commits[:self.load])
        return found, wrong

    def _told(self, arrivals, published):
        """By onset: that names the value."""
        by_time = {timestamp((self.base + index) / 1000): wall for index, (wall, _, low) in published.items() if low}
        return sorted((at - by_time[notice["onset"]]) / 1e6 for at, notice in list(arrivals)
                      if notice["event"] == "raised")


def measure(rate, seconds):
    probes = int(seconds / INTERVAL)
    with AlarmStage(int(rate * (seconds + 3)), probes) as stage:
        return stage.measure_alarms(rate)
