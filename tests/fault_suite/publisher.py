#!/usr/bin/python3
"""Devices that publish at a steady rate and write down what the broker acknowledged to them.

Each of --devices publishes message n = 1, 2, 3 … on devices/<device>/vitals/<n>: the infused volume n, which no other
message of that device has. For every acknowledgement a line "<device> <n>" is appended to --record, which
therefore lies outside whatever a scenario breaks. SIGTERM ends publishing; the program ends when everything published
is acknowledged, with the line "total <published>" for each device in --record's last lines.
"""

import argparse
import json
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward.mqtt_client import device_client  # noqa: E402

WINDOW = 100  # unacknowledged messages of one device


class Record:
    """The acknowledged messages, one line each, written by one system call so that no line is ever torn."""

    def __init__(self, path):
        self.file = open(path, "ab", buffering=0)
        self.lock = threading.Lock()

    def add(self, text):
        with self.lock:
            self.file.write(text.encode() + b"\n")


class Device:
    def __init__(self, name, options, record):
        self.name = name
        self.record = record
        self.numbers = {}  # packet identifier -> n, until it is acknowledged
        self.early = set()  # acknowledged before publish() had told the identifier
        self.lock = threading.Lock()
        self.published = options.first - 1
        self.client = device_client(options.folder, name, keep_session=True)
        self.client.max_inflight_messages_set(WINDOW)
        self.client.max_queued_messages_set(0)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_publish = self.acknowledged
        self.client.connect(options.host, options.port, keepalive=30)
        self.client.loop_start()

    def acknowledged(self, _client, _data, identifier, *_):
        with self.lock:
            number = self.numbers.pop(identifier, None)
            if number is None:
                self.early.add(identifier)
                return
        self.record.add(f"{self.name} {number}")

    def publish(self):
        with self.lock:
            if len(self.numbers) >= WINDOW:
                return
        number = self.published + 1
        moment = time.time()
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"
        octets = json.dumps({"time": text, "seq": number,
                             "values": [{"code": "infused_volume", "value": number, "unit": "mL"}]})
        info = self.client.publish(f"devices/{self.name}/vitals/{number}", octets, qos=1)
        self.published = number
        with self.lock:
            if info.mid in self.early:
                self.early.discard(info.mid)
            else:
                self.numbers[info.mid] = number
                return
        self.record.add(f"{self.name} {number}")

    def waiting(self):
        with self.lock:
            return len(self.numbers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True, help="of the evaluation, with authority/ and devices/")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--devices", required=True, help="separated by commas")
    parser.add_argument("--rate", type=float, required=True, help="messages a second, all devices together")
    parser.add_argument("--record", required=True)
    parser.add_argument("--first", type=int, default=1, help="number of each device's first message")
    parser.add_argument("--count", type=int, default=0, help="messages of each device; 0: until SIGTERM")
    options = parser.parse_args()
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    record = Record(options.record)
    devices = [Device(name, options, record) for name in options.devices.split(",")]
    begin, turn = time.monotonic(), 0
    print("publishing", flush=True)
    while not ending.is_set():
        if options.count and turn >= options.count * len(devices):
            break
        device = devices[turn % len(devices)]
        before = device.published
        device.publish()
        if device.published > before:
            turn += 1
        elif ending.wait(0.005):
            break
        ahead = begin + turn / options.rate - time.monotonic()
        if ahead > 0:
            ending.wait(ahead)
    while any(device.waiting() for device in devices):
        time.sleep(0.01)
    for device in devices:
        record.add(f"total {device.name} {device.published}")
        device.client.disconnect()
        device.client.loop_stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
