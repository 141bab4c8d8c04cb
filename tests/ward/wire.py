"""MQTT octet by octet: what a broker sends to a device, and what it does not."""

import select
import socket
import ssl
import time

CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, DISCONNECT = 2, 3, 4, 5, 6, 7, 9, 14
ENDED = "ended"  # the broker closed the connection


def _text(value):
    octets = value.encode() if isinstance(value, str) else value
    return len(octets).to_bytes(2, "big") + octets


def _packet(first, body):
    length, size = b"", len(body)
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


class Wire:
    """One connection of a device with its certificate. `version`: 4 is MQTT 3.1.1, 5 is MQTT 5."""

    def __init__(self, site, device, version=4, client_id=None, will=None):
        context = ssl.create_default_context(cafile=str(site.folder / "authority/ca.pem"))
        context.load_cert_chain(str(site.folder / f"devices/{device}.pem"), str(site.folder / f"devices/{device}.key"))
        plain = socket.create_connection(("127.0.0.1", site.broker_port), 10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.version = version
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        self.unread = b""
        no_properties = b"\0" if version == 5 else b""
        body = _text("MQTT") + bytes([version, 0x02 | (0x0C if will else 0)]) + (60).to_bytes(2, "big") + no_properties
        body += _text(client_id or f"wire-{device}")
        if will:
            body += no_properties + _text(will[0]) + _text(will[1])
        self._send(_packet(0x10, body))
        kind, octets = self.next(10)
        assert kind == CONNACK and octets[1] == 0, "the broker takes the device"

    def _send(self, octets):
        self.socket.sendall(octets)

    def publish(self, topic, payload, number=1, qos=1, retain=False, again=False):
        body = _text(topic) + (number.to_bytes(2, "big") if qos else b"") + (b"\0" if self.version == 5 else b"")
        self._send(_packet(0x30 | (0x08 if again else 0) | (qos << 1) | int(retain), body + payload))

    def release(self, number=1):
        self._send(_packet(0x62, number.to_bytes(2, "big")))

    def subscribe(self, topic_filter):
        self._send(_packet(0x82, b"\0\1" + (b"\0" if self.version == 5 else b"") + _text(topic_filter) + b"\1"))
        kind, octets = self.next(10)
        assert kind == SUBACK
        return octets[-1]

    def next(self, seconds):
        """(type, body) of the next packet, (ENDED, b"") when the broker hung up, None when nothing came in time."""
        deadline = time.monotonic() + seconds
        while True:
            packet = self._take()
            if packet:
                return packet
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            if not self.socket.pending() and not select.select([self.socket], [], [], left)[0]:
                return None
            try:
                octets = self.socket.recv(65536)
            except OSError:
                octets = b""
            if not octets:
                self.socket.close()
                return ENDED, b""
            self.unread += octets

    def _take(self):
        size, shift, at = 0, 0, 1
        while True:
            if at >= len(self.unread):
                return None
            size |= (self.unread[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not self.unread[at - 1] & 0x80:
                break
        if len(self.unread) < at + size:
            return None
        packet = self.unread[0] >> 4, self.unread[at:at + size]
        self.unread = self.unread[at + size:]
        return packet

    def drop(self):
        """As a device that loses power: no DISCONNECT."""
        self.socket.close()

    def __del__(self):
        if hasattr(self, "socket"):
            self.drop()
