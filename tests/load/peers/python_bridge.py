#!/usr/bin/python3
"""What a hospital's script does: MQTT in, one SQLite row a message, HL7 v2 by MLLP and FHIR by HTTPS out.

One transaction a message, then the HL7 message and its acknowledgement, then the FHIR request; acknowledged to the
broker at the end. No encryption of the database, no audit log, no queue for each receiver.
"""
import argparse
import hashlib
import hmac
import http.client
import json
import socket
import sqlite3
import ssl
import sys

import hl7
import paho.mqtt.client as mqtt

CODES = {"HR": "147842^MDC_ECG_HEART_RATE^MDC", "ABPSys": "150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC",
         "ABPDias": "150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC", "ABPMean": "150039^MDC_PRESS_BLD_ART_ABP_MEAN^MDC",
         "PULSE": "149530^MDC_PULS_OXIM_PULS_RATE^MDC", "RESP": "151562^MDC_RESP_RATE^MDC",
         "SpO2": "150456^MDC_PULS_OXIM_SAT_O2^MDC"}


class Bridge:
    def __init__(self, options):
        self.options = options
        self.tls = ssl.create_default_context(cafile=options.ca)
        self.tls.load_cert_chain(options.cert, options.key)
        self.rows = sqlite3.connect(options.database, isolation_level=None, check_same_thread=False)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute("PRAGMA synchronous=FULL")
        self.rows.execute("CREATE TABLE observation(id INTEGER PRIMARY KEY, subject TEXT, measured TEXT, body TEXT)")
        self.mllp = self.tls.wrap_socket(socket.create_connection(("127.0.0.1", options.mllp)),
                                         server_hostname="localhost")
        self.fhir = http.client.HTTPSConnection("localhost", options.fhir, context=self.tls)
        self.count = 0

    def message(self, _client, _data, received):
        values = json.loads(received.payload)
        subject = hmac.new(b"secret of the script", values["patient"].encode(), hashlib.sha256).hexdigest()
        self.rows.execute("INSERT INTO observation(subject, measured, body) VALUES(?, ?, ?)",
                          (subject, values["ts"], received.payload.decode()))
        self.count += 1
        self.send_hl7(values)
        self.send_fhir(values, subject)

    def send_hl7(self, values):
        stamp = values["ts"].replace("-", "").replace(":", "").replace("T", "").replace("Z", "+0000")
        segments = [f"MSH|^~\\&|SCRIPT||KIS||{stamp}||ORU^R01^ORU_R01|{self.count}|P|2.6",
                    f"PID|||{values['patient']}^^^KIS^MR", f"OBR|1||{self.count}|182777000|||{stamp}"]
        number = 0
        for name, code in CODES.items():
            if values.get(name) is not None:
                number += 1
                segments.append(f"OBX|{number}|NM|{code}||{values[name]}||||||R|||{stamp}")
        text = str(hl7.parse("\r".join(segments)))
        self.mllp.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            answer += self.mllp.recv(4096)
        if str(hl7.parse(answer[1:-2].decode()).segment("MSA")(1)) not in ("AA", "CA"):
            sys.exit("the receiver did not accept a message")

    def send_fhir(self, values, subject):
        entries = [{"request": {"method": "POST", "url": "Observation"},
                    "resource": {"resourceType": "Observation", "status": "final",
                                 "subject": {"identifier": {"value": subject}}, "effectiveDateTime": values["ts"],
                                 "code": {"coding": [{"code": code.split("^")[0], "system": "urn:iso:std:iso:11073:10101"}]},
                                 "valueQuantity": {"value": values[name]}}}
                   for name, code in CODES.items() if values.get(name) is not None]
        body = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries},
                          separators=(",", ":"))
        self.fhir.request("POST", "/fhir", body, {"Content-Type": "application/fhir+json"})
        answer = self.fhir.getresponse()
        answer.read()
        if answer.status >= 300:
            sys.exit(f"the FHIR server answered {answer.status}")

    def run(self):
        if hasattr(mqtt, "CallbackAPIVersion"):
            client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="script", clean_session=False)
        else:
            client = mqtt.Client(client_id="script", clean_session=False)
        client.tls_set(self.options.ca, self.options.cert, self.options.key)
        client.on_message = self.message
        client.on_connect = lambda *_: client.subscribe("devices/#", 1)
        client.on_subscribe = lambda *_: print("ready", flush=True)
        client.connect("localhost", self.options.port)
        client.loop_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("ca", "cert", "key", "database"):
        parser.add_argument("--" + name, required=True)
    for name in ("port", "mllp", "fhir"):
        parser.add_argument("--" + name, type=int, required=True)
    Bridge(parser.parse_args()).run()


if __name__ == "__main__":
    main()
