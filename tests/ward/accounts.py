"""People who sign in by HTTPS: passwords, second factors, sessions."""

import base64
import hmac
import http.client
import json
import ssl
import struct
import time
from urllib.parse import parse_qs, urlparse

from ward.settings import with_table

PASSWORD = "correct horse battery"


def with_api(text):
    return with_table(text, "admin", api=True)


def code_of(secret, step):
    """RFC 6238 by Python's own HMAC."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), "sha1").digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Browser:
    """Keeps connection, cookie and token of one session. `source`: the address it comes from, of 127.0.0.0/8."""

    def __init__(self, site, source="127.0.0.1"):
        self.site = site
        self.source = source
        self.connection = None
        self.cookie = ""
        self.csrf = ""
        self.headers = {}

    def open(self):
        context = ssl.create_default_context(cafile=str(self.site.folder / "authority/ca.pem"))
        context.check_hostname = False  # the certificate is localhost's, and the address says which server answers
        return http.client.HTTPSConnection("127.0.0.1", self.site.admin_port, timeout=20, context=context,
                                           source_address=(self.source, 0))

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    __del__ = close

    def exchange(self, method, path, body, headers):
        """One request by the connection there is, or by a new one when the gateway has closed that."""
        for fresh in (self.connection is None, True):
            if fresh:
                self.connection = self.open()
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                text = answer.read()
            except (http.client.HTTPException, OSError):
                self.close()
                if fresh:
                    raise
                continue
            if answer.will_close:
                self.close()
            return answer, text
        raise AssertionError("unreachable")

    def ask(self, method, path, body=None, **changed):
        """Status and JSON. `changed` are header fields, None: left out."""
        headers = {"Cookie": self.cookie, "Edgeward-CSRF": self.csrf,
                   "Content-Type": None if body is None else "application/json"}
        headers.update({name.replace("_", "-"): value for name, value in changed.items()})
        octets = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        answer, text = self.exchange(method, path, octets, {name: one for name, one in headers.items() if one})
        self.headers = dict(answer.getheaders())
        given = self.headers.get("Set-Cookie")
        if given:
            assert "; Path=/; Secure; HttpOnly; SameSite=Strict" in given, given
            self.cookie = given.split(";")[0]
        value = self.value_of(self.headers.get("Content-Type", ""), text)
        if isinstance(value, dict):
            self.csrf = value.get("csrf", self.csrf)
        return answer.status, value

    @staticmethod
    def value_of(content_type, text):
        return json.loads(text) if content_type.startswith("application/json") and text else text.decode()

    def accept(self, code, user):
        """Half a session of the account that a one-time code invites."""
        return self.ask("POST", "/v1/session/first", {"code": code, "user": user, "password": PASSWORD})

    def enrol(self):
        _, begun = self.ask("POST", "/v1/session/second-factor/enrolment", {})
        secret = parse_qs(urlparse(begun["uri"]).query)["secret"][0]
        assert secret == begun["secret"]
        code = code_of(secret, int(time.time()) // 30)
        return code, self.ask("POST", "/v1/session/second-factor", {"code": code})
