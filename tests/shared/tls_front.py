"""Doors in front of a PostgreSQL server: one that encrypts, which it cannot itself, and one that breaks."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path

import pytest

_REQUEST = bytes.fromhex("0000000804d2162f")  # of a client that wants to encrypt


def certificate(folder: Path, name: str, host: str = "localhost") -> Path:
    """Make a certificate that signs itself, and its key beside it."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the program openssl is not installed")
    file = folder / f"{name}.crt"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-keyout", file.with_suffix(".key"), "-out", file, "-days", "2", "-subj", f"/CN={host}"]
        + ["-addext", f"subjectAltName=DNS:{host}"],
        check=True,
        capture_output=True,
    )
    return file


@contextmanager
def encrypted(unix_socket: str, certificate: Path | None) -> Iterator[int]:
    """Port of 127.0.0.1 on which the server behind `unix_socket` speaks TLS alone, or, without a certificate, never."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def serve(client: socket.socket) -> None:
        with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            if client.recv(8) != _REQUEST:
                return  # a client that goes on in plain text
            client.sendall(b"S" if certificate else b"N")
            if not certificate:
                return
            server.connect(unix_socket)
            with context.wrap_socket(client, server_side=True) as shown:
                answers = threading.Thread(target=_pass_on, args=(server, shown), daemon=True)
                answers.start()
                _pass_on(shown, server)
                answers.join(5)

    with _door(serve) as port:
        yield port


@contextmanager
def breaking(unix_socket: str, after_bytes: int) -> Iterator[int]:
    """Port of 127.0.0.1 whose connections break once the server behind `unix_socket` has sent so many bytes."""

    def serve(client: socket.socket) -> None:
        with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            server.connect(unix_socket)
            threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
            _pass_on(server, client, after_bytes)

    with _door(serve) as port:
        yield port


@contextmanager
def _door(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=accept, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def _pass_on(read: socket.socket, write: socket.socket, at_most: float = inf) -> None:
    passed = 0
    with suppress(OSError):
        while passed < at_most and (data := read.recv(65536)):
            write.sendall(data)
            passed += len(data)
    with suppress(OSError):
        write.shutdown(socket.SHUT_WR)
