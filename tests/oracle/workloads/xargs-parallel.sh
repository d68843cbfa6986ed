#!/bin/sh
# xargs -P: many short processes at once.
# needs: xargs
set -eu
# shellcheck disable=SC2016 # the inner shell expands it
seq 1 24 | xargs -P 4 -n 1 sh -c 'echo "$1" >"out.$1"' sh
find . -name 'out.*' | wc -l
cat out.* | awk '{ s += $1 } END { print s }'
seq 1 5 | xargs -P 2 -I N sh -c 'exit 1' || echo "status $?"
