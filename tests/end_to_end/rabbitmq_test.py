#!/usr/bin/python3
"""RabbitMQ as the broker, with the shipped configuration: what it acknowledged to a device survives its SIGKILL, and
the certificate decides who may write where. Skipped where rabbitmq-server is not installed."""

import os
import socket
import ssl
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import rabbit, settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

ROUNDS = 1 if os.environ.get("EDGEWARD_QUICK") else 4
MESSAGES = 300  # each round
DEVICE = "monitor-1"  # as the shipped definitions name it
MORE_DISK_THAN_THERE_IS = "1000000GB"


@unittest.skipIf(rabbit.missing(), rabbit.missing())
class RabbitMq(unittest.TestCase):
    def setUp(self):
        self.site = Site([DEVICE, "monitor-2", "stranger"])
        self.addCleanup(self.site.close)
        self.begin = time.time()
        self.published = 0
        self.site.configure(settings.device(DEVICE, "generic", ward="ICU"))
        self.broker = rabbit.RabbitBroker(self.site)
        self.broker.start()

    def publish(self, sender):
        self.published += 1
        sender.publish({"time": timestamp(self.begin + self.published / 1000), "seq": self.published,
                        "values": [{"code": "infused_volume", "value": self.published, "unit": "mL"}]})

    def introduce_patient(self):
        self.site.import_persons([{"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}],
                                   "family": "Quittenbaum", "given": "Kim"}])
        self.site.associate(DEVICE, "4711", timestamp(self.begin - 60))

    def test_what_it_acknowledged_survives_its_kill(self):
        # The gateway's first session makes the queue; from then on messages wait for it.
        self.site.start_gateway()
        self.introduce_patient()
        self.assertIn('protocol="MQTT 3.1.1"', self.site.log())
        queues = self.broker.control("--quiet", "list_queues", "name", "type", "durable")
        self.assertIn("mqtt-subscription-edgewardqos1\tclassic\ttrue", queues)
        for _ in range(ROUNDS):
            self.site.gateway.kill()
            sender = Sender(self.site, DEVICE)
            for _ in range(MESSAGES):
                self.publish(sender)
            sender.wait(60)
            self.broker.kill()  # at once after the last PUBACK
            sender.close()
            self.broker.start()
            self.site.start_gateway()
            wait_until(lambda: self.site.received() >= self.published, "everything acknowledged is received", 60, 0.2)
        books = self.site.wait_for_quiet(self.published)
        print(f"{self.published} messages acknowledged by RabbitMQ, {ROUNDS} kills of it, "
              f"{self.published - books['inbound']['observations']} lost, "
              f"{books['inbound']['refused_messages'].get('duplicate', 0)} redelivered", flush=True)
        self.assertEqual(books["inbound"]["observations"], self.published)
        self.assertTrue(balanced(books))

    def blocked(self):
        """How many sessions the broker does not read from."""
        return self.broker.control("--quiet", "list_mqtt_connections", "connection_state").split().count("blocked")

    def test_short_of_disk_it_blocks_and_loses_nothing(self):
        self.site.start_gateway()
        self.introduce_patient()
        sender = Sender(self.site, DEVICE)
        self.publish(sender)
        sender.wait(30)
        self.broker.control("set_disk_free_limit", MORE_DISK_THAN_THERE_IS)
        wait_until(lambda: self.blocked() == 2, "device and gateway are blocked", 30, 0.2)
        for _ in range(MESSAGES):
            self.publish(sender)
        # A restarted gateway gets no session, and says so.
        self.site.gateway.kill()
        self.site.start_gateway(ready=False)
        wait_until(lambda: "cause=broker_silent" in self.site.log(), "the gateway says what is wrong", 60)
        self.assertEqual(sender.acknowledged, 1)
        self.broker.control("set_disk_free_limit", rabbit.ENOUGH_DISK)
        sender.wait(60)
        sender.close()
        books = self.site.wait_for_quiet(self.published)
        self.assertEqual(books["inbound"]["observations"], self.published)
        self.assertTrue(balanced(books))

    def test_the_certificate_decides(self):
        self.site.start_gateway()
        # A device writes below its own name ...
        own = Sender(self.site, DEVICE)
        own.publish(b"{}", topic="vitals")
        own.wait(30)
        wait_until(lambda: self.site.received() == 1, "its message arrives")
        # ... and nowhere else: RabbitMQ hangs up and acknowledges nothing.
        other = Sender(self.site, DEVICE, client_id="other")
        other.publish(b"{}", topic="vitals", device="monitor-2")
        wait_until(lambda: other.disconnects > 0, "the broker hangs up", 30)
        self.assertEqual(other.acknowledged, 0)
        other.close()
        # It reads nobody's messages, not even its own.
        reader = Sender(self.site, DEVICE, client_id="reader")
        reader.subscribe("devices/#")
        own.publish(b"{}", topic="vitals")
        own.wait(30)
        wait_until(lambda: self.site.received() == 2, "its message arrives")
        self.assertEqual(reader.heard, [])
        reader.close()
        own.close()
        # A certificate of the authority is not enough: its name must be known, and nobody comes without one.
        for files in (self.certificate("stranger"), {}):
            self.assertFalse(self.is_admitted(files))
        self.assertTrue(self.is_admitted(self.certificate(DEVICE)), "the check itself works")
        users = self.broker.control("--quiet", "--formatter", "csv", "list_users").replace('"', "").split()[1:]
        self.assertEqual(sorted(line.split(",")[0] for line in users), ["gateway", DEVICE], "no guest")
        listeners = self.broker.control("--quiet", "status")
        self.assertIn("protocol: mqtt/ssl", listeners)
        for door in ("protocol: amqp,", "protocol: mqtt,", "protocol: http"):
            self.assertNotIn(door, listeners)

    def certificate(self, name):
        return {"certfile": str(self.site.folder / f"devices/{name}.pem"),
                "keyfile": str(self.site.folder / f"devices/{name}.key")}

    def is_admitted(self, files):
        """Whether a client with these files gets an accepting CONNACK."""
        context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
        if files:
            context.load_cert_chain(**files)
        connect = bytes([0x10, 13, 0, 4]) + b"MQTT" + bytes([4, 2, 0, 60, 0, 1]) + b"x"
        try:
            with socket.create_connection(("127.0.0.1", self.site.broker_port), 10) as plain, \
                    context.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(connect)
                return secure.recv(4) == bytes([0x20, 2, 0, 0])
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
