#!/bin/sh
# backup.sh REPOSITORY: all databases of the list, one after the other, into one archive. Each dump waits in the opening of
# its pipe until Borg comes to it.
set -eu

pids=
while read -r kind name; do
  mkfifo "$name"
  case $kind in
    postgresql) pg_dump --format=custom --compress=0 "$name" > "$name" & ;;
    mariadb)
      mariadb-dump --single-transaction --quick --hex-blob --skip-comments \
        --routines --events --triggers "$name" > "$name" &
      ;;
  esac
  pids="$pids $!"
done < databases

borg create --read-special $STORAGE_OPTIONS "$1::dumps-{now:%Y-%m-%dT%H:%M:%S.%f}" $(cut -d ' ' -f 2 databases)
for pid in $pids; do wait "$pid"; done
