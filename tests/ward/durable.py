"""A site whose broker waits for the gateway's commit before it acknowledges some topics."""

import os
import pwd
from pathlib import Path

from ward.site import ROOT, Site


def plugin():
    """EDGEWARD_PLUGIN, else what was built with the gateway."""
    named = os.environ.get("EDGEWARD_PLUGIN")
    return Path(named) if named else None


class DurableSite(Site):
    """`topics`: filters the plugin is asked for. `access`: further lines of the broker's access list."""

    def __init__(self, devices, topics=("devices/+/vitals",), deadline_ms=1000, access="", servers=("hospital",)):
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        super().__init__(devices, servers)
        self.intake = self.folder / "intake.sock"
        self.base_config = (self.base_config.replace('socket = "/run/edgeward-intake/intake.sock"',
                                                     f'socket = "{self.intake}"')
                            .replace('broker_user = "mosquitto"', f'broker_user = "{self.user}"')
                            .replace("enabled = false", "enabled = true", 1))
        assert "enabled = true" in self.base_config.split("[intake]")[1].split("[")[0]
        so = plugin() or Path(self.binary).parent.parent / "broker/mosquitto_edgeward.so"
        text = (ROOT / "config/mosquitto/durable.conf").read_text()
        text = text.replace("@PLUGIN@", str(so)).replace("@SOCKET@", str(self.intake)).replace("@USER@", self.user)
        text = text.replace("plugin_opt_topic devices/+/vitals\n", "".join(f"plugin_opt_topic {t}\n" for t in topics))
        text = text.replace("plugin_opt_deadline_ms 1000", f"plugin_opt_deadline_ms {deadline_ms}")
        with open(self.folder / "broker/mosquitto.conf", "a", encoding="utf-8") as conf:
            conf.write("\n" + text)
        if access:
            with open(self.folder / "broker/acl", "a", encoding="utf-8") as acl:
                acl.write("\n" + access)
