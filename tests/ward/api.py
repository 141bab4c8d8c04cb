"""The admin API as its OpenAPI document describes it, and what the shipped policies say of it by Cedar's own engine."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jsonschema

from ward.site import ROOT, TESTS

ACCOUNT_UIDS = 1 << 32  # docs/policy.md: the uid of an account is 2^32 and its number


@dataclass
class Operation:
    """One method of one path."""
    method: str
    path: str
    details: dict

    @property
    def name(self):
        return f"{self.method} {self.path}"

    @property
    def session(self):
        return self.details["x-session"]

    @property
    def action(self):
        return self.details.get("x-policy-action")

    @property
    def body(self):
        """The schema of the body; None: it takes none."""
        content = self.details.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    @property
    def parameters(self):
        return self.details.get("parameters", [])

    def target(self, values=None, query=""):
        """The path with parameters filled in."""
        return re.sub(r"\{(\w+)\}", lambda one: (values or {}).get(one[1], "999"), self.path) + query


class Document:
    def __init__(self, text):
        self.value = json.loads(text)
        self.operations = [Operation(method.upper(), path, details) for path, methods in self.value["paths"].items()
                           for method, details in methods.items()]
        self.validators = {}

    def find(self, name):
        return next(one for one in self.operations if one.name == name)

    def answers(self, operation):
        """Statuses that are described one by one."""
        return {int(status) for status in operation.details["responses"] if status.isdigit()}

    def response(self, operation, status):
        responses = operation.details["responses"]
        found = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if found and "$ref" in found:
            found = self.value["components"]["responses"][found["$ref"].rpartition("/")[2]]
        return found

    def complaint(self, operation, status, content_type, value):
        """Why this is no answer that the document describes; None: it is one."""
        found = self.response(operation, status)
        if found is None:
            return f"status {status} is not described"
        forms = found["content"]
        plain = content_type.partition(";")[0]
        if plain not in forms:
            return f"type {plain} of status {status} is not described"
        key = (operation.name, status if str(status) in operation.details["responses"] else status // 100)
        if key not in self.validators:
            schema = closed(dict(forms[plain]["schema"], components=self.value["components"]))
            self.validators[key] = jsonschema.Draft202012Validator(schema)
        wrong = next(self.validators[key].iter_errors(value), None)
        return f"{'/'.join(map(str, wrong.absolute_path))}: {wrong.message}" if wrong else None


def closed(schema):
    """The schema with objects that have no member but those it names: what is answered is all described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") in ("object", ["object", "null"]):
        made.setdefault("additionalProperties", False)
    return made


def validate(text, folder):
    """What two tools of others complain of."""
    file = Path(folder) / "openapi.json"
    file.write_text(text)
    subprocess.run([str(TESTS / "peers/install")], check=True)
    done = subprocess.run(["node", str(TESTS / "peers/validate_openapi.mjs"), str(file)], capture_output=True, text=True,
                          check=True, timeout=120)
    return json.loads(done.stdout)


def entity(kind, name):
    return {"type": kind, "id": name}


def cedar_decisions(questions, policies, folder):
    """Whether Cedar allows each (role, ward, action, ward asked about, age of the second factor)."""
    actions = json.loads((ROOT / "config/policies/edgeward.cedarschema.json").read_text())[""]["actions"]
    groups = [{"uid": entity("Action", name), "attrs": {},
               "parents": [entity("Action", one["id"]) for one in details.get("memberOf", [])]}
              for name, details in actions.items()]
    lines = []
    for role, ward, action, asked, age in questions:
        context = {"break_glass": False, "network": "https", "ward": asked, "mfa_age": age, "weekday": 1, "hour": 12}
        if action == "approve-erasure":
            context["requester"] = 0
        user = {"uid": entity("User", "account:x"), "attrs": {"uid": ACCOUNT_UIDS + 1, "ward": ward},
                "parents": [entity("Role", role)] if role else []}
        others = [{"uid": entity("Role", role or "none"), "attrs": {}, "parents": []},
                  {"uid": entity("Gateway", "gateway"), "attrs": {}, "parents": []}]
        lines.append(json.dumps({"policies": policies, "entities": [user, *others, *groups], "principal": user["uid"],
                                 "action": entity("Action", action), "resource": others[1]["uid"], "context": context}))
    file = Path(folder) / "questions.jsonl"
    file.write_text("\n".join(lines) + "\n")
    done = subprocess.run(["node", str(TESTS / "peers/cedar_oracle.mjs"), str(file)], capture_output=True, text=True,
                          check=True, timeout=120)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions) and not any("failed" in one for one in answers), done.stdout[:1000]
    return [one["decision"] == "allow" for one in answers]
