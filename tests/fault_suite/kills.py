"""SIGKILL, SIGSTOP and the kernel's out-of-memory killer."""

import os
import random
import signal
import time
from pathlib import Path

from fault_suite.scenario import Skipped, scenario
from fault_suite.stage import Stage, built

CHUNK = 100  # kills of one stage; then its oracle judges


def kill_once(stage, chance):
    """Starts the gateway and kills it within 500 ms of the start, or of being ready."""
    stage.launch()
    from_ready = chance.random() < 0.5
    moment = chance.uniform(0, 0.5)
    if from_ready:
        stage.wait_ready()
        time.sleep(moment)
    else:
        until = stage.launched + moment
        if stage.wait_ready(until=until):
            time.sleep(max(0.0, until - time.monotonic()))
    stage.kill_gateway()


def storm(run, cycles, program=None):
    chance = random.Random(run.seed)
    row = run.row
    for begin in range(0, cycles, CHUNK):
        with Stage(program=program) as stage:
            stage.prepare()
            stage.publish()
            stage.kill_gateway()
            for _ in range(min(CHUNK, cycles - begin)):
                kill_once(stage, chance)
                row.cycles += 1
            stage.settle(row)
            run.save()
        if row.control and row.lost:
            return


@scenario("kill_storm")
def kill_storm(run):
    """SIGKILL at a random moment within 500 ms, again and again, while devices send 250 messages a second."""
    storm(run, run.pick(60, 2000))


@scenario("control_early_ack", control=True)
def control_early_ack(run):
    """A gateway that acknowledges before it commits, under the same storm: the suite must see the loss, and ends with it."""
    storm(run, 500, built("edgeward_sabotaged_early_ack"))


@scenario("stopped_process")
def stopped_process(run):
    """SIGSTOP for up to two seconds, then SIGCONT: nothing is lost, and what waited is worked off."""
    chance = random.Random(run.seed)
    with Stage() as stage:
        stage.prepare()
        stage.publish()
        for _ in range(run.pick(4, 40)):
            time.sleep(chance.uniform(0.1, 0.4))
            stage.gateway.signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.2, 2))
            stage.gateway.signal(signal.SIGCONT)
            stage.wait_for_more()
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("second_gateway")
def second_gateway(run):
    """A second gateway is started on the same data, as by hand beside the service: it must keep off."""
    with Stage() as stage:
        stage.prepare()
        stage.publish()
        first = stage.gateway
        for _ in range(run.pick(3, 30)):
            stage.launch()  # the second
            try:
                code = stage.gateway.process.wait(10)
            finally:
                stage.gateway.kill()
                stage.gateway = first
            if code == 0:
                raise AssertionError("a second gateway ran and ended well")
            stage.wait_for_more()
            run.row.cycles += 1
        run.row.detected = f"{run.row.cycles} refused"
        stage.measured = True
        stage.settle(run.row)


class MemoryGroup:
    """A cgroup (version 1 or 2) with a memory limit; removed at the end."""

    def __init__(self, name):
        unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
        top = Path("/sys/fs/cgroup") if unified else Path("/sys/fs/cgroup/memory")
        if not os.access(top, os.W_OK):
            raise Skipped("no memory cgroup that may be changed")
        self.folder = top / name
        self.limit_file = "memory.max" if unified else "memory.limit_in_bytes"

    def __enter__(self):
        try:
            self.folder.mkdir(exist_ok=True)
            if not (self.folder / self.limit_file).exists():
                raise OSError("no memory controller")
        except OSError as why:
            raise Skipped(f"no memory cgroup: {why}") from None
        return self

    def __exit__(self, *_):
        try:
            self.folder.rmdir()
        except OSError:
            pass  # still busy for a moment after the last kill; an empty folder is left

    def limit(self, octets):
        (self.folder / self.limit_file).write_text(str(octets))

    def enter_command(self):
        """In front of a command line: the process that becomes the program enters the group."""
        return ["sh", "-c", f'echo $$ > {self.folder}/cgroup.procs; exec "$@"', "sh"]


@scenario("out_of_memory")
def out_of_memory(run):
    """A memory limit the gateway outgrows: the kernel kills it wherever it is."""
    row = run.row
    with MemoryGroup(f"edgeward-faults-{os.getpid()}") as group, Stage() as stage:
        stage.prepare()
        stage.publish()
        chance = random.Random(run.seed)
        killed = 0
        for _ in range(run.pick(6, 60)):
            stage.kill_gateway()
            group.limit(chance.randint(1 << 20, 7 << 20))
            stage.prefix = group.enter_command()
            stage.launch()
            until = time.monotonic() + 2
            while stage.gateway.running() and time.monotonic() < until:
                time.sleep(0.01)
            killed += not stage.gateway.running()
            stage.kill_gateway()
            stage.prefix = []
            stage.launch()
            stage.wait_ready()
            row.cycles += 1
        row.detected = f"{killed} killed"
        stage.settle(row)
        if not killed:
            raise AssertionError("no limit was low enough for the kernel to kill the gateway")
