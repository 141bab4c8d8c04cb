#!/usr/bin/python3
"""A syslog collector with mutual TLS and octet counting (RFC 5425), of Python's ssl.

Says {"port": N}, then writes each message into --out, one a line. With --reset-after N it resets the first
connection as soon as it has read N messages.
"""
import argparse
import json
import socket
import ssl
import struct
import threading

arguments = argparse.ArgumentParser()
for name in ("--cert", "--key", "--ca", "--out"):
    arguments.add_argument(name, required=True)
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--reset-after", type=int, default=0)
chosen = arguments.parse_args()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(chosen.cert, chosen.key)
context.load_verify_locations(chosen.ca)
context.verify_mode = ssl.CERT_REQUIRED
resets = [chosen.reset_after]
lock = threading.Lock()


def frames(stream):
    while True:
        length = b""
        while not length.endswith(b" "):
            octet = stream.read(1)
            if not octet:
                return
            length += octet
        yield stream.read(int(length))


def serve(plain):
    try:
        with context.wrap_socket(plain, server_side=True) as stream:
            for number, message in enumerate(frames(stream.makefile("rb")), 1):
                with lock, open(chosen.out, "ab") as out:
                    out.write(message + b"\n")
                if resets[0] and number >= resets[0]:
                    resets[0] = 0
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", chosen.port))
print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
