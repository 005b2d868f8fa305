#!/usr/bin/env python3
"""traffic.py [--every MS] [--timeout MS] [--wait SECONDS] [--report SECONDS] [--seconds N] [--out FILE] URL...

A user who never stops asking: requests each URL in turn, each time over a new connection and with the name resolved anew, and
records each request that failed (no answer, or none of 2xx) with its time. One JSON object a line:

    {"event": "started", "at": "2026-11-22T10:00:00.000Z", "urls": [...]}
    {"event": "failed", "at": "...", "url": "...", "ms": 12, "reason": "503 {...}" | "ConnectionRefusedError"}
    {"event": "report" | "ended", "at": "...", "requests": 240, "failed": 1, "longestGapMs": 131, "slowestMs": 40}

`at` of a failure is when the request was *sent*. `longestGapMs` is the longest time between the ends of two good answers, less the
pause between requests: what a user would call the outage; 0 while nothing failed. It ends, with status 0, on SIGTERM or SIGINT or
after --seconds. With --wait nothing counts before the first good answer (status 1 if none comes in time). It runs in a container of the rig and on any host with Python 3.
"""
import argparse
import datetime
import http.client
import json
import signal
import sys
import time
import urllib.parse

p = argparse.ArgumentParser()
p.add_argument("--every", type=int, default=50)
p.add_argument("--timeout", type=int, default=2000)
p.add_argument("--wait", type=float, default=0)
p.add_argument("--report", type=float, default=0)
p.add_argument("--seconds", type=float, default=0)
p.add_argument("--out")
p.add_argument("urls", nargs="+")
args = p.parse_args()

out = open(args.out, "w", encoding="utf-8") if args.out else sys.stdout
requests = failed = 0
longest_gap = slowest = 0.0
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)


def stamp(t=None):
    t = datetime.datetime.fromtimestamp(time.time() if t is None else t, datetime.timezone.utc)
    return t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03d}Z"


def record(event, at=None, **fields):
    print(json.dumps(dict(event=event, at=at or stamp(), **fields)), file=out, flush=True)


def totals(event):
    record(event, requests=requests, failed=failed, longestGapMs=round(longest_gap * 1000), slowestMs=round(slowest * 1000))


def ask(url):
    """None when the answer was good, else the reason."""
    u = urllib.parse.urlsplit(url)
    c = http.client.HTTPConnection(u.hostname, u.port or 80, timeout=args.timeout / 1000)
    try:
        c.request("GET", (u.path or "/") + ("?" + u.query if u.query else ""), headers={"Connection": "close"})
        r = c.getresponse()
        body = r.read(200).decode("utf-8", "replace")
        return None if 200 <= r.status < 300 else f"{r.status} {body}"
    except (OSError, http.client.HTTPException) as e:
        return type(e).__name__
    finally:
        c.close()


if args.wait:
    end = time.monotonic() + args.wait
    while running and (reason := ask(args.urls[0])) is not None:
        if time.monotonic() > end:
            record("gave up", url=args.urls[0], reason=reason)
            sys.exit(1)
        time.sleep(args.every / 1000)
record("started", urls=args.urls)
begin = last_good = last_report = time.monotonic()
broken = False  # has a request failed since the last good answer?
while running and not (args.seconds and time.monotonic() - begin > args.seconds):
    url = args.urls[requests % len(args.urls)]
    sent_at, sent = time.time(), time.monotonic()
    reason = ask(url)
    took = time.monotonic() - sent
    requests += 1
    slowest = max(slowest, took)
    if reason is None:
        if broken:
            longest_gap = max(longest_gap, time.monotonic() - last_good - args.every / 1000)
        broken, last_good = False, time.monotonic()
    else:
        failed += 1
        broken = True
        record("failed", at=stamp(sent_at), url=url, ms=round(took * 1000), reason=reason)
    if args.report and time.monotonic() - last_report >= args.report:
        last_report = time.monotonic()
        totals("report")
    if running:
        time.sleep(max(0.0, args.every / 1000 - took))
if broken:  # still down at the end: the gap is at least this long
    longest_gap = max(longest_gap, time.monotonic() - last_good)
totals("ended")
