"""A gateway with broker, load and receivers, and one measurement on it."""

import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import time
from pathlib import Path

from load import figures
from ward import settings
from ward.processes import wait_until
from ward.site import ROOT, Site, balanced

PROGRAMS = Path(os.environ["EDGEWARD_LOAD"])
FIRST_PATIENT = 1_000_000
KNOWN = 1000  # persons who are imported with a name; the others are made by their first message
BACKLOG = 20_000  # messages published beyond what the gateway has committed, at most


def program(name):
    return str(PROGRAMS / f"load_{name}")


class Receiver:
    """load_hospital: acknowledges at once, notes what arrived when."""

    def __init__(self, stage, kind):
        self.kind = kind
        self.file = stage.site.top / f"{kind}.times"
        self._stage = stage
        self.port = 0
        self._starts = 0
        self.start()

    def start(self):
        """Also again after finish(), at the same port: only what arrives from then on counts."""
        stage, tls = self._stage, self._stage.site.server_files()
        self._starts += 1
        self.program = stage.site.start(
            [program("hospital"), "--kind", self.kind, "--ca", tls["ca"], "--cert", tls["cert"], "--key", tls["key"],
             "--base", str(stage.base), "--count", str(stage.capacity), "--port", str(self.port),
             "--out", str(self.file)], f"{self.kind}-{self._starts}.output")
        self.port = stage.port_of(self.program, self.kind)

    def arrived(self):
        found = re.findall(r"arrived (\d+) at (\d+)\n", self.program.text())
        return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)

    def finish(self):
        self.program.stop()
        return json.loads(self.program.text().splitlines()[-1]), figures.times(self.file)


class Stage:
    """Use as a context. `capacity`: most messages of all measurements together."""

    def __init__(self, capacity, destinations=(), devices=20, persons=1000, tapped=False, beside=(),
                 mapping="monitor_flat"):
        self.base = int(time.time() * 1000) - 6 * 3600 * 1000
        self.capacity = capacity
        self.persons = persons
        self.devices = [f"load-{number:04d}" for number in range(1, devices + 1)]
        self.destinations = destinations
        self.mapping = mapping
        self.published = 0
        self.receivers = {}
        self.tap = None
        self.site = Site([*self.devices, *beside])
        self._page = None
        self._start(tapped)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.site.close()

    def port_of(self, started, what):
        found = wait_until(lambda: re.search(r"port (\d+)\n", started.text()), f"{what} listens")
        return int(found.group(1))

    def _start(self, tapped):
        site = self.site
        self.before_broker()
        site.start_broker()
        blocks = [settings.device(name, self.mapping, ward="ICU", bed=name[-4:]) for name in self.devices]
        for kind in self.destinations:
            self.receivers[kind] = Receiver(self, kind)
            make = settings.hl7_destination if kind == "mllp" else settings.fhir_destination
            # load_hospital reads on while it answers, and answers in order.
            connection = {"connections": 4, "in_flight": 16} if kind == "mllp" else {"connections": 4}
            blocks.append(make(kind, self.receivers[kind].port, "identified", "treatment", "art9-2h", connection))
        blocks += self.more_blocks()
        port = self._start_tap() if tapped else site.broker_port
        mappings = self._mappings()
        site.configure(*blocks, change=lambda text: re.sub(
            r"(?m)^mappings_folder = .*$", f'mappings_folder = "{mappings}"',
            self.change(text).replace(f"port = {site.broker_port}\n", f"port = {port}\n", 1)))
        site.start_gateway()
        site.import_persons([{"identifiers": [{"value": str(FIRST_PATIENT + n), "authority": "KIS", "type": "MR"}],
                              "family": f"Muster{n}", "given": "Kim", "birth_date": "1961-02-28", "sex": "female"}
                             for n in range(min(self.persons, KNOWN))])

    def _mappings(self):
        folder = self.site.top / "mappings"
        shutil.copytree(ROOT / "config/mappings", folder)
        shutil.copy(Path(__file__).resolve().parent / "mappings/wave.toml", folder)
        return folder

    def before_broker(self):
        """For stages that need more; everything is made, nothing runs."""

    def more_blocks(self):
        return []

    def change(self, text):
        return text

    def _start_tap(self):
        folder = self.site.folder
        server = self.site.server_files()
        self.tap_file = self.site.top / "tap.times"
        self.tap = self.site.start(
            [program("tap"), "--broker-port", str(self.site.broker_port), "--ca", server["ca"],
             "--server-cert", server["cert"], "--server-key", server["key"],
             "--client-cert", str(folder / "credentials/gateway-certificate"),
             "--client-key", str(folder / "credentials/gateway-key"), "--base", str(self.base),
             "--count", str(self.capacity), "--out", str(self.tap_file)], "tap.output")
        return self.port_of(self.tap, "the tap")

    # Metrics, by one connection that stays: a handshake for each reading would be part of what is measured.

    def counters(self):
        if self._page is None:
            context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
            self._page = http.client.HTTPSConnection("localhost", self.site.admin_port, context=context, timeout=10)
        try:
            self._page.request("GET", "/metrics")
            text = self._page.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            self._page = None
            return self.counters()
        received = sum(float(value) for value in re.findall(r"^edgeward_messages_received_total\S* (\S+)$", text,
                                                            re.MULTILINE))
        return int(received)

    def publisher(self, count, rate, payload, backlog, out, content="numerics", persons=None):
        """`persons`: (first, how many), or all."""
        first, persons = persons or (0, self.persons)
        arguments = [program("publisher"), "--port", str(self.site.broker_port),
                     "--ca", str(self.site.folder / "authority/ca.pem"),
                     "--devices", str(self.site.folder / "devices"), "--device-count", str(len(self.devices)),
                     "--count", str(count), "--base", str(self.base + self.published), "--payload", str(payload),
                     "--persons", str(persons), "--first-person", str(first), "--content", content,
                     "--rate", str(rate), "--window", "1000",
                     "--backlog", str(backlog), "--out", str(out)]
        return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, count, rate=0, payload=250, delivered=True, backlog=BACKLOG, **more):
        """Publishes and waits until everything is committed and, if it is to be delivered, has arrived. `backlog`: how
        far publishing may be ahead of the commits where no rate is given; 0: as far as the broker takes it."""
        site, out = self.site, self.site.top / "publisher.times"
        before = self.counters()
        self._floor_before = {kind: receiver.arrived()[0] for kind, receiver in self.receivers.items()}
        gateway, broker = figures.Usage(site.gateway.pid), figures.Usage(site.broker.pid)
        backlog = 0 if rate else backlog
        publisher = self.publisher(count, rate, payload, backlog, out, **more)
        highest = 0.0
        begun = time.monotonic_ns()
        limit = time.monotonic() + 120 + (count / rate if rate else count / 200)
        while True:
            committed = self.counters() - before
            now = time.monotonic_ns()
            highest = max(highest, figures.resident_mib(site.gateway.pid))
            arrived = (lambda: not delivered or self._all_arrived(count))
            while committed >= count and not arrived() and time.monotonic() < limit:
                time.sleep(0.05)
            if publisher.poll():
                raise SystemExit("the load generator failed")
            if publisher.poll() is None and backlog:
                try:
                    publisher.stdin.write(f"taken {committed}\n")
                    publisher.stdin.flush()
                except BrokenPipeError:
                    pass
            if committed >= count and arrived():
                break
            if time.monotonic() > limit:
                raise SystemExit(f"only {committed} of {count} messages were committed or delivered in time")
            # Each reading costs the gateway some milliseconds, which must not show in the result.
            time.sleep(max(0.2, min(1.0, (time.monotonic_ns() - begun) / 50e9)))
        said, _ = publisher.communicate()
        told = json.loads(said)
        end = max([now] + [receiver.arrived()[1] for receiver in self.receivers.values() if delivered])
        self.published += count
        return {"messages": count, "seconds": (end - told["begun_ns"]) / 1e9,
                "rate": count * 1e9 / (end - told["begun_ns"]),
                "gateway": figures.Usage(site.gateway.pid).since(gateway, count),
                "broker": figures.Usage(site.broker.pid).since(broker, count),
                "generator_cpu_us": told["cpu_us"] / count, "generator_latest_late_ms": told["latest_late_ns"] / 1e6,
                "rss_mib": highest, "published_at": figures.times(out)}

    def _all_arrived(self, count):
        return all(receiver.arrived()[0] - self._floor_before[kind] >= count
                   for kind, receiver in self.receivers.items())

    def judge(self, pending=0):
        """What is wrong at the end: lost messages, books that do not balance, an audit log that does not verify.
        `pending`: how many wait for each receiver."""
        wrong = []
        books = self.site.books() if pending else self.site.wait_for_quiet(self.published)
        if not balanced(books):
            wrong.append("the books do not balance")
        for word in ("received", "stored"):
            if books["inbound"][word] != self.published:
                wrong.append(f"{books['inbound'][word]} of {self.published} messages were {word}")
        for name, book in books["destinations"].items():
            if book["delivered"] != self.published - pending or book["pending"] != pending or book["dead_lettered"]:
                wrong.append(f"{name}: {book['delivered']} of {self.published - pending} reports were delivered")
        if not self.site.verify_audit()[1]:
            wrong.append("the audit log does not verify")
        return wrong

    def arrival_times(self):
        """Ends receivers and tap; times by message number at each of them."""
        found = {}
        for kind, receiver in self.receivers.items():
            found[kind] = receiver.finish()[1]
        if self.tap:
            self.tap.signal(signal.SIGTERM)
            self.tap.process.wait(30)
            found["commit"] = figures.times(self.tap_file)
        return found
