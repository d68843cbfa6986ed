#!/bin/sh
# initdb of PostgreSQL, and one statement in single-user mode. It refuses to run as root.
# needs: setpriv
# needs-file: /usr/lib/postgresql/15/bin/initdb
set -eu
if [ "$(id -u)" = 0 ]; then
	chown nobody:nogroup .
	exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$0"
fi
PATH=/usr/lib/postgresql/15/bin:$PATH
initdb --no-sync --locale=C --auth=trust -U tester -D data >initdb.log
tail -n 1 data/PG_VERSION
echo 'SELECT count(*) > 0 AS found FROM pg_class;' | postgres --single -D data postgres 2>/dev/null | grep -c 'found = "t"'
