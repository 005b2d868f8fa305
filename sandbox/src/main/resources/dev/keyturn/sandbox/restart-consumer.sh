#!/bin/sh
# restart-consumer.sh CONFIG SECONDS COMMAND...
#
# Ends the consumer of this configuration if one runs, starts a new one apart from this script, and returns 0 when it
# works. Returns 1 with the reason when it ends instead, or does not work after so many seconds; then it is ended.
set -u
config=$1 seconds=$2
shift 2
folder=$(dirname "$config")

runs() { # whether this pid is a consumer of this configuration, and no other process that got its number since
  tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -Fxq -- "$config"
}

old=$(cat "$folder/pid" 2>/dev/null)
if [ -n "$old" ] && runs "$old"; then
  kill -TERM "$old" 2>/dev/null
  tries=0
  while runs "$old"; do
    tries=$((tries + 1))
    if [ $tries -ge 250 ]; then kill -KILL "$old" 2>/dev/null; fi
    sleep 0.02
  done
fi

rm -f "$folder/ready"
: >"$folder/output"
if [ "${1:-}" = "" ]; then exit 0; fi
# A session of its own: what ends this script's group does not end the consumer.
setsid "$@" </dev/null >"$folder/output" 2>&1 &
new=$!
echo "$new" >"$folder/pid"

tries=0
until [ -e "$folder/ready" ]; do
  if ! kill -0 "$new" 2>/dev/null; then
    echo "the consumer ended before it worked: $(tail -n 3 "$folder/output")" >&2
    exit 1
  fi
  tries=$((tries + 1))
  if [ $tries -ge $((seconds * 50)) ]; then
    kill -KILL "$new" 2>/dev/null
    echo "the consumer did not work within $seconds s; it was ended" >&2
    exit 1
  fi
  sleep 0.02
done
