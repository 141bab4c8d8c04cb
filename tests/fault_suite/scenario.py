"""Scenarios, their rows, and how a row comes about."""

import json
import os
import time
import traceback
from dataclasses import asdict, dataclass, field


class Skipped(Exception):
    """A facility of the machine is missing; says which."""


@dataclass
class Row:
    name: str
    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicates: int = 0
    detected: str = ""
    recoveries: list = field(default_factory=list)  # milliseconds from launch to ready, one for each measured start
    verdict: str = "unfinished"
    why: str = ""
    seconds: float = 0
    control: bool = False  # a positive control: it passes when something is lost

    @property
    def recovery_ms(self):
        return max(self.recoveries, default=None)

    def count(self, verdict):
        self.acknowledged += verdict.acknowledged
        self.lost += verdict.lost
        self.duplicates += verdict.duplicates
        if verdict.breaches and not (self.control and verdict.lost):
            raise AssertionError("; ".join(verdict.breaches))

    def as_json(self):
        made = asdict(self)
        recoveries = sorted(made.pop("recoveries"))
        made["recovery_ms"] = {"measured": len(recoveries), "median": recoveries[len(recoveries) // 2],
                               "worst": recoveries[-1]} if recoveries else None
        return made


RECOVERY_LIMIT_MS = 5_000
COLUMNS = ("scenario", "cycles", "acknowledged", "lost", "duplicates", "detected", "recovery_ms", "verdict")


def header():
    return line_of(COLUMNS)


def line_of(cells):
    name, cycles, acknowledged, lost, duplicates, detected, recovery, verdict = (str(cell) for cell in cells)
    return f"{name:26}{cycles:>7}{acknowledged:>14}{lost:>7}{duplicates:>12}{detected:>14}{recovery:>13}  {verdict}"


def row_line(row):
    verdict = row.verdict + (f": {row.why}" if row.why else "")
    recovery = "-" if row.recovery_ms is None else row.recovery_ms
    return line_of((row.name, row.cycles, row.acknowledged, row.lost, row.duplicates, row.detected or "-", recovery,
                    verdict))


class Run:
    """What a scenario is given: how much to do, the row to fill, and where partial figures go."""

    def __init__(self, row, long, seed, save):
        self.row = row
        self.long = long
        self.seed = seed
        self._save = save

    def pick(self, short, long):
        return long if self.long else short

    def save(self):
        self._save(self.row)


class Scenario:
    def __init__(self, name, work, control):
        self.name = name
        self.work = work
        self.control = control

    def execute(self, long, seed, save):
        row = Row(self.name, control=self.control)
        begin = time.monotonic()
        try:
            self.work(Run(row, long, seed, save))
            self.conclude(row)
        except Skipped as why:
            row.verdict, row.why = "skipped", str(why)
        except KeyboardInterrupt:
            row.verdict, row.why = "failed", "interrupted"
            raise
        except Exception as failure:  # a scenario that breaks is a row that failed, and the others go on
            row.verdict, row.why = "failed", f"{type(failure).__name__}: {failure}"
            if os.environ.get("EDGEWARD_TRACE"):
                traceback.print_exc()
        finally:
            row.seconds = round(time.monotonic() - begin, 1)
            save(row)
        return row

    @staticmethod
    def conclude(row):
        worst = row.recovery_ms
        if row.control:
            row.verdict = "passed" if row.lost else "failed"
            row.why = "" if row.lost else "the control lost nothing: the harness does not see losses"
        elif row.lost:
            row.verdict, row.why = "failed", f"{row.lost} lost"
        elif worst is not None and worst > RECOVERY_LIMIT_MS:
            row.verdict, row.why = "failed", f"ready only after {worst} ms"
        else:
            row.verdict = "passed"


ALL = {}


def scenario(name, control=False):
    """Registers a function as the scenario of that name."""
    def register(work):
        ALL[name] = Scenario(name, work, control)
        return work
    return register


class Results:
    """The rows so far, in a JSON file that is whole at any time."""

    def __init__(self, path, about):
        self.path = path
        self.about = about
        self.rows = {}

    def load(self):
        """The rows an earlier run has finished."""
        if self.path and os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                for row in json.load(file)["rows"]:
                    if row["verdict"] in ("passed", "skipped"):
                        self.rows[row["name"]] = row
        return self.rows

    def save(self, row):
        self.rows[row.name] = row.as_json()
        if not self.path:
            return
        text = json.dumps({**self.about, "rows": list(self.rows.values())}, indent=1)
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.path + ".new", self.path)
