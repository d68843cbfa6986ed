#!/bin/bash
# Process substitution, coprocess, traps, wait, mapfile, here-string.
# needs: bash
set -eu
diff <(seq 1 5) <(seq 2 6) || true
mapfile -t lines < <(printf '%s\n' one two three)
echo "${#lines[@]} lines, last ${lines[-1]}"
coproc CAT { cat; }
# Bash forgets the number as soon as it has noticed the end.
cat_pid=$CAT_PID
echo "through the coprocess" >&"${CAT[1]}"
read -r answer <&"${CAT[0]}"
echo "$answer"
# shellcheck disable=SC2093,SC1083 # it closes a descriptor, nothing is executed
exec {CAT[1]}>&-
# Waiting for it: whether its SIGCHLD interrupts something else would be a matter of luck.
wait "$cat_pid" || true
trap 'echo "got USR1"' USR1
kill -USR1 $$
(exit 7) &
wait $! || echo "child ended with $?"
tr '[:lower:]' '[:upper:]' <<<"here string"
set -o pipefail
yes | head -n 2
