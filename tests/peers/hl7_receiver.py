#!/usr/bin/python3
"""An MLLP receiver on python3-hl7 that can be told to misbehave.

Listens on a loopback address and prints "port N" as its first line. Every message that arrives is appended to --log
before anything is answered, as one JSON object a line: {"control_id", "processing", "connection", "answer", "message"};
"answer" is the entry of --answers it is going to get.

--answers says what happens, message after message; the last entry goes on for ever. Entries, separated by commas:

  AA AE AR CA CE CR   that acknowledgement for the message
  AR207 CR206 …       the same with the error condition in ERR-3 (HL7 table 0357)
  wrong-id            CA for another message
  garbage             octets that are no MLLP frame, then CA
  not-hl7             a frame that holds no HL7 message
  no-msa              a message without MSA
  lf                  CA with LF for segment ends
  twice               CA twice
  silence             no answer; the connection stays open
  close               closes the connection without an answer
  reset               resets the connection without an answer
  half                half a CA, then closes
  split               CA octet by octet
  late                CA after --delay
  bye                 CA, then closes
"""
import argparse
import asyncio
import json
import socket
import ssl
import struct
import sys

import hl7
import hl7.mllp

START, END = b"\x0b", b"\x1c\r"
CODES = ("AA", "AE", "AR", "CA", "CE", "CR")


class Receiver:
    def __init__(self, options):
        self.options = options
        self.answers = options.answers.split(",")
        self.count = 0
        self.connections = 0
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None

    def next_answer(self):
        answer = self.answers[min(self.count, len(self.answers) - 1)]
        self.count += 1
        return answer

    def record(self, message, connection, answer):
        if self.log is None:
            return
        msh = message.segment("MSH")
        line = {"control_id": str(msh(10)), "processing": str(msh(11)), "connection": connection,
                "answer": answer, "message": str(message)}
        self.log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.log.flush()

    async def serve(self, reader, writer):
        self.connections += 1
        connection = self.connections
        try:
            while True:
                try:
                    message = await reader.readmessage()
                except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
                    return
                answer = self.next_answer()
                self.record(message, connection, answer)
                if not await self.answer(message, answer, writer):
                    return
        finally:
            writer.close()

    async def answer(self, message, kind, writer):
        """False when the connection is to be closed."""
        if self.options.delay and kind != "late":
            await asyncio.sleep(self.options.delay)
        accept = self.octets(message.create_ack("CA"))
        if kind[:2] in CODES:
            writer.write(self.frame(self.octets(message.create_ack(kind[:2])) + self.error(kind[2:])))
        elif kind == "wrong-id":
            writer.write(self.frame(accept.replace(str(message.segment("MSH")(10)).encode(), b"another")))
        elif kind == "garbage":
            writer.write(b"\x00\xffHTTP/1.1 400 Bad Request\r\n" + self.frame(accept))
        elif kind == "not-hl7":
            writer.write(self.frame(b"OK"))
        elif kind == "no-msa":
            writer.write(self.frame(accept.split(b"\r")[0] + b"\r"))
        elif kind == "lf":
            writer.write(self.frame(accept.replace(b"\r", b"\n")))
        elif kind == "twice":
            writer.write(self.frame(accept) + self.frame(accept))
        elif kind == "silence":
            pass
        elif kind == "close":
            return False
        elif kind == "reset":
            self.reset(writer)
            return False
        elif kind == "half":
            writer.write(self.frame(accept)[: len(accept) // 2])
            await writer.drain()
            return False
        elif kind == "split":
            for octet in self.frame(accept):
                writer.write(bytes([octet]))
                await writer.drain()
        elif kind == "late":
            await asyncio.sleep(self.options.delay)
            writer.write(self.frame(accept))
        elif kind == "bye":
            writer.write(self.frame(accept))
            await writer.drain()
            return False
        else:
            sys.exit("unknown answer " + kind)
        await writer.drain()
        return True

    @staticmethod
    def reset(writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    @staticmethod
    def frame(octets):
        return START + octets + END

    def octets(self, message):
        text = str(message)
        return (text if text.endswith("\r") else text + "\r").encode(self.options.encoding)

    @staticmethod
    def error(condition):
        return ("ERR|||%s^condition^HL70357|E\r" % condition).encode() if condition else b""


def tls_context(options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.tls12:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(options.cert, options.key)
    if options.ca:
        context.load_verify_locations(options.ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def run(options):
    receiver = Receiver(options)
    server = await hl7.mllp.start_hl7_server(
        receiver.serve, options.host, options.port, limit=options.limit, encoding=options.encoding,
        ssl=None if options.plain else tls_context(options))
    print("port", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--cert", help="PEM with the server's certificate")
    parser.add_argument("--key", help="PEM with its key")
    parser.add_argument("--ca", help="clients must have a certificate of this CA; without it none is asked for")
    parser.add_argument("--tls12", action="store_true", help="no TLS 1.3")
    parser.add_argument("--plain", action="store_true", help="no TLS at all")
    parser.add_argument("--log", help="file of received messages, JSON lines; appended to")
    parser.add_argument("--answers", default="CA", help="see above")
    parser.add_argument("--delay", type=float, default=0, help="seconds before every answer (late: only there)")
    parser.add_argument("--encoding", default="utf-8", help="Python's name of the messages' character set")
    parser.add_argument("--limit", type=int, default=16 << 20, help="longest message in octets")
    options = parser.parse_args()
    if not options.plain and not (options.cert and options.key):
        parser.error("--cert and --key, or --plain")
    try:
        asyncio.run(run(options))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
