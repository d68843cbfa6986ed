#!/bin/sh
# Pipelines, subshells, here-documents, redirections and traps of Debian's sh.
# needs: dash
set -eu
printf '%s\n' delta alpha charlie bravo | sort | while read -r word; do
	echo "word: $word"
done
(cd / && pwd)
cat <<END | tr '[:lower:]' '[:upper:]'
here-document in $(basename "$0")
END
exec 3>three
echo "to descriptor three" >&3
exec 3>&-
cat three >&2
trap 'echo "trapped" ; exit 3' TERM
kill -TERM $$
