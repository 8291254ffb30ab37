#!/bin/bash
# restore.sh ARCHIVE: all databases of the list, one after the other.
set -euo pipefail

while read -r kind name; do
  case $kind in
    postgresql)
      borg extract --stdout "$1" "$name" < /dev/null | pg_restore --clean --if-exists --exit-on-error --dbname="$name"
      ;;
    mariadb) borg extract --stdout "$1" "$name" < /dev/null | mariadb "$name" ;;
  esac
done < databases
