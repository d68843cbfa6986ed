#!/bin/bash
# What scripts do in bash: arrays, process substitution, a here-document, a trap, jobs, a pipe.
set -eu
words=(delta alpha charlie bravo)
while read -r word; do
	printf '%s ' "$word"
done < <(printf '%s\n' "${words[@]}" | sort)
echo "${#words[@]}"
sed s/text/TEXT/ <<'END'
here is text
END
trap 'echo trapped' USR1
kill -USR1 $$
for status in 3 4; do
	(exit "$status") &
	wait $! || echo "status $?"
done
[[ $(</etc/passwd) =~ root:x:([0-9]+) ]] && echo "root is ${BASH_REMATCH[1]}"
echo text >file
read -r text <file
echo "$text"
