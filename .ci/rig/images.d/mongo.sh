#!/bin/bash
# The entry point of the rig's MongoDB image, under the name and with the contract of the official one as far as the tests need it:
# MONGO_INITDB_ROOT_USERNAME, MONGO_INITDB_ROOT_PASSWORD[_FILE]; further arguments go to mongod.
set -eu
as_mongodb() { setpriv --reuid=mongodb --regid=mongodb --init-groups "$@"; }
if [ "${1:-}" = mongod ]; then
  shift
  chown mongodb:mongodb /data/db
  if [ -n "${MONGO_INITDB_ROOT_USERNAME:-}" ] && [ ! -e /data/db/.initialised ]; then
    password=${MONGO_INITDB_ROOT_PASSWORD_FILE:-}
    [ -n "$password" ] || { password=$(mktemp); printf %s "$MONGO_INITDB_ROOT_PASSWORD" >"$password"; }
    # Nobody but this script may reach the server before it has an administrator: another port, on loopback only.
    as_mongodb mongod --dbpath /data/db --port 27099 --bind_ip 127.0.0.1 --nounixsocket --fork --logpath /data/db/init.log >/dev/null
    python3 /mongo_init.py 27099 "$MONGO_INITDB_ROOT_USERNAME" "$password"
    as_mongodb mongod --dbpath /data/db --shutdown >/dev/null
    [ -n "${MONGO_INITDB_ROOT_PASSWORD_FILE:-}" ] || rm -f "$password"
    : >/data/db/.initialised
  fi
  unset MONGO_INITDB_ROOT_PASSWORD
  [ -z "${MONGO_INITDB_ROOT_USERNAME:-}" ] || set -- --auth "$@"
  exec setpriv --reuid=mongodb --regid=mongodb --init-groups mongod --dbpath /data/db --bind_ip_all --nounixsocket --wiredTigerCacheSizeGB 0.25 "$@"
fi
exec "$@"
