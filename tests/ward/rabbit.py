"""A RabbitMQ of the test's own: shipped configuration, loopback only, nothing left behind."""

import os
import shutil
import signal
import subprocess

from ward.processes import answers, free_port, wait_until
from ward.site import ROOT

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
SHIPPED = ROOT / "config/rabbitmq"
ENOUGH_DISK = "50MB"


def missing():
    """Why it cannot be started here; empty when it can."""
    if not os.path.exists(SERVER):
        return "rabbitmq-server is not installed"
    return "" if shutil.which("epmd") else "Erlang's epmd is not installed"


class RabbitBroker:
    """Takes the place of the site's mosquitto, on the same port and with the same certificates."""

    def __init__(self, site, change=lambda text: text):
        self.site = site
        self.folder = site.top / "rabbitmq"
        self.server = None
        self.runs = 0
        self._install(change)
        epmd_port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"edgeward-{os.getpid()}@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "state"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_DIST_PORT": str(free_port()),
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the machine: its pid is the node's
            "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(epmd_port)}
        # Its own port mapper, in the foreground: ended with the test.
        site.start(["epmd", "-address", "127.0.0.1", "-port", str(epmd_port)], "epmd.log")
        wait_until(lambda: answers(epmd_port), "Erlang's port mapper listens")

    def _install(self, change):
        tls = self.folder / "tls"
        tls.mkdir(parents=True)
        for name in ("ca.pem", "broker.pem", "broker.key"):
            shutil.copy(self.site.folder / "broker/tls" / name, tls / name)
        for name in ("enabled_plugins", "definitions.json"):
            shutil.copy(SHIPPED / name, self.folder / name)
        # The node's name comes from the environment: one per test.
        env = (SHIPPED / "rabbitmq-env.conf").read_text()
        (self.folder / "rabbitmq-env.conf").write_text(env.replace("NODENAME=", "# NODENAME="))
        text = (SHIPPED / "rabbitmq.conf").read_text()
        text = text.replace("@CONFIG@", str(self.folder)).replace("@PORT@", f"127.0.0.1:{self.site.broker_port}")
        # As much free disk as memory is for a hospital's broker: with less it takes no session.
        text = text.replace("disk_free_limit.relative = 1.0", f"disk_free_limit.absolute = {ENOUGH_DISK}")
        (self.folder / "rabbitmq.conf").write_text(change(text))

    def start(self):
        self.runs += 1
        # "/usr/bin/env -i" gives it this environment and no other.
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        self.server = self.site.start(["/usr/bin/env", "-i", *variables, SERVER], f"rabbitmq.{self.runs}.log")
        wait_until(lambda: "completed with" in self.server.text() or not self.server.running(), "RabbitMQ starts",
                   120, 0.2)
        if not self.server.running():
            raise AssertionError(f"RabbitMQ ended:\n{self.server.text()[-2000:]}")

    def control(self, *arguments):
        return subprocess.run([CONTROL, "--node", self.environment["RABBITMQ_NODENAME"], *arguments],
                              env=self.environment, capture_output=True, text=True, timeout=60, check=True).stdout

    def kill(self):
        """SIGKILL to the machine and what it started: a power cut, as far as a process can have one."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.process.wait()
        wait_until(lambda: not answers(self.site.broker_port), "the port is free")
