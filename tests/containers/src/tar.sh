#!/bin/sh
# GNU tar with gzip, instead of busybox's.
set -eu
mkdir -p tree/empty
seq 1 1000 >tree/numbers
ln -s numbers tree/link
ln tree/numbers tree/hard
chmod 600 tree/numbers
tar -czf tree.tar.gz tree
rm -r tree
tar -tzf tree.tar.gz | sort
tar -xpzf tree.tar.gz
md5sum tree/link
rm tree.tar.gz
