#!/bin/sh
# Entry point of Dockerfile.services: `postgres` makes a database first where there is none; the rest runs as it is.
set -eu
[ "$1" = postgres ] || exec "$@"
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=${PGDATA:-/var/lib/postgresql/data}
if [ "$(id -u)" = 0 ]; then
  chown postgres:postgres "$(dirname "$data")" /var/lib/postgresql/data
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$data/PG_VERSION" ]; then
  initdb --pgdata="$data" --username="${POSTGRES_USER:?}" --pwfile="${POSTGRES_PASSWORD_FILE:?}" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  pg_ctl --pgdata="$data" --wait --options="-c listen_addresses=''" start >/dev/null
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") createdb --host=/var/run/postgresql \
    --username="$POSTGRES_USER" "${POSTGRES_DB:-$POSTGRES_USER}"
  pg_ctl --pgdata="$data" --wait --mode=fast stop >/dev/null
fi
exec postgres -D "$data" -c listen_addresses='*'
