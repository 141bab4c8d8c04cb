#!/usr/bin/python3
"""Every port on which the gateway and the witness listen with TLS, looked at by Debian's sslscan: BSI TR-02102-2.

The port of the console is looked at by Debian's testssl.sh too, which knows other weaknesses and judges the certificate.
"""

import json
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import anchors, settings  # noqa: E402
from ward.processes import answers, free_port, wait_until  # noqa: E402
from ward.site import Site  # noqa: E402

# BSI TR-02102-2, tables 3.1 to 3.4 and 4.1 to 4.3, as far as they have AES-GCM.
CIPHERS = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
           "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"}
GROUPS = {"secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"}
# BSI asks for 250 bits of EC keys; sslscan gives their strength, half of that.
LEAST_BITS = {"EC": 125, "RSA": 3000}
# Findings of testssl.sh that stand, and why.
EXCUSED = {"cert_revocation": "no URI in a certificate: who is revoked is in the list that each side is given as a credential"}
SEVERE = {"MEDIUM", "HIGH", "CRITICAL", "FATAL"}


@unittest.skipUnless(shutil.which("sslscan"), "Debian's sslscan is not installed")
class TlsScan(unittest.TestCase):
    def scan(self, port):
        """The verdict on one port, read as sslscan's XML."""
        files = self.site.folder
        done = subprocess.run(["sslscan", "--xml=-", f"--certs={files / 'credentials/gateway-certificate'}",
                               f"--pk={files / 'credentials/gateway-key'}", f"localhost:{port}"],
                              capture_output=True, text=True, timeout=60, check=True)
        return xml.fromstring(done.stdout).find("ssltest")

    def check(self, port):
        found = self.scan(port)
        enabled = {f"{one.get('type')} {one.get('version')}" for one in found.iter("protocol") if one.get("enabled") == "1"}
        self.assertEqual(enabled, {"tls 1.2", "tls 1.3"})
        ciphers = {one.get("cipher") for one in found.iter("cipher")}
        self.assertTrue(ciphers)
        self.assertLessEqual(ciphers, CIPHERS)
        groups = {one.get("name").split(" (")[0] for one in found.iter("group")}
        self.assertTrue(groups)
        self.assertLessEqual(groups, GROUPS)
        self.assertEqual([one.get("sslversion") for one in found.iter("heartbleed") if one.get("vulnerable") == "1"], [])
        # sslscan leaves compression out when its own OpenSSL has none to offer.
        self.assertNotIn("1", [one.get("supported") for one in found.iter("compression")])
        renegotiation = found.find("renegotiation")
        self.assertTrue(renegotiation is None or renegotiation.get("supported") == "0" or renegotiation.get("secure") == "1")
        for key in found.iter("pk"):
            self.assertGreaterEqual(int(key.get("bits")), LEAST_BITS[key.get("type")])

    def test_no_port_speaks_what_the_bsi_does_not_recommend(self):
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        witness = anchors.Witness(self.site)
        ports = {name: free_port() for name in ("adt", "hl7_in")}

        def change(text):
            for name, port in ports.items():
                text = settings.with_table(text, name, enabled=True, port=port)
            return text

        senders = ''.join(f'\n[[{name}.sender]]\nname = "{name}"\ncertificate_names = ["gateway"]\nauthority = "KIS"\n' +
                          ('device = "monitor-1"\n' if name == "hl7_in" else "") for name in ports)
        self.site.configure(settings.device("monitor-1", "monitor_flat"), senders, change=change)
        self.site.start_broker()
        self.site.start_gateway()
        origin = self.site.ask("audit", "checkpoint").stdout.splitlines()[0]
        witness.start(origin, self.site.ask("audit", "public-key").stdout)
        for name, port in {"admin": self.site.admin_port, "witness": witness.port, **ports}.items():
            with self.subTest(name):
                wait_until(lambda p=port: answers(p), f"{name} listens")
                self.check(port)

    @unittest.skipUnless(shutil.which("testssl"), "Debian's testssl.sh is not installed")
    def test_testssl_finds_nothing_that_is_not_excused(self):
        self.site = Site(["monitor-1"])
        self.addCleanup(self.site.close)
        self.site.configure()
        self.site.start_broker()
        self.site.start_gateway()
        report = self.site.top / "testssl.json"
        # Protocols, forward secrecy, renegotiation, what the server shows by itself; no look-ups elsewhere.
        subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none", "--ip", "127.0.0.1",
                        "--add-ca", str(self.site.folder / "authority/ca.pem"), "-p", "-f", "-R", "-S",
                        "--jsonfile", str(report), f"localhost:{self.site.admin_port}"],
                       capture_output=True, timeout=300, check=False)
        found = {one["id"].split(" ")[0]: one for one in json.loads(report.read_text())}
        for looked_at in ("TLS1_2", "TLS1_3", "secure_client_renego", "cert_chain_of_trust"):
            self.assertEqual(found[looked_at]["severity"], "OK", looked_at)
        severe = {name for name, one in found.items() if one["severity"] in SEVERE}
        self.assertEqual(severe - set(EXCUSED), set(), [found[name]["finding"] for name in severe])


if __name__ == "__main__":
    unittest.main(verbosity=2)
