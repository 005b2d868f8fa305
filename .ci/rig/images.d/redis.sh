#!/bin/bash
# The entry point of the rig's Redis image. REDIS_PASSWORD[_FILE] becomes the default user's password in an ACL file, so that
# ACL SAVE persists a rotation; further arguments go to redis-server.
set -eu
if [ "${1:-}" = redis-server ]; then
  shift
  [ -z "${REDIS_PASSWORD_FILE:-}" ] || REDIS_PASSWORD="$(<"$REDIS_PASSWORD_FILE")"
  chown redis:redis /data
  if [ ! -s /data/users.acl ]; then
    umask 077
    if [ -n "${REDIS_PASSWORD:-}" ]; then pass="#$(printf %s "$REDIS_PASSWORD" | sha256sum | cut -d' ' -f1)"; else pass=nopass; fi
    echo "user default on sanitize-payload $pass ~* &* +@all" >/data/users.acl
    chown redis:redis /data/users.acl
  fi
  unset REDIS_PASSWORD
  exec setpriv --reuid=redis --regid=redis --init-groups redis-server --dir /data --bind '* -::*' --protected-mode no \
    --aclfile /data/users.acl --appendonly yes "$@"
fi
exec "$@"
