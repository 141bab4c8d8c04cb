#!/usr/bin/python3
"""The oracle of the fault suite finds what it is there to find."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault_suite.broker import BrokerOracle, GatewayOracle  # noqa: E402
from fault_suite.oracle import Oracle, spans  # noqa: E402

MESSAGE = ("MSH|^~\\&|EDGEWARD||||20261125120000||ORU^R01^ORU_R01|{name}|P|2.6\r"
           "PID|||{patient}^^^KIS\rOBX|1|NM|157864^MDC_VOL_FLUID_DELIV^MDC|1.20.1.21|{value}|mL\r")


class OracleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.record, self.received = Path(folder.name) / "record", Path(folder.name) / "received"

    def judge(self, acknowledged, arrivals):
        """`arrivals`: (value, MSH-10, answer) of one patient in their order."""
        self.record.write_text("".join(f"pump-1 {value}\n" for value in acknowledged) + "total pump-1 9\n")
        with open(self.received, "w", encoding="utf-8") as file:
            for value, name, answer in arrivals:
                text = MESSAGE.format(name=name, patient="PAT1", value=value)
                file.write(json.dumps({"control_id": name, "answer": answer, "message": text}) + "\n")
        return Oracle(self.record, self.received, {"pump-1": "PAT1"}).judge()

    def test_what_arrived_and_was_accepted_is_not_lost(self):
        verdict = self.judge([1, 2], [(1, "A", "CA"), (2, "B", "CA"), (3, "C", "CA")])
        self.assertEqual((verdict.acknowledged, verdict.lost, verdict.duplicates, verdict.breaches), (2, 0, 0, []))

    def test_what_was_acknowledged_and_did_not_arrive_is_lost(self):
        verdict = self.judge([1, 2, 3], [(1, "A", "CA"), (3, "C", "CA")])
        self.assertEqual(verdict.lost, 1)
        self.assertTrue(verdict.breaches)

    def test_what_the_receiver_refused_has_not_been_delivered(self):
        self.assertEqual(self.judge([1], [(1, "A", "AE")]).lost, 1)
        self.assertEqual(self.judge([1], [(1, "A", "wrong-id")]).lost, 1)

    def test_a_resend_under_the_same_identifier_is_counted_and_allowed(self):
        verdict = self.judge([1], [(1, "A", "silence"), (1, "A", "CA")])
        self.assertEqual((verdict.lost, verdict.duplicates, verdict.breaches), (0, 1, []))

    def test_a_second_name_for_a_value_is_a_breach(self):
        self.assertTrue(self.judge([1], [(1, "A", "CA"), (1, "B", "CA")]).breaches)

    def test_a_second_text_under_a_name_is_a_breach(self):
        self.assertTrue(self.judge([1], [(1, "A", "CA"), (2, "A", "CA")]).breaches)

    def test_an_older_value_behind_a_newer_one_is_a_breach(self):
        self.assertTrue(self.judge([1, 2], [(2, "B", "CA"), (1, "A", "CA")]).breaches)

    def test_a_value_nobody_sent_is_a_breach(self):
        self.assertTrue(self.judge([1], [(1, "A", "CA"), (10, "B", "CA")]).breaches)


    def test_losses_are_named_as_spans(self):
        self.assertEqual(spans({("B", 7), ("A", 3), ("A", 1), ("A", 2), ("A", 9)}), "A 1-3, A 9, B 7")


class BrokerLogTest(unittest.TestCase):
    """Lines as mosquitto 2.0.21 writes them with log_type debug."""

    def judge(self, kind, sent, acknowledged, arrivals):
        with tempfile.TemporaryDirectory() as folder:
            record, received, log = (Path(folder) / name for name in ("record", "received", "log"))
            record.write_text("".join(f"pump-1 {value}\n" for value in (1, 2, 3)))
            log.write_text("".join(
                f"T: Sending PUBLISH to edgeward (d0, q1, r0, m{n}, 'devices/pump-1/vitals/{value}', ... (99 bytes))\n"
                for n, value in enumerate(sent, 1)) +
                "".join(f"T: Received PUBACK from edgeward (Mid: {n}, RC:0)\n" for n in acknowledged))
            received.write_text("".join(
                json.dumps({"control_id": str(value), "answer": "CA",
                            "message": MESSAGE.format(name=value, patient="PAT1", value=value)}) + "\n"
                for value in arrivals))
            oracle = kind(record, received, {"pump-1": "PAT1"}, log)
            oracle.read()  # judged after many readings in a run, too
            return oracle.judge()

    def test_what_a_broker_forgot_is_not_the_gateways_loss(self):
        verdict = self.judge(GatewayOracle, [1, 2, 3], [1, 2], [1, 2])
        self.assertEqual((verdict.acknowledged, verdict.lost), (2, 0))

    def test_what_the_gateway_acknowledged_and_lost_is_its_loss(self):
        self.assertEqual(self.judge(GatewayOracle, [1, 2, 3], [1, 2, 3], [1, 2]).lost, 1)

    def test_of_a_broker_that_restarts_in_order_the_devices_acknowledgements_count(self):
        self.assertEqual(self.judge(BrokerOracle, [1, 2, 3], [1, 2], [1, 2]).lost, 1)

    def test_the_order_is_that_of_the_broker(self):
        self.assertEqual(self.judge(BrokerOracle, [2, 1, 3], [1, 2, 3], [2, 1, 3]).breaches, [])
        self.assertTrue(self.judge(BrokerOracle, [1, 2, 3], [1, 2, 3], [2, 1, 3]).breaches)


if __name__ == "__main__":
    unittest.main()
