"""Results by HL7 v2: senders over mutual TLS that are not ours, and what their messages say field by field."""

import re
import subprocess
from pathlib import Path

import hl7
from ward.administration import Administration
from ward.site import TESTS

EUI64 = "080019FFFE3ED02D"


def sender(name, certificate, **more):
    lines = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return f'\n[[hl7_in.sender]]\nname = "{name}"\ncertificate_names = ["{certificate}"]\n{lines}'


def listening(text, port):
    """The configuration with the port of HL7 results open."""
    head, table, rest = text.partition("\n[hl7_in]\n")
    assert table, "the configuration has no table [hl7_in]"
    rest = rest.replace("enabled = false", "enabled = true", 1)
    rest = re.sub(r"(?m)^port = .*$", f"port = {port}", rest, count=1)
    return head + table + rest


class ResultSender(Administration):
    """python3-hl7's MLLP client; `answer` gives the whole acknowledgement."""

    def answer(self, message):
        if self._client is None:
            self.connect()
        octets = message if isinstance(message, bytes) else message.encode()
        return hl7.parse(self._client.send_message(octets).decode().strip("\x0b\x1c\r"))

    def send_only(self, message):
        """Without waiting for an answer."""
        self._client.socket.sendall(b"\x0b" + message.encode() + b"\x1c\x0d")


def sent_by_node(site, port, client, folder):
    """What node-hl7-client hears for each file of a folder: its name to MSA-1."""
    files = site.folder / "devices"
    done = subprocess.run(["node", str(TESTS / "peers/hl7_client.mjs"), "--port", str(port),
                           "--cert", str(files / f"{client}.pem"), "--key", str(files / f"{client}.key"),
                           "--ca", str(site.folder / "authority/ca.pem"), str(folder)],
                          capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"node-hl7-client: {done.stderr.strip()}")
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def sample_files(folder):
    """The published HL7 messages below a folder, as they would be sent: with CR."""
    kinds = ("ihe-pcd-01", "ihe-pcd-acm-draeger", "hl7v2-lab-elr", "hl7v2-microsoft-fhir-converter")
    for kind in kinds:
        for file in sorted(Path(folder, kind).iterdir()):
            if file.name != "SOURCE.md":
                yield f"{kind}/{file.name}", file.read_bytes().replace(b"\r\n", b"\r").replace(b"\n", b"\r").strip(b"\r")


def _ucum(field):
    """The UCUM code of OBX-6, whichever triple it stands in."""
    mdc = {"266016": "mm[Hg]", "264864": "/min", "264928": "/min", "262688": "%", "262656": "1", "264338": "ms"}
    parts = field.split("^")
    for start in range(0, len(parts), 3):
        if parts[start + 2:start + 3] == ["UCUM"]:
            return parts[start]
    return mdc.get(parts[0], field)


def clinical_rows(message):
    """Each measurement of an ORU^R01 by its code: the clinical fields as they are compared in a round trip."""
    rows, started = {}, ""
    for line in message.split("\r"):
        fields = line.split("|") + [""] * 25
        if fields[0] == "OBR":
            started = fields[7]
        if fields[0] != "OBX" or not (fields[5] or fields[8]):
            continue
        valued = bool(fields[5])  # without a value, type and unit say nothing
        rows[fields[3].split("^")[0]] = {
            "OBX-2 type": fields[2] if valued else "", "OBX-3 code": "^".join(fields[3].split("^")[:3]),
            "OBX-4 place": fields[4], "OBX-5 value": fields[5], "OBX-6 unit": _ucum(fields[6]) if valued else "",
            "OBX-7 range": fields[7], "OBX-8 flags": fields[8], "OBX-11 status": fields[11],
            "OBX-14 time": fields[14] or started, "OBX-17 method": fields[17], "OBX-20 site": fields[20].split("^")[::2]}
    return rows
