#!/bin/sh
# The entry point of many images: as root, it gives the data to the user of the service and becomes
# that user; then it executes what it was told to.
set -e
[ "${1#-}" = "$1" ] || set -- redis-server "$@"
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
	find . ! -user app -exec chown app:app {} +
	# By its path: the shell would take busybox's, which cannot change the user.
	exec /usr/bin/setpriv --reuid=app --regid=app --clear-groups -- "$0" "$@"
fi
exec "$@"
