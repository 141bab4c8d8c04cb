#!/usr/bin/python3
"""A simulated ward around one gateway: fourteen devices, a rogue one, a hospital system, a research store, a vendor."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import demo_view, measures, replay, settings  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402
from ward.vitals import BrokenSender, CentralMonitor, FlatMonitor, Pump, SenmlMonitor  # noqa: E402

FAMILIES = ["Quittenbaum", "Zwickelhuber", "Ölmüller", "Straßenmeyer", "Vogelsänger", "Kirschkern", "Wacholder",
            "Birnstengel", "Holunderer", "Schlehdorn", "Mispelkamp", "Hagebutter", "Quendelmann"]
REFUSING = "4713"  # does not consent to research
REPLAYED = "4790"


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, true, text):
        print(f"{'ok  ' if true else 'FAIL'}  {text}", flush=True)
        if true:
            self.passed += 1
        else:
            self.failed += 1


class Demo:
    def __init__(self, options):
        self.options = options
        self.ending = False
        self.begin = time.time()
        kinds = [FlatMonitor] * 6 + [SenmlMonitor] * 3 + [CentralMonitor] * 3
        self.monitors = [kind(f"monitor-{n:02d}", n) for n, kind in enumerate(kinds, 1)]
        self.pump = Pump("pump-01")
        self.broken = BrokenSender("monitor-broken")
        self.rogue = FlatMonitor("rogue", 99)
        self.recording = replay.Recording(options.replay, self.begin - 10) if options.replay else None
        self.beds = {monitor.device: str(4710 + n) for n, monitor in enumerate(self.monitors, 1)}
        if self.recording:
            self.beds["monitor-replay"] = REPLAYED

    def devices(self):
        return [*self.beds, self.pump.device, self.broken.device]

    def configure(self, site):
        blocks = []
        mappings = {monitor.device: monitor.mapping for monitor in self.monitors}
        for number, name in enumerate(self.beds, 1):
            blocks.append(settings.device(name, mappings.get(name, "monitor_flat"), manufacturer="Example",
                                          ward="ICU", room=str((number + 1) // 2), bed=f"{number:02d}",
                                          eui64=f"02AB00FFFE{number:06X}"))
        blocks.append(settings.device(self.pump.device, self.pump.mapping, ward="ICU", associated=False))
        blocks.append(settings.device(self.broken.device, self.broken.mapping, ward="ICU"))
        blocks.append(settings.hl7_destination("kis", self.kis.port))
        blocks.append(settings.fhir_destination("research", self.research.port))
        blocks.append(settings.fhir_destination("vendor", self.vendor.port, "technical", "maintenance", "none"))
        site.configure(*blocks)

    def admit(self, site):
        """Persons, beds and consents, all valid since before the first measurement."""
        since = timestamp(self.recording.begin - 3600 if self.recording else self.begin - 3600)
        persons = list(self.beds.values())
        site.import_persons([
            {"identifiers": [{"value": number, "authority": "KIS", "type": "MR"}], "family": FAMILIES[n],
             "given": "Kim", "birth_date": f"19{50 + n}-03-1{n % 10}", "sex": "female" if n % 2 else "male"}
            for n, number in enumerate(persons)])
        for device, person in self.beds.items():
            site.associate(device, person, since)
            site.permit(person, since, timestamp(self.begin + 86400), "deny" if person == REFUSING else "permit")

    def play(self, site):
        """Traffic until the time is over."""
        senders = {name: Sender(site, name) for name in [*self.devices(), "rogue"]}
        sources = [*self.monitors, self.pump]
        rows = list(self.recording.messages) if self.recording else []
        per_turn = -(-len(rows) // max(1, int(self.options.seconds * 0.8)))
        start = time.monotonic()
        second = 0
        while not self.ending and time.monotonic() - start < self.options.seconds:
            for source in sources:
                senders[source.device].publish(source.message())
            if second % 3 == 0:
                senders["rogue"].publish(self.rogue.message())
                senders[self.broken.device].publish(self.broken.message())
            for row in rows[:per_turn]:
                senders["monitor-replay"].publish(row)
            del rows[:per_turn]
            demo_view.live_line(second, site.books(), sum(s.sent for s in senders.values()))
            second += 1
            while not self.ending and time.monotonic() - start < second:
                time.sleep(0.05)
        for row in rows:  # the end came early: the recording is played all the same
            senders["monitor-replay"].publish(row)
        for sender in senders.values():
            sender.wait()
            sender.close()
        return sum(s.sent for s in senders.values()), time.monotonic() - start

    def run(self):
        names = [*self.devices(), "rogue"]
        with Site(names) as site:
            self.kis = Hl7Receiver(site, "kis")
            self.research = FhirReceiver(site, "research")
            self.vendor = FhirReceiver(site, "vendor")
            self.configure(site)
            site.start_broker()
            site.start_gateway()
            self.admit(site)
            demo_view.headline(f"{len(self.beds)} beds, 1 pump, 1 broken bridge, 1 rogue device; "
                               f"{self.options.seconds} s (Ctrl-C ends earlier)")
            cpu = measures.cpu_seconds(site.gateway.pid)
            sent, elapsed = self.play(site)
            books = site.wait_for_quiet(sent)
            rates = self.measure(site, sent, elapsed, cpu)
            return self.judge(site, sent, books, rates)

    def measure(self, site, sent, elapsed, cpu_before):
        metrics = site.metrics()
        histogram = "edgeward_commit_latency_seconds"
        cpu = measures.cpu_seconds(site.gateway.pid) - cpu_before
        return {"messages_per_second": sent / elapsed, "cpu_us_per_message": cpu * 1e6 / max(sent, 1),
                "commit_p50_ms": measures.quantile_ms(metrics, histogram, 0.50),
                "commit_p99_ms": measures.quantile_ms(metrics, histogram, 0.99),
                "rss_mib": measures.resident_mib(site.gateway.pid)}

    def judge(self, site, sent, books, rates):
        checks = Checks()
        demo_view.show_books(books)
        for name, book in books["destinations"].items():
            if book["dead_lettered"] > 0:
                print(f"dead letters of {name}:", site.ask("dead-letter", "list", name).stdout)
        consenting = [person for person in self.beds.values() if person not in (REFUSING, REPLAYED)]
        paired = demo_view.show_pair(self.kis, self.research, consenting)
        export, verified, verdict = site.verify_audit()
        demo_view.show_rates(rates)
        demo_view.headline("Checks")
        self.judge_ward(checks, sent, books, paired)
        records = site.command("status")["audit"]["sequence"]
        checks.check(verified, f"the audit log, {records} records, is exported and verified with its public key")
        if self.recording:
            self.judge_replay(checks, site.books("--device", "monitor-replay")["inbound"])
        if not verified:
            print(verdict)
        self.write(site, books, records, verified, rates)
        demo_view.show_where_next()
        print(f"\n{checks.passed} passed, {checks.failed} failed", flush=True)
        return 0 if checks.failed == 0 else 1

    def judge_ward(self, checks, sent, books, paired):
        inbound, destinations = books["inbound"], books["destinations"]
        checks.check(balanced(books), "the books balance")
        checks.check(inbound["received"] == sent, f"every one of {sent} messages the broker took came in")
        checks.check(all(d["pending"] == 0 and d["dead_lettered"] == 0 and d["delivered"] > 0
                         for d in destinations.values()), "each destination got everything meant for it")
        why = inbound["quarantined_by_reason"]
        checks.check(why.get("unknown_device", 0) > 0, "the rogue device is in quarantine")
        checks.check(why.get("invalid_json", 0) > 0, "broken messages are in quarantine")
        checks.check(paired, "the same measurement is at both receivers")
        names = [name.encode() for name in FAMILIES[:len(self.beds)]]
        checks.check(any(name in self.kis.octets() for name in names), "the hospital system got patients' names")
        for receiver in (self.research, self.vendor):
            octets = receiver.octets()
            numbers = [f'"{number}"'.encode() for number in self.beds.values()]
            checks.check(octets and not any(secret in octets for secret in names + numbers), f"{receiver.name} got no patient's name or number")
        research = len(self.research.resources("Patient"))
        checks.check(research == len(self.beds) - 1, f"research knows {research} persons: who refused is not there")
        checks.check(not self.vendor.resources("Patient"), "the vendor got no person at all")

    def judge_replay(self, checks, book):
        refused = sum(book["refused_values"].values())
        stored = book["observations"]
        checks.check(self.recording.cells == stored + refused,
                     f"recording: {self.recording.cells} cells = {stored} observations stored + {refused} left out "
                     f"({demo_view.reasons(book['refused_values'])})")
        at_kis = replay.received_by_hl7(self.kis, REPLAYED)
        at_research = replay.received_by_fhir(self.research, self.begin - 5)
        checks.check(len(at_kis) == stored, f"recording: the hospital system got {len(at_kis)} of {stored}")
        checks.check(len(at_research) == stored, f"recording: research got {len(at_research)} of {stored}")
        checks.check(not any(map(replay.is_zero, at_kis + at_research)), "recording: nobody got a 0")
        checks.check(sorted(map(float, at_kis)) == sorted(map(float, at_research)),
                     "recording: both receivers got the same numbers")

    def write(self, site, books, records, verified, rates):
        if not self.options.json:
            return
        kinds = {d["name"]: d for d in site.command("status")["destinations"]}
        inbound = books["inbound"]
        made = {name: inbound[name] for name in ("received", "stored", "quarantined", "refused")}
        made["destinations"] = {
            name: {"kind": kinds[name]["kind"], "identity_level": kinds[name]["identity_level"],
                   **{key: book[key] for key in ("delivered", "pending", "dead_lettered")}}
            for name, book in books["destinations"].items()}
        made["audit"] = {"records": records, "verified": verified}
        made["rates"] = rates
        Path(self.options.json).write_text(json.dumps(made, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="tests/demo", description=__doc__)
    parser.add_argument("--seconds", type=int, default=30, help="how long the ward lives")
    parser.add_argument("--replay", metavar="FILE.csv", help="a recording to play as one more bed")
    parser.add_argument("--json", metavar="OUT", help="file to write the result to")
    demo = Demo(parser.parse_args())

    def end(*_):
        demo.ending = True
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return demo.run()


if __name__ == "__main__":
    sys.exit(main())
