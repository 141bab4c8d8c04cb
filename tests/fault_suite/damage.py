"""Damaged files: turned bits, torn and stale pages in copies of a gateway's data folder."""

import json
import shutil
import subprocess
from pathlib import Path

from fault_suite.scenario import scenario
from fault_suite.stage import Stage, built

FILES = ("keyring", "store.db", "store.db-wal", "vault.db", "vault.db-wal")


class Specimen:
    """Two states of one data folder, as a power cut leaves them, and the anchor taken at the newer one."""

    def __init__(self, stage):
        self.stage = stage
        stage.prepare()
        self.older = self.state("older", 120)
        self.newer = self.state("newer", 240)

    def state(self, name, count):
        stage = self.stage
        first = 1 if name == "older" else 121
        if not stage.gateway.running():
            stage.launch()
            stage.wait_ready()
        stage.import_persons([{"identifiers": [{"value": f"{name}{n}", "authority": "KIS", "type": "MR"}],
                               "family": "Quittenbaum", "given": "Kim"} for n in range(20)])
        stage.publish(rate=400, first=first, count=count // 2)
        stage.publisher.process.wait(60)
        stage.wait_for_quiet(0)
        # The newest thing in the log is the anchor itself: what is cut off later is behind nothing.
        anchor = stage.ask("audit", "checkpoint")
        self.anchor = stage.top / "anchor"
        self.anchor.write_text(anchor.stdout)
        stage.kill_gateway()
        folder = stage.top / name
        folder.mkdir(mode=0o700)
        for file in FILES:
            if (stage.data / file).exists():
                shutil.copy2(stage.data / file, folder / file)
        return folder

    def damage(self, kind, file, count, seed):
        memory = Path("/dev/shm")
        scratch = (memory if memory.is_dir() else self.stage.top) / f"edgeward-{self.stage.top.name}"
        try:
            done = subprocess.run([built("edgeward_store_check"), "damage", str(self.newer),
                                   str(self.stage.folder / "credentials/kek"), kind, file, str(self.older),
                                   str(scratch), str(count), str(seed), str(self.anchor)],
                                  capture_output=True, text=True, check=False)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        found = json.loads(done.stdout) if done.stdout else {"problem": done.stderr}
        if done.returncode == 2 or "problem" in found:
            raise AssertionError(f"{kind} {file}: {found.get('problem')}")
        return found


def inflict(run, orders):
    """`orders`: (damage, file, count). The row counts what was detected; anything silent fails it."""
    row = run.row
    detected = harmless = 0
    silent = []
    with Stage(devices=["pump-1", "pump-2"]) as stage:
        specimen = Specimen(stage)
        for kind, file, count in orders:
            found = specimen.damage(kind, file, count, run.seed)
            row.cycles += found["cases"]
            detected += sum(found["detected"].values())
            harmless += found["harmless"]
            silent += [f"{kind} {file} {where}" for where in found["silent"]]
            row.detected = f"{detected}+{harmless}"
            run.save()
    if silent:
        raise AssertionError(f"{len(silent)} of {row.cycles} changed something and nobody noticed, first: {silent[:3]}")


@scenario("bit_flips")
def bit_flips(run):
    """One bit turned anywhere in the data folder: detected, or every row is still as it was."""
    share = run.pick(60, 1100)
    inflict(run, [("bit", file, share) for file in FILES])


@scenario("torn_pages")
def torn_pages(run):
    """A page whose first sectors are new and the rest old."""
    share = run.pick(50, 500)
    inflict(run, [("torn", "store.db", share), ("torn", "vault.db", share)])


@scenario("stale_pages")
def stale_pages(run):
    """A page of store.db as it was before, authentic and old: found by structure, books, digests or the anchor."""
    inflict(run, [("stale", "store.db", run.pick(60, 600))])
