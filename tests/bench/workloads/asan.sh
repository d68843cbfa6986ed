#!/bin/sh
# Builds programs with AddressSanitizer and runs them. Every second one leaks, which LeakSanitizer finds
# at its end: status 23. "strict": it matters whether it does.
set -eu

for n in 1 2 3 4 5 6; do
	cat >"program$n.c" <<SOURCE
#include <stdlib.h>
#include <string.h>

static char *volatile kept;

int main(void)
{
	for (int i = 1; i < 2000; i++) {
		char *text = malloc($n + (size_t)i);

		memset(text, i, $n + (size_t)i);
		free(text);
	}
	kept = malloc(100);
	if ($n % 2 == 0)
		kept = NULL;
	return 0;
}
SOURCE
	cc -g -fsanitize=address -o "program$n" "program$n.c"
	for _ in 1 2 3 4 5 6 7 8; do
		status=0
		ASAN_OPTIONS=detect_leaks=1:symbolize=0:exitcode=23 "./program$n" 2>/dev/null || status=$?
		if [ "${1-}" = strict ] && [ "$status" -ne $(((n % 2 == 0) * 23)) ]; then
			echo "program$n ended with status $status" >&2
			exit 1
		fi
	done
done
