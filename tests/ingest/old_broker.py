"""A broker that speaks only MQTT 3.1.1: refuses a CONNECT of MQTT 5 (or hangs up), sends one message with QoS 1.

old_broker.py CERTIFICATES refuse|hang-up      prints its port, then what it sees
"""
import socket
import ssl
import sys


def read_packet(stream):
    first = stream.read(1)
    if not first:
        return None, b""
    length, shift = 0, 0
    while True:
        octet = stream.read(1)[0]
        length |= (octet & 0x7F) << shift
        shift += 7
        if not octet & 0x80:
            break
    return first[0], stream.read(length)


def serve(stream, manner):
    kind, body = read_packet(stream)
    if kind != 0x10:
        return
    version = body[6]
    print("CONNECT", version, flush=True)
    if version != 4:
        if manner == "refuse":
            stream.write(bytes([0x20, 2, 0, 1]))
            stream.flush()
        return
    stream.write(bytes([0x20, 2, 0, 0]))
    stream.flush()
    while True:
        kind, body = read_packet(stream)
        if kind is None:
            return
        if kind == 0x82:
            topic = b"devices/monitor-1/x"
            stream.write(bytes([0x90, 3]) + body[:2] + bytes([1]))
            stream.write(bytes([0x32, 4 + len(topic) + 1, 0, len(topic)]) + topic + bytes([0, 17]) + b"1")
            stream.flush()
        elif kind == 0x40:
            print("PUBACK", int.from_bytes(body[:2], "big"), flush=True)
        elif kind == 0xC0:
            stream.write(bytes([0xD0, 0]))
            stream.flush()


def main():
    folder, manner = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/broker.pem", f"{folder}/broker.key")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        raw, _ = listener.accept()
        try:
            with context.wrap_socket(raw, server_side=True) as secure, secure.makefile("rwb") as stream:
                serve(stream, manner)
        except OSError:
            pass


main()
