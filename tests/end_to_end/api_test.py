#!/usr/bin/python3
"""The admin API against its own OpenAPI document: validators of others judge the document, every role asks every route in
every situation, and Hypothesis asks what nobody should. What is expected comes from the document and, by Cedar's own engine,
from the shipped policies."""

import shutil
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.accounts import Browser, with_api  # noqa: E402
from ward.api import Document, cedar_decisions, validate  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.site import Site  # noqa: E402

ROLES = ["admin", "hospital-it", "medical-engineering", "data-protection", "auditor", "ward", ""]
WARD, OTHER_WARD = "ICU 2 B", "PSY"
NAMES = [f"{role or 'nothing'}{end}" for role in ROLES for end in ("", ".ward")]  # no users of the machine
STALE_AFTER = 15  # seconds, in place of the shipped policies' 300
PATIENT = ["--patient", "4711-KANARIE", "--authority", "KIS"]
PERSON = {"identifiers": [{"value": "4711-KANARIE", "authority": "KIS", "type": "MR"}], "family": "Quittenbaum"}
UNDESCRIBED = {"nothing describes this": 1}


def changed(text):
    return settings.with_table(with_api(text), "admin", requests_per_minute=100_000)


class Sources:
    """Addresses of 127.0.0.0/8: how often one may sign in is counted by address."""

    def __init__(self):
        self.last = 0

    def next(self):
        self.last += 1
        return f"127.0.{1 + self.last // 200}.{1 + self.last % 200}"


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("node"):
            raise unittest.SkipTest("Node.js is not installed")
        site = cls.site = Site(["monitor-1", "monitor-2"])
        cls.addClassCleanup(site.close)
        site.configure(settings.device("monitor-1", "monitor_flat", ward=WARD),
                       settings.device("monitor-2", "monitor_flat", ward=OTHER_WARD),
                       *[f'\n[[policy.person]]\naccount = "{name}"\n' for name in NAMES], change=changed)
        policy = site.folder / "policies/default.cedar"
        cls.shipped = policy.read_text()
        assert cls.shipped.count("context.mfa_age > 300") == 1
        cls.policies = cls.shipped.replace("context.mfa_age > 300", f"context.mfa_age > {STALE_AFTER}")
        policy.write_text(cls.policies)
        site.start_broker()
        site.start_gateway()
        site.import_persons([PERSON])
        cls.erasure = str(site.command("person", "erase", *PATIENT, "--reason", "consent_withdrawn")["request"])
        cls.document = Document(site.get("/v1/openapi.json")[1])
        cls.sources = Sources()
        cls.first = Browser(site, cls.sources.next())
        cls.first.accept(site.command("user", "first-code")["code"], "first")
        cls.first.enrol()

    def invited(self, name, role, ward=""):
        """Half a session."""
        words = (["--role", role] if role else []) + (["--ward", ward] if ward else [])
        browser = Browser(self.site, self.sources.next())
        status, half = browser.accept(self.site.command("user", "add", name, *words)["code"], name)
        self.assertEqual((status, half["second_factor"]), (200, "enrol"))
        return browser

    # The document

    def test_1_validators_of_others_find_nothing(self):
        text = self.site.get("/v1/openapi.json")[1]
        self.assertEqual(self.site.ask("report", "openapi").stdout, text)
        self.assertEqual(validate(text, self.site.top), {"schema": [], "lint": []})
        self.assertGreater(len(self.document.operations), 75)
        # They do find something where there is something.
        broken = text.replace('"in": "path"', '"in": "pfad"', 1)
        self.assertTrue(all(validate(broken, self.site.top).values()))

    # The matrix

    def target(self, operation, device="monitor-1"):
        return operation.target({"device": device, "number": self.erasure, "user": "first"})

    def asked_ward(self, operation, device_ward):
        """Of the device that the path names; nothing else that is asked here is of a ward."""
        return device_ward if "{device}" in operation.path and operation.method == "GET" else ""

    def send(self, browser, operation, device="monitor-1", **headers):
        """What nothing describes as the body: whoever may ask is told so, and nothing happens."""
        if operation.session == "none" and operation.method != "GET":
            browser = Browser(self.site, self.sources.next())  # attempts to sign in are few for one address
        body = UNDESCRIBED if operation.body is not None else None
        status, value = browser.ask(operation.method, self.target(operation, device), body, **headers)
        self.seen[status] += 1
        complaint = self.document.complaint(operation, status, browser.headers.get("Content-Type", ""), value)
        self.assertIsNone(complaint, f"{operation.name}: {status} {value}")
        return status, value

    def passed(self, operation):
        """How somebody is answered who may ask: what is asked for, or that it is not as described or not there."""
        return {400} if operation.body is not None else {200, 400, 409} & self.document.answers(operation)

    def assert_refused(self, answer, status, remedy=None):
        self.assertEqual((answer[0], answer[1]["error"], answer[1].get("remedy")), (status, "denied", remedy))

    def operations(self):
        """All that leave the session as it is."""
        return [one for one in self.document.operations if one.name != "DELETE /v1/session"]

    def ask_without_rights(self, browser, situation):
        """Nobody's, half or ended sessions."""
        for operation in self.operations():
            with self.subTest(operation.name, situation=situation):
                answer = self.send(browser, operation)
                if operation.session == "none" or (situation == "half" and operation.session == "half"):
                    self.assertIn(answer[0], self.passed(operation))
                else:
                    self.assert_refused(answer, 401)

    def ask_with_rights(self, browser, situation, allowed, device="monitor-1"):
        for operation in self.operations():
            with self.subTest(operation.name, situation=situation):
                answer = self.send(browser, operation, device)
                now, fresh = allowed(operation)
                if now:
                    self.assertIn(answer[0], self.passed(operation))
                else:
                    self.assert_refused(answer, 403, "second_factor" if fresh else None)

    def ask_without_token(self, browser, **headers):
        for operation in self.operations():
            if operation.method != "GET" and operation.session != "none":
                with self.subTest(operation.name, situation="no token"):
                    self.assert_refused(self.send(browser, operation, **headers), 403)

    def ask_in_another_type(self, browser):
        for operation in self.operations():
            if operation.body is not None and operation.session != "none":
                with self.subTest(operation.name, situation="another type"):
                    self.assertEqual(self.send(browser, operation, Content_Type="text/plain")[0], 415)

    def decisions(self):
        """(role, ward, operation, ward of the device, stale) -> allowed, asked of Cedar at once."""
        questions = {}
        for role in ROLES:
            for ward in ("", WARD):
                for operation in self.document.operations:
                    for device_ward in (WARD, OTHER_WARD):
                        for age in (0, 1000):
                            if operation.action:
                                questions[role, ward, operation.action, self.asked_ward(operation, device_ward), age] = None
        answers = cedar_decisions(list(questions), self.policies, self.site.top)
        return dict(zip(questions, answers))

    def test_2_every_role_and_route(self):
        self.seen = Counter()
        decided = self.decisions()

        def allowed(role, ward, device_ward, age):
            def look(operation):
                if not operation.action:
                    return True, True
                key = (role, ward, operation.action, self.asked_ward(operation, device_ward))
                return decided[*key, age], decided[*key, 0]
            return look
        people = []
        self.ask_without_rights(Browser(self.site, self.sources.next()), "nobody")
        for role in ROLES:
            name = role or "nothing"
            one = self.invited(name, role)
            self.ask_without_rights(one, "half")
            one.enrol()
            self.ask_with_rights(one, f"{name}, fresh", allowed(role, "", WARD, 0))
            self.ask_without_token(one, Edgeward_CSRF=None)
            own = self.invited(f"{name}.ward", role, WARD)
            own.enrol()
            self.ask_with_rights(own, f"{name} of the ward", allowed(role, WARD, WARD, 0))
            self.ask_with_rights(own, f"{name} of another ward", allowed(role, WARD, OTHER_WARD, 0), "monitor-2")
            people += [(name, role, "", one), (f"{name}.ward", role, WARD, own)]
        self.ask_without_token(people[0][3], Edgeward_CSRF="A" * 43)
        self.ask_in_another_type(people[0][3])
        for name, role, ward, browser in people:
            wait_until(lambda browser=browser: browser.ask("GET", "/v1/session")[1]["second_factor_age_seconds"] >
                       STALE_AFTER, "the second factor grows old")
            self.ask_with_rights(browser, f"{name}, stale", allowed(role, ward, WARD, 1000))
        for name, _, ward, browser in people:
            if ward:
                self.assertEqual(browser.ask("DELETE", "/v1/session"), (200, {"ended": True}))
                self.assert_refused(browser.ask("GET", "/v1/session"), 401)
            else:
                self.site.command("user", "disable", name)
                self.ask_without_rights(browser, f"{name}, disabled")
        print(f"{sum(self.seen.values())} requests: {dict(sorted(self.seen.items()))}")
        self.assertGreater(self.seen[401], 500)
        self.assertGreater(self.seen[403], 1000)
        self.assertGreater(self.seen[400], 200)
        self.assertTrue(self.site.verify_audit()[1])


if __name__ == "__main__":
    unittest.main()
