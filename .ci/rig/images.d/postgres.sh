#!/bin/bash
# The entry point of the rig's PostgreSQL image, with the contract of the official one: POSTGRES_{USER,PASSWORD,DB}[_FILE],
# POSTGRES_INITDB_ARGS, /docker-entrypoint-initdb.d/*.{sql,sh}, PGDATA; further arguments go to the server.
set -eu
from_file() {
  local file="${1}_FILE"
  if [ -n "${!file:-}" ]; then export "$1"="$(<"${!file}")"; fi
  unset "$file"
}
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$@"; }

if [ "${1:-}" = postgres ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    from_file POSTGRES_USER
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_DB
    : "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=$POSTGRES_USER}"
    [ -n "${POSTGRES_PASSWORD:-}" ] || { echo "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE is required" >&2; exit 1; }
    password=$(mktemp) # a real file: after the change of user, a pipe of this shell could not be opened
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
    chown postgres "$password"
    # shellcheck disable=SC2086 # arguments
    as_postgres initdb -D "$PGDATA" -U "$POSTGRES_USER" --auth-local=trust --auth-host=scram-sha-256 --pwfile="$password" ${POSTGRES_INITDB_ARGS:-} >/dev/null
    rm -f "$password"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    # Nobody but these scripts may reach the server before it is complete: no network.
    as_postgres pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
    [ "$POSTGRES_DB" = postgres ] || as_postgres psql -qU "$POSTGRES_USER" -d postgres -v ON_ERROR_STOP=1 -v db="$POSTGRES_DB" <<<'create database :"db"'
    # shellcheck disable=SC1090 # the user's scripts
    for f in /docker-entrypoint-initdb.d/*; do
      case $f in
        *.sql) as_postgres psql -qU "$POSTGRES_USER" -d "$POSTGRES_DB" -v ON_ERROR_STOP=1 -f "$f" ;;
        *.sh) . "$f" ;;
      esac
    done
    as_postgres pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
  fi
  unset POSTGRES_PASSWORD
  shift
  exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -D "$PGDATA" -c listen_addresses='*' "$@"
fi
exec "$@"
