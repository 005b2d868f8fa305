#!/bin/sh
# redeploy.sh FOLDER SH RESTART CONFIG SECONDS CONSUMER...
#
# Restarts the demo's consumer; what follows FOLDER is the command for that. A file in FOLDER makes one redeployment go wrong:
# fail-next    the consumer ends as soon as it starts
# kill-next    Keyturn, whose process ID the file holds, is killed before anything is restarted
set -u
folder=$1
shift
if [ -e "$folder/kill-next" ]; then
  pid=$(cat "$folder/kill-next")
  rm -f "$folder/kill-next"
  kill -KILL "$pid"
  exit 1
fi
if [ -e "$folder/fail-next" ]; then
  rm -f "$folder/fail-next"
  exec "$1" "$2" "$3" "$4" sh -c 'echo "no space left on device" >&2; exit 1'
fi
exec "$@"
