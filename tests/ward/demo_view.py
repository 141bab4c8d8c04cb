"""What the demo writes to the terminal."""

import json

from ward.receivers import patient_of_message, segments

RULE = "-" * 110


def headline(text):
    print(f"\n{text}\n{RULE[:len(text)]}", flush=True)


def reasons(counts):
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) or "none"


def live_line(second, books, sent):
    book = books["inbound"]
    parts = [f"{second:4d} s  sent {sent:5d}  received {book['received']:5d}  stored {book['stored']:5d}"
             f"  quarantined {book['quarantined']:3d} ({reasons(book['quarantined_by_reason'])})"
             f"  refused {book['refused']}"]
    parts += [f"{name} {d['delivered']}" + (f" (+{d['pending']} waiting)" if d["pending"] else "")
              for name, d in books["destinations"].items()]
    print(" | ".join(parts), flush=True)


def show_books(books):
    headline("Books")
    book = books["inbound"]
    print(f"received {book['received']} = stored {book['stored']} + quarantined {book['quarantined']} "
          f"+ refused {book['refused']}   ({book['reports']} reports with {book['observations']} observations)")
    print(f"quarantined: {reasons(book['quarantined_by_reason'])}")
    print(f"messages refused: {reasons(book['refused_messages'])}")
    print(f"values left out: {reasons(book['refused_values'])}")
    for name, d in books["destinations"].items():
        print(f"{name:10s} offered {d['offered']} = delivered {d['delivered']} + filtered {d['filtered']} "
              f"+ pending {d['pending']} + dead letters {d['dead_lettered']} + erased {d['erased']}")


def _fhir_twin(message, research):
    """The Observation of the same measurement in the research store: heart rates of the same moment and number."""
    for fields in segments(message, "OBX"):
        if fields[3].startswith("147842^"):
            moment = segments(message, "OBR")[0][7]
            for resource in research.resources("Observation"):
                quantity = resource.get("valueQuantity", {})
                stamp = "".join(c for c in resource["effectiveDateTime"][:19] if c.isdigit())
                if (stamp[10:] == moment[10:14] and quantity.get("value") == float(fields[5]) and
                        any(c["code"] in ("8867-4", "147842") for c in resource["code"]["coding"])):
                    return resource
    return None


def show_pair(kis, research, patients):
    """One measurement as the identified and as the pseudonymous receiver got it."""
    headline("One measurement, two receivers (all persons are invented)")
    for message in reversed(kis.messages()):
        twin = _fhir_twin(message, research) if patient_of_message(message) in patients else None
        if twin is None:
            continue
        print("kis, identified (HL7 v2, IHE PCD-01):")
        for line in message.split("\r"):
            if line.startswith(("PID", "PV1")) or "147842^" in line:
                print("  " + line)
        print("research, pseudonymous (FHIR R4):")
        owner = twin["subject"]["reference"].rpartition("/")[2]
        patient = next((p for p in research.resources("Patient") if p["id"] == owner), None)
        for resource in (patient, twin):
            print("  " + json.dumps(resource, ensure_ascii=False))
        return True
    return False


def show_rates(rates):
    headline("Figures")
    for name, value in rates.items():
        print(f"{name:24s} {'-' if value is None else format(value, '.2f')}")


def show_where_next():
    headline("Where to look next")
    print("README.md                what the gateway is\n"
          "docs/architecture.md     how it is made\n"
          "docs/operations.md       try it by hand (edgeward init --evaluation), install, watch, repair\n"
          "docs/mappings.md         how a device's format is described\n"
          "docs/threat-model.md     what it protects against, and what not")
