#!/bin/sh
# Processes that wait for one lock.
# needs: flock
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
echo 0 >counter
for _ in 1 2 3 4; do
	# shellcheck disable=SC2016 # the inner shell expands it
	flock lock sh -c 'read -r n <counter; sleep 0.02; echo $((n + 1)) >counter' &
done
wait
cat counter
flock lock sh -c 'flock -n lock true || echo "busy: $?"'
flock lock sh -c 'flock -w 0.1 lock true || echo "timed out: $?"'
flock -s lock flock -s lock echo shared
