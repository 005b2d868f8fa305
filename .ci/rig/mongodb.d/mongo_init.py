#!/usr/bin/env python3
"""mongo_init.py PORT USER PASSWORD_FILE [REPLICA_SET]

Waits for a fresh mongod, makes it the only member of REPLICA_SET (if named), and creates the first administrator.

There is no `mongosh` that could be installed, and a driver would be one more thing to fetch. What is needed before anybody can
log in is three commands, so this speaks just enough of the wire protocol (OP_MSG and BSON) to send them.
"""
import socket
import struct
import sys
import time

ALREADY_INITIALIZED = 23
USER_EXISTS = 51003
UNAUTHORIZED = 13  # the exception for the first user has been used up: there is one


def encode(document):
    out = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, dict):
            out += b"\x03" + name + encode(value)
        elif isinstance(value, list):
            out += b"\x04" + name + encode({str(i): v for i, v in enumerate(value)})
        elif isinstance(value, str):
            text = value.encode() + b"\0"
            out += b"\x02" + name + struct.pack("<i", len(text)) + text
        else:
            out += b"\x10" + name + struct.pack("<i", value)
    return struct.pack("<i", len(out) + 5) + out + b"\0"


def decode(data):
    """The top level's numbers, booleans and strings; whatever else an answer holds is skipped."""
    found, at = {}, 4
    while data[at]:
        kind, end = data[at], data.index(0, at + 1)
        name, at = data[at + 1 : end].decode(), end + 1
        if kind == 0x01:
            found[name] = struct.unpack_from("<d", data, at)[0]
        elif kind == 0x10:
            found[name] = struct.unpack_from("<i", data, at)[0]
        elif kind == 0x08:
            found[name] = bool(data[at])
        elif kind == 0x02:
            found[name] = data[at + 4 : at + 3 + struct.unpack_from("<i", data, at)[0]].decode()
        length = struct.unpack_from("<i", data, at)[0] if kind in (0x02, 0x03, 0x04, 0x05) else 0
        at += {0x02: 4 + length, 0x03: length, 0x04: length, 0x05: 5 + length, 0x07: 12, 0x08: 1, 0x0A: 0, 0x10: 4}.get(kind, 8)
    return found


def command(port, body):
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        message = struct.pack("<iiiii", 0, 1, 0, 2013, 0) + b"\0" + encode(dict(body, **{"$db": "admin"}))
        s.sendall(struct.pack("<i", len(message)) + message[4:])
        answer = b""
        while len(answer) < 4 or len(answer) < struct.unpack_from("<i", answer)[0]:
            part = s.recv(65536)
            if not part:
                raise ConnectionError("mongod closed the connection")
            answer += part
    return decode(answer[21:])


def until(what, attempt, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            if attempt():
                return
            last = "not yet"
        except OSError as e:
            last = e
        if time.monotonic() > end:
            sys.exit(f"mongo_init: waited {seconds} s for {what}: {last}")
        time.sleep(0.05)


def accept(answer, *codes):
    if answer.get("ok") != 1.0 and answer.get("code") not in codes:
        sys.exit(f"mongo_init: {answer}")


def main():
    port, user, password_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    replica_set = sys.argv[4] if len(sys.argv) > 4 else None
    until("an answer of mongod", lambda: command(port, {"hello": 1}).get("ok") == 1.0)
    if replica_set:
        config = {"_id": replica_set, "members": [{"_id": 0, "host": f"127.0.0.1:{port}"}]}
        accept(command(port, {"replSetInitiate": config}), ALREADY_INITIALIZED, UNAUTHORIZED)
        until("a primary", lambda: command(port, {"hello": 1}).get("isWritablePrimary"))
    with open(password_file, encoding="utf-8") as f:
        password = f.read().rstrip("\n")
    accept(command(port, {"createUser": user, "pwd": password, "roles": ["root"]}), USER_EXISTS, UNAUTHORIZED)


main()
