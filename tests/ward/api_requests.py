"""Requests that Hypothesis makes of an OpenAPI document: as described, nearly so, and not at all."""

import json
import re
from urllib.parse import quote

from hypothesis import strategies as st

CANARY = "Zwitscherling-84651973"  # part of every text that is made up: it must be in no log and no refusal
HUGE = (1 << 20) + 1  # octets, one more than a body may have

# Values that lead somewhere, by the name of the member or parameter.
KNOWN = {"device": ["monitor-1"], "destination": ["archiv"], "authority": ["KIS"], "value": ["4711-KANARIE"],
         "number": ["1"], "id": ["1"], "report": ["1"], "user": ["first"], "bed": ["ICU^1^01"], "ward": ["ICU"],
         "alarm": ["1"], "language": ["de", "en"]}
TIMES = ["2026-11-23T18:00:00+01:00", "1969-12-31T23:59:59Z", "2262-04-11T23:47:16.854Z", "9999-12-31T23:59:59-14:00",
         "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"]
ODD = [None, True, -1, 0, 1.5, 1e308, 2 ** 63, 2 ** 64, 2 ** 70, "", "x" * 5000, [], {}, [None], {"a": {}}, CANARY]


def texts(most=200):
    return st.one_of(st.text(max_size=20), st.text(max_size=most).map(lambda text: CANARY + text),
                     st.sampled_from(["'; DROP TABLE person; --", "\x00", "\r\nX: y", "../../etc/passwd", "%00", "\u202e", "ß" * 300]))


def values(schema, name=""):
    """What a schema describes."""
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    made = [_of(kind, schema, name) for kind in kinds]
    return st.one_of(made) if made else st.recursive(st.none() | st.booleans() | st.integers() | texts(), st.lists, max_leaves=5)


def _of(kind, schema, name):
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "integer":
        return st.integers(schema.get("minimum", -2 ** 63), min(schema.get("maximum", 2 ** 63 - 1), 2 ** 63 - 1))
    if kind == "number":
        return st.floats(allow_nan=False, allow_infinity=False)
    if kind == "array":
        return st.lists(values(schema["items"], name), min_size=schema.get("minItems", 0), max_size=schema.get("maxItems", 4))
    if kind == "object":
        return _object(schema)
    known = st.sampled_from(KNOWN.get(name, TIMES if schema.get("format") == "date-time" else [CANARY]))
    made_up = texts(schema.get("maxLength", 200)).map(lambda text: text[:schema.get("maxLength")])
    return st.one_of(known, known, made_up)


def _object(schema):
    if "properties" not in schema:
        return st.dictionaries(texts(), values({}), max_size=3)
    needed = set(schema.get("required", []))
    members = {name: values(part, name) for name, part in schema["properties"].items()}
    return st.fixed_dictionaries({name: members[name] for name in needed},
                                 optional={name: part for name, part in members.items() if name not in needed})


@st.composite
def bodies(draw, schema):
    """Octets of a body and their type."""
    value = draw(values(schema))
    how = draw(st.sampled_from(["as it is"] * 6 + ["odd", "odd", "without", "more", "twice", "deep", "cut", "octets", "huge", "type"]))
    if how == "odd" and value:
        value[draw(st.sampled_from(sorted(value)))] = draw(st.sampled_from(ODD))
    if how == "without" and value:
        del value[draw(st.sampled_from(sorted(value)))]
    if how == "more":
        value[draw(texts())] = draw(st.sampled_from(ODD))
    octets = json.dumps(value, ensure_ascii=draw(st.booleans())).encode()
    if how == "twice":
        octets = octets[:-1] + (b"," if value else b"") + b'"reason":"other","reason":"lost"}'
    if how == "deep":
        depth = draw(st.sampled_from([60, 70, 5000, 300_000]))
        octets = octets[:-1] + (b"," if value else b"") + b'"patient":' + b"[" * depth + b"]" * depth + b"}"
    if how == "cut":
        octets = octets[:draw(st.integers(0, len(octets)))]
    if how == "octets":
        at = draw(st.integers(0, len(octets)))
        octets = octets[:at] + draw(st.binary(min_size=1, max_size=8)) + octets[at:]
    if how == "huge":
        octets = b'{"reason":"' + b"x" * HUGE + b'"}'
    kind = draw(st.sampled_from(["text/plain", "application/json; charset=utf-8", "application/xml", "", "multipart/form-data",
                                 "APPLICATION/JSON"])) if how == "type" else "application/json"
    return octets, kind


@st.composite
def targets(draw, operation):
    """Path and query as they go over the wire."""
    how = draw(st.sampled_from(["as it is"] * 6 + ["text", "text", "octets", "query"]))

    def segment(found):
        name = found[1]
        if how == "octets":
            return draw(st.sampled_from(["%00", "%ff%fe", "%2e%2e", "%2F", "..", "%", "%zz", "a" * 7000, "\x7f", "+", "%F0%9F%92%A3"]))
        text = draw(texts()) if how == "text" else draw(st.sampled_from(KNOWN.get(name, ["1"])))
        return quote(text, safe="") or "x"
    path = re.sub(r"\{(\w+)\}", segment, operation.path)
    asked = [one for one in operation.parameters if one["in"] == "query" and draw(st.booleans())]
    parts = [f"{one['name']}={quote(str(draw(values(one['schema'], one['name']))), safe='')}" for one in asked]
    if how == "query":
        parts += draw(st.lists(st.sampled_from(["most=1", "most=1&most=2", "most=-1", "first=99999999999999999999", "=", "&&", "a", "%00=1",
                                                "language=%ff", "ward=", "depth=rows&depth=rows", "x=" + "y" * 6000,
                                                quote(CANARY) + "=1"]), max_size=3))
    return path + ("?" + "&".join(parts) if parts else "")


@st.composite
def requests(draw, operations):
    """(operation, method, target, octets or None, type): the method is sometimes another one."""
    operation = draw(st.sampled_from(operations))
    method = draw(st.sampled_from([operation.method] * 12 + ["PUT", "HEAD", "OPTIONS", "TRACE", "PATCH", "GET", "POST", "CONNECT", "BREW"]))
    octets, kind = draw(bodies(operation.body)) if operation.body is not None else (None, None)
    return operation, method, draw(targets(operation)), octets, kind


# Octets that two readers of HTTP could read in two ways, or none at all: the head's further lines and the body.
FRAMES = [("Content-Length: 4\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), ("Content-Length: 4, 4", b"{}  "),
          ("Content-Length: 2\r\nContent-Length: 3", b"{} "), ("Content-Length: +2", b"{}"), ("Content-Length: -1", b""),
          ("Content-Length: 99999999999999999999", b""), ("Transfer-Encoding: chunked, gzip", b"0\r\n\r\n"),
          ("Transfer-Encoding: chunked", b"2;x=y\r\n{}\r\n0\r\n\r\n"), ("Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n"),
          ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n"), ("Transfer-Encoding: xchunked", b"{}"),
          ("Host: other", b""), (" folded: line", b""), ("X-No-Colon", b""), ("X: " + "y" * 9000, b""), ("Expect: 200-ok", b""),
          ("Expect: 100-continue\r\nContent-Length: 2", b"{}"), ("Cookie: __Host-edgeward=a; __Host-edgeward=b", b""),
          ("Cookie: a=b\r\nCookie: c=d", b""), ("Content-Type: a\r\nContent-Type: b", b""), ("Upgrade: h2c\r\nConnection: Upgrade", b""),
          ("X: \x00", b""), ("X: \xff\xfe", b""), ("Authorization: Basic " + CANARY, b"")]
LINES = ["GET /v1/status HTTP/1.1", "POST /v1/stays HTTP/1.1", "GET /v1/status HTTP/1.0", "GET /v1/status HTTP/2.0", "GET  /v1/status HTTP/1.1",
         "get /v1/status HTTP/1.1", "GET http://localhost/v1/status HTTP/1.1", "GET /v1/status#x HTTP/1.1", "GET /v1/status", "* / HTTP/1.1",
         "OPTIONS * HTTP/1.1", "GET /" + "a" * 9000 + " HTTP/1.1", "PRI * HTTP/2.0", "GET /v1/\xff HTTP/1.1", f"GET /{CANARY} HTTP/1.1"]


@st.composite
def raw_requests(draw):
    """Octets as they are sent, in pieces."""
    if draw(st.integers(0, 9)) == 0:
        octets = draw(st.binary(max_size=300))
    else:
        head = draw(st.sampled_from(LINES)) + "\r\nHost: localhost\r\n"
        field, body = draw(st.sampled_from(FRAMES))
        octets = (head + field + "\r\n\r\n").encode("latin-1") + body
    cuts = sorted(draw(st.lists(st.integers(0, len(octets)), max_size=4)))
    return [octets[a:b] for a, b in zip([0, *cuts], [*cuts, len(octets)])]
