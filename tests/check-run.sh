#!/usr/bin/env bash
# tests/run itself, in a tree of its own with tests that only pretend: what is counted, and that CI
# forgives a skip only where the kernel lacks just that. Run by "make check"; TAP.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
top=$(mktemp -d "${TMPDIR:-/tmp}/check-run.XXXXXX")
trap 'rm -rf "$top"' EXIT
number=0
result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number $2"; else echo "not ok $number $2"; fi
}

mkdir -p "$top/tests/e2e" "$top/bin" "$top/build/tests/unit" "$top/tests/unit"
cp tests/run tests/kernel "$top/tests/"
cat >"$top/tests/allowed-skips" <<-'END_OF_LIST'
	# a comment | elf32
	e2e/some: is about 32 bits | elf32
	e2e/some: makes a * | userns
END_OF_LIST
# Anybody is root.
printf '#!/bin/sh\necho 0\n' >"$top/bin/id"
chmod 755 "$top/bin/id"

# "run_with LACKS CI WORDS...": a file of tests; WORDS end the line of the one that is skipped. The output
# is in $top/said; its last line is printed.
run_with() {
	cat >"$top/tests/e2e/some.bats" <<-END_OF_TESTS
		@test "passes" { true; }
		@test "${3%% | *}" { skip "${3#* | }"; }
	END_OF_TESTS
	env -u MAKEFLAGS PATH="$top/bin:$PATH" KERNEL_LACKS="$1" CI="$2" BUILD_DIR="$top/build" \
		"$top/tests/run" e2e/some >"$top/said" 2>&1
	tail -n 1 "$top/said"
}

# "expect NAME LINE LACKS CI WORDS...": that is the last line.
expect() {
	local name=$1 line=$2 got
	shift 2
	got=$(run_with "$@")
	[ "$got" = "$line" ]
	result $? "$name"
	[ "$got" = "$line" ] || sed 's/^/# /' "$top/said"
}

echo 1..9
good='1 passed, 0 failed, 1 skipped'
bad='1 passed, 1 failed, 0 skipped'
elf32='this kernel lacks elf32: it executes no 32-bit programs'
userns='this kernel lacks userns: user namespaces, with processes of their own, are not allowed'

expect "a skip for what the kernel lacks is forgiven" "$good" "x elf32" true "is about 32 bits | $elf32"
expect "... by a pattern" "$good" "userns" true "makes a namespace | $userns"
expect "not where the kernel has it" "$bad" "int80 userns" true "is about 32 bits | $elf32"
expect "not in a test that does not need it" "$bad" "elf32 userns" true "is about 32 bits | $userns"
expect "not for another reason" "$bad" "elf32" true "is about 32 bits | plain-32 does not exist on this machine"
expect "not without a reason" "$bad" "" true "is about 32 bits | "
expect "any reason will do where it is not CI" "$good" "" false "is about 32 bits | the weather"

run_with "elf32 int80" false "passes too | the weather" >/dev/null
grep -qx 'This kernel lacks elf32: it executes no 32-bit programs; int80: .*' "$top/said"
result $? "what was left out is said in one line"

# The answer of tests/kernel to a probe: "answers STATUS WORDS", for 64 and 32 bits.
answers() {
	mkdir -p "$top/fixtures/.probe"
	printf '#!/bin/bash\n%s\n' "$1" >"$top/fixtures/.probe/probe"
	printf '#!/bin/bash\n%s\n' "$2" >"$top/fixtures/.probe/probe-32"
	chmod 755 "$top/fixtures/.probe"/*
	FIXTURES_DIR=$top/fixtures tests/kernel | tr ' ' '\n' | grep -xE 'elf32|int80|vdso32|dispatch' | paste -sd ' '
}
format='echo "$0: cannot execute binary file: Exec format error" >&2; exit 126'
crash='[ "$1" != int80 ] || kill -SEGV $$'
status=0
[ "$(answers true true)" = "" ] || status=1
[ "$(answers "$crash" "$format")" = "elf32 int80 vdso32" ] || status=1
[ "$(answers 'exit 77' true)" = "dispatch" ] || status=1
# What is broken in another way is not lacking.
[ "$(answers 'kill -ABRT $$' 'kill -SEGV $$')" = "" ] || status=1
[ "$(answers 'exit 1' 'exit 1')" = "" ] || status=1
rm -r "$top/fixtures"
[ "$(FIXTURES_DIR=$top/fixtures tests/kernel | grep -E 'elf32|int80')" = "" ] || status=1
result "$status" "only the kernel's own answer counts as lacking"
