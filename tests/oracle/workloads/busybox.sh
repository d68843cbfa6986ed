#!/bin/busybox sh
# The shell and tools of a static busybox.
# needs: busybox
# shellcheck shell=dash disable=SC2016
set -eu
b=/bin/busybox
$b seq 1 500 | $b sort -r | $b head -n 2 || true
$b mkdir -p d/e
$b cp "$0" d/e/copy
$b find d -type f | $b xargs $b wc -l | $b awk '{ print $2 }'
$b tar -czf d.tar.gz d
$b tar -tzf d.tar.gz
$b sed -n 2p "$0"
$b grep -c busybox "$0"
$b md5sum "$0" | $b cut -c 33-
$b ln -s x link
$b readlink link
$b dd if=/dev/zero bs=1k count=4 2>/dev/null | $b wc -c
$b date -u -d @0 +%Y
(
	exit 9
) || echo "status $?"
trap 'echo bye' EXIT
$b rm -r d
