"""Clocks that jump, and machines that start in 1970."""

import shutil
import subprocess
import time

from fault_suite.scenario import Skipped, scenario
from fault_suite.stage import Stage
from ward.processes import wait_until

DAY = 86_400
STEPS = (1, -1, 3_600, -3_600, 400 * DAY, -400 * DAY)


def library():
    done = subprocess.run(["sh", "-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"], capture_output=True, text=True,
                          check=False)
    if shutil.which("faketime") is None or not done.stdout.strip():
        raise Skipped("no faketime")
    return done.stdout.split()[0]


class FakedStage(Stage):
    """Its gateway reads the time from a file: an offset in seconds that may change while it runs."""

    def __init__(self):
        preload = library()
        super().__init__()
        self.offset_file = self.top / "offset"
        self.environment = {"LD_PRELOAD": preload, "FAKETIME_TIMESTAMP_FILE": str(self.offset_file),
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.set_clock(0)

    def set_clock(self, seconds):
        fresh = self.top / "offset.new"
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self.offset_file)

    def step_while_running(self, seconds):
        self.set_clock(seconds)
        self.wait_for_more(60)

    def start_with(self, seconds):
        self.kill_gateway()
        self.set_clock(seconds)
        self.launch()


def valid_at(seconds):
    """The evaluation's certificates are valid from shortly before their making for 397 days."""
    return -60 < seconds < 300 * DAY


@scenario("clock_steps")
def clock_steps(run):
    """The clock jumps by a second, an hour and 400 days, both ways, while the gateway runs."""
    with FakedStage() as stage:
        stage.prepare()
        stage.publish(rate=100)
        stage.wait_for_more()
        for seconds in STEPS * run.pick(1, 5):
            stage.step_while_running(seconds)
            stage.set_clock(0)
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("clock_wrong_at_start")
def clock_wrong_at_start(run):
    """A start with a clock that is off, 1970 too: where no certificate is valid it waits; right again, it goes on."""
    with FakedStage() as stage:
        stage.prepare()
        stage.publish(rate=100)
        stage.wait_for_more()
        for seconds in (*STEPS, -int(time.time()) + DAY) * run.pick(1, 5):
            stage.start_with(seconds)
            if valid_at(seconds):
                stage.wait_ready()
                stage.wait_for_more()
            else:
                wait_until(lambda: "broker not reachable" in stage.log() or stage.ready() or
                           not stage.gateway.running(), "the gateway says where it stands", 10)
                time.sleep(0.3)
            stage.start_with(0)
            stage.wait_ready()
            run.row.cycles += 1
        stage.settle(run.row)
