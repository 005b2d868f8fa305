#!/usr/bin/env python3
"""A consumer of secrets, like most applications: it reads each once, at start, and keeps it until it ends.

DATABASE_URL, REDIS_URL, MONGO_URL   where to log in; each may be absent
  NAME                               the value itself,
  NAME_FILE                          or a file that holds it (a Docker secret, a mounted key),
  SECRETS_FILE                       or a file with lines NAME=value (an env file)
HOLD=A,B                             other secrets (signing keys and the like), found in the same three ways and only held
PORT=8080
START_SECONDS=30                     how long a server may be unreachable at start. A *refused* login ends the process at
                                     once with status 1: this is what lets an orchestrator notice a bad secret
EXIT_ON_REFUSED=1                    0: keeps running instead, and answers 503
DRAIN_SECONDS=0                      how long it goes on serving after SIGTERM; a rolling restart loses no request when this is
                                     longer than the load balancer needs to forget it

GET /live      200 while the process lives
GET /health    logs in anew with what it holds: 200, or 503; {"postgres": "ok:user", "redis": "refused", ...}
GET /session   uses the connections opened at start, logging in nowhere: shows sessions that outlive a password change
GET /held      the first 12 digits of the SHA-256 of each value held: which version an instance runs with, without the value

`app.py check` is the container's health check.
"""
import hashlib
import json
import os
import signal
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8080"))
STARTED = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

if sys.argv[1:] == ["check"]:
    try:
        sys.exit(0 if urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=4).status == 200 else 1)
    except OSError:
        sys.exit(1)


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line and not line.startswith("#"))


LINES = lines_of(os.environ["SECRETS_FILE"]) if "SECRETS_FILE" in os.environ else {}


def value(name):
    if os.environ.get(name + "_FILE"):
        with open(os.environ[name + "_FILE"], encoding="utf-8") as f:
            return f.read().rstrip("\n")
    return os.environ.get(name) or LINES.get(name)


HELD = {n: value(n) for n in ["DATABASE_URL", "REDIS_URL", "MONGO_URL"] + [h for h in os.environ.get("HOLD", "").split(",") if h]}
HELD = {n: v for n, v in HELD.items() if v is not None}


class Postgres:
    def __init__(self):
        import psycopg2

        self.connection = psycopg2.connect(HELD["DATABASE_URL"], connect_timeout=2, application_name="rig-app")
        self.connection.autocommit = True

    def user(self):
        with self.connection.cursor() as c:
            c.execute("select current_user")
            return c.fetchone()[0]

    def close(self):
        self.connection.close()


class Redis:
    def __init__(self):
        import redis

        # One bare connection: a pool would silently log in again when it breaks.
        self.connection = redis.ConnectionPool.from_url(HELD["REDIS_URL"], socket_connect_timeout=2, socket_timeout=2).make_connection()
        self.connection.connect()

    def user(self):
        self.connection.send_command("ACL", "WHOAMI")
        answer = self.connection.read_response()
        return answer.decode() if isinstance(answer, bytes) else str(answer)

    def close(self):
        self.connection.disconnect()


class Mongo:
    def __init__(self):
        import pymongo

        self.connection = pymongo.MongoClient(HELD["MONGO_URL"], serverSelectionTimeoutMS=2000, connectTimeoutMS=2000, maxPoolSize=1)
        self.number = None

    def user(self):
        # The driver opens another connection when one breaks; the server's number for it tells.
        number = self.connection.admin.command("hello")["connectionId"]
        if self.number not in (None, number):
            raise ConnectionError("another connection")
        self.number = number
        users = self.connection.admin.command("connectionStatus")["authInfo"]["authenticatedUsers"]
        return users[0]["user"] if users else ""

    def close(self):
        self.connection.close()


SERVERS = {n: c for n, (s, c) in {"postgres": ("DATABASE_URL", Postgres), "redis": ("REDIS_URL", Redis), "mongodb": ("MONGO_URL", Mongo)}.items() if s in HELD}


def verdict(error):
    """`refused` is the server's word; everything else may pass by itself. Never the text: it may quote a URL."""
    text, kind = str(error), type(error).__name__
    refused = (
        "authentication failed" in text.lower()
        or "no password supplied" in text
        or "is not permitted to log in" in text
        or ("role" in text and "does not exist" in text)
        or kind in ("AuthenticationError", "NoPermissionError")
        or any(w in text for w in ("WRONGPASS", "NOAUTH", "NOPERM"))
        or getattr(error, "code", None) == 18
    )
    return "refused" if refused else "unreachable:" + kind


def login(name):
    try:
        session = SERVERS[name]()
        try:
            return "ok:" + session.user()
        finally:
            session.close()
    except Exception as e:  # whatever a driver throws is a verdict
        return verdict(e)


def health():
    return {name: login(name) for name in SERVERS}


SESSIONS, LOST, SESSION_LOCK = {}, {}, threading.Lock()


def sessions():
    found = {}
    with SESSION_LOCK:
        for name, session in SESSIONS.items():
            if name not in LOST:
                try:
                    found[name] = "ok:" + session.user()
                    continue
                except Exception as e:
                    LOST[name] = "lost:" + type(e).__name__ # for good, even if a driver could open another one
            found[name] = LOST[name]
    return found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/live":
            found = {}
        elif self.path == "/held":
            found = {n: hashlib.sha256(v.encode()).hexdigest()[:12] for n, v in HELD.items()}
        elif self.path == "/session":
            found = sessions()
        elif self.path == "/health":
            found = health()
        else:
            self.send_error(404)
            return
        good = self.path in ("/live", "/held") or all(v.startswith("ok:") for v in found.values())
        body = json.dumps(dict(found, host=os.uname().nodename, started=STARTED)).encode()
        self.send_response(200 if good else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def leave(*_):
    # Not in the handler itself: it runs in the main thread, which has to go on serving.
    threading.Thread(target=lambda: (time.sleep(float(os.environ.get("DRAIN_SECONDS", "0"))), os._exit(0))).start()


def main():
    # PID 1 ignores a signal that it has not asked for.
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    end = time.monotonic() + float(os.environ.get("START_SECONDS", "30"))
    said = None
    while True:
        found = health()
        if all(v.startswith("ok:") for v in found.values()):
            break
        refused = "refused" in found.values()
        if refused and os.environ.get("EXIT_ON_REFUSED", "1") == "0":
            break
        if refused or time.monotonic() > end:
            print("login failed at start:", json.dumps(found), flush=True)
            sys.exit(1)
        if found != said:
            said = found
            print("waiting:", json.dumps(found), flush=True)
        time.sleep(0.5)
    for name, result in found.items():
        if result.startswith("ok:"):
            SESSIONS[name] = SERVERS[name]()
            SESSIONS[name].user()
    print("listening on", PORT, json.dumps(found), flush=True)
    Server(("", PORT), Handler).serve_forever()


main()
