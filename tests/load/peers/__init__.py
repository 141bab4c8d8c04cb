"""What a hospital might pick instead of the gateway, doing the smaller job: store, HL7 and FHIR, without encryption,
audit log or a queue for each receiver."""

import json
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

from load import figures
from load.peers import node_red_flow
from load.stage import Stage
from ward.processes import wait_until

HERE = Path(__file__).resolve().parent


def _start_python(stage, database):
    folder = stage.site.folder
    started = stage.site.start(
        ["/usr/bin/python3", str(HERE / "python_bridge.py"), "--ca", str(folder / "authority/ca.pem"),
         "--cert", str(folder / "credentials/gateway-certificate"), "--key", str(folder / "credentials/gateway-key"),
         "--port", str(stage.site.broker_port), "--mllp", str(stage.receivers["mllp"].port),
         "--fhir", str(stage.receivers["fhir"].port), "--database", str(database)], "python.output")
    wait_until(lambda: "ready" in started.text(), "the script subscribes")
    return started


def _start_node_red(stage, database):
    subprocess.run([str(HERE / "install")], check=True)
    home = stage.site.top / "node-red"
    home.mkdir()
    with sqlite3.connect(database) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("CREATE TABLE observation(id INTEGER PRIMARY KEY, subject TEXT, measured TEXT, body TEXT)")
    folder = stage.site.folder
    node_red_flow.write(home, str(folder / "authority/ca.pem"), str(folder / "credentials/gateway-certificate"),
                        str(folder / "credentials/gateway-key"), stage.site.broker_port, stage.receivers["mllp"].port,
                        stage.receivers["fhir"].port, str(database))
    (home / "node_modules").symlink_to(HERE / "node_modules")
    started = stage.site.start([shutil.which("node"), str(HERE / "node_modules/node-red/red.js"), "--userDir", str(home)],
                               "node-red.output")
    wait_until(lambda: "Connected to broker" in started.text(), "Node-RED connects", 60)
    return started


def _measure(name, start, count):
    with Stage(count, ("mllp", "fhir")) as stage:
        stage.site.gateway.stop()
        peer = start(stage, stage.site.top / "peer.db")
        before = figures.Usage(peer.pid)
        publisher = stage.publisher(count, 0, 250, 0, stage.site.top / "peer.times")
        begun = json.loads(publisher.communicate()[0])["begun_ns"]
        limit = time.monotonic() + 300
        while any(receiver.arrived()[0] < count for receiver in stage.receivers.values()):
            if not peer.running() or time.monotonic() > limit:
                arrived = {kind: receiver.arrived()[0] for kind, receiver in stage.receivers.items()}
                raise SystemExit(f"{name} delivered only {arrived} of {count}: {peer.text()[-300:]}")
            time.sleep(0.05)
        end = max(receiver.arrived()[1] for receiver in stage.receivers.values())
        used = figures.Usage(peer.pid).since(before, count)
        row = {"messages": count, "rate": count * 1e9 / (end - begun), "cpu_us": used["cpu_us"],
               "rss_mib": figures.resident_mib(peer.pid)}
        print(f"   {name}: {row['rate']:,.0f}/s, {row['cpu_us']:,.0f} µs, {row['rss_mib']:.0f} MiB", flush=True)
        return row


def measure(seconds):
    print("== peers", flush=True)
    return {"nodered": _measure("Node-RED", _start_node_red, seconds * 150),
            "python": _measure("Python", _start_python, seconds * 300)}
