"""Programs a test starts and ends, and waiting with a deadline."""

import ctypes
import os
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class TimedOut(Exception):
    """Something did not become true in time."""


def wait_until(condition, what, seconds=30.0, every=0.02):
    """The first true answer of `condition`; TimedOut, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimedOut(f"not within {seconds:g} s: {what}")
        time.sleep(every)


def free_port():
    """A port of 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Program:
    """A child process that never outlives this one; its output goes to a file."""

    def __init__(self, arguments, output):
        self.output = output
        with open(output, "ab") as log:
            # A session of its own: Ctrl-C in the terminal is for the test, which then ends its children in order.
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, preexec_fn=_end_with_parent)

    @property
    def pid(self):
        return self.process.pid

    def running(self):
        return self.process.poll() is None

    def text(self):
        with open(self.output, encoding="utf-8", errors="replace") as log:
            return log.read()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.running():
            self.process.kill()
        return self.process.wait()

    def stop(self, seconds=30):
        """Ends it by SIGTERM; the exit code. TimedOut when it would not end (it is killed then)."""
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimedOut(f"not ended within {seconds} s of SIGTERM: {os.path.basename(self.output)}") from None
