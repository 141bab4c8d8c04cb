"""Blocks of edgeward.toml."""

import re

TLS = 'ca = "ca"\ncertificate = "gateway-certificate"\nkey = "gateway-key"\n'


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value) if isinstance(value, (int, float)) else f'"{value}"'


def _lines(values):
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def authority(name):
    return "\n[[authority]]\n" + _lines({"name": name, "oid": "1.2.276.0.76.3.1.999", "type": "MR",
                                          "system": "https://hospital.example/fhir/sid/patient"})


def device(name, mapping, **more):
    return "\n[[device]]\n" + _lines({"id": name, "mapping": mapping, **more})


def hl7_destination(name, port, level="identified", purpose="treatment", basis="art9-2h", connection=None, **more):
    """An HL7 receiver on this machine with mutual TLS; `connection` are further settings of [destination.hl7]."""
    return ("\n[[destination]]\n" +
            _lines({"name": name, "kind": "hl7", "purpose": purpose, "identity_level": level, "legal_basis": basis,
                    **more}) +
            "[destination.hl7]\n" + _lines({"host": "localhost", "port": port, **(connection or {})}) +
            "[destination.hl7.tls]\n" + TLS)


def fhir_destination(name, port, level="pseudonymous", purpose="research", basis="consent", connection=None, **more):
    """A FHIR receiver on this machine with mutual TLS; `connection` are further settings of [destination.fhir]."""
    fhir = {"url": f"https://localhost:{port}/fhir", "device_system": f"https://{name}.example/fhir/sid/device"}
    if level == "pseudonymous":
        fhir["pseudonym_system"] = f"https://{name}.example/fhir/sid/pseudonym"
    return ("\n[[destination]]\n" +
            _lines({"name": name, "kind": "fhir", "purpose": purpose, "identity_level": level, "legal_basis": basis,
                    **more}) +
            "[destination.fhir]\n" + _lines({**fhir, **(connection or {})}) + "[destination.fhir.tls]\n" + TLS)


def fhir_client(name, certificate, **more):
    """Who may fetch by FHIR with the certificate of that common name."""
    return "\n[[fhir_server.client]]\n" + _lines({"name": name, "purpose": "treatment", "identity_level": "identified",
                                                  "legal_basis": "art9-2h", "certificate_names": [certificate], **more})


def with_alarms(text, **more):
    """The configuration with alarms enabled, by rules in the folder "alarms" beside it."""
    return with_table(text, "alarm", enabled=True, rules_folder="alarms", **more)


def with_table(text, table, **values):
    """The configuration with these settings of one table set."""
    before, mark, after = text.partition(f"\n[{table}]\n")
    assert mark, table
    for key, value in values.items():
        after, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {_value(value)}", after, count=1)
        assert count == 1, key
    return before + mark + after


def alarm_stages(stages):
    """Stages as (targets, after)."""
    text = ""
    for number, (targets, after) in enumerate(stages):
        text += "\n[[alarm.stage]]\n" + _lines({"targets": targets, **({"after": after} if number else {})})
    return text


def alarm_target(name, kind, level="pseudonymous", connection=None, **more):
    """A target for treatment; `connection` are the settings of its kind's table."""
    return ("[[alarm.target]]\n" +
            _lines({"name": name, "kind": kind, "identity_level": level, "legal_basis": "art9-2h",
                    "retry_longest": "500ms", **more}) +
            (f"[alarm.target.{kind}]\n" + _lines(connection) if connection else ""))


def pcd04_target(name, port, **more):
    """An alarm manager on this machine with mutual TLS."""
    return (alarm_target(name, "pcd04", connection={"host": "localhost", "port": port}, **more) +
            "[alarm.target.pcd04.tls]\n" + TLS)


def fhir_target(name, port, **more):
    """A FHIR server on this machine with mutual TLS."""
    return (alarm_target(name, "fhir", connection={"url": f"https://localhost:{port}/fhir",
                                                   "device_system": f"https://{name}.example/fhir/sid/device"}, **more) +
            "[alarm.target.fhir.tls]\n" + TLS)


def disk_limits(text, stop, resume):
    """The configuration for a small disk: reading stops below `stop` MiB of room and goes on above `resume`."""
    limits = {"stop_below": f"{stop}MiB", "resume_above": f"{resume}MiB", "stop_percent": 0.0, "resume_percent": 0.0,
              "check_interval": "100ms"}
    for name, value in limits.items():
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {_value(value)}", text, count=1)
    return text
