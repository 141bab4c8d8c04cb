"""Peers whose certificates are expired, not yet valid, revoked, for another name, by a stranger, or renewed."""

import shutil
import subprocess
import time

from fault_suite.scenario import scenario
from fault_suite.stage import FAST, ROOT, Stage
from ward import settings
from ward.processes import wait_until
from ward.receivers import Hl7Receiver

BAD = ("expired", "future", "revoked", "wrong_name", "stranger")
PATIENCE = 1.2  # seconds in which nothing may pass
RATE = 60
TRUST = 'ca = "peer-ca"\ncertificate = "gateway-certificate"\nkey = "gateway-key"\ncrl = "peer-crl"\n'


class Authority:
    """A certification authority with good and bad server certificates; the gateway trusts it with its list."""

    def __init__(self, stage):
        self.folder = stage.top / "peers"
        done = subprocess.run([str(ROOT / "tests/support/make_certificates"), str(self.folder), "hospital", *BAD],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"make_certificates: {done.stderr}")
        for credential, file in (("peer-ca", "ca.pem"), ("peer-crl", "ca.crl")):
            shutil.copy2(self.folder / file, stage.folder / "credentials" / credential)

    def put(self, name, certificate, key):
        shutil.copy2(self.folder / f"{name}.pem", certificate)
        shutil.copy2(self.folder / f"{name}.key", key)

    def renew(self, name):
        subprocess.run([str(ROOT / "tests/support/make_certificates"), str(self.folder), name], capture_output=True,
                       check=True)


class GuardedHospital(Stage):
    """A stage whose receiver presents a certificate of an Authority, to be exchanged at any time."""

    def __init__(self):
        super().__init__()
        self.authority = Authority(self)
        self.present("hospital")
        self.kis = Hl7Receiver(self)
        block = settings.hl7_destination("kis", self.kis.port, connection={"connect_timeout": "2s"}, **FAST)
        self._destinations = [block.replace(settings.TLS, TRUST)]
        self.port = self.kis.port

    def present(self, name):
        server = self.server_files()
        self.authority.put(name, server["cert"], server["key"])

    def receive_as(self, name):
        """The receiver is started again with that certificate."""
        self.present(name)
        self.kis.stop()
        self.kis = Hl7Receiver(self, port=self.port)

    def trouble(self):
        return self.command("status")["destinations"][0]["trouble"]


@scenario("certificate_of_hospital")
def certificate_of_hospital(run):
    """The receiver's certificate is bad in each way: it gets nothing, and everything once it is good again."""
    with GuardedHospital() as stage:
        stage.prepare()
        stage.publish(rate=RATE)
        stage.wait_for_more()
        for name in BAD * run.pick(1, 4):
            stage.receive_as(name)
            before = stage.delivered()
            wait_until(stage.trouble, f"a certificate that is {name} is refused", 10, every=0.1)
            time.sleep(PATIENCE)
            if stage.delivered() != before:
                raise AssertionError(f"messages went to a receiver whose certificate is {name}")
            stage.receive_as("hospital")
            stage.wait_for_more()
            run.row.cycles += 1
        run.row.detected = f"{run.row.cycles} refused"
        stage.settle(run.row)


@scenario("certificate_of_broker")
def certificate_of_broker(run):
    """The broker's certificate is bad in each way: the gateway stays away from it until it is good again."""
    with Stage() as stage:
        authority = Authority(stage)
        tls = stage.folder / "broker/tls"
        own = {file: (tls / file).read_bytes() for file in ("broker.pem", "broker.key")}
        def trust(text):
            begin = text.index("[mqtt.tls]")
            return text[:begin] + text[begin:].replace('ca = "ca"', 'ca = "peer-ca"', 1).replace(
                'crl = ""', 'crl = "peer-crl"', 1)
        authority.put("hospital", tls / "broker.pem", tls / "broker.key")
        stage.prepare(trust)
        for name in BAD * run.pick(1, 4):
            stage.broker.stop()
            authority.put(name, tls / "broker.pem", tls / "broker.key")
            stage.start_broker()
            before = stage.log().count("connected to broker")
            time.sleep(PATIENCE)
            if stage.ready() or stage.log().count("connected to broker") > before:
                raise AssertionError(f"the gateway talks to a broker whose certificate is {name}")
            # The devices of this stage trust the evaluation's authority: one round for them, with the broker's own.
            stage.broker.stop()
            for file, octets in own.items():
                (tls / file).write_bytes(octets)
            stage.start_broker()
            stage.publish(rate=400, first=1 + 25 * run.row.cycles, count=25)
            stage.publisher.process.wait(30)
            stage.broker.stop()
            authority.put("hospital", tls / "broker.pem", tls / "broker.key")
            stage.start_broker()
            wait_until(stage.ready, "the gateway is connected again", 20)
            run.row.cycles += 1
        run.row.detected = f"{run.row.cycles} refused"
        stage.settle(run.row)


@scenario("certificate_rotation")
def certificate_rotation(run):
    """New certificates of hospital and gateway while messages pass."""
    with GuardedHospital() as stage:
        stage.prepare()
        stage.publish(rate=RATE)
        for cycle in range(run.pick(3, 20)):
            stage.authority.renew("hospital")
            if cycle % 2:
                # The gateway's own, renewed by its authority: read again at the next connection.
                device = stage.folder / "devices/pump-1"
                for end, credential in ((".pem", "gateway-certificate"), (".key", "gateway-key")):
                    fresh = stage.folder / "credentials" / credential
                    shutil.copy2(f"{device}{end}", fresh)
                    fresh.chmod(0o600)  # one that others may read is refused
            stage.receive_as("hospital")
            stage.wait_for_more()
            run.row.cycles += 1
        stage.settle(run.row)
