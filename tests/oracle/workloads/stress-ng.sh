#!/bin/sh
# stress-ng: threads, pipes, semaphores, a bounded number of operations each.
# needs: stress-ng
set -eu
exec stress-ng --quiet --temp-path . --pthread 1 --pthread-ops 40 --pthread-max 8 --pipe 1 --pipe-ops 400 --switch 1 \
	--switch-ops 400 --cpu 1 --cpu-ops 4 --cpu-method fft
