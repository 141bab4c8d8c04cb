#!/usr/bin/python3
"""Disaster recovery: a gateway at work is backed up, destroyed with its key, and brought back on a new machine by three
commands; nothing the receiver has is wrong, the books balance, the log says what happened."""

import grp
import os
import shutil
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.accounts import PASSWORD, Browser, code_of, with_api  # noqa: E402
from ward.enrolment import PUMPS, EnrolmentSite, Pump  # noqa: E402
from ward.pacs import Modality, Orthanc, dicom_destination, listening, modality, sample  # noqa: E402
from ward.processes import answers, free_port, wait_until  # noqa: E402
from ward.receivers import Hl7Receiver, values_of_message  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

DEVICE = "bridge-1"
CANARY = "Quittenbaum"
# Messages before the backup begins, while it is made, after it, and while the gateway is gone.
BEFORE, DURING, AFTER, AWAY = (200, 300, 100, 150) if os.environ.get("EDGEWARD_QUICK") else (2_000, 3_000, 500, 1_500)


class Backup(unittest.TestCase):
    def publish(self, sender, count):
        """Message n carries the infused volume n: a value no other message has."""
        for _ in range(count):
            self.number += 1
            sender.publish({"time": timestamp(self.begin + self.number / 1000), "seq": self.number,
                            "values": [{"code": "infused_volume", "value": self.number, "unit": "mL"}]})
            wait_until(lambda: sender.sent - sender.acknowledged < 500, "the broker acknowledges", 120)

    def anchor(self, site, name):
        """A checkpoint kept outside of the machine."""
        file = site.top / name
        file.write_text(site.ask("audit", "checkpoint").stdout)
        return file

    def verify_audit(self, site, *anchors):
        """The verifier's words and exit code over a fresh export."""
        export, key = site.top / "audit.txt", site.top / "audit.pem"
        self.assertEqual(site.ask("audit", "export", str(export)).returncode, 0)
        key.write_text(site.ask("audit", "public-key").stdout)
        given = [word for anchor in anchors for word in ("--anchor", str(anchor))]
        done = site.ask("audit", "verify", str(export), "--key", str(key), *given)
        return done.returncode, done.stdout

    def backup_under_traffic(self, site, sender):
        publishing = threading.Thread(target=self.publish, args=(sender, DURING), daemon=True)
        publishing.start()
        made = site.command("backup", "create")
        proven = site.command("backup", "verify")
        self.assertEqual(proven["digest"], made["digest"])
        publishing.join(300)
        self.assertFalse(publishing.is_alive(), "publishing ended")
        return made, proven

    def destroy(self, site):
        """What is left: the backups, the recovery key, the hospital's certificates."""
        site.gateway.kill()
        shutil.rmtree(site.folder / "data")
        shutil.rmtree(site.folder / "mappings")
        shutil.rmtree(site.folder / "policies")
        site.config.unlink()
        (site.folder / "credentials/kek").unlink()

    def recover(self, site, shares):
        """The drill of docs/operations.md: key, restore by two of three custodians, start."""
        begun = time.monotonic()
        kek = site.folder / "credentials/kek"
        kek.write_text(site.run("key", "generate").stdout)
        kek.chmod(0o600)
        restore = ["backup", "restore", "--from", str(site.folder / "backups")]
        alone = site.ask(*restore, "--recovery-key", str(shares[0]))
        self.assertEqual(alone.returncode, 1)
        self.assertIn("expected shares of 2 custodians, got 1", alone.stderr)
        done = site.ask(*restore, "--recovery-key", str(shares[0]), "--recovery-key", str(shares[1]))
        self.assertEqual(done.returncode, 0, done.stderr)
        print(done.stdout.strip())
        site.start_gateway()
        return time.monotonic() - begun

    def test_a_gateway_comes_back_on_a_new_machine(self):
        self.number, self.begin = 0, time.time()
        with Site([DEVICE]) as site:
            kis = Hl7Receiver(site)
            recovery = site.top / "custody.key"
            made = site.run("key", "recovery", "generate", str(recovery), str(site.folder / "recovery.pem"),
                            "--custodians", "3", "--needed", "2")
            self.assertEqual(made.returncode, 0, made.stderr)
            site.configure(settings.device(DEVICE, "generic", ward="ICU"), settings.hl7_destination("kis", kis.port),
                           change=lambda text: text.replace('recovery_key = ""', 'recovery_key = "recovery.pem"'))
            configured = site.config.read_text()
            site.start_broker()
            site.start_gateway()
            site.import_persons([{"identifiers": [{"value": "4711", "authority": "KIS", "type": "MR"}],
                                  "family": CANARY, "given": "Kim"}])
            site.associate(DEVICE, "4711", timestamp(self.begin - 60))
            sender = Sender(site, DEVICE)
            self.publish(sender, BEFORE)
            wait_until(lambda: site.received() >= BEFORE, "the first messages are stored", 120)
            early = self.anchor(site, "early.note")
            made, proven = self.backup_under_traffic(site, sender)
            self.publish(sender, AFTER)
            sender.wait(120)
            site.wait_for_quiet(BEFORE + DURING + AFTER, 300)
            late = self.anchor(site, "late.note")
            self.assertEqual(self.verify_audit(site, early, late)[0], 0)

            self.destroy(site)
            self.nobody_reads(site)
            self.publish(sender, AWAY)
            sender.wait(120)
            seconds = self.recover(site, [f"{recovery}.3", f"{recovery}.1"])
            self.assertEqual(site.config.read_text(), configured, "the configuration came back")
            books = site.wait_for_quiet(proven["reports"] + AWAY, 300)
            self.judge(site, kis, books, proven)
            code, words = self.verify_audit(site, early, late)
            self.assertEqual(code, 4, words)
            self.assertIn("restored at record", words)
            code, words = self.verify_audit(site, early)
            self.assertEqual(code, 0, words)
            print(f"backup of {proven['reports']} reports under traffic: {made['milliseconds']} ms, proof "
                  f"{proven['milliseconds']} ms; from nothing to ready {seconds:.1f} s", flush=True)
            sender.close()

    def nobody_reads(self, site):
        """No octet of a person in what is left."""
        for file in (site.folder / "backups").iterdir():
            octets = file.read_bytes()
            self.assertNotIn(CANARY.encode(), octets)
            self.assertNotIn(b"SQLite format 3", octets)

    def judge(self, site, kis, books, proven):
        arrivals, texts, by_value = kis.arrivals(), {}, {}
        for arrival in arrivals:
            self.assertEqual(texts.setdefault(arrival["control_id"], arrival["message"]), arrival["message"],
                             "a resend is the same message")
            for _, value in values_of_message(arrival["message"]):
                by_value.setdefault(int(value), set()).add(arrival["control_id"])
        total = BEFORE + DURING + AFTER + AWAY
        self.assertEqual(set(range(1, total + 1)) - set(by_value), set(), "the receiver has every value")
        self.assertEqual([value for value, ids in by_value.items() if len(ids) != 1], [], "one MSH-10 for each value")
        self.assertTrue(balanced(books), books)
        self.assertEqual(books["inbound"]["stored"], proven["reports"] + AWAY)
        print(f"{len(texts)} messages at the receiver, {len(arrivals) - len(texts)} of them sent again after the restore "
              f"with the same MSH-10; the gateway keeps {books['inbound']['stored']}", flush=True)


STAYS, GOES = "1CT1", "1CT2"  # patients
OBJECT = "1.3.6.1.4.1.5962.99."
OFFICER = 65534  # decides on the erasure that root asks for


class WholeAppliance(unittest.TestCase):
    """What a restored appliance needs beside store and vault: people, devices, DICOM objects."""

    def setUp(self):
        self.site = EnrolmentSite(["ct-1"], ["hospital"])
        self.addCleanup(self.site.close)
        self.recovery = self.site.top / "recovery.key"
        made = self.site.run("key", "recovery", "generate", str(self.recovery), str(self.site.folder / "recovery.pem"))
        self.assertEqual(made.returncode, 0, made.stderr)
        self.pacs, self.port = Orthanc(self.site), free_port()
        self.pacs.stop()  # what comes in waits
        self.site.configure(PUMPS, settings.device("ct", "dicom"), modality("ct", "ct-1", "CT1", "ct"),
                            dicom_destination("pacs", self.pacs.port, "ORTHANC"),
                            '\n[[policy.role]]\nname = "data-protection"\nusers = ["nobody"]\n', change=self.changed)
        self.site.start_broker()
        self.start()

    def changed(self, text):
        text = listening(with_api(self.site.enabled(text)), self.port)
        text = text.replace('socket_group = ""', 'socket_group = "nogroup"')
        return text.replace('recovery_key = ""', 'recovery_key = "recovery.pem"')

    def start(self):
        self.site.start_gateway()
        wait_until(lambda: answers(self.site.port), "the door for devices is open")

    def sign_up(self):
        """The first account: password, second factor, recovery codes."""
        browser = Browser(self.site)
        code = self.site.command("user", "first-code")["code"]
        browser.ask("POST", "/v1/session/first", {"code": code, "user": "erika", "password": PASSWORD})
        self.factor = browser.ask("POST", "/v1/session/second-factor/enrolment", {})[1]["secret"]
        self.used = int(time.time()) // 30
        status, whole = browser.ask("POST", "/v1/session/second-factor", {"code": code_of(self.factor, self.used)})
        self.assertEqual(status, 200)
        return browser, whole["recovery_codes"]

    def pump(self, name):
        pump = Pump(self.site, name)
        token = self.site.command("device", "token", "--class", "pump", "--id", name)["token"]
        self.assertEqual(pump.enrol(token)[0], 200)
        self.assertEqual(pump.publish(1).returncode, 0)
        wait_until(lambda: self.site.books("--device", name)["inbound"]["received"] == 1, "its message arrives")
        return pump

    def scan(self, number, patient):
        def change(data):
            data.SOPInstanceUID, data.PatientID = f"{OBJECT}{number}", patient
        self.assertTrue(Modality(self.site, "ct-1", "CT1", self.port).store(sample(self.site, "CT_small.dcm", change)))

    def erase(self, patient):
        """Asked for by one, decided by another."""
        site = self.site
        number = site.command("person", "erase", "--patient", patient, "--authority", "KIS", "--reason",
                              "objection")["request"]
        for folder in (site.top, site.folder):
            folder.chmod(0o755)
        site.config.chmod(0o644)
        done = subprocess.run([site.binary, "-c", str(site.config), "person", "erase-approve", str(number),
                               "--give-up-undelivered"], capture_output=True, text=True, timeout=120, check=False,
                              user=OFFICER, group=grp.getgrnam("nogroup").gr_gid, extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stderr)

    def destroy(self):
        """What is left: backups, recovery key, certificates, the PACS. Not even the list of the revoked."""
        self.site.gateway.kill()
        for folder in ("data", "mappings", "policies"):
            shutil.rmtree(self.site.folder / folder)
        for file in (self.site.config, self.site.folder / "credentials/kek", self.site.crl):
            file.unlink()

    def recover(self, name):
        kek = self.site.folder / "credentials/kek"
        kek.write_text(self.site.run("key", "generate").stdout)
        kek.chmod(0o600)
        done = self.site.ask("backup", "restore", name, "--from", str(self.site.folder / "backups"), "--recovery-key",
                             str(self.recovery))
        self.assertEqual(done.returncode, 0, done.stderr)
        print(done.stdout.strip(), flush=True)
        self.start()
        return done.stdout

    def objects(self):
        return sorted(file.name for file in (self.site.folder / "data/objects").iterdir())

    def test_people_devices_and_objects_come_back(self):
        site = self.site
        browser, codes = self.sign_up()
        kept, stolen = self.pump("pump-7"), self.pump("pump-8")
        for number in range(1, 4):
            self.scan(number, STAYS if number < 3 else GOES)
        first = site.command("backup", "create")
        self.assertEqual((first["objects"], first["copied_octets"]), (3, first["objects_octets"]))
        self.assertEqual(site.command("backup", "create")["copied_octets"], 0, "each object is copied once")
        proven = site.command("backup", "verify", first["name"])
        self.assertEqual((proven["objects"], proven["databases"]), (3, {"accounts.db": 1, "devices.db": 2}))
        self.erase(GOES)
        site.command("device", "revoke", "pump-8", "--reason", "stolen")
        site.command("backup", "create")

        self.destroy()
        told = self.recover(first["name"])
        self.assertIn("1 persons of the backup were erased since and are erased again; 2 objects are there again", told)
        self.judge_people(browser, codes)
        self.assertEqual(kept.publish(2).returncode, 0)
        wait_until(lambda: site.books("--device", "pump-7")["inbound"]["received"] == 2, "an enrolled device goes on")
        self.assertEqual(site.command("device", "show", "pump-8")["state"], "revoked")
        wait_until(lambda: stolen.publish(2).returncode != 0, "a revoked one is kept out")
        self.judge_objects()
        _, proven, said = site.verify_audit()
        self.assertTrue(proven, said)

    def judge_people(self, browser, codes):
        self.assertEqual(browser.ask("GET", "/v1/status")[0], 401, "no session survives")
        again = Browser(self.site)
        self.assertEqual(again.ask("POST", "/v1/session", {"user": "erika", "password": PASSWORD})[0], 200)
        self.assertEqual(again.ask("POST", "/v1/session/second-factor", {"code": codes[0]})[0], 401)
        step = max(int(time.time()) // 30, self.used + 1)
        self.assertEqual(again.ask("POST", "/v1/session/second-factor", {"code": code_of(self.factor, step)})[0], 200)
        self.assertEqual(again.ask("GET", "/v1/status")[0], 200)

    def judge_objects(self):
        self.assertEqual(len(self.objects()), 2)
        self.pacs.start()
        wait_until(lambda: set(self.pacs.objects()) == {f"{OBJECT}1", f"{OBJECT}2"}, "the PACS has what waited", 60)
        wait_until(lambda: not self.site.books()["destinations"]["pacs"]["pending"], "nothing waits any more")
        books = self.site.command("books", "--recount")
        self.assertTrue(balanced(books), books)
        self.assertEqual((books["differences"], books["destinations"]["pacs"]["delivered"]), ([], 2))
        self.assertEqual(books["destinations"]["pacs"]["erased"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
