"""A ward to break: gateway, broker, devices and hospital, with the oracle over them."""

import http.client
import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from fault_suite.oracle import Oracle, Verdict
from fault_suite.scenario import Skipped
from ward import settings
from ward.processes import Program, TimedOut, wait_until
from ward.receivers import Hl7Receiver
from ward.sender import timestamp
from ward.site import ROOT, Site, balanced, binary

HERE = Path(__file__).resolve().parent
DEVICES = [f"pump-{number}" for number in range(1, 5)]
STALL = 45  # seconds without any arrival after which nothing more is waited for
RATE = 250  # messages a second, all devices together
FAST = {"retry_first": "100ms", "retry_longest": "500ms"}


def helper(name):
    """Where a helper program of the gateway's own build is, built or not."""
    return Path(binary()).parents[2] / "tests/fault_suite" / name


def built(name):
    if not helper(name).exists():
        raise Skipped(f"{name} is not built (target edgeward_fault_programs)")
    return str(helper(name))


class _Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=2)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(2)
        self.sock.connect(self.path)


class Stage(Site):
    """A Site whose gateway is started and killed without ceremony.

    `data`: folder for the databases, for example on a file system that will break; default: beside the configuration.
    `program`: the gateway, or a sabotaged one. Destinations: one HL7 receiver named kis; `blocks` adds more.
    """

    def __init__(self, data=None, program=None, devices=None, destinations=None, servers=("hospital",)):
        self.devices = DEVICES if devices is None else devices
        self.around = []  # in front of every program but the gateway, for example to enter a network
        super().__init__(self.devices, servers)
        self.program = program or self.binary
        self.record = self.top / "acknowledged"
        self.starts = 0
        self.publisher = None
        self.patients = {device: f"PAT{number}" for number, device in enumerate(self.devices, 1)}
        self.begin = time.time()
        self.recoveries = []
        self.measured = True  # the recovery of the newest launch has been noted
        self.environment = {}
        self.prefix = []  # in front of the gateway's command line
        self.data = Path(data) if data else self.folder / "data"
        if data:
            self.data.mkdir(mode=0o700, exist_ok=True)
            for file in (self.folder / "data").iterdir():
                (self.data / file.name).write_bytes(file.read_bytes())
                (self.data / file.name).chmod(0o600)
        self.kis = None
        self._destinations = destinations

    def quicken(self, text):
        """The evaluation's settings for a stage: its data on a small disk, short waits for the broker, no HTTPS."""
        for name, value in (("data_folder", f'"{self.data}"'), ("https", "false")):
            text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text, count=1)
        text = settings.disk_limits(text, 16, 24)  # the disks here are small, and are to be filled
        begin = text.index("[mqtt]")
        mqtt = re.sub(r'(?m)^retry_longest = .*$', 'retry_longest = "500ms"', text[begin:], count=1)
        return text[:begin] + re.sub(r'(?m)^retry_first = .*$', 'retry_first = "100ms"', mqtt, count=1)

    def prepare(self, change=lambda text: text):
        """Broker and hospital are there, the gateway has run once and knows its patients."""
        if self._destinations is None:
            self.kis = Hl7Receiver(self)
            self._destinations = [settings.hl7_destination("kis", self.kis.port, **FAST)]
        self.change = change
        self.write_configuration()
        self.start_broker()
        self.launch()
        self.wait_ready()
        self.import_persons([{"identifiers": [{"value": patient, "authority": "KIS", "type": "MR"}],
                              "family": "Quittenbaum", "given": "Kim"} for patient in self.patients.values()])
        for device, patient in self.patients.items():
            self.associate(device, patient, timestamp(self.begin - 60))
        self.oracle = Oracle(self.record, self.top / "kis.received", self.patients)
        return self

    def write_configuration(self, *blocks):
        self.configure(*[settings.device(device, "generic", ward="ICU") for device in self.devices],
                       *self._destinations, *blocks, change=lambda text: self.change(self.quicken(text)))

    # The gateway

    def launch_gateway(self):
        self.starts += 1
        environment = [f"{name}={value}" for name, value in self.environment.items()]
        # One log for each start: what is looked for is this start's.
        self.gateway_log = self.top / f"gateway.{self.starts % 100}.log"
        self.gateway_log.unlink(missing_ok=True)
        return Program([*self.prefix, "env", *environment, self.program, "-c", str(self.config), "run"],
                       str(self.gateway_log))

    def launch(self):
        self.launched = time.monotonic()
        self.measured = False
        self.gateway = self.launch_gateway()
        self.programs.append(self.gateway)

    def kill_gateway(self):
        self.gateway.kill()

    def ask_health(self):
        """Status of /health/ready on the control socket, 0 when nobody answers, and its text."""
        connection = _Unix(str(self.folder / "control.sock"))
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def ready(self):
        return self.ask_health()[0] == 200

    def wait_ready(self, seconds=60, until=None):
        """True when the gateway became ready, before `until` (monotonic) where that is given."""
        begin = time.monotonic()
        while True:
            if self.ready():
                if not self.measured:
                    self.recoveries.append(round((time.monotonic() - self.launched) * 1000))
                    self.measured = True
                return True
            now = time.monotonic()
            if until is not None and now >= until:
                return False
            if not self.gateway.running():
                raise AssertionError(f"the gateway ended with exit code {self.gateway.process.returncode}: "
                                     f"{self.log()[-600:]}")
            if now - begin > seconds:
                raise TimedOut(f"not ready within {seconds} s: {self.ask_health()[1]} {self.log()[-600:]}")
            time.sleep(0.004 if until is None else max(0.0, min(0.004, until - now)))

    # The devices

    def publish(self, rate=RATE, first=1, count=0, host="localhost", devices=None):
        self.publisher = self.start(
            [sys.executable, str(HERE / "publisher.py"), "--folder", str(self.folder), "--host", host,
             "--port", str(self.broker_port), "--devices", ",".join(devices or self.devices), "--rate", str(rate),
             "--record", str(self.record), "--first", str(first), "--count", str(count)], "publisher.log")
        wait_until(lambda: "publishing" in self.publisher.text() or not self.publisher.running(), "devices publish")
        return self.publisher

    def start(self, arguments, output):
        return super().start([*self.around, *arguments], output)

    def start_broker(self):
        if not self.around:
            return super().start_broker()
        self.broker = self.start(["/usr/sbin/mosquitto", "-c", str(self.folder / "broker/mosquitto.conf")],
                                 "broker.log")
        knock = [*self.around, "bash", "-c", f": < /dev/tcp/127.0.0.1/{self.broker_port}"]
        wait_until(lambda: subprocess.run(knock, capture_output=True, check=False).returncode == 0,
                   "the broker listens")
        return self.broker

    def acknowledged(self):
        self.oracle.read()
        return len(self.oracle.acknowledged)

    def delivered(self):
        """How many the hospital has said yes to."""
        self.oracle.read()
        return len(self.oracle.accepted)

    def wait_for_more(self, count=20, seconds=60):
        """Until the hospital has received `count` messages more than now."""
        goal = self.delivered() + count
        wait_until(lambda: self.delivered() >= goal, f"{count} more messages reach the hospital", seconds)

    def end_publishing(self, seconds=60):
        self.publisher.signal(15)
        try:
            self.publisher.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimedOut(f"the broker does not acknowledge within {seconds} s: {self.publisher.text()}") from None

    # The judgement

    def settle(self, row, seconds=120, restart=False):
        """Ends publishing, lets everything arrive, and holds all of it against the oracle."""
        if self.publisher is not None and self.publisher.running():
            self.end_publishing(seconds)
        if restart or not self.gateway.running():
            self.gateway.kill()
            self.launch()
        self.wait_ready()
        progress, since = -1, time.monotonic()
        while not self.oracle.complete():  # however long the backlog is that the scenario has left
            arrived = len(self.oracle.accepted)
            if arrived != progress:
                progress, since = arrived, time.monotonic()
            if time.monotonic() - since > STALL:
                break  # nothing has arrived for long: judged as it is
            time.sleep(0.05)
        verdict = Verdict()
        self.check_books(verdict)  # waits until nothing is pending
        self.oracle.judge(verdict)
        row.recoveries += self.recoveries
        self.recoveries = []
        row.count(verdict)
        return verdict

    def check_books(self, verdict):
        """The counters balance, equal a recount of the rows, and the audit log is proven."""
        def quiet():
            books = self.books()
            return books if not any(d["pending"] for d in books["destinations"].values()) else None
        try:
            books = wait_until(quiet, "nothing is pending", 60, every=0.1)
        except TimedOut:
            books = self.books()
            verdict.add(False, "deliveries stay pending")
        verdict.add(balanced(books), "the books do not balance")
        differences = self.books("--recount")["differences"]
        verdict.add(not differences, f"the rows say something else than the books: {differences[:3]}")
        _, proven, said = self.verify_audit()
        verdict.add(proven, f"the audit log is not proven: {said.strip()[:300]}")
        self.recount(verdict)

    def recount(self, verdict):
        """Every row against its digest, the counters against the rows; left out where the helper is not built."""
        if not helper("edgeward_store_check").exists():
            return
        done = subprocess.run([built("edgeward_store_check"), "check", str(self.data),
                               str(self.folder / "credentials/kek")], capture_output=True, text=True, timeout=120,
                              check=False)
        found = json.loads(done.stdout) if done.stdout else {"problem": done.stderr}
        verdict.add(done.returncode == 0, f"the stored data do not verify: {found.get('problem')}")
