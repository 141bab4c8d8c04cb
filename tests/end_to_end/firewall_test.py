#!/usr/bin/python3
"""The rules `edgeward report firewall` writes, loaded where they do no harm: what is configured passes, nothing else does;
and the running gateway listens at nothing that the report does not name."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault_suite.network import GATEWAY, WARD, Network  # noqa: E402
from fault_suite.scenario import Skipped  # noqa: E402
from ward import settings  # noqa: E402
from ward.processes import Program, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver  # noqa: E402
from ward.site import Site  # noqa: E402

NOBODY = 65534
KIS, OTHER, ADMIN = 2575, 2576, 9443
LISTEN = """
import socket, sys, time
doors = []
for port in sys.argv[1:]:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("0.0.0.0", int(port)))
    door.listen(8)
    doors.append(door)
print("listening", flush=True)
time.sleep(600)
"""
KNOCK = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1.5).close()
    print("open")
except TimeoutError:
    print("dropped")
except OSError as error:
    print("refused")
"""


class Firewall(unittest.TestCase):
    def listen(self, space, top, *ports):
        program = Program([*space.enter, sys.executable, "-c", LISTEN, *map(str, ports)], str(top / f"listen-{ports[0]}"))
        self.addCleanup(program.kill)
        wait_until(lambda: "listening" in program.text(), "the doors are open")

    def knock(self, space, host, port, user=None):
        as_user = [] if user is None else ["setpriv", f"--reuid={user}", "--clear-groups"]
        done = subprocess.run([*space.enter, *as_user, sys.executable, "-c", KNOCK, host, str(port)], capture_output=True,
                              text=True, timeout=30, check=False)
        return done.stdout.strip() or done.stderr

    def configured(self, site, kis_host, kis_port, reachable=False):
        def change(text):
            if not reachable:
                return text
            before, admin = text.split("[admin]\n")
            admin = admin.replace('address = "127.0.0.1"', 'address = "0.0.0.0"', 1).replace("port = 0", f"port = {ADMIN}", 1)
            return f"{before}[admin]\n{admin}"
        site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"),
                       settings.hl7_destination("kis", kis_port).replace('host = "localhost"', f'host = "{kis_host}"'),
                       change=change)

    @unittest.skipIf(os.geteuid() != 0, "namespaces are root's")
    def test_what_is_configured_passes_and_nothing_else(self):
        with Site(["monitor-1"]) as site:
            try:
                network = Network(site.top)
            except Skipped as why:
                self.skipTest(str(why))
            self.addCleanup(network.close)
            self.configured(site, WARD, KIS, reachable=True)
            rules = site.top / "rules.nft"
            made = site.run("-c", str(site.config), "report", "firewall", "--user", "nobody", "--management", f"{WARD}/32",
                            "--resolver", WARD, "--out", str(rules))
            self.assertEqual(made.returncode, 0, made.stderr)
            self.listen(network.ward, site.top, KIS, OTHER, 53)
            self.listen(network.gateway, site.top, ADMIN, OTHER, 22)
            for port in (KIS, OTHER):
                self.assertEqual(self.knock(network.gateway, WARD, port, NOBODY), "open", "without rules all is open")
            self.assertEqual(self.knock(network.ward, GATEWAY, OTHER), "open", "without rules all is open")
            network.gateway.run("nft", "-f", str(rules))
            network.gateway.run("nft", "-f", str(rules))  # a second time replaces it
            table = [("to the KIS, as the gateway", network.gateway, WARD, KIS, NOBODY, "open"),
                     ("to a name server, as the gateway", network.gateway, WARD, 53, NOBODY, "open"),
                     ("elsewhere, as the gateway", network.gateway, WARD, OTHER, NOBODY, "refused"),
                     ("elsewhere, as another user", network.gateway, WARD, OTHER, None, "open"),
                     ("in to the admin port", network.ward, GATEWAY, ADMIN, None, "open"),
                     ("in to SSH, from the management network", network.ward, GATEWAY, 22, None, "open"),
                     ("in to another port", network.ward, GATEWAY, OTHER, None, "dropped")]
            for what, space, host, port, user, expected in table:
                with self.subTest(what):
                    self.assertEqual(self.knock(space, host, port, user), expected)

    def test_nothing_listens_that_the_report_does_not_name(self):
        with Site(["monitor-1"]) as site:
            kis = Hl7Receiver(site)
            self.configured(site, "localhost", kis.port)
            site.start_broker()
            site.start_gateway()
            doors = json.loads(site.run("-c", str(site.config), "report", "firewall", "--format", "json").stdout)["doors"]
            own = [(door["host"], door["port"]) for door in doors if door["direction"] == "in" and door["own"]]
            lines = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout.splitlines()
            sockets = [line.split()[3].rsplit(":", 1) for line in lines if f"pid={site.gateway.pid}," in line]
            self.assertTrue(sockets, "the admin port at least")
            for host, port in sockets:
                self.assertTrue((host, int(port)) in own or (host, 0) in own, f"{host}:{port} is not in the report")
            udp = subprocess.run(["ss", "-Hlunp"], capture_output=True, text=True, check=True).stdout
            self.assertNotIn(f"pid={site.gateway.pid},", udp)


if __name__ == "__main__":
    unittest.main(verbosity=1)
