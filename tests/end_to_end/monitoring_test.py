#!/usr/bin/python3
"""The monitoring pack on real parts: Prometheus scrapes the gateway by HTTPS and evaluates the shipped alerts, Alertmanager
hands the one of a dead receiver to who it is for, and every metric that pack and dashboards speak of is there."""

import http.server
import json
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import ROOT, Site  # noqa: E402
from ward.words import mentioned  # noqa: E402

PACK = ROOT / "config/monitoring"
METRIC = re.compile(r"\b((?:edgeward|process)_[a-z0-9_]+)")
# Metrics that only a system with patient administration, durable topics, SIEM, witness, accounts of devices or a fault has.
NOT_ALWAYS = {"edgeward_adt_messages_total", "edgeward_anchor_contradicted", "edgeward_anchor_well",
              "edgeward_device_accounts_missing", "edgeward_device_accounts_unsettled",
              "edgeward_dlp_blocked_total", "edgeward_messages_quarantined_by_reason",
              "edgeward_values_refused_total"}


class Told(http.server.BaseHTTPRequestHandler):
    """Takes what Alertmanager tells: (path, alerts)."""

    told = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Told.told.append((self.path, body["alerts"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def metrics_in(text):
    """Names without what Prometheus adds to histograms."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in METRIC.findall(text)}


def expressions_in(dashboard):
    return "\n".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


def patterns_in(template):
    found = []

    def walk(node):
        if isinstance(node, dict):
            if node.get("type") in ("PROMETHEUS_PATTERN", "PROMETHEUS_TO_JSON"):
                found.append(node["parameters"][0])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
    walk(template)
    return found


class Monitoring(unittest.TestCase):
    def tool(self, *arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False, cwd=PACK)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_do_what_their_own_tests_say(self):
        self.tool("promtool", "check", "rules", "edgeward.rules.yml")
        self.tool("promtool", "test", "rules", "edgeward.rules_test.yml")
        self.tool("amtool", "check-config", "alertmanager.yml")

    def query(self, expression):
        url = f"http://127.0.0.1:{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return json.load(answer)["data"]["result"]
        except OSError:
            return []

    def start_alertmanager(self, site):
        listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.addCleanup(listener.server_close)
        self.addCleanup(listener.shutdown)
        text = (PACK / "alertmanager.yml").read_text()
        text = text.replace("localhost:9095", f"127.0.0.1:{listener.server_address[1]}").replace("group_wait: 30s", "group_wait: 1s")
        file = site.top / "alertmanager.yml"
        file.write_text(text)
        self.alertmanager = free_port()
        site.start(["prometheus-alertmanager", f"--config.file={file}", f"--storage.path={site.top / 'alertmanager'}",
                    f"--web.listen-address=127.0.0.1:{self.alertmanager}", "--cluster.listen-address="], "alertmanager.log")

    def start_prometheus(self, site):
        text = (PACK / "prometheus.yml").read_text()
        for old, new in (("15s", "1s"), ("localhost:9093", f"127.0.0.1:{self.alertmanager}"),
                         ("/etc/prometheus/hospital-ca.pem", str(site.folder / "authority/ca.pem")),
                         ("edgeward.hospital.example:9443", f"localhost:{site.admin_port}")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        # Nobody waits five minutes here: the shipped rules, with their time shortened.
        rules = re.sub(r"for: \d+[mhd]", "for: 2s", (PACK / "edgeward.rules.yml").read_text())
        (site.top / "edgeward.rules.yml").write_text(rules)
        (site.top / "prometheus.yml").write_text(text)
        self.prometheus = free_port()
        site.start(["prometheus", f"--config.file={site.top / 'prometheus.yml'}", f"--storage.tsdb.path={site.top / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{self.prometheus}"], "prometheus.log")

    def everything_is_there(self, exposed):
        known = set(re.findall(r"^# TYPE (\S+)", exposed, re.MULTILINE)) | {"edgeward_build_info"}
        dashboard = json.loads((PACK / "grafana-dashboard.json").read_text())
        template = json.loads((PACK / "zabbix-template.json").read_text())
        for what, text in (("rules", (PACK / "edgeward.rules.yml").read_text()), ("dashboard", expressions_in(dashboard)),
                           ("template", "\n".join(patterns_in(template)))):
            asked = metrics_in("\n".join(line for line in text.splitlines() if "action:" not in line))
            self.assertGreater(len(asked), 8, what)
            self.assertEqual(asked - known - NOT_ALWAYS, set(), what)
        # Prometheus understands every expression of the dashboard.
        for expression in expressions_in(dashboard).splitlines():
            asked = expression.replace("$instance", ".*")
            url = f"http://127.0.0.1:{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": asked})
            with urllib.request.urlopen(url, timeout=5) as answer:
                self.assertEqual(json.load(answer)["status"], "success", asked)
        # Zabbix keeps a sample when name and labels are as in the pattern.
        for pattern in patterns_in(template):
            name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})?", pattern).groups()
            lines = [line for line in exposed.splitlines() if re.match(rf"{name}(\{{| )", line)]
            for label in re.findall(r'(\w+)="([^"]*)"', labels or ""):
                lines = [line for line in lines if f'{label[0]}="' in line and
                         (label[1].startswith("{#") or f'{label[0]}="{label[1]}"' in line)]
            self.assertTrue(lines, pattern)

    def test_a_dead_receiver_is_told_to_hospital_it(self):
        begin = time.time()
        with Site(["monitor-1"]) as site:
            kis = Hl7Receiver(site)
            site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"),
                           settings.hl7_destination("kis", kis.port))
            site.start_broker()
            site.start_gateway()
            site.import_persons([{"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}], "family": "Zwitscherling"}])
            site.associate("monitor-1", "4711", timestamp(begin - 60))
            sender = Sender(site, "monitor-1")
            sender.publish({"ts": timestamp(begin), "HR": 60})
            sender.wait(60)
            site.wait_for_quiet(1)
            self.start_alertmanager(site)
            self.start_prometheus(site)
            wait_until(lambda: self.query('up{job="edgeward"} == 1'), "Prometheus scrapes the gateway", 60)
            wait_until(lambda: self.query('edgeward_destination_up == 1'), "the receiver is up", 30)
            self.everything_is_there(site.metrics())
            self.assertEqual(self.query('ALERTS{alertname="EdgewardDestinationDown"}'), [])
            died = time.monotonic()
            kis.stop()
            sender.publish({"ts": timestamp(begin + 1), "HR": 61})
            sender.wait(60)
            wait_until(lambda: any(alert["labels"]["alertname"] == "EdgewardDestinationDown" for _, alerts in Told.told
                                   for alert in alerts), "the alert arrives", 60)
            seconds = time.monotonic() - died
            path, alerts = next((path, alerts) for path, alerts in Told.told
                                if alerts[0]["labels"]["alertname"] == "EdgewardDestinationDown")
            self.assertEqual(path, "/hospital-it")
            self.assertEqual(alerts[0]["labels"]["destination"], "kis")
            self.assertIn("nimmt keine Nachrichten an: kis", alerts[0]["annotations"]["zusammenfassung"])
            self.assertFalse("Zwitscherling" in json.dumps(Told.told), "no name leaves")
            self.assertEqual(mentioned(json.dumps(alerts), ["4711"]), [], "no number leaves")
            print(f"the alert of a dead receiver was told {seconds:.1f} s after its end (waiting time of the rule 2 s)", flush=True)
            sender.close()


if __name__ == "__main__":
    unittest.main(verbosity=1)
