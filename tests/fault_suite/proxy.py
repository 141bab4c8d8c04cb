"""A TCP proxy between the gateway and a receiver that behaves like a bad network."""

import socket
import struct
import threading

PASS, SWALLOW, SLOW, RESET = "pass", "swallow", "slow", "reset"


class Proxy:
    """Listens on 127.0.0.1:`port` and connects on to 127.0.0.1:`to`. `mode` may change at any time.

    pass     as it comes
    swallow  reads and passes nothing on: a half-open connection
    slow     one octet a second in each direction
    reset    passes the next 40 octets of the gateway, then resets both sides: in the middle of a frame
    """

    def __init__(self, to):
        self.to = to
        self.mode = PASS
        self.closing = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.closing.set()
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _accept(self):
        while not self.closing.is_set():
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for source, sink, from_gateway in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(source, sink, from_gateway), daemon=True).start()

    def _carry(self, source, sink, from_gateway):
        try:
            while not self.closing.is_set():
                octets = source.recv(65536)
                if not octets:
                    break
                self._pass_on(octets, source, sink, from_gateway)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _pass_on(self, octets, source, sink, from_gateway):
        mode = self.mode
        if mode == SWALLOW:
            return
        if mode == RESET and from_gateway:
            sink.sendall(octets[:40])
            for end in (source, sink):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()
            raise OSError("reset")
        while octets and self.mode == SLOW:
            sink.sendall(octets[:1])
            octets = octets[1:]
            self.closing.wait(1)
        sink.sendall(octets)
