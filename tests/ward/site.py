"""One gateway with its broker and configuration in a folder of its own."""

import atexit
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from ward import settings
from ward.processes import Program, TimedOut, answers, free_port, wait_until

BOOKS_DIFFER = 6  # exit code
TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent


def binary():
    """The gateway under test: EDGEWARD_BINARY, else what the presets build."""
    named = os.environ.get("EDGEWARD_BINARY")
    built = [ROOT / ".build" / preset / "src/app/edgeward" for preset in ("release", "dev")]
    places = [Path(named)] if named else built
    for place in places:
        if place.is_file():
            return str(place.resolve())
    raise SystemExit("no gateway to test: set EDGEWARD_BINARY or build the preset release")


class CommandFailed(Exception):
    """A command of the gateway ended with another exit code than 0."""

    def __init__(self, arguments, done):
        super().__init__(f"edgeward {' '.join(arguments)}: exit code {done.returncode}: {done.stderr.strip()}")
        self.code = done.returncode
        self.stderr = done.stderr


class Site:
    """Use as a context; at its end everything it started is ended and the folder removed."""

    def __init__(self, devices, servers=("hospital",)):
        self.binary = binary()
        self.top = Path(tempfile.mkdtemp(prefix="edgeward-ward-"))
        self.folder = self.top / "gateway"
        self.config = self.folder / "edgeward.toml"
        self.gateway_log = self.top / "gateway.log"
        self.broker_port = free_port()
        self.programs = []
        self.broker = None
        self.gateway = None
        self.admin_port = None
        atexit.register(self.close)
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # a test that is cut off cleans up too
        self._make(devices, servers)

    def _make(self, devices, servers):
        arguments = ["init", "--evaluation", str(self.folder), "--mappings", str(ROOT / "config/mappings"),
                     "--broker-port", str(self.broker_port)]
        for device in devices:
            arguments += ["--device", device]
        for server in servers:
            arguments += ["--server", server]
        done = self.run(*arguments)
        if done.returncode != 0:
            raise CommandFailed(arguments, done)
        self.base_config = self.config.read_text().replace("port = 9443", "port = 0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for program in reversed(self.programs):
            program.kill()
        shutil.rmtree(self.top, ignore_errors=True)

    # Configuration

    def configure(self, *blocks, change=lambda text: text):
        """Writes the configuration: the evaluation's own, changed by `change`, and the given blocks."""
        text = change(self.base_config) + settings.authority("KIS") + "".join(blocks)
        self.config.write_text(text)

    def server_files(self, name="hospital"):
        return {"cert": str(self.folder / f"servers/{name}.pem"), "key": str(self.folder / f"servers/{name}.key"),
                "ca": str(self.folder / "authority/ca.pem")}

    # Programs

    def start(self, arguments, output):
        program = Program(arguments, str(self.top / output))
        self.programs.append(program)
        return program

    def start_broker(self):
        mosquitto = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.broker = self.start([mosquitto, "-c", str(self.folder / "broker/mosquitto.conf")], "broker.log")
        wait_until(lambda: answers(self.broker_port), "the broker listens")
        return self.broker

    def launch_gateway(self):
        return self.start([self.binary, "-c", str(self.config), "run"], "gateway.log")

    def start_gateway(self, ready=True):
        before = self.log().count("gateway started")
        self.gateway = self.launch_gateway()
        wait_until(lambda: self.log().count("gateway started") > before or not self.gateway.running(),
                   "the gateway starts", 60)
        if not self.gateway.running():
            raise AssertionError(f"the gateway ended with exit code {self.gateway.process.returncode}")
        self.admin_port = int(re.findall(r"admin_port=\"?(\d+)", self.log())[-1])
        if ready:
            try:
                wait_until(lambda: self.health()[0] == 200, "the gateway is ready", 60)
            except TimedOut as late:
                raise TimedOut(f"{late}; its log ends with: {self.log().strip().rpartition(chr(10))[2]}") from None
        return self.gateway

    def reload(self):
        self.gateway.signal(signal.SIGHUP)

    def log(self):
        return self.gateway_log.read_text(errors="replace") if self.gateway_log.exists() else ""

    # Talking to the gateway

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=120, check=False)

    def ask(self, *arguments):
        """Raw result of a command with this site's configuration."""
        return self.run("-c", str(self.config), *arguments)

    def command(self, *arguments):
        """The JSON a command prints; CommandFailed when its exit code is not 0."""
        done = self.ask("--json", *arguments)
        if done.returncode != 0:
            raise CommandFailed(arguments, done)
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    def get(self, path):
        """Status and text of a page of the HTTPS port."""
        context = ssl.create_default_context(cafile=str(self.folder / "authority/ca.pem"))
        try:
            with urllib.request.urlopen(f"https://localhost:{self.admin_port}{path}", timeout=10,
                                        context=context) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def health(self):
        try:
            return self.get("/health/ready")
        except OSError:
            return 0, ""

    def metrics(self):
        return self.get("/metrics")[1]

    def metric(self, name):
        """The value of a metric without labels; nothing when it is not there."""
        found = re.search(rf"^{name} (\S+)$", self.metrics(), re.MULTILINE)
        return float(found[1]) if found else None

    def books(self, *arguments):
        """What `edgeward books` says, whether the books agree or not."""
        done = self.ask("--json", "books", *arguments)
        if done.returncode not in (0, BOOKS_DIFFER):
            raise CommandFailed(("books", *arguments), done)
        return json.loads(done.stdout)

    def received(self):
        return self.books()["inbound"]["received"]

    def import_persons(self, persons):
        file = self.top / "persons.jsonl"
        file.write_text("".join(json.dumps(person, ensure_ascii=False) + "\n" for person in persons))
        self.command("person", "import", str(file))
        file.unlink()

    def associate(self, device, patient, since, until=None):
        end = ["--until", until] if until else []
        self.command("association", "begin", device, "--patient", patient, "--authority", "KIS", "--from", since, *end)

    def permit(self, patient, since, until, decision="permit"):
        self.command("consent", "record", decision, "--patient", patient, "--authority", "KIS", "--from", since,
                     "--until", until, "--purpose", "research")

    # Checks

    def wait_for_quiet(self, received, seconds=120):
        """The books, when so many messages came in and nothing is pending anywhere."""
        def quiet():
            books = self.books()
            done = books["inbound"]["received"] >= received
            return books if done and not any(d["pending"] for d in books["destinations"].values()) else None
        return wait_until(quiet, f"{received} messages received and delivered", seconds, every=0.2)

    def verify_audit(self):
        """Exports the log and verifies it with the exported key: (text, whether it is proven, what the verifier said)."""
        export, key = self.top / "audit.txt", self.top / "audit.pem"
        exported = self.ask("audit", "export", str(export))
        if exported.returncode != 0:
            raise CommandFailed(("audit", "export"), exported)
        key.write_text(self.ask("audit", "public-key").stdout)
        done = self.ask("--json", "audit", "verify", str(export), "--key", str(key))
        text = export.read_text()
        return text, done.returncode == 0, done.stdout + done.stderr


def balanced(books):
    return books["inbound"]["balanced"] and all(d["balanced"] for d in books["destinations"].values())
