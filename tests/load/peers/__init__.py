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
        progress, since = 0, time.monotonic()
        # Neither sends again what a receiver did not take: what has not come after ten silent seconds is lost.
        while progress < count and time.monotonic() - since < 10:
            if not peer.running():
                raise SystemExit(f"{name} ended: {peer.text()[-300:]}")
            time.sleep(0.05)
            arrived = min(receiver.arrived()[0] for receiver in stage.receivers.values())
            if arrived > progress:
                progress, since = arrived, time.monotonic()
        end = max(receiver.arrived()[1] for receiver in stage.receivers.values())
        used = figures.Usage(peer.pid).since(before, count)
        row = {"messages": count, "lost": count - progress, "rate": progress * 1e9 / (end - begun),
               "cpu_us": used["cpu_us"], "rss_mib": figures.resident_mib(peer.pid)}
        print(f"   {name}: {row['rate']:,.0f}/s, {row['cpu_us']:,.0f} µs, {row['rss_mib']:.0f} MiB, {row['lost']} lost", flush=True)
        return row


def measure(seconds, rounds, between):
    """Each of them in rounds, with `between()` after each: the machine is not equally fast all the time."""
    print("== peers", flush=True)
    found = {"nodered": [], "python": []}
    for _ in range(rounds):
        found["nodered"].append(_measure("Node-RED", _start_node_red, seconds * 100))
        found["python"].append(_measure("Python", _start_python, seconds * 200))
        between()
    return {name: figures.mean(rows) for name, rows in found.items()}
