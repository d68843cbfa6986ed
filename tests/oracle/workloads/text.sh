#!/bin/sh
# find, xargs, grep, sed and awk over a small tree.
# needs: find xargs grep sed awk
set -eu
for i in 1 2 3 4 5; do
	mkdir -p "tree/$i"
	seq "$i" 200 >"tree/$i/data.txt"
	echo "needle $i" >>"tree/$i/data.txt"
done
find tree -name '*.txt' -size +0 -newer /etc/passwd | sort
find tree -type f -print0 | sort -z | xargs -0 -n 3 grep -h needle
find tree -type d -name 5 -exec rm -r {} +
grep -rl 'needle [1-4]' tree | sort
grep -c . tree/1/data.txt
grep -P 'needle \d' tree/2/data.txt
sed -i 's/needle/thread/' tree/3/data.txt
tail -n 1 tree/3/data.txt
sed -n '$!d;p' tree/4/data.txt || true
awk '{ s += $1 } END { print s }' tree/1/data.txt
awk 'BEGIN { while (("echo from awk; echo twice" | getline line) > 0) print line; system("echo system") }'
find tree -type f -delete
find tree -depth -type d -empty -delete
test ! -e tree
