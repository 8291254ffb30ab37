#!/bin/sh
# backup-one-by-one.sh REPOSITORY: an archive for each database of the list.
set -eu

while read -r kind name; do
  mkfifo "$name"
  case $kind in
    postgresql) pg_dump --format=custom --compress=0 "$name" > "$name" & ;;
    mariadb)
      mariadb-dump --single-transaction --quick --hex-blob --skip-comments \
        --routines --events --triggers "$name" > "$name" &
      ;;
  esac
  borg create --read-special $STORAGE_OPTIONS "$1::$name-{now:%Y-%m-%dT%H:%M:%S.%f}" "$name" < /dev/null
  wait "$!"
done < databases
