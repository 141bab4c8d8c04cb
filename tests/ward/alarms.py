"""Receivers of alarms: a webhook of our own, a nurse's MQTT client, and a real Alertmanager."""

import http.server
import json
import shutil
import ssl
import threading
import time
import urllib.request

from ward.mqtt_client import device_client
from ward.processes import answers, free_port, wait_until


class Webhook:
    """Takes JSON over mutual TLS in this process; `arrivals` are (monotonic ns, object)."""

    def __init__(self, site, status=200):
        self.arrivals = []
        self.status = status
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                now = time.time_ns()
                if owner.status == 200:
                    owner.arrivals.append((now, json.loads(body)))
                self.send_response(owner.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a killed gateway breaks off its connection

        self.server = Server(("127.0.0.1", 0), Handler)
        files = site.server_files()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files["cert"], files["key"])
        context.load_verify_locations(files["ca"])
        context.verify_mode = ssl.CERT_REQUIRED
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def notices(self, event=None):
        return [notice for _, notice in list(self.arrivals) if event in (None, notice["event"])]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Nurse:
    """An MQTT client that hears notices and acknowledges alarms; its name is that of a device's certificate."""

    def __init__(self, site, name):
        self.name = name
        self.arrivals = []
        self._client = device_client(site.folder, name, f"{name}-display", keep_session=True)
        self._client.on_message = lambda _client, _data, message: self.arrivals.append(
            (time.time_ns(), message.topic, message.retain, json.loads(message.payload)))
        self.subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: self.subscribed.set()
        self._client.connect("localhost", site.broker_port, keepalive=60)
        self._client.loop_start()
        wait_until(self._client.is_connected, f"the broker takes {name}")
        self._client.subscribe("alarms/notices/#", qos=1)
        self.subscribed.wait(10)

    def notices(self, event=None):
        return [notice for _, _, _, notice in list(self.arrivals) if event in (None, notice["event"])]

    def acknowledge(self, alarm, principal=None):
        self._client.publish(f"alarms/acknowledge/{principal or self.name}/{alarm}", b"", qos=1).wait_for_publish(10)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


class Alertmanager:
    """Debian's prometheus-alertmanager on loopback."""

    def __init__(self, site):
        self.port = free_port()
        file = site.top / "alertmanager.yml"
        file.write_text("route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n")
        self.program = site.start(
            ["prometheus-alertmanager", f"--config.file={file}", f"--storage.path={site.top}/alertmanager",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="], "alertmanager.output")
        wait_until(lambda: answers(self.port), "the Alertmanager listens", 60)

    @staticmethod
    def is_there():
        return shutil.which("prometheus-alertmanager") is not None

    def alerts(self):
        """What it takes for going on."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v2/alerts", timeout=10) as page:
            return json.loads(page.read())


def rules(site, text):
    folder = site.folder / "alarms"
    folder.mkdir(exist_ok=True)
    (folder / "rules.toml").write_text(text)


def let_read_notices(site, name):
    """Before the broker starts."""
    with open(site.folder / "broker/acl", "a", encoding="utf-8") as acl:
        acl.write(f"\nuser {name}\ntopic read alarms/notices/#\n")


SPO2 = """
[[rule]]
name = "spo2-low"
kind = "threshold"
priority = "high"
text.de = "SpO2 niedrig"
text.en = "SpO2 low"
code = "spo2"
below = 88
hysteresis = 2
least_plausible = 20
"""


def spo2(number, value, when):
    return {"ts": when, "seq": number, "SpO2": value}
