#!/usr/bin/env python3
"""archive.py BASE.tar BUSYBOX MONGOD MONGO_INIT OUT.tar LABEL

Writes the rig's images into one archive that both `docker load` and `ctr images import` take. No engine and no registry has a part
in it, so that Kubernetes gets its images without Docker. The Debian base is one layer that all images share.
"""
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile

base, busybox, mongod, mongo_init, out, label = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECOND = 1_000_000_000


def layer(*entries):
    """An uncompressed tar: (path, file on this machine), (path, bytes), (path, None) for a folder, (path, "-> target") for a link."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as t:
        for path, source in entries:
            info = tarfile.TarInfo(path.lstrip("/"))
            if source is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o1777 if path == "/tmp" else 0o755
                t.addfile(info)
            elif isinstance(source, bytes):
                info.size, info.mode = len(source), 0o644
                t.addfile(info, io.BytesIO(source))
            elif source.startswith("-> "):
                info.type, info.linkname = tarfile.SYMTYPE, source[3:]
                t.addfile(info)
            else:
                info.size, info.mode = os.stat(source).st_size, 0o755
                with open(source, "rb") as f:
                    t.addfile(info, f)
    return data.getvalue()


with open(base, "rb") as f:
    debian = f.read()
applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split()
small = layer(
    ("/bin", None), ("/tmp", None), ("/etc", None), ("/root", None),
    ("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n"), ("/bin/busybox", busybox), *[("/bin/" + a, "-> busybox") for a in applets if a != "busybox"],
)

health = {"Test": ["CMD", "python3", "/app.py", "check"], "Interval": 2 * SECOND, "Timeout": 5 * SECOND, "StartPeriod": 5 * SECOND, "Retries": 3}
python = [PATH, "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"]
images = {
    "busybox": ([small], {"Env": [PATH], "Cmd": ["sh"]}),
    # PID 1 ignores SIGTERM unless it asks for it.
    "pause": ([small], {"Env": [PATH], "Entrypoint": ["sh", "-c", 'trap "exit 0" TERM INT; while :; do sleep 2147483647 & wait $!; done']}),
    "app": ([debian, layer(("/app.py", here + "/app.py"))],
            {"Env": python, "Cmd": ["python3", "/app.py"], "ExposedPorts": {"8080/tcp": {}}, "Healthcheck": health}),
    "traffic": ([debian, layer(("/traffic.py", here + "/traffic.py"))], {"Env": python, "Entrypoint": ["python3", "/traffic.py"]}),
    "postgres": ([debian, layer(("/entrypoint.sh", here + "/postgres.sh"))],
                 {"Env": [PATH + ":/usr/lib/postgresql/15/bin", "PGDATA=/var/lib/postgresql/data"], "Entrypoint": ["/entrypoint.sh"], "Cmd": ["postgres"],
                  "ExposedPorts": {"5432/tcp": {}}, "Volumes": {"/var/lib/postgresql/data": {}}, "StopSignal": "SIGINT"}),
    "redis": ([debian, layer(("/data", None), ("/entrypoint.sh", here + "/redis.sh"))],
              {"Env": [PATH], "Entrypoint": ["/entrypoint.sh"], "Cmd": ["redis-server"], "WorkingDir": "/data",
               "ExposedPorts": {"6379/tcp": {}}, "Volumes": {"/data": {}}}),
    "mongo": ([debian, layer(("/data", None), ("/data/db", None), ("/usr/local/bin/mongod", mongod), ("/mongo_init.py", mongo_init),
                              ("/usr/local/bin/docker-entrypoint.sh", here + "/mongo.sh"))],
              {"Env": [PATH], "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["mongod"], "ExposedPorts": {"27017/tcp": {}}, "Volumes": {"/data/db": {}}}),
}

manifest, written = [], set()
with tarfile.open(out, "w") as t:

    def put(name, data):
        if name not in written:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
            written.add(name)

    for name, (layers, config) in images.items():
        ids = [hashlib.sha256(data).hexdigest() for data in layers]
        for i, data in zip(ids, layers):
            put(i + "/layer.tar", data)
        body = json.dumps({
            "architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
            "config": dict(config, Labels={"keyturn.rig.images": label}),
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + i for i in ids]},
            "history": [{"created": "1970-01-01T00:00:00Z"} for _ in ids],
        }).encode()
        digest = hashlib.sha256(body).hexdigest()
        put(digest + ".json", body)
        manifest.append({"Config": digest + ".json", "RepoTags": [f"localhost/keyturn-rig/{name}:1"], "Layers": [i + "/layer.tar" for i in ids]})
    put("manifest.json", json.dumps(manifest).encode())
