"""The command line in a process that the kernel kills if it opens an internet socket:

    python -m tests.support.network_sandbox simulate me.wav

Libraries in other languages bypass everything that Python could refuse. Only on Linux, on the two
processors that the project supports.
"""

from __future__ import annotations

import ctypes
import json
import platform
import socket
import struct
import sys
from signal import SIGSYS

KILLED = -SIGSYS
"""The exit code of a process that tried."""

_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By processor: its name in `linux/audit.h`, and the number of the call `socket`."""

# From linux/seccomp.h, linux/prctl.h and linux/bpf_common.h.
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARCHITECTURE, _FAMILY = 0, 4, 16
"""Offsets in `struct seccomp_data` of the call, the processor and the call's first argument."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid_internet() -> None:
    """Takes effect in this process and those that it starts. Raises OSError."""
    architecture, call = _SOCKET[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 0, 3, call),
        (_LOAD, 0, 0, _FAMILY),
        (_IF_EQUAL, 2, 0, socket.AF_INET),
        (_IF_EQUAL, 1, 0, socket.AF_INET6),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    libc = ctypes.CDLL(None, use_errno=True)
    program = ctypes.byref(_Program(len(steps), code))
    for words in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SECCOMP, _FILTER, program, 0, 0)):
        if libc.prctl(*words):
            raise OSError(ctypes.get_errno(), "prctl")


def offline() -> list[str]:
    """The words that begin a command line without a network; elsewhere than on Linux, with one."""
    if sys.platform == "linux" and platform.machine() in _SOCKET:
        return [sys.executable, "-u", "-m", __name__]
    return [sys.executable, "-u", "-m", "voicecoach"]


EACH = "--each"
"""Instead of a command: run each of the command lines that are in standard input (a list of lists,
in JSON), in this process, because most of a command's time goes into loading. Prints the name of
each before it runs, after `BEGUN`, and at its end its exit code after `ENDED`."""

BEGUN, ENDED = "begun: ", "ended: "


def _each() -> None:
    from tests.support.cli_runner import command_line

    for words in json.load(sys.stdin):
        print(f"{BEGUN}{' '.join(words)}", flush=True)
        print(f"{ENDED}{command_line(*words)}", flush=True)


if __name__ == "__main__":
    forbid_internet()
    if sys.argv[1:] == [EACH]:
        _each()
    else:
        # Only now: some libraries use the network when they are loaded.
        from voicecoach.cli import main

        main()
