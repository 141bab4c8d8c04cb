"""Who knows outside how far the audit log was: rsyslog as a SIEM, and an `edgeward witness`."""

import re
import shutil
import subprocess

from ward import settings
from ward.processes import answers, free_port, wait_until

WITNESS = "witness.hospital.example"


class Rsyslog:
    """Debian's rsyslog with mutual TLS; what it has written is in `file`."""

    @staticmethod
    def is_there():
        return shutil.which("rsyslogd", path="/usr/sbin:/usr/bin") is not None

    def __init__(self, site, port=None):
        self.site = site
        self.port = port or free_port()
        self.file = site.top / "siem.log"
        self.folder = site.top / "rsyslog"
        self.folder.mkdir(exist_ok=True)
        tls = site.server_files()
        (self.folder / "rsyslog.conf").write_text(f"""
global(workDirectory="{self.folder}" maxMessageSize="64k" defaultNetstreamDriver="ossl"
       defaultNetstreamDriverCAFile="{tls['ca']}" defaultNetstreamDriverCertFile="{tls['cert']}"
       defaultNetstreamDriverKeyFile="{tls['key']}")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="x509/name"
       permittedPeer="gateway")
template(name="raw" type="string" string="%rawmsg%\\n")
input(type="imtcp" address="127.0.0.1" port="{self.port}")
action(type="omfile" file="{self.file}" template="raw")
""")
        self.program = None
        self.start()

    def start(self):
        self.program = self.site.start(["/usr/sbin/rsyslogd", "-n", "-f", str(self.folder / "rsyslog.conf"),
                                        "-i", str(self.folder / "pid")], "rsyslog.output")
        wait_until(lambda: answers(self.port), "rsyslog listens")

    def kill(self):
        self.program.kill()
        (self.folder / "pid").unlink(missing_ok=True)

    def text(self):
        return self.file.read_text(errors="replace") if self.file.exists() else ""

    def lines(self):
        """Complete lines only."""
        return self.text().split("\n")[:-1]

    def sequences(self):
        return [int(n) for n in re.findall(r' sequence="(\d+)"', self.text())]

    def checkpoints(self):
        return [int(n) for n in re.findall(r' CHECKPOINT \[edgeward@\d+ origin="[^"]*" size="(\d+)"', self.text())]


def siem(text, port, **more):
    """The configuration with a SIEM at this port, with short times."""
    values = {"enabled": True, "host": "localhost", "port": port, "renew": "500ms", "settle": "500ms", "silence": "1s",
              **more}
    return settings.with_table(text, "siem", **values)


class Witness:
    """An `edgeward witness` with a folder of its own beside the site, with the site's authority."""

    def __init__(self, site):
        self.site = site
        self.folder = site.top / "witness"
        self.config = self.folder / "witness.toml"
        self.port = free_port()
        self.program = None
        credentials = self.folder / "credentials"
        credentials.mkdir(parents=True, mode=0o700)
        (self.folder / "memory").mkdir(mode=0o700)
        made = site.run("witness", "make-key", str(credentials / "witness-signing-key"))
        assert made.returncode == 0, made.stderr
        self.key = site.top / "witness.pem"
        self.key.write_text(made.stdout)
        for name, source in site.server_files().items():
            target = credentials / {"ca": "ca", "cert": "server-certificate", "key": "server-key"}[name]
            shutil.copy(source, target)
            target.chmod(0o600)

    def trust_at_the_gateway(self):
        """The gateway's credential with the witness's key."""
        target = self.site.folder / "credentials" / "witness-key"
        shutil.copy(self.key, target)
        target.chmod(0o600)

    def start(self, origin, pem):
        """`pem`: what the gateway's log is verified with."""
        key = self.folder / "credentials" / "gateway-audit-key"
        key.write_text(pem)
        key.chmod(0o600)
        self.config.write_text(f"""
[admin]
address = "127.0.0.1"
port = {self.port}
require_client_certificate = true
socket = "{self.folder / "control.sock"}"
[admin.tls]
ca = "ca"
certificate = "server-certificate"
key = "server-key"
[witness]
name = "{WITNESS}"
folder = "{self.folder / "memory"}"
credentials_folder = "{self.folder / "credentials"}"
[[witness.log]]
origin = "{origin}"
key = "gateway-audit-key"
""")
        self.run()

    def run(self):
        self.program = self.site.start([self.site.binary, "-c", str(self.config), "witness", "run"], "witness.log")
        wait_until(lambda: answers(self.port), "the witness listens")

    def kill(self):
        self.program.kill()

    def ask(self, *arguments):
        return self.site.run("-c", str(self.config), "witness", *arguments)

    def log(self):
        return self.program.text()

    def evidence(self):
        return sorted((self.folder / "memory/evidence").glob("*.notes"))


def witnessed(text, witness, **more):
    """The configuration with this witness, with short times."""
    values = {"enabled": True, "url": f"https://localhost:{witness.port}", "name": WITNESS, "key": "witness-key",
              "interval": "200ms", "silence": "1s", **more}
    return settings.with_table(text, "witness", **values)


def cosigned_by(note, pem):
    """Whether Python's cryptography verifies a cosignature of the witness (c2sp.org/tlog-cosignature)."""
    script = r'''
import base64, hashlib, sys
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
note, key = open(sys.argv[1]).read(), load_pem_public_key(open(sys.argv[2], "rb").read())
body = note[:note.index("\n\n") + 1]
name = sys.argv[3]
for line in note[len(body) + 1:].splitlines():
    mark, signer, blob = line.split(" ")
    raw = base64.b64decode(blob)
    public = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if signer == name and raw[:4] == hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]:
        seconds = int.from_bytes(raw[4:12], "big")
        key.verify(raw[12:], f"cosignature/v1\ntime {seconds}\n{body}".encode())
        sys.exit(0)
sys.exit(3)
'''
    return subprocess.run(["/usr/bin/python3", "-c", script, str(note), str(pem), WITNESS], capture_output=True,
                          check=False).returncode == 0
