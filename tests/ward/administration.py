"""Patient administration: HL7 v2 ADT as German systems write it, sent by python3-hl7's MLLP client over TLS."""

import re
import ssl
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import hl7.client

TRIGGERS_WITHOUT_VISIT = ("A34", "A40")


class TlsMllpClient(hl7.client.MLLPClient):
    """The client of python3-hl7, whose plain socket is wrapped."""

    def __init__(self, host, port, context):
        super().__init__(host, port)
        self.socket.settimeout(20)
        self.socket = context.wrap_socket(self.socket, server_hostname=host)


def local(seconds):
    """A time as such systems write it: German, without zone."""
    return datetime.fromtimestamp(seconds, ZoneInfo("Europe/Berlin")).strftime("%Y%m%d%H%M%S")


class Administration:
    """One sending system with a connection of its own; `client`: the name of its certificate."""

    def __init__(self, site, port, client):
        self._site, self._port, self._client_name = site, port, client
        self._client = None
        self._sent = 0

    def _context(self):
        made = ssl.create_default_context(cafile=str(self._site.folder / "authority/ca.pem"))
        made.load_cert_chain(str(self._site.folder / f"devices/{self._client_name}.pem"),
                             str(self._site.folder / f"devices/{self._client_name}.key"))
        return made

    def connect(self):
        self.close()
        self._client = TlsMllpClient("localhost", self._port, self._context())

    def close(self):
        if self._client is not None:
            self._client.close()
            self._client = None

    def message(self, trigger, patient, visit, happened, bed="", family="Quittenbaum", more=()):
        """`more`: further segments, such as MRG and ZBE."""
        self._sent += 1
        stated = local(time.time())
        lines = [f"MSH|^~\\&|ORBIS|KH|EDGEWARD|KH|{stated}||ADT^{trigger}|{self._sent:06d}|P|2.5|||NE|NE||8859/1",
                 f"EVN|{trigger}|{stated}||||{local(happened)}",
                 f"PID|1||{patient}^^^^PI||{family}^Jörg^^^^^L||19500203|W"]
        merges = [line for line in more if line.startswith("MRG")]
        lines += merges
        if trigger not in TRIGGERS_WITHOUT_VISIT:
            lines.append(f"PV1|1|I|{bed}{'|' * 16}{visit}")
        lines += [line for line in more if line not in merges]
        return "\r".join(lines) + "\r"

    def send(self, message):
        """Sends octets or text (as UTF-8) and gives the answer's code; the connection is made when needed."""
        if self._client is None:
            self.connect()
        octets = message if isinstance(message, bytes) else message.encode()
        answer = hl7.parse(self._client.send_message(octets).decode().strip("\x0b\x1c\r"))
        control_id = octets.split(b"\r")[0].split(b"|")[9].decode()
        if str(answer.segment("MSA")[2]) != control_id:
            raise AssertionError("an answer to another message")
        return str(answer.segment("MSA")[1])


def listening(text, port):
    """The configuration with the ADT port open for the sender `kis`."""
    head, table, rest = text.partition("\n[adt]\n")
    assert table, "the configuration has no table [adt]"
    rest = rest.replace("enabled = false", "enabled = true", 1)
    rest = re.sub(r"(?m)^port = .*$", f"port = {port}", rest, count=1)
    return head + table + rest


SENDER = '\n[[adt.sender]]\nname = "kis"\ncertificate_names = ["kis-adt"]\nauthority = "KIS"\n'
