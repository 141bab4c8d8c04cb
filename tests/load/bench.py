#!/usr/bin/python3
"""Measures the gateway against the floors, and against what a hospital might pick instead."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from load import alarm_stage, figures  # noqa: E402
from load.stage import Stage, program  # noqa: E402
from ward.processes import wait_until  # noqa: E402

MEASUREMENTS = ["floors", "ingest", "whole", "waveform", "latency", "drain", "alarms", "idle", "fsyncs", "scale"]
LONG = ["queued", "population", "rows"]  # only when asked for: many minutes
QUICK = ["floors", "ingest", "whole", "latency"]
OBSERVATIONS = 7  # of each message
ROUNDS = 3
LIVE = 500  # messages a second beside a backlog that drains
SEALED_OCTETS = 620  # of each report, as the gateway seals this payload


def run_json(*arguments):
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{arguments[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


class Bench:
    def __init__(self, options):
        self.options = options
        self.seconds = options.seconds
        self.measured = []
        self.floor_rounds = []
        self.whole_rounds = []
        self.wrong = []
        self.made = {"machine": {"system": platform.platform(), "processors": os.cpu_count()},
                     "load_average_before": os.getloadavg(), "ratios": {}}

    def note(self, name, measured, **more):
        measured.pop("published_at", None)
        row = {"name": name, **measured, **more}
        self.measured.append(row)
        gateway, broker = row.get("gateway", {}), row.get("broker", {})
        print(f"   {name}: {row['rate']:,.0f}/s, gateway {gateway.get('cpu_us', 0):.1f} µs, "
              f"broker {broker.get('cpu_us', 0):.1f} µs {gateway.get('cpu_us_by_thread', '')}", flush=True)
        return row

    def end(self, stage, name):
        self.wrong += [f"{name}: {problem}" for problem in stage.judge()]

    # Measurements

    def floors(self):
        """A bare subscriber, the same rows, and parsing with hashing alone, each by itself."""
        self.measure_floors()
        for name, floor in self.made["floors"].items():
            print(f"   floor {name}: {floor['rate']:,.0f}/s, {floor['cpu_us']:.2f} µs", flush=True)

    def measure_floors(self):
        """Once more: the machine is not equally fast all the time."""
        count = self.seconds * 10_000
        floors = {}
        with Stage(count) as stage:
            stage.site.gateway.stop()
            folder = stage.site.folder
            bare = subprocess.Popen(
                [program("floor_mqtt"), "--port", str(stage.site.broker_port),
                 "--ca", str(folder / "authority/ca.pem"),
                 "--cert", str(folder / "credentials/gateway-certificate"),
                 "--key", str(folder / "credentials/gateway-key"), "--count", str(count)],
                stdout=subprocess.PIPE, text=True)
            bare.stdout.readline()
            broker = figures.Usage(stage.site.broker.pid)
            publisher = stage.publisher(count, 0, 250, 0, stage.site.top / "floor.times")
            told, published = json.loads(bare.stdout.readline()), json.loads(publisher.communicate()[0])
            floors["subscriber"] = {
                "rate": count * 1e9 / (told["ended_ns"] - published["begun_ns"]), "cpu_us": told["cpu_us"] / count,
                "broker_cpu_us": figures.Usage(stage.site.broker.pid).since(broker, count)["cpu_us"]}
            bare.wait()
            for batch in (1, 10, 100, 256):
                told = run_json(program("floor_rows"), "--file", stage.site.top / f"floor{batch}.db",
                                "--count", min(count, batch * 3000), "--batch", batch,
                                "--observations", OBSERVATIONS, "--destinations", 0, "--sealed", SEALED_OCTETS)
                floors[f"rows_batch_{batch}"] = {"rate": told["messages"] * 1e9 / told["elapsed_ns"],
                                                 "cpu_us": told["cpu_us"] / told["messages"]}
        for size in (250, 1024):
            told = run_json(program("floor_pure"), "--count", count, "--payload", size)
            floors[f"pure_{size}"] = {"cpu_us": told["cpu_us"] / told["messages"],
                                      "rate": told["messages"] * 1e6 / told["cpu_us"]}
        self.floor_rounds.append(floors)
        self.made["floors"] = figures.mean(self.floor_rounds)

    def ingest(self):
        """To the durable commit, nothing behind it; in rounds, with the floors in between."""
        for payload in (250, 1024):
            count = self.seconds * 10_000
            rounds = []
            for _ in range(ROUNDS):
                with Stage(count) as stage:
                    rounds.append(stage.measure(count, payload=payload))
                    self.end(stage, f"ingest {payload}")
                if self.floor_rounds and payload == 250:
                    self.measure_floors()
            self.note(f"ingest, {payload} B", figures.mean(rounds))

    def whole(self):
        """To an HL7 and a FHIR receiver; with peers also after each round of them."""
        count = self.seconds * 3_000
        with Stage(count, ("mllp", "fhir")) as stage:
            self.whole_rounds.append(stage.measure(count))
            self.end(stage, "whole job")
        if len(self.whole_rounds) == 1:
            self.note("whole job, 250 B", self.whole_rounds[0])
        else:
            self.measured = [row for row in self.measured if row["name"] != "whole job, 250 B"]
            self.note("whole job, 250 B", figures.mean(self.whole_rounds))

    def waveform(self):
        """A second of a channel of 500 Hz in a message, and one value in a message, to both receivers."""
        for content, mapping, rate in (("numeric", "monitor_flat", 3_000), ("waveform", "wave", 500)):
            count = self.seconds * rate
            with Stage(count, ("mllp", "fhir"), mapping=mapping) as stage:
                self.note(f"whole job, a {content}", stage.measure(count, content=content))
                self.end(stage, f"whole job, a {content}")

    def latency(self):
        for rate in (200, 1000, 5000):
            count = max(self.seconds, 3) * rate
            with Stage(rate + count, ("mllp", "fhir"), tapped=True) as stage:
                stage.measure(rate, rate=rate)  # the first second: connections, what is read for the first time
                measured = stage.measure(count, rate=rate)
                published = measured["published_at"]
                self.end(stage, f"latency at {rate}/s")
                arrived = stage.arrival_times()
                spread = {place: figures.quantiles(figures.latencies(published, there[rate:]))
                          for place, there in arrived.items()}
                self.note(f"at {rate}/s", measured, latency_ms=spread)

    def drain(self):
        """What waited while nothing was sent, beside what comes in about others. Their first second does not count: until
        the first of them come, the backlog goes as fast as both processors let it."""
        seconds = max(self.seconds, 3)
        live, waiting = seconds * LIVE, seconds * 4_000  # some of it goes before the first live one comes
        with Stage(2 * LIVE + 2 * live + waiting, ("mllp", "fhir")) as stage:
            others = {"rate": LIVE, "persons": (500, 500)}
            stage.measure(LIVE, **others)
            published = stage.measure(live, **others)["published_at"]
            first = stage.published
            self.order(stage, "pause")
            stage.measure(waiting, persons=(0, 500), delivered=False)
            self.order(stage, "resume")
            published_beside = stage.measure(LIVE + live, **others)["published_at"][LIVE:]
            self.end(stage, "drain")
            for kind, there in stage.arrival_times().items():
                backlog = there[first:first + waiting]
                begun, end = published_beside[0], min(max(backlog), published_beside[-1])
                drained = sum(begun < at <= end for at in backlog) * 1e9 / (end - begun)
                alone = figures.latencies(published, there[LIVE:])
                beside = figures.latencies([at if at < end else 0 for at in published_beside],
                                           there[first + waiting + LIVE:])
                self.drained(kind, drained, alone, beside)

    def order(self, stage, what):
        for kind in stage.destinations:
            stage.site.command("destination", what, kind, "--reason", "maintenance")

    def drained(self, kind, rate, alone, beside):
        told = {"rate": rate, "over_live": rate / LIVE, "live_while_draining": len(beside),
                "live_ms": figures.quantiles(beside), "alone_ms": figures.quantiles(alone)}
        self.made.setdefault("drain", {})[kind] = told
        spread = (lambda values: ", ".join(f"{name} {value:.1f}" for name, value in values.items()))
        print(f"   {kind}: backlog {rate:,.0f}/s, {told['over_live']:.1f} times what comes in; ms of that, "
              f"{len(beside):,} meanwhile: {spread(told['live_ms'])}; alone: {spread(told['alone_ms'])}", flush=True)

    def queued(self):
        """A flood, as fast as the broker takes it, while the receivers are away; then the next start."""
        count = 1_000_000
        with Stage(count + 1000, ("mllp", "fhir")) as stage:
            stage.measure(1000)
            stage.arrival_times()
            flood = self.note("flood, receivers away", stage.measure(count, delivered=False, backlog=0))
            pid = stage.site.gateway.pid
            before = figures.Usage(pid).cpu
            time.sleep(max(self.seconds, 5))
            told = {"rss_mib": flood["rss_mib"], "rss_mib_afterwards": figures.resident_mib(pid),
                    "idle_cpu_share": (figures.Usage(pid).cpu - before) / max(self.seconds, 5)}
            self.wrong += [f"queued: {problem}" for problem in stage.judge(pending=count)]
            for name, do in (("stop", stage.site.gateway.stop), ("ready", stage.site.start_gateway)):
                begun = time.monotonic()
                do()
                told[f"{name}_seconds"] = time.monotonic() - begun
            told["rss_mib_after_start"] = figures.resident_mib(stage.site.gateway.pid)
            self.made["queued"] = told
            print("   a million queued: " + ", ".join(f"{name} {value:.3g}" for name, value in told.items()), flush=True)

    def alarms(self):
        """From publishing to the receivers of an alarm, beside the commit of the same messages."""
        for rate in (200, 1000):
            found, wrong = alarm_stage.measure(rate, max(self.seconds, 10))
            self.wrong += [f"alarms at {rate}/s: {problem}" for problem in wrong]
            spread = {place: figures.quantiles(values) for place, values in found.items()}
            self.made.setdefault("alarm_latency_ms", {})[rate] = spread
            for place, values in spread.items():
                print(f"   alarms at {rate}/s, {place}: " +
                      ", ".join(f"{name} {value:.2f} ms" for name, value in values.items()), flush=True)

    def idle(self):
        with Stage(10, ("mllp", "fhir")) as stage:
            stage.measure(10, rate=100)
            time.sleep(2)
            before = figures.Usage(stage.site.gateway.pid).cpu
            time.sleep(max(self.seconds, 5))
            used = figures.Usage(stage.site.gateway.pid).cpu - before
            self.made["idle_cpu_share"] = used / max(self.seconds, 5)
            self.end(stage, "idle")

    def fsyncs(self):
        """Counted by strace, which slows everything down: only the count per message at a fixed rate means something."""
        rate, count = 1000, self.seconds * 1000
        with Stage(count) as stage:
            log = stage.site.top / "strace"
            tracer = subprocess.Popen(["strace", "-c", "-f", "-e", "trace=fsync,fdatasync", "-o", str(log),
                                       "-p", str(stage.site.gateway.pid)], stderr=subprocess.DEVNULL)
            time.sleep(1)
            stage.measure(count, rate=rate)
            tracer.terminate()
            tracer.wait()
            calls = sum(int(line.split()[3]) for line in log.read_text().splitlines() if "sync" in line)
            self.made["fsyncs_per_message_at_1000"] = calls / count
            self.end(stage, "fsyncs")

    def scale(self):
        """The same work with few persons and with more than the vault keeps in memory."""
        for persons in (100, 20_000):
            self.with_persons(persons)

    def population(self):
        """With as many persons as a hospital sees in years."""
        for persons in (100, 200_000):
            self.with_persons(persons)

    def with_persons(self, persons):
        count = self.seconds * 5_000
        with Stage(count + persons, persons=persons) as stage:
            stage.measure(persons)  # everybody's first message makes the person
            self.note(f"ingest, {persons:,} persons", stage.measure(count))
            self.end(stage, f"{persons} persons")

    def rows(self):
        """The same work in an empty store, and in one of ten million rows: each message adds a report, its
        observations and an audit record."""
        count = self.seconds * 5_000
        before = 10_000_000 // (OBSERVATIONS + 2)
        with Stage(2 * count + before) as stage:
            self.note("ingest, empty store", stage.measure(count))
            self.note("filling", stage.measure(before))
            self.note("ingest, 10,000,000 rows", stage.measure(count))
            self.end(stage, "10,000,000 rows")

    # Result

    def ratios(self):
        floors = self.made.get("floors")
        by_name = {row["name"]: row for row in self.measured}
        ratios = self.made["ratios"]
        ingest = by_name.get("ingest, 250 B")
        if floors and ingest:
            floor = floors["subscriber"]["cpu_us"] + floors["rows_batch_100"]["cpu_us"] + floors["pure_250"]["cpu_us"]
            ratios["floor_cpu_us"] = floor
            ratios["cpu_over_floor"] = ingest["gateway"]["cpu_us"] / floor
            ratios["rate_over_floor"] = ingest["rate"] / floors["subscriber"]["rate"]
        waveform, numeric = by_name.get("whole job, a waveform"), by_name.get("whole job, a numeric")
        if waveform and numeric:
            ratios["waveform_over_numeric"] = waveform["gateway"]["cpu_us"] / numeric["gateway"]["cpu_us"]
        drained = self.made.get("drain")
        if drained:
            ratios["drain_over_live"] = min(told["over_live"] for told in drained.values())
            ratios["live_p99_beside_drain"] = max(told["live_ms"]["p99"] / told["alone_ms"]["p99"]
                                                  for told in drained.values())
        whole = by_name.get("whole job, 250 B")
        for peer, row in self.made.get("peers", {}).items():
            if whole:
                ratios[f"rate_over_{peer}"] = whole["rate"] / row["rate"]
                ratios[f"cpu_over_{peer}"] = whole["gateway"]["cpu_us"] / row["cpu_us"]

    def show(self):
        def late(place, share):
            return lambda row: (row.get("latency_ms") or {}).get(place, {}).get(share)

        print()
        figures.show(self.measured, [
            ("measurement", lambda row: row["name"]), ("msg/s", lambda row: row["rate"]),
            ("gateway µs", lambda row: row["gateway"]["cpu_us"]), ("broker µs", lambda row: row["broker"]["cpu_us"]),
            ("RSS MiB", lambda row: row["rss_mib"]),
            ("disk octets", lambda row: row["gateway"]["written_octets"]),
            *((f"{place} {share} ms", late(place, share)) for place in ("commit", "mllp", "fhir")
              for share in ("p50", "p99", "p99_9"))])
        for name in ("idle_cpu_share", "fsyncs_per_message_at_1000"):
            if name in self.made:
                print(f"{name}: {self.made[name]:.4f}")
        for name, value in self.made["ratios"].items():
            print(f"{name}: {value:.2f}")

    def run(self):
        named = self.options.only.split(",") if self.options.only else []
        for name in named:
            if name not in MEASUREMENTS + LONG:
                raise SystemExit(f"there is no measurement {name}; there are {' '.join(MEASUREMENTS + LONG)}")
        wanted = named or (QUICK if self.options.quick else MEASUREMENTS)
        for name in wanted:
            print(f"== {name}", flush=True)
            getattr(self, name)()
        if self.options.peers:
            from load import peers  # only then are they installed
            again = self.whole if self.whole_rounds else (lambda: None)
            self.made["peers"] = peers.measure(self.seconds, ROUNDS, again)
        self.ratios()
        self.show()
        self.made["measurements"] = self.measured
        self.made["wrong"] = self.wrong
        if self.options.json:
            Path(self.options.json).write_text(json.dumps(self.made, indent=2) + "\n")
        for problem in self.wrong:
            print(f"WRONG: {problem}")
        if not self.wrong:
            print("nothing was lost, the books balance, the audit log verifies")
        return 1 if self.wrong else 0


def main():
    parser = argparse.ArgumentParser(prog="tests/bench", description=__doc__)
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only")
    options = parser.parse_args()
    if options.quick:
        options.seconds = 3
    return Bench(options).run()


if __name__ == "__main__":
    sys.exit(main())
