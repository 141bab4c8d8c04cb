#!/usr/bin/python3
"""Hypothesis asks the admin API what its OpenAPI document describes, and what nobody should ask.

A fixed seed and about 15 seconds; EDGEWARD_FUZZ_SECONDS gives it longer and EDGEWARD_FUZZ_SEED another seed."""

import http.client
import io
import os
import shutil
import socket
import ssl
import sys
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir()) / "edgeward-hypothesis"))

from hypothesis import HealthCheck, Phase, given, seed  # noqa: E402
from hypothesis import settings as hypothesis_settings  # noqa: E402

from ward import settings  # noqa: E402
from ward.accounts import PASSWORD, Browser, with_api  # noqa: E402
from ward.api import Document  # noqa: E402
from ward.api_requests import CANARY, raw_requests, requests  # noqa: E402
from ward.processes import free_port, wait_until  # noqa: E402
from ward.site import Site  # noqa: E402

SECONDS = float(os.environ.get("EDGEWARD_FUZZ_SECONDS", "15"))
SEED = int(os.environ.get("EDGEWARD_FUZZ_SEED", "20261126"))
LIMITS = hypothesis_settings(max_examples=10_000_000, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
                             suppress_health_check=list(HealthCheck))
PERSON = {"identifiers": [{"value": "4711-KANARIE", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum"}
OF_HTTP = {400, 404, 405, 413, 415, 417, 431, 505}  # what any request may be answered with, before or without a route


class Done(Exception):
    """The time is over."""


class Answered(io.BytesIO):
    """What came back, for http.client to read."""

    def makefile(self, *_):
        return self

    def close(self):
        """More answers may follow."""


class Fuzz(unittest.TestCase):
    def setUp(self):
        if not shutil.which("mosquitto") and not Path("/usr/sbin/mosquitto").exists():
            self.skipTest("mosquitto is not installed")
        site = self.site = Site(["monitor-1"])
        self.addCleanup(site.close)
        site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"), settings.hl7_destination("archiv", free_port()),
                       change=lambda text: settings.with_table(with_api(text), "admin", requests_per_minute=100_000))
        site.start_broker()
        site.start_gateway()
        site.import_persons([PERSON])
        self.document = Document(site.get("/v1/openapi.json")[1])
        self.site.command("user", "first-code")
        roles = ["hospital-it", "medical-engineering", "data-protection", "ward", "admin"]
        code = site.command("user", "add", "fuzzer", *[word for role in roles for word in ("--role", role)])["code"]
        self.browser = Browser(site)
        self.browser.accept(code, "fuzzer")
        self.codes = self.browser.enrol()[1][1]["recovery_codes"]
        self.seen = Counter()

    def stay_signed_in(self):
        """Another session when the one there is has ended; a fresh second factor before it is too old."""
        status, session = self.browser.ask("GET", "/v1/session")
        if status == 200 and session.get("second_factor_age_seconds", 300) < 200:
            return
        if status != 200:
            # Wrong sign-ins of this address are among the requests: the right one may have to wait for them.
            wait_until(lambda: self.sign_in() == 200, "the fuzzer may sign in again", 30, every=0.2)
        self.assertEqual(self.browser.ask("POST", "/v1/session/second-factor", {"code": self.codes.pop()})[0], 200)

    def sign_in(self):
        status, half = self.browser.ask("POST", "/v1/session", {"user": "fuzzer", "password": PASSWORD})
        self.assertIn(status, (200, 429), half)
        return status

    def during(self, seconds, strategy, check):
        """Has `check` look at what the strategy makes until the time is over."""
        until = time.monotonic() + seconds

        @seed(SEED)
        @LIMITS
        @given(strategy)
        def look(made):
            if time.monotonic() > until:
                raise Done
            check(made)
        with self.assertRaises(Done):
            look()

    # As described, nearly so, and not at all

    def ask(self, request):
        operation, method, target, octets, kind = request
        headers = {"Cookie": self.browser.cookie, "Edgeward-CSRF": self.browser.csrf}
        if octets is not None:
            headers["Content-Type"] = kind
        try:
            answer, text = self.browser.exchange(method, target, octets, headers)
        except (http.client.InvalidURL, UnicodeEncodeError):
            return  # Python's client would not send it; the raw requests do
        self.seen[answer.status] += 1
        asked = f"{method} {operation.path}: {answer.status} {text[:300]!r}"
        self.assertTrue(answer.status < 500 or answer.status in self.document.answers(operation), asked)
        if answer.status >= 400:
            self.assertNotIn(CANARY.encode(), text, asked)
        if method == "HEAD":
            self.assertEqual(text, b"", asked)
            return
        kind = answer.headers.get("Content-Type", "")
        value = self.browser.value_of(kind, text)
        if answer.status in OF_HTTP and (method != operation.method or answer.status not in self.document.answers(operation)):
            self.assertEqual(sorted(value), ["error", "message"], asked)
        elif method == operation.method:
            complaint = self.document.complaint(operation, answer.status, kind, value)
            self.assertIsNone(complaint, asked)
        if answer.status == 401:
            self.stay_signed_in()

    # HTTP in pieces, pipelined and wrong

    def connect(self):
        context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
        return context.wrap_socket(socket.create_connection(("localhost", self.site.admin_port), timeout=15),
                                   server_hostname="localhost")

    def exchange(self, pieces):
        """All that comes back until the gateway closes."""
        received = b""
        with self.connect() as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                while part := connection.recv(65536):
                    received += part
            except (ConnectionError, ssl.SSLError):
                pass  # refused and closed while we were still sending
        return received

    def statuses(self, received):
        stream = Answered(received)
        found = []
        while stream.tell() < len(received):
            answer = http.client.HTTPResponse(stream, method="GET")
            answer.begin()
            answer.read()
            found.append(answer.status)
        return found

    def ask_raw(self, pieces):
        received = self.exchange(pieces)
        found = [status for status in self.statuses(received) if status != 100]
        self.seen.update(found)
        self.assertTrue(set(found) <= OF_HTTP | {200, 401}, (pieces, found))
        self.assertLessEqual(len(found), 2, pieces)
        self.assertNotIn(CANARY.encode(), received)

    def pipelined(self):
        """A hundred at once are answered in order."""
        many = [b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 50
        self.assertEqual(self.statuses(self.exchange([b"".join(many)])), [200, 404] * 50 + [200])
        self.assertEqual(self.statuses(self.exchange([bytes([one]) for one in b"".join(many[:2])])), [200, 404, 200])

    def test_nothing_breaks(self):
        operations = [one for one in self.document.operations if one.name != "DELETE /v1/session"]
        print(f"seed {SEED}, {SECONDS:g} s")
        self.pipelined()
        self.during(SECONDS * 0.7, requests(operations), self.ask)
        asked = sum(self.seen.values())
        self.during(SECONDS * 0.3, raw_requests(), self.ask_raw)
        print(f"{asked} requests as described or nearly, {sum(self.seen.values()) - asked} raw: {dict(sorted(self.seen.items()))}")
        self.assertGreater(self.seen[200], asked / 20)
        self.assertTrue(self.site.gateway.running())
        self.assertEqual(self.site.health()[0], 200)
        log = self.site.log()
        for foreign in (CANARY, PASSWORD, self.browser.cookie.partition("=")[2], "failed unexpectedly", "Quittenbaum"):
            self.assertNotIn(foreign, log)
        self.assertTrue(self.site.verify_audit()[1])


if __name__ == "__main__":
    unittest.main()
