#!/bin/sh
# tar with gzip, xz and zstd, the latter two with threads.
# needs: tar gzip xz zstd
# xz polls when it has to wait for a pipe, which depends on who is faster: here it reads files, and writes
# less than a pipe holds.
set -eu
mkdir in
i=0
while [ $i -lt 6 ]; do
	seq $i 1200 >in/$i
	i=$((i + 1))
done
ln -s 1 in/link
ln in/2 in/hard
tar -czf gzip.tar.gz in
tar -cf in.tar in
xz -T2 -0 --block-size=16KiB <in.tar >xz.tar.xz
tar -c in | zstd -q -T2 -1 -o zstd.tar.zst
for archive in gzip.tar.gz xz.tar.xz; do
	mkdir out
	tar -xf "$archive" -C out
	diff -r in out/in
	rm -r out
done
zstd -q -d zstd.tar.zst
tar -tf zstd.tar | sort | head -n 3
tar -df zstd.tar
xz -T2 -t xz.tar.xz
