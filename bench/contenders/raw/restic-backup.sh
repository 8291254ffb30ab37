#!/bin/bash
# restic-backup.sh REPOSITORY: all databases of the list, one after the other, a snapshot each.
set -euo pipefail

while read -r kind name; do
  case $kind in
    postgresql) pg_dump --format=custom --compress=0 "$name" ;;
    mariadb)
      mariadb-dump --single-transaction --quick --hex-blob --skip-comments \
        --routines --events --triggers "$name"
      ;;
  esac < /dev/null | restic --repo "$1" backup --quiet --stdin --stdin-filename "$name"
done < databases
