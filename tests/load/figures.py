"""Figures of processes and runs, and how they are shown."""

import array
import os
import re

TICKS = os.sysconf("SC_CLK_TCK")


def _times(path):
    with open(path, encoding="ascii", errors="replace") as file:
        text = file.read()
    fields = text.rpartition(")")[2].split()
    return text[text.index("(") + 1:text.rindex(")")], (int(fields[11]) + int(fields[12])) / TICKS


class Usage:
    """What a process has used so far: processor seconds, by thread too, and octets written to disk."""

    def __init__(self, pid):
        self.cpu = _times(f"/proc/{pid}/stat")[1]
        self.threads = {}
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                name, seconds = _times(f"/proc/{pid}/task/{task}/stat")
            except OSError:
                continue
            self.threads[name] = self.threads.get(name, 0) + seconds
        with open(f"/proc/{pid}/io", encoding="ascii") as file:
            self.written = int(re.search(r"write_bytes: (\d+)", file.read()).group(1))

    def since(self, before, messages):
        """Per message: CPU-µs, octets written; by thread what it used of that."""
        each = 1e6 / max(messages, 1)
        threads = {name: round((seconds - before.threads.get(name, 0)) * each, 2)
                   for name, seconds in sorted(self.threads.items())}
        return {"cpu_us": (self.cpu - before.cpu) * each, "written_octets": (self.written - before.written) /
                max(messages, 1), "cpu_us_by_thread": {name: used for name, used in threads.items() if used >= 0.01}}


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1024


def times(path):
    """Nanoseconds by message number; 0: never."""
    read = array.array("Q")
    read.frombytes(path.read_bytes())
    return read


def latencies(begin, end):
    """Milliseconds from one list of times to another, sorted, for messages that have both."""
    return sorted((late - early) / 1e6 for early, late in zip(begin, end) if early and late)


def quantiles(values):
    """p50, p99 and p99.9 of sorted values."""
    if not values:
        return None
    return {name: values[min(int(len(values) * share), len(values) - 1)]
            for name, share in (("p50", 0.50), ("p99", 0.99), ("p99_9", 0.999))}


def mean(rounds):
    """Of each number that all rounds have, also further in; what is no number is that of the last round."""
    def of(values):
        if isinstance(values[0], dict):
            return {name: of([value[name] for value in values])
                    for name in values[0] if all(name in value for value in values)}
        if isinstance(values[0], (int, float)):
            return sum(values) / len(values)
        return values[-1]
    return of(rounds)


def show(rows, columns):
    """A table; `columns` are (heading, function of a row)."""
    lines = [[heading for heading, _ in columns]]
    lines += [[_text(make(row)) for _, make in columns] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(line, widths))), flush=True)


def _text(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 1 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
