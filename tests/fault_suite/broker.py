"""The broker dies, restarts, forgets, or another client takes the gateway's name."""

import random
import re
import shutil
import socket
import ssl
import struct
import time

from fault_suite.oracle import Oracle, Tail
from fault_suite.scenario import scenario
from fault_suite.stage import Stage
from ward.processes import wait_until

PUBLISH = re.compile(rb"Sending PUBLISH to edgeward \(d\d, q1, r0, m(\d+), 'devices/([^/]+)/vitals/(\d+)'")
PUBACK = re.compile(rb"Received PUBACK from edgeward \(Mid: (\d+)")


class BrokerOracle(Oracle):
    """Knows from the broker's own log what it sent to the gateway, and judges the order by that.

    Devices send again what a broker had not acknowledged when it went away, in another order than before.
    """

    def __init__(self, record, received, patients, broker_log):
        super().__init__(record, received, patients)
        self.log = Tail(broker_log)
        self.under_way = {}  # packet identifier -> (patient, value)
        self.sent = {}  # patient -> values as the broker sent them, repeated ones too

    def read(self):
        super().read()
        for line in self.log.lines():
            sent = PUBLISH.search(line)
            if sent:
                patient, value = self.patients[sent[2].decode()], int(sent[3])
                self.under_way[int(sent[1])] = (patient, value)
                self.sent.setdefault(patient, []).append(value)
            answered = PUBACK.search(line)
            if answered and int(answered[1]) in self.under_way:
                self.taken(*self.under_way[int(answered[1])])

    def taken(self, patient, value):
        """The gateway has acknowledged it to the broker."""

    def overtaking(self, patient, values):
        """How many values have no place, in their order, among what the broker sent."""
        sent = iter(self.sent.get(patient, []))
        return sum(1 for value in values if value not in sent)


class GatewayOracle(BrokerOracle):
    """Judges by what the gateway acknowledged: what a broker that died had acknowledged and forgot, it never had."""

    def acknowledge(self, patient, value):
        pass

    def taken(self, patient, value):
        self.acknowledged.add((patient, value))


class TalkativeStage(Stage):
    """Its broker writes down every packet, and the oracle reads that."""

    oracle_kind = GatewayOracle

    def prepare(self, change=lambda text: text):
        file = self.folder / "broker/mosquitto.conf"
        file.write_text(file.read_text().replace("log_type notice", "log_type notice\nlog_type debug"))
        super().prepare(change)
        self.oracle = self.oracle_kind(self.record, self.top / "kis.received", self.patients, self.top / "broker.log")
        return self

    def wait_connected(self):
        wait_until(self.ready, "the gateway is connected again", 20)


@scenario("broker_killed")
def broker_killed(run):
    """SIGKILL of the broker under load: whatever the gateway acknowledged to it is in the gateway."""
    chance = random.Random(run.seed)
    with TalkativeStage() as stage:
        stage.prepare()
        stage.publish()
        for _ in range(run.pick(4, 60)):
            time.sleep(chance.uniform(0.05, 0.6))
            stage.broker.kill()
            stage.start_broker()
            stage.wait_connected()
            run.row.cycles += 1
        stage.wait_for_more()
        stage.settle(run.row)


class OrderlyStage(TalkativeStage):
    """For a broker that loses nothing: what it acknowledged to the devices counts."""

    oracle_kind = BrokerOracle


@scenario("broker_restarted")
def broker_restarted(run):
    """An orderly restart of the broker under load: nothing at all is lost."""
    with OrderlyStage() as stage:
        stage.prepare()
        stage.publish()
        for _ in range(run.pick(3, 30)):
            time.sleep(0.3)
            stage.broker.stop()
            stage.start_broker()
            wait_until(stage.ready, "the gateway is connected again", 20)
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("broker_lost_session")
def broker_lost_session(run):
    """The broker comes back without its sessions: the gateway subscribes again, says so, and takes what comes."""
    with TalkativeStage() as stage:
        stage.prepare()
        stage.publish()
        for cycle in range(run.pick(2, 20)):
            time.sleep(0.3)
            stage.broker.kill()
            shutil.rmtree(stage.folder / "broker/state")
            (stage.folder / "broker/state").mkdir(mode=0o700)
            stage.start_broker()
            wait_until(lambda wanted=cycle + 1: stage.log().count("broker had lost the session") >= wanted,
                       "the gateway says that the session is gone", 20)
            stage.wait_for_more()
            run.row.cycles += 1
        run.row.detected = f"{run.row.cycles} told"
        stage.settle(run.row)


def take_over(stage):
    """Connects as the gateway, by its certificate and client id, and reads without ever acknowledging."""
    credentials = stage.folder / "credentials"
    context = ssl.create_default_context(cafile=str(credentials / "ca"))
    context.load_cert_chain(str(credentials / "gateway-certificate"), str(credentials / "gateway-key"))
    thief = context.wrap_socket(socket.create_connection(("127.0.0.1", stage.broker_port)),
                                server_hostname="localhost")
    name = b"edgeward"
    # MQTT 3.1.1, CONNECT: protocol name and level, no clean session, keep-alive 60 s, client id.
    body = b"\x00\x04MQTT\x04\x00\x00\x3c" + struct.pack(">H", len(name)) + name
    thief.sendall(b"\x10" + bytes([len(body)]) + body)
    if thief.recv(4)[:1] != b"\x20":
        raise AssertionError("the broker did not let the other client in")
    return thief


@scenario("broker_takeover")
def broker_takeover(run):
    """A second client with the gateway's name and certificate throws it out again and again."""
    with Stage() as stage:
        stage.prepare()
        stage.publish()
        for _ in range(run.pick(4, 40)):
            time.sleep(0.3)
            thief = take_over(stage)
            time.sleep(0.1)
            thief.close()
            wait_until(stage.ready, "the gateway is connected again", 20)
            stage.wait_for_more()
            run.row.cycles += 1
        stage.settle(run.row)
