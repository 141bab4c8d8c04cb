"""Disks that are full, and disks that fail at the n-th write or flush."""

import os
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from fault_suite.power import Disk
from fault_suite.scenario import Skipped, scenario
from fault_suite.stage import Stage, built
from ward.processes import wait_until

STARTED_AGAIN = (1, 3)  # exit codes, as in edgeward.service and docs/operations.md
FULL_RATE = 800  # messages a second: a full disk shows soon


class MemoryDisk:
    """A tmpfs of some MiB, without a disk under it; gone when the context ends."""

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skipped("not root")
        self.mount_point = Path(tempfile.mkdtemp(prefix="edgeward-disk-"))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=0700", "tmpfs", str(self.mount_point)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.mount_point.rmdir()
            raise Skipped(f"no tmpfs: {done.stderr.strip()}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.mount_point)], capture_output=True, check=False)
        shutil.rmtree(self.mount_point, ignore_errors=True)

    @property
    def data(self):
        return self.mount_point / "data"


def fill(folder):
    """Takes what room there is; the file that holds it."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        for size in (1 << 20, 4096, 512):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


def fill_and_free(stage, disk, restart):
    ballast = fill(disk.mount_point)
    try:
        wait_until(lambda: fill(disk.mount_point) and not stage.ready(), "a full disk shows", 60, every=0.1)
        if restart:
            stage.gateway.stop(15)  # an order to end is obeyed without room, too
            stage.launch()
            time.sleep(0.5)
            # On a full disk it waits, or ends in a way after which systemd starts it again.
            if stage.gateway.process.poll() not in (None, *STARTED_AGAIN):
                raise AssertionError(f"on a full disk it ends with {stage.gateway.process.returncode}: stays down")
    finally:
        ballast.unlink()
    if not stage.gateway.running():
        stage.launch()
    stage.launched, stage.measured = time.monotonic(), False  # from here on: how long until it works again
    stage.wait_ready(20)
    stage.wait_for_more(100)


def full_again_and_again(run, disk, cycles):
    with Stage(data=disk.data) as stage:
        stage.prepare()
        stage.publish(rate=FULL_RATE)
        stage.wait_for_more(100)
        for cycle in range(cycles):
            fill_and_free(stage, disk, restart=cycle % 3 == 2)
            run.row.cycles += 1
        stage.settle(run.row)
        stage.kill_gateway()


@scenario("disk_full")
def disk_full(run):
    """No room on a tmpfs and on ext4, then room again: reading stops and goes on by itself, nothing is lost."""
    with MemoryDisk() as disk:
        full_again_and_again(run, disk, run.pick(3, 25))
    with Disk("ext4", "192M") as disk:
        full_again_and_again(run, disk, run.pick(3, 25))


class Fault:
    """The environment that makes the n-th write or flush of the gateway fail (io_fault.cpp)."""

    def __init__(self, stage):
        self.counter = stage.top / "io.count"
        self.counter.write_bytes(bytes(8))
        self.base = {"LD_PRELOAD": built("edgeward_io_fault.so"), "EDGEWARD_FAULT_FOLDER": str(stage.data.resolve()),
                     "EDGEWARD_FAULT_COUNT": str(self.counter)}

    def at(self, number, **more):
        self.counter.write_bytes(bytes(8))
        return {**self.base, "EDGEWARD_FAULT_AT": str(number), **more}

    def calls(self):
        return struct.unpack("=Q", self.counter.read_bytes())[0]


def count_calls(stage, fault):
    """How many writes and flushes a start and the first messages take."""
    stage.kill_gateway()
    stage.environment = fault.at(0)
    stage.launch()
    stage.wait_ready()
    stage.wait_for_more(40)
    return fault.calls()


def fail_once(stage, fault, number, more):
    """Returns what became of the gateway: ended, or went on."""
    stage.kill_gateway()
    stage.environment = fault.at(number, **more)
    stage.launch()
    until = time.monotonic() + 10
    while stage.gateway.running() and fault.calls() < number and time.monotonic() < until:
        time.sleep(0.01)
    if fault.calls() < number and stage.gateway.running():
        raise AssertionError(f"call {number} did not come within 10 s")
    forever = "EDGEWARD_FAULT_FOREVER" in more
    until = time.monotonic() + (0.2 if forever else 5)
    while stage.gateway.running() and time.monotonic() < until:
        if not forever and stage.ready():
            return "went on"
        time.sleep(0.01)
    if stage.gateway.running() and not forever:
        raise AssertionError(f"call {number} failed once, and 5 s later the gateway is neither ready nor ended: "
                             f"{stage.ask_health()[1]}")
    return "went on" if stage.gateway.running() else "ended"


MODES = {"once": {}, "torn": {"EDGEWARD_FAULT_TORN": "1"}, "forever": {"EDGEWARD_FAULT_FOREVER": "1"}}


def sweep(run, mode, chosen):
    """One stage; a failing call after the other, each in a gateway of its own on the same data."""
    with Stage() as stage:
        stage.prepare()
        stage.publish()
        fault = Fault(stage)
        total = count_calls(stage, fault)
        outcomes = {"ended": 0, "went on": 0}
        for number in chosen(total):
            outcomes[fail_once(stage, fault, number, MODES[mode])] += 1
            run.row.cycles += 1
        stage.environment = {}
        stage.settle(run.row, restart=True)
        return total, outcomes


@scenario("io_error_sweep")
def io_error_sweep(run):
    """EIO at the n-th write or flush of the data folder, for every n of a start and the messages after it."""
    ended = 0
    for mode in MODES:
        # The short round takes every 20th call, beginning differently each time.
        offset = 1 if run.long else 1 + run.seed % 20
        total, outcomes = sweep(run, mode, lambda count, first=offset: range(first, count + 1, run.pick(20, 1)))
        ended += outcomes["ended"]
        run.row.detected = f"{ended} ended"
        run.save()
    if total < 20:
        raise AssertionError(f"only {total} calls were counted: the gateway is not under the fault library")
