"""The receiving systems: the programs of tests/peers and what they wrote down."""

import json
import re
import ssl
import urllib.request

from ward.processes import wait_until
from ward.site import TESTS


def json_lines(path):
    """The complete lines of a file that may still grow."""
    if not path.exists():
        return []
    octets = path.read_bytes()
    return [json.loads(line) for line in octets[:octets.rfind(b"\n") + 1].splitlines()]


class _Receiver:
    script = ""

    def __init__(self, site, name, port, arguments):
        self.name = name
        self.site = site
        self.file = site.top / f"{name}.received"
        self.output = f"{name}.{len(site.programs)}.output"
        tls = site.server_files()
        self.program = site.start(["/usr/bin/python3", str(TESTS / "peers" / self.script), "--port", str(port),
                                   "--cert", tls["cert"], "--key", tls["key"], "--ca", tls["ca"], *arguments],
                                  self.output)
        found = wait_until(lambda: re.search(r"port\D+(\d+)\D*\n", self.program.text()), f"{name} listens")
        self.port = int(found.group(1))

    def octets(self):
        return self.file.read_bytes() if self.file.exists() else b""

    def stop(self):
        self.program.kill()


class Hl7Receiver(_Receiver):
    """`answers` as hl7_receiver.py --help says."""

    script = "hl7_receiver.py"

    def __init__(self, site, name="kis", port=0, answers="CA", more=()):
        """`more`: further arguments of hl7_receiver.py."""
        super().__init__(site, name, port, ["--answers", answers, "--log", str(site.top / f"{name}.received"), *more])

    def arrivals(self):
        """Every message with MSH-10, in the order of arrival; a repeated one stands there twice."""
        return json_lines(self.file)

    def messages(self):
        """One message for each MSH-10."""
        return list({line["control_id"]: line["message"] for line in self.arrivals()}.values())

    def each_message(self):
        """As messages(), one after the other, for millions of them; when nothing arrives any more."""
        seen = set()
        with self.file.open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if line["control_id"] not in seen:
                    seen.add(line["control_id"])
                    yield line["message"]


class FhirReceiver(_Receiver):
    """`script` as fhir_receiver.py --help says."""

    script = "fhir_receiver.py"

    def __init__(self, site, name, port=0, script=""):
        self.requests = site.top / f"{name}.requests"
        self.posted = site.top / f"{name}.bundles"
        super().__init__(site, name, port, ["--script", script, "--out", str(site.top / f"{name}.received"),
                                            "--log", str(self.requests), "--bundles", str(self.posted)])

    def bundles(self):
        """What was posted, as octets, in the order of arrival."""
        return self.posted.read_bytes().splitlines() if self.posted.exists() else []

    def resources(self, kind=None):
        return [made for made in json_lines(self.file) if kind in (None, made["resourceType"])]

    def statuses(self):
        """Of what was posted; the gateway also asks what the receiver can do."""
        return [line["status"] for line in json_lines(self.requests) if not line["url"].endswith("/metadata")]


class MedplumServer:
    """Medplum's router as a FHIR server; `script` as fhir_server.mjs --help says."""

    def __init__(self, site, name, port=0, script="", client="monitor-1", more=()):
        """`client` is the device whose certificate search() shows; `more` are further options of the program."""
        self.client = [str(site.folder / f"devices/{client}.{kind}") for kind in ("pem", "key")]
        self.requests = site.top / f"{name}.requests"
        self.tls = site.server_files()
        self.program = site.start(["node", str(TESTS / "peers/fhir_server.mjs"), "--port", str(port), "--script", script,
                                   "--cert", self.tls["cert"], "--key", self.tls["key"], "--ca", self.tls["ca"],
                                   "--log", str(self.requests), *more], f"{name}.{len(site.programs)}.output")
        found = wait_until(lambda: re.search(r'"port":(\d+)', self.program.text()), f"{name} listens", 60)
        self.port = int(found.group(1))

    @staticmethod
    def is_there():
        return (TESTS / "peers/node_modules/@medplum/fhir-router").exists()

    def _ask(self, path, body=None):
        context = ssl.create_default_context(cafile=self.tls["ca"])
        context.load_cert_chain(*self.client)
        request = urllib.request.Request(f"https://localhost:{self.port}/fhir/{path}", body,
                                         {"Content-Type": "application/fhir+json"})
        with urllib.request.urlopen(request, context=context, timeout=10) as page:
            return json.load(page)

    def search(self, query):
        """Resources the server has, as it gives them."""
        return [entry["resource"] for entry in self._ask(query).get("entry", [])]

    def create(self, resource):
        """The resource as the server made it."""
        return self._ask(resource["resourceType"], json.dumps(resource).encode())

    def stop(self):
        self.program.kill()


def segments(message, name):
    """Fields of every such segment; index 3 is field 3 (for MSH: field 4)."""
    return [line.split("|") for line in message.split("\r") if line.startswith(name + "|")]


def values_of_message(message):
    """(code, value) of each row that measures something; the rows of the device's parts have no value."""
    rows = []
    for fields in segments(message, "OBX"):
        if fields[2] in ("NM", "SN", "ST", "CWE", "NA") and fields[5]:
            rows.append((fields[3].split("^")[0], fields[5]))
    return rows


def patient_of_message(message):
    """The first value of PID-3."""
    return segments(message, "PID")[0][3].split("^")[0]


def values_of_observation(resource):
    """(code, value) of an Observation: its own and those of its components."""
    found = []
    for part in [resource, *resource.get("component", [])]:
        for kind in ("valueQuantity", "valueString", "valueBoolean", "valueCodeableConcept", "valueSampledData"):
            if kind in part:
                value = part[kind]
                code = part["code"]["coding"][0]["code"]
                found.append((code, value.get("value") if kind == "valueQuantity" else value))
    return found
