"""Partitions and packet loss, in network namespaces that this program makes and that go away with it."""

import os
import re
import shutil
import subprocess
import time

from fault_suite.scenario import Skipped, scenario
from fault_suite.stage import FAST, Stage
from ward import settings
from ward.processes import Program, wait_until
from ward.receivers import Hl7Receiver

WARD, GATEWAY = "10.77.0.1", "10.77.0.2"  # only inside the namespaces


class Namespace:
    """A network without any way out, held by a process that ends with this one."""

    def __init__(self, top, name):
        self.holder = Program(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"],
                              str(top / f"{name}.namespace"))
        wait_until(lambda: "up" in self.holder.text() or not self.holder.running(), "the namespace is there")
        if not self.holder.running():
            raise Skipped(f"no network namespaces: {self.holder.text().strip()[:100]}")
        self.enter = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]

    def run(self, *command):
        done = subprocess.run([*self.enter, *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skipped(f"{command[0]} in a namespace: {done.stderr.strip()[:100]}")

    def close(self):
        self.holder.kill()


class Network:
    """Two namespaces and a cable: broker, devices and hospital on one end, the gateway on the other."""

    def __init__(self, top):
        if os.geteuid() != 0:
            raise Skipped("not root")
        for tool in ("ip", "nft", "nsenter", "unshare"):
            if shutil.which(tool) is None:
                raise Skipped(f"no {tool}")
        self.ward = Namespace(top, "ward")
        self.gateway = Namespace(top, "gateway")
        self.ward.run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
                      str(self.gateway.holder.pid))
        for space, address in ((self.ward, WARD), (self.gateway, GATEWAY)):
            space.run("ip", "address", "add", f"{address}/24", "dev", "cable")
            space.run("ip", "link", "set", "cable", "up")
        self.gateway.run("nft", "add table inet fault")
        for chain in ("input", "output"):
            self.gateway.run("nft", f"add chain inet fault {chain} {{ type filter hook {chain} priority 0; }}")

    def drop(self, directions, what=""):
        for direction in directions:
            side = "iifname" if direction == "input" else "oifname"
            self.gateway.run("nft", f"add rule inet fault {direction} {side} cable {what} counter drop")

    def heal(self):
        """Every packet passes again; how many were dropped."""
        shown = subprocess.run([*self.gateway.enter, "nft", "list table inet fault"], capture_output=True, text=True,
                               check=False).stdout
        self.gateway.run("nft", "flush table inet fault")
        return sum(int(count) for count in re.findall(r"counter packets (\d+)", shown))

    def close(self):
        self.ward.close()
        self.gateway.close()


class NetworkStage(Stage):
    """Gateway and ward in two namespaces."""

    def __init__(self):
        super().__init__()
        self.network = None
        try:
            self.network = Network(self.top)
        except Skipped:
            self.close()
            raise
        self.around = self.network.ward.enter
        self.prefix = self.network.gateway.enter
        conf = self.folder / "broker/mosquitto.conf"
        conf.write_text(conf.read_text().replace(f"listener {self.broker_port} 127.0.0.1",
                                                 f"listener {self.broker_port} 0.0.0.0"))
        self.kis = AddressedReceiver(self)
        named = settings.TLS + 'server_name = "localhost"\n'
        block = settings.hl7_destination("kis", self.kis.port, connection={
            "connect_timeout": "1s", "response_timeout": "1s"}, **FAST)
        self._destinations = [block.replace(settings.TLS, named).replace('host = "localhost"', f'host = "{WARD}"')]

    def close(self):
        super().close()
        if self.network:
            self.network.close()

    def prepare(self, change=lambda text: text):
        def far(text):
            begin = text.index("[mqtt]")
            mqtt = text[begin:].replace('host = "localhost"', f'host = "{WARD}"', 1)
            mqtt = mqtt.replace('keepalive = "60s"', 'keepalive = "5s"', 1).replace(
                'patience = "10s"', 'patience = "2s"', 1).replace('server_name = ""', 'server_name = "localhost"', 1)
            return text[:begin] + mqtt
        return super().prepare(far)


class AddressedReceiver(Hl7Receiver):
    """Listens on every address of its namespace."""

    def __init__(self, site):
        super().__init__(site, more=["--host", "0.0.0.0"])


def in_trouble(run, directions, seconds, what="", short=2, long=15):
    with NetworkStage() as stage:
        stage.prepare()
        stage.publish(rate=100)
        stage.wait_for_more()
        dropped = 0
        for _ in range(run.pick(short, long)):
            stage.network.drop(directions, what)
            time.sleep(seconds)
            lost = stage.network.heal()
            if not lost:
                raise AssertionError("no packet was dropped")
            dropped += lost
            stage.wait_for_more(50)
            run.row.cycles += 1
        run.row.detected = f"{dropped} dropped"
        stage.settle(run.row)


@scenario("partition")
def partition(run):
    """No packet in either direction for some seconds: broker and hospital are gone without a word."""
    in_trouble(run, ("input", "output"), 8)


@scenario("partition_one_way")
def partition_one_way(run):
    """What the gateway sends gets nowhere, what it is sent arrives: acknowledgements are lost on both sides."""
    in_trouble(run, ("output",), 8)


@scenario("packet_loss")
def packet_loss(run):
    """Three of ten packets are lost in each direction."""
    in_trouble(run, ("input", "output"), 15, "numgen random mod 100 lt 30", short=1, long=8)
