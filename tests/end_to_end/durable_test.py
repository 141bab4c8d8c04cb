#!/usr/bin/python3
"""Durable topics: mosquitto with the plugin acknowledges to a device when the gateway has committed, and not before."""

import os
import random
import signal
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.durable import DurableSite  # noqa: E402
from ward.processes import answers, wait_until  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import balanced  # noqa: E402
from ward.wire import (DISCONNECT, ENDED, PUBACK, PUBCOMP, PUBLISH, PUBREC, Wire)  # noqa: E402

KILLS = 8 if os.environ.get("EDGEWARD_QUICK") else 24  # half of them the gateway's, half the broker's
DEVICE = "bridge-1"
VITALS = f"devices/{DEVICE}/vitals"  # durable
STATUS = f"devices/{DEVICE}/status"  # not
V311, V5 = 4, 5
NO_SUBSCRIBER = 0x10  # MQTT 5 §3.4.2.1: taken, and nobody else has subscribed
UNSPECIFIED = 0x80


class Durable(unittest.TestCase):
    def site(self, **more):
        site = DurableSite([DEVICE, "bridge-2"], **more)
        self.addCleanup(site.close)
        self.begin = time.time()
        self.value = 0
        site.configure(settings.device(DEVICE, "generic", ward="ICU"), settings.device("bridge-2", "generic"))
        site.start_broker()
        site.start_gateway()
        site.import_persons([{"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}],
                              "family": "Quittenbaum", "given": "Kim"}])
        site.associate(DEVICE, "4711", timestamp(self.begin - 60))
        return site

    def message(self, number=None):
        """A measurement no other message has."""
        self.value = number or self.value + 1
        return (f'{{"time":"{timestamp(self.begin + self.value / 1000)}","seq":{self.value},'
                f'"values":[{{"code":"infused_volume","value":{self.value},"unit":"mL"}}]}}').encode()

    def stored(self, site):
        return site.books()["inbound"]["stored"]

    def test_the_acknowledgement_waits_for_the_commit(self):
        site = self.site(deadline_ms=5000)
        for stored, version in enumerate((V311, V5), 1):
            with self.subTest(version=version):
                device = Wire(site, DEVICE, version)
                site.gateway.signal(signal.SIGSTOP)
                device.publish(VITALS, self.message())
                self.assertIsNone(device.next(0.7), "no acknowledgement while the gateway stands still")
                site.gateway.signal(signal.SIGCONT)
                kind, octets = device.next(5)
                self.assertEqual(kind, PUBACK)
                self.assertEqual(octets, b"\0\1" + (bytes([NO_SUBSCRIBER]) if version == V5 else b""))
                self.assertEqual(self.stored(site), stored, "acknowledged is stored")
                device.drop()

    def test_without_a_commit_the_device_is_disconnected_and_may_come_again(self):
        site = self.site()
        for version in (V311, V5):
            with self.subTest(version=version):
                before = self.stored(site)
                message = self.message()
                neighbour = Wire(site, "bridge-2", version)
                device = Wire(site, DEVICE, version)
                site.gateway.signal(signal.SIGSTOP)
                device.publish(VITALS, message)
                self.assert_turned_away(device, version)
                # From then on nobody waits for the gateway: durable topics fail at once, others go on.
                started = time.monotonic()
                for number in range(1, 21):
                    again = Wire(site, DEVICE, version)
                    again.publish(VITALS, message, again=True)
                    self.assert_turned_away(again, version)
                    neighbour.publish("devices/bridge-2/status", b"{}", number)
                    self.assertEqual(neighbour.next(5)[0], PUBACK)
                self.assertLess(time.monotonic() - started, 5)
                site.gateway.signal(signal.SIGCONT)
                self.assert_taken_in_the_end(site, message, version)
                # It may have been committed after the deadline; then the second one is known.
                self.assertEqual(self.stored(site), before + 1)
                neighbour.drop()

    def test_while_the_gateway_is_away_other_topics_go_on(self):
        site = self.site()
        site.gateway.kill()
        wait_until(lambda: "hung up" in site.broker.text() or "no gateway" in site.broker.text(),
                   "the broker notices by itself")
        message = self.message()
        for version in (V311, V5):
            device = Wire(site, DEVICE, version)
            device.publish(STATUS, b"{}", 7)
            self.assertEqual(device.next(5), (PUBACK, b"\0\7"))
            device.publish(VITALS, message)
            self.assert_turned_away(device, version)
        site.start_gateway()
        self.assert_taken_in_the_end(site, message, V311)
        wait_until(lambda: site.received() == 3, "the plain messages arrive too")
        self.assertEqual(self.stored(site), 1)

    def test_other_qualities_of_service(self):
        site = self.site()
        device = Wire(site, DEVICE)
        # QoS 2: PUBREC is the acknowledgement, and what is sent again is known.
        message = self.message()
        device.publish(VITALS, message, 9, qos=2)
        self.assertEqual(device.next(5), (PUBREC, b"\0\11"))
        self.assertEqual(self.stored(site), 1)
        device.publish(VITALS, message, 9, qos=2, again=True)
        self.assertEqual(device.next(5), (PUBREC, b"\0\11"))
        device.release(9)
        self.assertEqual(device.next(5), (PUBCOMP, b"\0\11"))
        self.assertEqual(site.books()["inbound"]["refused_messages"], {"duplicate": 1})
        # QoS 0 is handed over as well; nothing tells the device.
        device.publish(VITALS, self.message(), qos=0)
        wait_until(lambda: self.stored(site) == 2, "QoS 0 is stored")
        # Without a gateway neither is taken: the end of the connection is all a device learns.
        site.gateway.kill()
        for qos in (0, 2):
            again = Wire(site, DEVICE)
            again.publish(VITALS, self.message(), 3, qos=qos)
            self.assert_turned_away(again, V311)

    def test_retained_messages_leave_no_copy_and_wills_pass_by(self):
        site = self.site(access="user bridge-2\ntopic read committed/#\ntopic read devices/bridge-1/#\n")
        device = Wire(site, DEVICE, will=(VITALS, self.message()))
        device.publish(VITALS, self.message(), retain=True)
        self.assertEqual(device.next(5)[0], PUBACK)
        self.assertEqual(self.stored(site), 1, "what was just published is a measurement of now")
        reader = Wire(site, "bridge-2")
        self.assertLess(reader.subscribe("committed/#"), 3)
        self.assertIsNone(reader.next(0.5), "the broker keeps no copy")
        # A will is the broker's own message: no plugin sees it, it reaches subscribers of its topic.
        received = site.received()
        reader.subscribe(VITALS)
        device.drop()
        kind, octets = reader.next(10)
        self.assertEqual((kind, octets[2:2 + len(VITALS)]), (PUBLISH, VITALS.encode()))
        # The gateway is one of them: a will arrives as a plain message, once.
        wait_until(lambda: site.received() == received + 1, "the will arrives")

    def test_a_durable_message_comes_once_and_others_find_it_under_the_prefix(self):
        site = self.site(access="user bridge-2\ntopic read committed/#\ntopic read devices/bridge-1/#\n")
        reader = Wire(site, "bridge-2", V5)
        reader.subscribe("committed/#")
        other = Wire(site, "bridge-2", V5, client_id="other")
        other.subscribe("devices/bridge-1/#")
        device = Wire(site, DEVICE, V5)
        device.publish(VITALS, self.message())
        self.assertEqual(device.next(5), (PUBACK, b"\0\1"), "somebody else has subscribed")
        kind, octets = reader.next(5)
        self.assertEqual(kind, PUBLISH)
        self.assertIn(b"committed/" + VITALS.encode(), octets)
        # The ordinary subscription is still served, and this message does not come by it.
        device.publish(STATUS, b"{}", 2)
        self.assertEqual(device.next(5)[0], PUBACK)
        self.assertIn(STATUS.encode(), other.next(5)[1])
        wait_until(lambda: site.received() == 2, "the plain message arrives")
        inbound = site.books()["inbound"]
        self.assertEqual((inbound["stored"], inbound["refused_messages"]), (1, {}))
        self.assertIn("edgeward_intake_messages_total 1\n", site.metrics())
        self.assertIn("edgeward_mqtt_messages_total 1\n", site.metrics())

    def test_a_device_speaks_for_itself_only(self):
        # The access list is wrong, the gateway still asks whose certificate it was.
        site = self.site(access="user bridge-2\ntopic write devices/#\n")
        for version in (V311, V5):
            impostor = Wire(site, "bridge-2", version)
            impostor.publish(VITALS, self.message())
            self.assert_turned_away(impostor, version)
        self.assertEqual(site.received(), 0)
        self.assertIn('edgeward_intake_refused_messages_total{reason="wrong_sender"} 2', site.metrics())
        self.assertIn("client wire-bridge-2 refused", site.broker.text())

    def test_what_was_acknowledged_survives_every_kill(self):
        seed = int(os.environ.get("EDGEWARD_SEED", time.time_ns() % 1_000_000))
        chance = random.Random(seed)
        site = self.site()
        sender = Sender(site, DEVICE, inflight=20, keep_session=True)
        publishing, ending = threading.Event(), threading.Event()

        def publish():
            publishing.set()
            while not ending.is_set():
                sender.publish(self.message())
                while sender.sent - sender.acknowledged > 50 and not ending.wait(0.001):
                    pass
        thread = threading.Thread(target=publish, daemon=True)
        thread.start()
        publishing.wait(10)
        kills = {"gateway": 0, "broker": 0}
        for number in range(KILLS):
            target = sender.acknowledged + chance.randint(1, 150)
            wait_until(lambda wanted=target: sender.acknowledged >= wanted, "messages are acknowledged", 60)
            time.sleep(chance.uniform(0, 0.05))
            if number % 2:
                site.broker.kill()
                kills["broker"] += 1
                wait_until(lambda: not answers(site.broker_port), "the port is free")
                site.start_broker()
            else:
                site.gateway.kill()
                kills["gateway"] += 1
                site.start_gateway(ready=False)
        ending.set()
        thread.join(10)
        acknowledged = sender.acknowledged
        # A device keeps what was not acknowledged and sends it again; what was acknowledged, never. So all of it must
        # be there in the end, each once: only an acknowledged message could be missing.
        sender.wait(120)
        inbound = site.books()["inbound"]
        print(f"seed {seed}: {sender.sent} messages published, {acknowledged} acknowledged at the last kill, "
              f"{kills['gateway']} kills of the gateway and {kills['broker']} of the broker, "
              f"{sender.sent - inbound['observations']} lost, "
              f"{inbound['refused_messages'].get('duplicate', 0)} sent again and recognised", flush=True)
        self.assertEqual(sum(kills.values()), KILLS)
        self.assertEqual(inbound["observations"], sender.sent)
        self.assertTrue(balanced(site.books()))
        _, verified, verdict = site.verify_audit()
        self.assertTrue(verified, verdict)

    def assert_turned_away(self, device, version):
        """Disconnected, without acknowledgement."""
        packet = device.next(5)
        if version == V5:
            self.assertEqual(packet, (DISCONNECT, bytes([UNSPECIFIED])))
            packet = device.next(5)
        self.assertEqual(packet, (ENDED, b""))

    def assert_taken_in_the_end(self, site, message, version):
        """A device that comes again and again is acknowledged at last."""
        def once():
            device = Wire(site, DEVICE, version)
            device.publish(VITALS, message, again=True)
            packet = device.next(5)
            device.drop()
            return packet[0] == PUBACK
        wait_until(once, "the device's message is taken", 60, 0.1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
