"""Receivers that are away, slow, silent, wrong or refusing, in HL7 and in FHIR."""

import json
import time

from fault_suite import proxy
from fault_suite.oracle import Oracle
from fault_suite.scenario import scenario
from fault_suite.stage import FAST, Stage
from ward import settings
from ward.processes import wait_until
from ward.receivers import FhirReceiver, Hl7Receiver, values_of_observation

RATE = 60  # messages a second: what waits during a trouble is drained in seconds
IMPATIENT = {"response_timeout": "400ms", "connect_timeout": "1s"}
TROUBLE = 1.5  # seconds


class Hospital(Stage):
    """A stage whose HL7 receiver is replaced by one with other answers, on the same port and with the same file."""

    def __init__(self, connection=None, **more):
        super().__init__(**more)
        self.kis = Hl7Receiver(self)
        port = self.kis.port
        self.through = None
        self.destination = {**FAST}
        self.connection = {**IMPATIENT, **(connection or {})}
        self.port = port

    def block(self, port=None):
        return settings.hl7_destination("kis", port or self.port, connection=self.connection, **self.destination)

    def set_up(self, port=None):
        self._destinations = [self.block(port)]
        self.prepare()
        self.publish(rate=RATE)
        self.wait_for_more()
        return self

    def answer(self, answers):
        self.kis.stop()
        self.kis = Hl7Receiver(self, port=self.port, answers=answers)


def in_turn(run, answers, seconds=TROUBLE, connection=None, destination=None, short=2, long=10, apart=False):
    """The receiver misbehaves for some seconds, then answers as it should, again and again; `apart`: not before every
    person that had to wait has had its turn."""
    with Hospital(connection) as stage:
        stage.destination.update(destination or {})
        stage.set_up()
        for cycle in range(run.pick(short, long)):
            stage.answer(answers[cycle % len(answers)])
            time.sleep(seconds)
            if not stage.ready():
                raise AssertionError("a receiver in trouble made the gateway unready")
            stage.answer("CA")
            stage.wait_for_more()
            if apart:
                wait_until(lambda: not stage.books()["destinations"]["kis"]["parked"], "nobody waits any more", 60,
                           every=0.2)
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("hospital_down")
def hospital_down(run):
    """Nobody listens on the receiver's port for some seconds."""
    with Hospital() as stage:
        stage.set_up()
        for _ in range(run.pick(2, 10)):
            stage.kis.stop()
            time.sleep(TROUBLE)
            stage.answer("CA")
            stage.wait_for_more()
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("hospital_no_ack")
def hospital_no_ack(run):
    """The receiver takes messages and never answers."""
    in_turn(run, ["silence"])


@scenario("hospital_late_ack")
def hospital_late_ack(run):
    """Half an acknowledgement, one octet by octet, two at once, then the end of the connection."""
    in_turn(run, ["half", "split", "twice", "bye"], short=4, long=12)


@scenario("hospital_garbage")
def hospital_garbage(run):
    """Octets that are no frame, a frame that is no HL7, an answer without MSA."""
    in_turn(run, ["garbage", "not-hl7", "no-msa"], short=3, long=12)


@scenario("hospital_other_ack")
def hospital_other_ack(run):
    """An acknowledgement for another message: it must not count."""
    in_turn(run, ["wrong-id"])


@scenario("hospital_reset")
def hospital_reset(run):
    """The receiver resets or closes the connection after the message."""
    in_turn(run, ["reset", "close"], short=2, long=12)


@scenario("hospital_error")
def hospital_error(run):
    """AR and CR that mean "not now" (locked, internal error): the persons wait in order, none becomes a dead letter."""
    in_turn(run, ["AR207", "CR206"], destination={"attempts": 1000}, short=2, long=10)


@scenario("hospital_wrong_application")
def hospital_wrong_application(run):
    """AR and CR without a condition, as from a receiver that does not know us: all wait in order, no dead letter.

    Apart: a message refused again after others were taken is to blame for it, as far as anybody can tell."""
    in_turn(run, ["AR", "CR"], destination={"attempts": 1000}, short=2, long=10, apart=True)


@scenario("hospital_rejects")
def hospital_rejects(run):
    """AE, CE, and AR, CR about the content: dead letters, sent again by hand under the same identifiers."""
    with Hospital() as stage:
        stage.set_up()
        stage.oracle.ordered = False  # what is sent again by hand comes behind what was taken since
        for cycle in range(run.pick(2, 12)):
            stage.answer(["AE", "AR204", "CE", "CR204"][cycle % 4])
            time.sleep(TROUBLE)
            stage.answer("CA")
            stage.wait_for_more()
            if not stage.books()["destinations"]["kis"]["dead_lettered"]:
                raise AssertionError("a rejected message is no dead letter")
            stage.command("dead-letter", "retry", "kis", "--all")
            run.row.cycles += 1
        stage.settle(run.row)


def through_proxy(run, mode, seconds, short=2, long=10):
    with Hospital() as stage, proxy.Proxy(stage.port) as between:
        stage.set_up(between.port)
        for _ in range(run.pick(short, long)):
            between.mode = mode
            time.sleep(seconds)
            between.mode = proxy.PASS
            stage.wait_for_more()
            run.row.cycles += 1
        stage.settle(run.row)


@scenario("hospital_slow")
def hospital_slow(run):
    """One octet a second in both directions."""
    through_proxy(run, proxy.SLOW, 3)


@scenario("hospital_half_open")
def hospital_half_open(run):
    """The connection stands, and nothing comes through it."""
    through_proxy(run, proxy.SWALLOW, 3)


@scenario("hospital_cut_in_frame")
def hospital_cut_in_frame(run):
    """The connection is reset in the middle of a frame, again and again."""
    through_proxy(run, proxy.RESET, 2)


class FhirOracle(Oracle):
    """The same judgement over what a FHIR server created; there is one patient, so a value says it all."""

    def read(self):
        for line in self.record.lines():
            words = line.decode().split()
            if words[0] == "total":
                self.published[self.patients[words[1]]] = int(words[2])
            else:
                self.acknowledge(self.patients[words[0]], int(words[1]))
        patient = next(iter(self.patients.values()))
        for line in self.received.lines():
            resource = json.loads(line)
            if resource["resourceType"] != "Observation":
                continue
            name = resource["identifier"][0]["value"]
            for _, value in values_of_observation(resource):
                self.create(patient, int(value), name)

    def create(self, patient, value, name):
        key = (patient, value)
        self.accepted.add(key)
        if key in self.names:
            self.renamed.add(key)  # the server would have recognised the same identifier
        self.names[key] = name
        order = self.order.setdefault(patient, {})
        order.setdefault(key, len(order))


def fhir(run, actions, seconds=TROUBLE, short=1, long=5, connection=None):
    """The server plays `actions` for its first transactions; afterwards everything has to be there once."""
    for _ in range(run.pick(short, long)):
        with Stage(devices=["pump-1"], destinations=[]) as stage:
            server = FhirReceiver(stage, "records", script=",".join(actions))
            stage._destinations = [settings.fhir_destination(
                "records", server.port, level="identified", purpose="treatment", basis="art9-2h",
                connection={"response_timeout": "500ms", **(connection or {})}, **FAST)]
            stage.prepare()
            stage.oracle = FhirOracle(stage.record, stage.top / "records.received", stage.patients)
            stage.publish(rate=RATE)
            wait_until(lambda: len(server.statuses()) > len(actions), "the server has played its part", 60, every=0.1)
            time.sleep(seconds)
            if not stage.ready():
                raise AssertionError("a receiver in trouble made the gateway unready")
            stage.wait_for_more()
            run.row.cycles += 1
            stage.end_publishing()
            stage.wait_for_quiet(0)
            if stage.books()["destinations"]["records"]["dead_lettered"]:
                stage.oracle.ordered = False  # what is sent again by hand comes behind what was taken since
                stage.command("dead-letter", "retry", "records", "--all")
            stage.settle(run.row)


@scenario("fhir_overloaded")
def fhir_overloaded(run):
    """500, 502, 503, and 429 with Retry-After: tried again after the time the server names."""
    fhir(run, ["ok", "500", "502", "429:1", "503:1", "429:date", "500"])


@scenario("fhir_hangs")
def fhir_hangs(run):
    """No answer, an answer after the deadline, a connection closed before the answer."""
    fhir(run, ["ok", "silent", "slow:900", "close", "lose"])


@scenario("fhir_truncated")
def fhir_truncated(run):
    """An answer that ends in its middle, a login page, an entry that failed in a transaction that succeeded."""
    fhir(run, ["ok", "half", "html", "half", "lose"])


@scenario("fhir_not_found")
def fhir_not_found(run):
    """404 and a redirect to another host: nothing is sent elsewhere; a dead letter can be sent again by hand."""
    fhir(run, ["ok", "404", "redirect", "404"])
