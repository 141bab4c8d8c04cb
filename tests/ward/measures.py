"""Figures of a running gateway."""

import os
import re

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        found = re.search(r"VmRSS:\s+(\d+) kB", file.read())
    return int(found.group(1)) / 1024 if found else 0.0


def quantile_ms(metrics, name, share):
    """A quantile of a Prometheus histogram in milliseconds, interpolated within its bucket; None without samples."""
    buckets = [(float(bound), float(count)) for bound, count in
               re.findall(rf'^{name}_bucket{{[^}}]*le="([^"]+)"[^}}]*}} ([0-9.e+]+)$', metrics, re.MULTILINE)]
    buckets.sort()
    if not buckets or buckets[-1][1] == 0:
        return None
    wanted = share * buckets[-1][1]
    lower, below = 0.0, 0.0
    for bound, count in buckets:
        if count >= wanted:
            if bound == float("inf"):
                return lower * 1000
            return (lower + (bound - lower) * (wanted - below) / max(count - below, 1)) * 1000
        lower, below = bound, count
    return lower * 1000
