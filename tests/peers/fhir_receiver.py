#!/usr/bin/python3
"""A small FHIR receiver with nothing but Python: for machines without Node, and for demonstrations.

Takes transaction Bundles by POST at its base over HTTPS with client certificates (127.0.0.1 only), creates each entry
unless one with that identifier is there (201, then 200), and appends what it creates to a file, one JSON object a
line (numbers as Python reads them: 36.60 becomes 36.6). It checks the shape of a transaction, not profiles.
Says {"port": N} on standard output when it listens.
"""

import argparse
import email.utils
import json
import ssl
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACTIONS = """script actions, one per transaction, afterwards ok:
  ok         do it                      NNN        answer with that status, do nothing
  NNN:TEXT   the same with Retry-After: TEXT seconds; NNN:date gives an HTTP-date two seconds ahead
  close      close, do nothing          lose       do it, close without an answer
  half       do it, close within the answer        silent     never answer, do nothing
  html       200 with a web page        batch      do it, report the last entry as 422
  slow:MS    do it, answer after MS milliseconds   redirect   308 to another host"""


class Refused(Exception):
    """An HTTP status and what to say about it."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def check(condition, status, text):
    if not condition:
        raise Refused(status, text)


def outcome(text):
    issue = {"severity": "error", "code": "processing", "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def wanted_identifier(query):
    """The one identifier of an ifNoneExist in either form: "identifier=s|v" or "Patient?identifier=s|v"."""
    parameters = urllib.parse.parse_qs(query.rpartition("?")[2], strict_parsing=True)
    check(list(parameters) == ["identifier"] and len(parameters["identifier"]) == 1, 400, "ifNoneExist")
    system, bar, value = parameters["identifier"][0].partition("|")
    check(bar and system and value, 400, "ifNoneExist needs system|value")
    return system, value


class Store:
    """What was created, by type and identifier."""

    def __init__(self, out):
        self.lock = threading.Lock()
        self.by_identifier = {}
        self.out = open(out, "a", encoding="utf-8") if out else None

    def transact(self, bundle):
        """All entries or none; gives the response entries."""
        check(bundle.get("resourceType") == "Bundle" and bundle.get("type") == "transaction", 422, "no transaction")
        entries = bundle.get("entry")
        check(isinstance(entries, list) and entries, 422, "no entry")
        urls = [entry.get("fullUrl") for entry in entries]
        check(all(urls) and len(set(urls)) == len(urls), 422, "bdl-7: fullUrl must be unique")
        with self.lock:
            planned = [self.plan(entry) for entry in entries]
            links = {url: f"{kind}/{known or made}" for url, (kind, _, known, made) in zip(urls, planned)}
            return [self.carry_out(entry, plan, links) for entry, plan in zip(entries, planned)]

    def plan(self, entry):
        request, resource = entry.get("request", {}), entry.get("resource", {})
        kind = resource.get("resourceType")
        update = request.get("method") == "PUT"
        if update:
            url, _, condition = request.get("url", "").partition("?")
            check(kind and url == kind and condition, 422, "only conditional updates are taken")
        else:
            check(kind and request.get("method") == "POST" and request.get("url") == kind, 422, "only creates are taken")
            check("ifNoneExist" in request, 422, "only conditional creates are taken")
            condition = request["ifNoneExist"]
        key = (kind, *wanted_identifier(condition))
        own = [(i.get("system"), i.get("value")) for i in resource.get("identifier", [])]
        check(key[1:] in own, 422, "the resource lacks the identifier it is created by")
        return kind, key, self.by_identifier.get(key), str(uuid.uuid4())

    def carry_out(self, entry, plan, links):
        kind, key, known, made = plan
        update = entry["request"]["method"] == "PUT"
        if known and not update:
            return {"response": {"status": "200 OK", "location": f"{kind}/{known}"}}
        resource = self.resolve(entry["resource"], links)
        made = known or made
        self.by_identifier[key] = made
        if self.out:
            self.out.write(json.dumps({**resource, "id": made}, ensure_ascii=False, separators=(",", ":")) + "\n")
            self.out.flush()
        status = "200 OK" if known else "201 Created"
        return {"response": {"status": status, "location": f"{kind}/{made}/_history/1"}}

    def resolve(self, value, links):
        """References between entries become references to what was created."""
        if isinstance(value, list):
            return [self.resolve(item, links) for item in value]
        if not isinstance(value, dict):
            return value
        made = {key: self.resolve(item, links) for key, item in value.items()}
        reference = made.get("reference")
        if isinstance(reference, str) and reference.startswith("urn:uuid:"):
            check(reference in links, 422, "a reference leads to no entry")
            made["reference"] = links[reference]
        return made


class Script:
    def __init__(self, text):
        self.lock = threading.Lock()
        self.actions = [action for action in text.split(",") if action]

    def next(self):
        with self.lock:
            action = self.actions.pop(0) if self.actions else "ok"
        return action.partition(":")[::2]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def log_message(self, *_):
        pass  # requests name persons

    def answer(self, status, body, headers=(), content_type="application/fhir+json; charset=utf-8"):
        octets = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Type", content_type), ("Content-Length", str(len(octets))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(octets)
        self.server.note(self, status)

    def hang_up(self):
        self.close_connection = True
        self.server.note(self, 0)

    def do_GET(self):
        self.answer(404, outcome("this receiver only takes transactions"))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.keep(body)
        if self.path.rstrip("/") != self.server.base:
            return self.answer(404, outcome("no such base"))
        if not self.headers.get("Content-Type", "").startswith("application/fhir+json"):
            return self.answer(415, outcome("content type"))
        action, detail = self.server.script.next()
        if not self.play_refusal(action, detail):
            self.take(action, detail, body)

    def play_refusal(self, action, detail):
        """True when the script's action ends the exchange without touching the store."""
        if action.isdigit():
            seconds = email.utils.formatdate(time.time() + 2, usegmt=True) if detail == "date" else detail
            self.answer(int(action), outcome("scripted refusal"), [("Retry-After", seconds)] if detail else [])
        elif action == "html":
            self.answer(200, "<html><body>Please sign in</body></html>", content_type="text/html")
        elif action == "redirect":
            self.answer(308, outcome("moved"), [("Location", "https://elsewhere.invalid/fhir")])
        elif action == "close":
            self.hang_up()
        elif action == "silent":
            self.server.stopping.wait()
            self.hang_up()
        else:
            return False
        return True

    def take(self, action, detail, body):
        try:
            entries = self.server.store.transact(json.loads(body))
        except Refused as refused:
            return self.answer(refused.status, outcome(str(refused)))
        except (ValueError, AttributeError, TypeError):
            return self.answer(400, outcome("the body cannot be read"))
        if action == "lose":
            return self.hang_up()
        if action == "half":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b'{"resourceType":"Bundle"')
            return self.hang_up()
        if action == "batch":
            entries[-1]["response"]["status"] = "422 Unprocessable Entity"
        if action == "slow":
            time.sleep(int(detail) / 1000)
        return self.answer(200, {"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.base = options.base.rstrip("/")
        self.store = Store(options.out)
        self.script = Script(options.script)
        self.stopping = threading.Event()
        self.log_lock = threading.Lock()
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None
        self.bundles = open(options.bundles, "ab") if options.bundles else None
        self.context = None if options.plain else tls_context(options)

    def keep(self, body):
        if not self.bundles:
            return
        with self.log_lock:
            self.bundles.write(body + b"\n")
            self.bundles.flush()

    def note(self, handler, status):
        if not self.log:
            return
        headers = {name.lower(): value for name, value in handler.headers.items() if name != "Authorization"}
        with self.log_lock:
            self.log.write(json.dumps({"url": handler.path, "status": status, "headers": headers}) + "\n")
            self.log.flush()

    def finish_request(self, request, client_address):
        # The handshake belongs to the connection's own thread: a peer that never finishes it blocks nobody.
        if self.context:
            request.settimeout(10)
            request = self.context.wrap_socket(request, server_side=True)
            request.settimeout(None)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass  # broken connections are part of the tests


def tls_context(options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(options.cert, options.key)
    context.load_verify_locations(options.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=ACTIONS,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cert", help="PEM of this server")
    parser.add_argument("--key", help="PEM of its key")
    parser.add_argument("--ca", help="PEM of those who may sign clients")
    parser.add_argument("--plain", action="store_true", help="HTTP without TLS")
    parser.add_argument("--base", default="/fhir", help="path of the FHIR API")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--out", help="file to append created resources to, one a line")
    parser.add_argument("--log", help="file to append requests to, one a line")
    parser.add_argument("--bundles", help="file to append what is posted to, octet by octet, one a line")
    parser.add_argument("--script", default="", help="see below")
    receiver = Receiver(parser.parse_args())
    print(json.dumps({"port": receiver.server_address[1]}), flush=True)
    try:
        receiver.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
