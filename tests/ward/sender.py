"""Devices as the broker sees them: MQTT clients with a certificate each."""

import json
import ssl
import threading
import time

import paho.mqtt.client as mqtt

from ward.processes import wait_until


def _new_client(name, clean_session):
    # Paho 2 wants to know which callbacks it is talking to; 1.6 does not know the word.
    if hasattr(mqtt, "CallbackAPIVersion"):
        return mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean_session,
                           protocol=mqtt.MQTTv311)
    return mqtt.Client(client_id=name, clean_session=clean_session, protocol=mqtt.MQTTv311)


class Sender:
    """Publishes as one device with QoS 1 and counts what the broker acknowledged. Threads: any."""

    def __init__(self, site, device, inflight=100, client_id=None, keep_session=False):
        self.device = device
        self.sent = 0
        self.acknowledged = 0
        self.disconnects = 0
        self.heard = []
        self._lock = threading.Lock()
        self._client = _new_client(client_id or device, not keep_session)
        self._client.tls_set(ca_certs=str(site.folder / "authority/ca.pem"),
                             certfile=str(site.folder / f"devices/{device}.pem"),
                             keyfile=str(site.folder / f"devices/{device}.key"),
                             tls_version=ssl.PROTOCOL_TLS_CLIENT)
        self._client.max_inflight_messages_set(inflight)
        self._client.max_queued_messages_set(0)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_publish = self._published
        self._client.on_disconnect = self._disconnected
        self._client.on_message = lambda _client, _data, message: self.heard.append(message.topic)
        self._client.connect("localhost", site.broker_port, keepalive=60)
        self._client.loop_start()
        wait_until(self._client.is_connected, f"the broker takes {device}")

    def _published(self, *_):
        with self._lock:
            self.acknowledged += 1

    def _disconnected(self, *_):
        with self._lock:
            self.disconnects += 1

    def publish(self, payload, topic="vitals", retain=False, device=None, qos=1):
        """`payload`: an object for JSON, or the octets themselves. `device`: another one than its own."""
        octets = payload if isinstance(payload, (bytes, str)) else json.dumps(payload)
        self.sent += 1
        return self._client.publish(f"devices/{device or self.device}/{topic}", octets, qos=qos, retain=retain)

    def subscribe(self, topic_filter):
        """Asks for messages; their topics are in `heard`."""
        self._client.subscribe(topic_filter, qos=1)

    def wait(self, seconds=60):
        """Until the broker acknowledged everything published so far."""
        wait_until(lambda: self.acknowledged >= self.sent, f"the broker acknowledges {self.device}", seconds)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


def timestamp(seconds=None):
    """RFC 3339 in UTC with milliseconds; now when nothing is given."""
    moment = time.time() if seconds is None else seconds
    milliseconds = int(round(moment * 1000))
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
    return f"{text}.{milliseconds % 1000:03d}Z"
