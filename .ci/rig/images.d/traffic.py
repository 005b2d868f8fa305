#!/usr/bin/env python3
"""traffic.py [--every MS] [--timeout MS] [--wait SECONDS] [--report SECONDS] [--seconds N] [--parent PID] [--out FILE] URL...

Users who never stop asking, one for each URL: each request goes over a new connection and with the name resolved anew, and each one
that failed (no answer, or none of 2xx) is recorded with its time. One JSON object a line:

    {"event": "started", "at": "2026-11-22T10:00:00.000Z", "urls": [...]}
    {"event": "failed", "at": "...", "url": "...", "ms": 12, "reason": "503 {...}" | "ConnectionRefusedError"}
    {"event": "report" | "ended", "at": "...", "requests": 240, "failed": 1, "longestGapMs": 131, "longestGapUrl": "...", "slowestMs": 40}
    {"event": "gave up", "at": "...", "url": "...", "reason": "..."}

`at` of a failure is when the request was *sent*. `longestGapMs` is the longest time between the ends of two good answers of one URL, less
the pause between requests: what a user of that URL would call the outage; 0, and no URL, while nothing failed. It ends, with status 0, on
SIGTERM or SIGINT, after --seconds, or when PID, which must be its parent, has ended. With --wait nothing counts before each URL has given a
good answer (status 1 if one gives none in time). It runs in a container of the rig and on any host with Python 3.
"""
import argparse
import datetime
import http.client
import json
import os
import signal
import sys
import threading
import time
import urllib.parse

p = argparse.ArgumentParser()
p.add_argument("--every", type=int, default=50)
p.add_argument("--timeout", type=int, default=2000)
p.add_argument("--wait", type=float, default=0)
p.add_argument("--report", type=float, default=0)
p.add_argument("--seconds", type=float, default=0)
p.add_argument("--parent", type=int)
p.add_argument("--out")
p.add_argument("urls", nargs="+")
args = p.parse_args()

EVERY, TICK = args.every / 1000, 0.05
out = open(args.out, "w", encoding="utf-8") if args.out else sys.stdout
lock = threading.Lock()  # of the records
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)


def goes_on():
    return running and args.parent in (None, os.getppid())


def pause(seconds):
    end = time.monotonic() + seconds
    while goes_on() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, TICK))


def stamp(t=None):
    t = datetime.datetime.fromtimestamp(time.time() if t is None else t, datetime.timezone.utc)
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03d}Z"


def record(event, at=None, **fields):
    with lock:
        print(json.dumps(dict(event=event, at=at or stamp(), **fields)), file=out, flush=True)


def ask(url):
    """None when the answer was good, else the reason."""
    u = urllib.parse.urlsplit(url)
    c = http.client.HTTPConnection(u.hostname, u.port or 80, timeout=args.timeout / 1000)
    try:
        c.request("GET", (u.path or "/") + ("?" + u.query if u.query else ""), headers={"Connection": "close"})
        r = c.getresponse()
        body = r.read(200).decode("utf-8", "replace")
        return None if 200 <= r.status < 300 else f"{r.status} {body}"
    except Exception as e:  # whatever keeps a good answer away; a thread that ended would hide the outage
        return type(e).__name__
    finally:
        c.close()


class User(threading.Thread):
    """Each has a thread, so that an address that hangs keeps nobody from asking the others."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.requests, self.failed, self.slowest, self.gap = url, 0, 0, 0.0, 0.0
        self.last_good = time.monotonic()
        self.broken = False  # has a request failed since the last good answer?

    def run(self):
        while goes_on():
            sent_at, sent = time.time(), time.monotonic()
            reason = ask(self.url)
            now = time.monotonic()
            took = now - sent
            self.requests += 1
            self.slowest = max(self.slowest, took)
            if reason is None:
                if self.broken:
                    self.gap = max(self.gap, now - self.last_good - EVERY)
                self.broken, self.last_good = False, now
            else:
                self.failed += 1
                self.broken = True
                record("failed", at=stamp(sent_at), url=self.url, ms=round(took * 1000), reason=reason)
            pause(EVERY - took)

    def longest_gap(self):
        """One that goes on is at least as long as until now."""
        return max(self.gap, time.monotonic() - self.last_good) if self.broken else self.gap


def totals(event, users):
    longest = max(users, key=User.longest_gap)
    gap = longest.longest_gap()
    record(
        event,
        requests=sum(u.requests for u in users),
        failed=sum(u.failed for u in users),
        longestGapMs=round(gap * 1000),
        longestGapUrl=longest.url if gap else None,
        slowestMs=round(max(u.slowest for u in users) * 1000),
    )


def wait_for(url, end):
    while goes_on() and (reason := ask(url)) is not None:
        if time.monotonic() > end:
            record("gave up", url=url, reason=reason)
            sys.exit(1)
        pause(EVERY)


if args.wait:
    until = time.monotonic() + args.wait
    for url in args.urls:
        wait_for(url, until)
record("started", urls=args.urls)
begin = last_report = time.monotonic()
users = [User(url) for url in args.urls]
for user in users:
    user.start()
while goes_on() and not (args.seconds and time.monotonic() - begin > args.seconds):
    if args.report and time.monotonic() - last_report >= args.report:
        last_report = time.monotonic()
        totals("report", users)
    time.sleep(TICK)
stop()
for user in users:
    user.join()
totals("ended", users)
