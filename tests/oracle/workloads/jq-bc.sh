#!/bin/sh
# jq and bc: two interpreters in a pipeline.
# needs: jq bc
set -eu
seq 1 200 | jq -s -c '[.[] | {n: ., square: (. * .)}]' >table.json
jq -r 'map(.square) | add' table.json
jq -r '.[] | select(.n % 50 == 0) | "\(.n)^3"' table.json | bc
jq . bad.json 2>/dev/null || echo "status $?"
echo 'scale = 30; 4 * a(1)' | bc -l
