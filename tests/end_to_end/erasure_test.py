#!/usr/bin/python3
"""Erasure of a person: two users, a legal hold, what treatment still waits for, the certificate, a search of the raw files,
kills in between, and an older backup that forgets again."""

import base64
import grp
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ward import settings  # noqa: E402
from ward.processes import wait_until  # noqa: E402
from ward.receivers import FhirReceiver, Hl7Receiver  # noqa: E402
from ward.sender import Sender, timestamp  # noqa: E402
from ward.site import Site, balanced  # noqa: E402

QUICK = bool(os.environ.get("EDGEWARD_QUICK"))
# Messages of the person who is erased and of the one who stays, and how often the gateway is killed meanwhile.
HERS, HIS, KILLS = (300, 100, 3) if QUICK else (3_000, 500, 12)
VICTIM = {"identifiers": [{"value": "KANARIE-84651973", "authority": "KIS", "type": "MR"}], "family": "Zwitscherling",
          "given": "Kanarilda", "birth_date": "1937-04-29", "sex": "female", "visit_number": "FALL-55512873"}
OTHER = {"identifiers": [{"value": "4712", "authority": "KIS", "type": "MR"}], "family": "Bleibt", "given": "Bernd"}
KILLED = [{"identifiers": [{"value": f"KANARIE-7000{n:04}", "authority": "KIS", "type": "MR"}], "family": "Kurz"}
          for n in range(KILLS)]
SECRETS = [VICTIM["identifiers"][0]["value"], VICTIM["family"], VICTIM["given"], VICTIM["birth_date"],
           VICTIM["visit_number"]]
PATIENT = ("--patient", VICTIM["identifiers"][0]["value"], "--authority", "KIS")
DENIED, FAILURE = 4, 1
OFFICER = 65534  # decides; root asks


def in_role(name, user):
    return f'\n[[policy.role]]\nname = "{name}"\nusers = ["{user}"]\n'


class Erasure(unittest.TestCase):
    def as_officer(self, *arguments):
        """A command of another user than the one who asked."""
        return subprocess.run([self.site.binary, "-c", str(self.site.config), "--json", *arguments], capture_output=True,
                              text=True, timeout=120, check=False, user=OFFICER, group=grp.getgrnam("nogroup").gr_gid,
                              extra_groups=[])

    def open_to_officer(self):
        """The command line reads the configuration; the socket lets its group in."""
        for folder in (self.site.top, self.site.folder):
            folder.chmod(0o755)
        self.site.config.chmod(0o644)

    def start_gateway(self):
        self.site.start_gateway()
        self.open_to_officer()

    def publish(self, sender, count, **more):
        for _ in range(count):
            self.number += 1
            sender.publish({"ts": timestamp(self.begin + self.number / 1000), "HR": 60 + self.number % 40, **more})
        sender.wait(120)

    def raw_octets(self):
        data = [file for file in (self.site.folder / "data").rglob("*") if file.is_file()]
        self.assertGreaterEqual(len(data), 4, "databases, ledger and key ring are there")
        return {file.name: file.read_bytes() for file in data}

    def no_octet_of_her(self):
        for name, octets in self.raw_octets().items():
            for secret in SECRETS:
                for form in (secret.encode(), secret.encode("utf-16-le"), base64.b64encode(secret.encode())[:-4]):
                    self.assertNotIn(form, octets, f"in {name}")

    def on_a_disk_of_its_own(self):
        """The gateway's data on a small ext4 image, so that the raw disk can be searched; False: not possible here."""
        data, image, kept = self.site.folder / "data", self.site.top / "disk", self.site.top / "kept"
        with open(image, "wb") as disk:
            disk.truncate(192 << 20)
        for command in (["mkfs.ext4", "-q", str(image)], ["mount", "-o", "loop", str(image), str(data)]):
            if subprocess.run(command, capture_output=True, check=False).returncode != 0:
                print("no loop mount here: the raw disk is not searched", flush=True)
                image.unlink()
                return False
            if command[0] == "mkfs.ext4":
                shutil.copytree(data, kept)
        self.addCleanup(subprocess.run, ["umount", "-l", str(data)], capture_output=True, check=False)
        shutil.copytree(kept, data, dirs_exist_ok=True)
        data.chmod(0o700)
        shutil.rmtree(kept)
        return True

    def raw_disk_has_no_octet_of_her(self):
        """Every octet of the image, the file system's own and what it has given away included."""
        subprocess.run(["sync"], check=True)
        octets = (self.site.top / "disk").read_bytes()
        for secret in SECRETS:
            for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be"),
                         secret.encode().hex().encode(), base64.b64encode(secret.encode())[:-4]):
                self.assertEqual(octets.count(form), 0, "on the raw disk")
        self.assertGreater(octets.count(b"\0" * 4096), 1000, "it is the image")
        print(f"{len(octets) >> 20} MiB of raw disk searched", flush=True)

    def verify(self, certificate, *more):
        return self.site.ask("--json", "erasure", "verify", str(certificate), *more)

    def sound(self):
        books = self.site.command("books", "--recount")
        self.assertTrue(balanced(books), books)
        self.assertEqual(books["differences"], [])
        _, proven, words = self.site.verify_audit()
        self.assertTrue(proven, words)
        return books

    def fill(self):
        site = self.site
        site.import_persons([VICTIM, OTHER, *KILLED])
        site.associate("monitor-1", VICTIM["identifiers"][0]["value"], timestamp(self.begin - 3600))
        site.associate("monitor-2", OTHER["identifiers"][0]["value"], timestamp(self.begin - 3600))
        for person in (VICTIM, OTHER):
            site.permit(person["identifiers"][0]["value"], timestamp(self.begin - 3600), timestamp(self.begin + 86400))
        self.publish(self.first, HERS)
        self.publish(self.second, HIS)
        # Held: broken, and with her number in it.
        self.first.publish('{"ts":"now","patient":"%s","HR":' % SECRETS[0])
        self.second.publish('{"ts":"now","patient":"%s","HR":' % OTHER["identifiers"][0]["value"])
        self.first.wait()
        self.second.wait()
        site.wait_for_quiet(HERS + HIS + 2, 300)

    def ask_and_hold(self):
        site = self.site
        hold = site.command("person", "hold", "set", *PATIENT, "--reason", "retention_duty")["hold"]
        refused = site.ask("person", "erase", *PATIENT, "--reason", "consent_withdrawn")
        self.assertEqual(refused.returncode, DENIED)
        self.assertIn("retention_duty", refused.stderr)
        site.command("person", "hold", "release", str(hold))
        seen = site.command("person", "erase", *PATIENT, "--reason", "consent_withdrawn", "--dry-run")
        self.assertEqual(seen["reports"], HERS)
        self.assertEqual(len(seen["held_messages"]), 1)
        self.assertIsNone(seen["obstacle"])
        return site.command("person", "erase", *PATIENT, "--reason", "consent_withdrawn")["request"]

    def decide(self, number):
        """Nobody alone; not while treatment waits; then it is done."""
        site = self.site
        alone = site.ask("person", "erase-approve", str(number))
        self.assertEqual(alone.returncode, DENIED, alone.stderr)
        site.command("destination", "pause", "kis", "--reason", "maintenance")
        self.publish(self.first, 7)
        wait_until(lambda: site.books()["destinations"]["kis"]["pending"] == 7, "they wait for the hospital")
        waiting = self.as_officer("person", "erase-approve", str(number))
        self.assertEqual(waiting.returncode, FAILURE, waiting.stderr)
        self.assertIn("kis: 7 waiting", waiting.stderr)
        begun = time.monotonic()
        done = self.as_officer("person", "erase-approve", str(number), "--give-up-undelivered")
        self.assertEqual(done.returncode, 0, done.stderr)
        seconds = time.monotonic() - begun
        again = site.command("person", "erase-certificate", str(number))["certificate"]
        certificate = site.top / "certificate"
        certificate.write_text(again)
        site.command("destination", "resume", "kis", "--reason", "maintenance")
        print(f"{HERS + 7} of {HERS + HIS + 7} reports erased and certified in {seconds:.2f} s", flush=True)
        return certificate

    def judge(self, certificate):
        lines = certificate.read_text().splitlines()
        self.assertIn(f"erased reports {HERS + 7}", lines)
        self.assertIn("erased delivery kis 7", lines)
        self.assertIn("erased held-messages 1", lines)
        recipients = {line.split()[1]: line.split()[3] for line in lines if line.startswith("recipient ")}
        self.assertEqual(recipients["kis"], str(HERS))
        self.assertIn("research", recipients)
        for secret in SECRETS:
            self.assertNotIn(secret, certificate.read_text())
        self.openssl_agrees(certificate)
        proven = self.verify(certificate)
        self.assertEqual(proven.returncode, 0, proven.stdout + proven.stderr)
        self.no_octet_of_her()
        persons = next((self.site.folder / "backups").glob("*.persons.edgeward-backup"))
        left = self.verify(certificate, "--backup", str(persons))
        self.assertEqual(left.returncode, FAILURE, "the backup from before still has her keys")
        self.assertIn(f"backup {persons.name.split('.')[0]} persons ", certificate.read_text())

    def openssl_agrees(self, certificate):
        """The commands of docs/erasure-certificate.md."""
        key, body, signature = (self.site.top / name for name in ("key.pem", "body", "signature"))
        key.write_text(self.site.ask("audit", "public-key").stdout)
        text = certificate.read_text()
        body.write_text(text[:text.index("\nsignature ")])
        signature.write_bytes(base64.b64decode(text.splitlines()[-1].split()[1]))
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", body, "-sigfile",
                               signature], capture_output=True, text=True, check=False)
        self.assertIn("Verified Successfully", done.stdout + done.stderr)

    def erase_under_kills(self):
        """Others are erased while the gateway is killed at random moments: each is done in the end, once."""
        site, draw = self.site, random.Random(20261126)
        for person in KILLED:
            patient = ("--patient", person["identifiers"][0]["value"], "--authority", "KIS")
            number = site.command("person", "erase", *patient, "--reason", "objection")["request"]
            approval = threading.Thread(target=self.as_officer, args=("person", "erase-approve", str(number)))
            approval.start()
            time.sleep(draw.uniform(0, 0.12))
            site.gateway.kill()
            approval.join()
            self.start_gateway()
            states = {one["request"]: one["state"] for one in site.command("person", "erasures")["erasures"]}
            self.assertIn(states[number], ("open", "done"), "approved ones are finished before it is ready")
            if states[number] == "open":
                self.assertEqual(self.as_officer("person", "erase-approve", str(number)).returncode, 0)
            certificate = site.top / f"certificate-{number}"
            site.command("person", "erase-certificate", str(number), "--out", str(certificate))
            proven = self.verify(certificate)
            self.assertEqual(proven.returncode, 0, proven.stdout + proven.stderr)
        text, _, _ = site.verify_audit()
        erased = [line for line in text.splitlines() if "\tperson_erased\t" in line]
        self.assertEqual(len(erased), KILLS + 1, "one record for each person")

    def restore_older_backup(self):
        site = self.site
        self.assertEqual(site.gateway.stop(), 0)
        done = site.ask("backup", "restore", "--from", str(site.folder / "backups"), "--replace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.start_gateway()
        site.wait_for_quiet(HERS + HIS + 2, 120)
        unknown = site.ask("person", "erase", *PATIENT, "--reason", "objection", "--dry-run")
        self.assertIn("no such person", unknown.stderr)
        held = site.command("quarantine", "list")["quarantine"]
        self.assertEqual(len(held), 1, "the message with her number is gone again, his is there")
        self.sound()

    @unittest.skipIf(os.geteuid() != 0, "two users are needed: only root can be both")
    def test_a_person_is_erased_and_stays_erased(self):
        self.number, self.begin = 0, time.time() - 3000
        with Site(["monitor-1", "monitor-2"]) as site:
            self.site = site
            kis, research = Hl7Receiver(site), FhirReceiver(site, "research")
            site.configure(settings.device("monitor-1", "monitor_flat", ward="ICU"),
                           settings.device("monitor-2", "monitor_flat", ward="ICU"),
                           settings.hl7_destination("kis", kis.port), settings.fhir_destination("research", research.port),
                           in_role("data-protection", "nobody"),
                           change=lambda text: settings.disk_limits(
                               text.replace('socket_group = ""', 'socket_group = "nogroup"'), 16, 24))
            on_disk = self.on_a_disk_of_its_own()
            site.start_broker()
            self.start_gateway()
            self.first, self.second = Sender(site, "monitor-1"), Sender(site, "monitor-2")
            self.fill()
            site.command("backup", "create")
            certificate = self.decide(self.ask_and_hold())
            self.judge(certificate)
            books = self.sound()
            self.assertEqual(books["destinations"]["kis"]["erased"], 7)
            self.assertEqual(site.gateway.stop(), 0)
            self.assertEqual(self.verify(certificate).returncode, 0, "without the gateway too")
            self.no_octet_of_her()
            if on_disk:
                self.raw_disk_has_no_octet_of_her()
            self.start_gateway()
            self.no_octet_of_her()
            self.erase_under_kills()
            self.sound()
            self.restore_older_backup()
            self.first.close()
            self.second.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
