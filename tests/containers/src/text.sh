#!/bin/sh
# GNU find, xargs, grep, sed, sort and awk, instead of busybox's.
set -eu
for i in 1 2 3; do
	mkdir -p "tree/$i"
	seq "$i" 200 >"tree/$i/data.txt"
	echo "needle $i" >>"tree/$i/data.txt"
done
find tree -name '*.txt' -size +0 | sort
find tree -type f -print0 | sort -z | xargs -0 -n 2 grep -h needle
sed -i 's/needle/thread/' tree/3/data.txt
awk '/thread/ { print FILENAME, $2 }' tree/*/data.txt
find tree -type f -delete
find tree -depth -type d -empty -delete
test ! -e tree
