"""What Fail2ban makes of the gateway's log, with the shipped filter and jail."""

import shutil
import subprocess
from pathlib import Path

from ward.site import ROOT

SHIPPED = ROOT / "config/monitoring/fail2ban"


def addresses(log):
    """Those that fail2ban-regex finds, in the order of the lines."""
    done = subprocess.run(["fail2ban-regex", "-o", "ip", str(log), str(SHIPPED / "filter.d/edgeward.conf")], capture_output=True,
                          text=True, timeout=60, check=True)
    return done.stdout.split()


def jail(folder):
    """The settings of the shipped jail, as Fail2ban reads them beside its own."""
    own = Path(folder) / "fail2ban"
    shutil.copytree("/etc/fail2ban", own)
    for file in (own / "jail.d").iterdir():
        file.unlink()
    shutil.copytree(SHIPPED, own, dirs_exist_ok=True)
    done = subprocess.run(["fail2ban-client", "-c", str(own), "--dp"], capture_output=True, text=True, timeout=60, check=True)
    return [line for line in done.stdout.splitlines() if "'edgeward'" in line]
