#!/bin/sh
# gzip and bzip2 without tar: levels, integrity, standard input, several files.
# needs: gzip bzip2
set -eu
seq 1 30000 >data
gzip -k -9 data
bzip2 -k -1 data
gzip -t data.gz
bzip2 -t data.bz2
zcat data.gz | cmp - data
bzcat data.bz2 | cmp - data
gzip -l data.gz | awk 'NR == 2 { print $2 }'
rm data
gunzip data.gz
bunzip2 -f data.bz2
gzip <data | bzip2 | bunzip2 | gunzip | cksum
echo garbage >bad.gz
gzip -t bad.gz 2>/dev/null || echo "status $?"
zgrep -c 9999 data
