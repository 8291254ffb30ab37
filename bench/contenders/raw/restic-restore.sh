#!/bin/bash
# restic-restore.sh REPOSITORY: the newest snapshots of all databases of the list, one after the other.
set -euo pipefail

while read -r kind name; do
  restic --repo "$1" dump latest --path "/$name" "/$name" < /dev/null | case $kind in
    postgresql) pg_restore --clean --if-exists --exit-on-error --dbname="$name" ;;
    mariadb) mariadb "$name" ;;
  esac
done < databases
