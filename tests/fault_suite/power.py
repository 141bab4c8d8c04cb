"""Power cuts: the file system under the data folder is shut down in the middle of everything."""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import threading
import time
from pathlib import Path

from fault_suite.oracle import Verdict
from fault_suite.scenario import Skipped, scenario
from fault_suite.stage import Stage, built
from ward.processes import wait_until
from ward.site import CommandFailed

# EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same request: _IOR('X', 125, __u32). Flag 2: nothing that is not on
# the disk yet gets there, the journal neither; every later access fails with EIO.
SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
CHUNK = 50  # cuts of one stage; then its oracle judges


def quietly(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{command[0]}: {done.stderr.strip()[:200]}")


class Disk:
    """A file system in a file, mounted by loop; gone when the context ends."""

    def __init__(self, kind, size="400M"):
        self.kind = kind
        self.size = size
        self.top = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skipped("not root")
        if shutil.which(f"mkfs.{self.kind}") is None:
            raise Skipped(f"no mkfs.{self.kind}")
        self.top = Path(subprocess.run(["mktemp", "-d", "-t", "edgeward-disk-XXXXXX"], capture_output=True, text=True,
                                       check=True).stdout.strip())
        self.image, self.mount_point = self.top / "image", self.top / "mount"
        self.mount_point.mkdir()
        try:
            quietly("truncate", "-s", self.size, str(self.image))
            quietly(f"mkfs.{self.kind}", "-q", str(self.image))
            self.mount()
        except OSError as why:
            self.__exit__()
            raise Skipped(f"no {self.kind} by loop: {why}") from None
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", str(self.mount_point)], capture_output=True, check=False)
        shutil.rmtree(self.top, ignore_errors=True)

    @property
    def data(self):
        return self.mount_point / "data"

    def mount(self):
        quietly("mount", "-t", self.kind, "-o", "loop", str(self.image), str(self.mount_point))

    def unmount(self):
        for _ in range(200):
            try:
                return quietly("umount", str(self.mount_point))
            except OSError:
                time.sleep(0.01)  # the killed gateway's files close a moment later
        return quietly("umount", str(self.mount_point))

    def cut_power(self):
        # Never the file system of the machine itself.
        if not os.path.ismount(self.mount_point):
            raise AssertionError("the disk to be cut off is not mounted")
        folder = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as why:
            raise Skipped(f"{self.kind} cannot be shut down: {why}") from None
        finally:
            os.close(folder)

    def sync(self):
        os.sync()


def freeze(program):
    """No thread of the program gets back from the kernel any more: as in the moment in which the power is gone.

    A process that lives on beside a file system that was shut down is no power cut: a flush that was under way in that
    moment may report success for what the aborted journal never wrote.
    """
    program.signal(signal.SIGSTOP)

    def still():
        states = []
        for task in Path(f"/proc/{program.pid}/task").glob("*/stat"):
            try:
                states.append(task.read_text().rpartition(")")[2].split()[0])
            except OSError:
                continue  # this thread has ended
        return all(state in "TtDZX" for state in states)

    wait_until(still, "every thread of the gateway stands still", 10, every=0.001)


def cut_once(stage, disk, chance, run_time):
    """Power goes while the gateway works, or while it starts."""
    stage.launch()
    moment = chance.uniform(0, run_time)
    if chance.random() < 0.7:
        stage.wait_ready()
        time.sleep(moment)
    else:
        time.sleep(moment)
    freeze(stage.gateway)
    disk.cut_power()
    stage.kill_gateway()
    disk.unmount()
    disk.mount()


def cut_again_and_again(run, kind, cycles, program=None, run_time=0.4):
    chance = random.Random(run.seed)
    row = run.row
    for begin in range(0, cycles, CHUNK):
        with Disk(kind) as disk, Stage(data=disk.data, program=program) as stage:
            stage.prepare()
            stage.publish()
            stage.kill_gateway()
            disk.sync()  # the installation is on the disk; what comes now is the gateway's to keep
            for _ in range(min(CHUNK, cycles - begin)):
                cut_once(stage, disk, chance, run_time)
                row.cycles += 1
            stage.settle(row)
            run.save()
            stage.kill_gateway()
        if row.control and row.lost:
            return


@scenario("power_cut_ext4")
def power_cut_ext4(run):
    """The ext4 under the data folder loses power at a random moment."""
    cut_again_and_again(run, "ext4", run.pick(15, 300))


@scenario("power_cut_xfs")
def power_cut_xfs(run):
    """The XFS under the data folder loses power at a random moment."""
    cut_again_and_again(run, "xfs", run.pick(10, 200))


class Registrar(threading.Thread):
    """Admits one person after the other by the command line, until the gateway is gone."""

    def __init__(self, stage, first):
        super().__init__()
        self.stage = stage
        self.first = first
        self.admitted = 0

    def run(self):
        while True:
            number = self.first + self.admitted
            try:
                self.stage.import_persons([{"identifiers": [{"value": f"N{number}", "authority": "KIS", "type": "MR"}],
                                            "family": "Quittenbaum", "given": "Kim"}])
            except CommandFailed:
                return
            self.admitted += 1


def admit_and_cut(stage, disk, chance, first):
    """How many persons the gateway said it had admitted before the power went."""
    stage.launch()
    stage.wait_ready()
    registrar = Registrar(stage, first)
    registrar.start()
    time.sleep(chance.uniform(0, 0.5))
    freeze(stage.gateway)
    disk.cut_power()
    stage.kill_gateway()
    registrar.join()
    disk.unmount()
    disk.mount()
    return registrar.admitted


@scenario("power_cut_vault")
def power_cut_vault(run):
    """Persons are admitted while the power goes: whom the command line reported as admitted is there."""
    row = run.row
    chance = random.Random(run.seed)
    with Disk("ext4") as disk, Stage(data=disk.data) as stage:
        stage.prepare()
        before = stage.command("status")["persons"]
        stage.kill_gateway()
        disk.sync()
        for _ in range(run.pick(5, 50)):
            # One that was cut off may be there without having been reported: numbers are not used again.
            row.acknowledged += admit_and_cut(stage, disk, chance, 1000 * (row.cycles + 1))
            row.cycles += 1
        stage.launch()
        stage.wait_ready()
        row.lost = max(0, before + row.acknowledged - stage.command("status")["persons"])
        row.recoveries = stage.recoveries
        verdict = Verdict()
        stage.check_books(verdict)
        row.count(verdict)
        stage.kill_gateway()


@scenario("control_normal", control=True)
def control_normal(run):
    """A gateway whose commits do not wait for the disk, under the same power cuts: the suite must see the loss."""
    cut_again_and_again(run, "ext4", 200, built("edgeward_sabotaged_normal"))
