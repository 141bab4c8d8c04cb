#!/usr/bin/python3
"""A node of Sparkplug B, its payloads by Eclipse Tahu's library, speaks for the devices behind it and for no other."""

import base64
import json
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.mqtt_client import device_client  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, values_of_message  # noqa: E402
from ward.sender import timestamp  # noqa: E402
from ward.site import TESTS, Site, balanced  # noqa: E402

PERSON = {"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum", "given": "Kim"}
UNIT = {"engUnit": {"value": "bpm", "type": "String"}}


class Node:
    """An edge node as its MQTT client: payloads made by the peer, published with QoS 0 as the specification has it."""

    def __init__(self, site, name, group="ICU"):
        self.name, self.group = name, group
        self.client = device_client(site.folder, name)
        # is_connected() of Paho stays true until it comes again; only the callback tells of the end.
        self.lost = threading.Event()
        self.client.on_disconnect = lambda *_: self.lost.set()
        self.client.connect("localhost", site.broker_port, keepalive=60)
        self.client.loop_start()
        wait_until(self.client.is_connected, f"the broker takes {name}")

    def say(self, kind, device, metrics, seq, node=None):
        topic = f"spBv1.0/{self.group}/{kind}/{node or self.name}" + (f"/{device}" if device else "")
        now = int(time.time() * 1000)
        line = json.dumps({"topic": topic, "payload": {"timestamp": now, "seq": seq, "metrics": metrics}})
        done = subprocess.run(["node", str(TESTS / "peers/sparkplug_payloads.mjs")], input=line + "\n", text=True,
                              capture_output=True, check=True)
        self.client.publish(topic, base64.b64decode(json.loads(done.stdout)["octets"]), qos=0)

    def birth(self, rate):
        self.say("NBIRTH", "", [{"name": "bdSeq", "value": 0, "type": "UInt64"}], 0)
        self.say("DBIRTH", "monitor 3", [{"name": "HR", "alias": 10, "value": rate, "type": "UInt16", "properties": UNIT}], 1)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def by_alias(value):
    return [{"alias": 10, "value": value, "type": "Float" if isinstance(value, float) else "UInt16"}]


class Sparkplug(unittest.TestCase):
    def setUp(self):
        subprocess.run([str(TESTS / "peers/install")], check=True)
        self.site = Site(["gateway-4", "gateway-5"])
        self.addCleanup(self.site.close)
        self.kis = Hl7Receiver(self.site)
        blocks = (settings.device("gateway-4", "sparkplug", sparkplug="ICU/gateway-4", associated=False) +
                  settings.device("monitor-3", "sparkplug", sparkplug="ICU/gateway-4/monitor 3") +
                  settings.device("gateway-5", "sparkplug", sparkplug="ICU/gateway-5", associated=False) +
                  settings.hl7_destination("kis", self.kis.port))
        topics = 'topics = ["devices/#", "spBv1.0/+/+/+", "spBv1.0/+/+/+/+"]'
        self.site.configure(blocks, change=lambda text: text.replace('topics = ["devices/#"]', topics))
        self.site.start_broker()
        self.site.start_gateway()
        self.site.import_persons([PERSON])
        self.site.associate("monitor-3", "4711", timestamp(time.time() - 3600))

    def node(self, name):
        node = Node(self.site, name)
        self.addCleanup(node.close)
        return node

    def quarantined(self):
        return [(entry["device"], entry["reason"]) for entry in self.site.command("quarantine", "list")["quarantine"]]

    def values(self):
        return [value for message in self.kis.messages() for _, value in values_of_message(message)]

    def test_values_by_alias_reach_the_hospital_and_nothing_is_read_by_an_old_birth(self):
        node = self.node("gateway-4")
        node.birth(61)
        node.say("DDATA", "monitor 3", by_alias(62), 2)
        wait_until(lambda: self.values() == ["61", "62"], "birth and value are delivered")
        # Number 3 is lost: the alias may mean something else by now.
        node.say("DDATA", "monitor 3", by_alias(63), 4)
        wait_until(lambda: self.quarantined() == [("monitor-3", "no_birth")], "what has no birth waits")
        node.say("DDATA", "monitor 3", [{"name": "HR", "value": 64, "type": "UInt16", "properties": UNIT}], 5)
        node.birth(65)
        node.say("DDATA", "monitor 3", by_alias(66), 2)
        wait_until(lambda: self.values() == ["61", "62", "64", "65", "66"], "the new birth is read by")
        self.site.wait_for_quiet(8)
        self.assertTrue(balanced(self.site.books()))
        gap = self.site.command("device", "show", "gateway-4")
        self.assertIn("gap", json.dumps(gap))

    def test_a_node_speaks_for_nobody_else(self):
        other = self.node("gateway-5")
        other.say("NBIRTH", "", [{"name": "bdSeq", "value": 0, "type": "UInt64"}], 0)
        # What stands behind another node is not behind this one.
        other.say("DDATA", "monitor 3", [{"name": "HR", "value": 98, "type": "UInt16", "properties": UNIT}], 1)
        wait_until(lambda: [reason for _, reason in self.quarantined()] == ["unknown_device"], "the device is unknown")
        # The broker lets nothing through in the name of another node, and ends the connection.
        other.say("DDATA", "monitor 3", [{"name": "HR", "value": 99, "type": "UInt16", "properties": UNIT}], 2, "gateway-4")
        wait_until(other.lost.is_set, "the broker ends the connection")
        other.close()
        self.node("gateway-5").say("NBIRTH", "", [{"name": "bdSeq", "value": 1, "type": "UInt64"}], 0)
        self.site.wait_for_quiet(3)
        self.assertEqual([reason for _, reason in self.quarantined()], ["unknown_device"])
        self.assertEqual(self.values(), [])


if __name__ == "__main__":
    unittest.main()
