"""Devices as the broker sees them: MQTT clients with a certificate each."""

import json
import threading
import time

from ward.mqtt_client import device_client
from ward.processes import wait_until


class Sender:
    """Publishes as one device with QoS 1 and counts what the broker acknowledged. Threads: any."""

    def __init__(self, site, device, inflight=100, client_id=None, keep_session=False, password=None):
        self.device = device
        self.sent = 0
        self.acknowledged = 0
        self.disconnects = 0
        self.heard = []
        self._lock = threading.Lock()
        self._client = device_client(site.folder, device, client_id, keep_session, password)
        self._client.max_inflight_messages_set(inflight)
        self._client.max_queued_messages_set(0)
        self._client.reconnect_delay_set(1, 2)
        self._client.on_publish = self._published
        self._client.on_disconnect = self._disconnected
        self._client.on_message = lambda _client, _data, message: self.heard.append(message.topic)
        self._client.connect("localhost", site.password_port if password else site.broker_port, keepalive=60)
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
