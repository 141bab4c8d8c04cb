"""Devices that enrol by EST, of stock tools."""

import shutil
import subprocess
from pathlib import Path

from ward.durable import plugin
from ward.processes import free_port
from ward.sender import Sender, timestamp
from ward.settings import with_table
from ward.site import ROOT, Site

PUMPS = '\n[[device_class]]\nname = "pump"\nmapping = "generic"\n'


def door_for_devices(site):
    """Credentials of the port for devices, which issues by the evaluation's authority: (port, list of the revoked)."""
    credentials = site.folder / "credentials"
    for file, name in (("authority/ca.pem", "device-authority"), ("authority/ca.key", "device-authority-key"),
                       ("servers/enrolment.pem", "enrolment-certificate"), ("servers/enrolment.key", "enrolment-key")):
        shutil.copyfile(site.folder / file, credentials / name)
        (credentials / name).chmod(0o600)
    return free_port(), site.folder / "broker/tls/ca.crl"


def with_enrolment(text, port, crl, **more):
    return with_table(text, "enrolment", enabled=True, port=port, crl_file=str(crl), **more)


class EnrolmentSite(Site):
    """The evaluation's authority issues for devices too; its broker reads the gateway's list of the revoked."""

    def __init__(self, devices=(), servers=()):
        super().__init__(devices, ["enrolment", *servers])
        self.port, self.crl = door_for_devices(self)
        so = plugin() or Path(self.binary).parent.parent / "broker/mosquitto_edgeward.so"
        text = (ROOT / "config/mosquitto/revocation.conf").read_text()
        with open(self.folder / "broker/mosquitto.conf", "a", encoding="utf-8") as conf:
            conf.write("\n" + text.replace("@PLUGIN@", str(so)).replace("@CRL@", str(self.crl)))
        self.configure(PUMPS, change=self.enabled)

    def enabled(self, text):
        return with_enrolment(text, self.port, self.crl)


class PasswordSite(EnrolmentSite):
    """Its broker has a second door, for devices that cannot do certificates."""

    def __init__(self):
        super().__init__()
        self.password_port = free_port()
        broker = self.folder / "broker"
        self.accounts = broker / "state/dynamic-security.json"
        self.accounts.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "config/mosquitto/dynamic-security.json", self.accounts)
        self.accounts.chmod(0o600)
        library = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"))
        text = (ROOT / "config/mosquitto/passwords.conf").read_text()
        for mark, value in (("@CONFIG@", broker), ("@STATE@", broker / "state"), ("@DYNSEC@", library),
                            ("@PASSWORD_PORT@", f"{self.password_port} 127.0.0.1")):
            text = text.replace(mark, str(value))
        with open(broker / "mosquitto.conf", "a", encoding="utf-8") as conf:
            conf.write("\n" + text)

    def enabled(self, text):
        return with_enrolment(text, self.port, self.crl, accounts=True)

    def accounts_file(self):
        return self.accounts.read_text()


class Thermometer:
    """A device of mosquitto_pub and mosquitto_sub that has a password and no certificate."""

    def __init__(self, site, name, password):
        self.site, self.name, self.password = site, name, password

    def _run(self, program, *words):
        return subprocess.run([program, "-h", "localhost", "-p", str(self.site.password_port), "--cafile",
                               str(self.site.folder / "authority/ca.pem"), "-V", "5", "-u", self.name, "-P",
                               self.password, "-q", "1", *words],
                              capture_output=True, text=True, timeout=60, check=False)

    def publish(self, number, topic=None):
        return self._run("mosquitto_pub", "-t", topic or f"devices/{self.name}/vitals", "-m", _message(number))

    def subscribe(self, topic):
        """What the broker says to that."""
        done = self._run("mosquitto_sub", "-t", topic, "-W", "5", "-d")
        return done.stdout + done.stderr

    def connect(self):
        return Sender(self.site, self.name, password=self.password)


def _message(number):
    return (f'{{"time":"{timestamp()}","seq":{number},'
            f'"values":[{{"code":"infused_volume","value":{number},"unit":"mL"}}]}}')


class Pump:
    """A device of stock tools: curl and openssl for its certificate, mosquitto_pub for its data."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        self.folder = site.top / f"pump-{name}"
        self.folder.mkdir(exist_ok=True)
        self.key, self.certificate = self.folder / "key.pem", self.folder / "certificate.pem"

    def openssl(self, *words, octets=None):
        return subprocess.run(["openssl", *words], input=octets, capture_output=True, timeout=60, check=True).stdout

    def request(self, fresh=True):
        """A certification request in base64, with a fresh key beside the one in use."""
        self.next_key = self.folder / "next.pem" if fresh else self.key
        if fresh:
            self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                         str(self.next_key))
        der = self.openssl("req", "-new", "-key", str(self.next_key), "-subj", f"/CN={self.name}", "-outform", "DER")
        return self.openssl("base64", octets=der)

    def ask(self, what, body, *words):
        """Status, header and body of the answer of EST."""
        done = subprocess.run(
            ["curl", "-s", "-i", "--cacert", str(self.site.folder / "authority/ca.pem"), "--data-binary", "@-", "-H",
             "Content-Type: application/pkcs10", *words,
             f"https://localhost:{self.site.port}/.well-known/est/{what}"],
            input=body, capture_output=True, timeout=60, check=True).stdout.decode()
        head, _, text = done.partition("\r\n\r\n")
        return int(head.split()[1]), head, text

    def take(self, text):
        """What was asked for is in use from now on."""
        der = self.openssl("base64", "-d", octets=text.encode())
        self.certificate.write_bytes(self.openssl("pkcs7", "-inform", "DER", "-print_certs", octets=der))
        self.next_key.rename(self.key)

    def enrol(self, token):
        status, head, text = self.ask("simpleenroll", self.request(), "-u", f"{self.name}:{token}")
        if status == 200:
            self.take(text)
        return status, head

    def renew(self):
        status, _, text = self.ask("simplereenroll", self.request(), "--cert", str(self.certificate), "--key",
                                   str(self.key))
        if status == 200:
            self.take(text)
        return status

    def _broker(self):
        return ["-h", "localhost", "-p", str(self.site.broker_port), "--cafile",
                str(self.site.folder / "authority/ca.pem"), "--cert", str(self.certificate), "--key", str(self.key)]

    def publish(self, number, topic=None):
        return subprocess.run(["mosquitto_pub", *self._broker(), "-q", "1", "-t",
                               topic or f"devices/{self.name}/vitals", "-m", _message(number)],
                              capture_output=True, text=True, timeout=60, check=False)

    def listen(self):
        """A connection that stays open, and says line by line what becomes of it."""
        return self.site.start(["stdbuf", "-oL", "mosquitto_sub", *self._broker(), "-q", "1", "-t", f"commands/{self.name}/#", "-d"],
                               f"listen-{self.name}.log")
