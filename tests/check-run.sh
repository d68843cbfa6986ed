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
	e2e/some: needs 32 bits* | elf32
	e2e/some: makes a * | userns
	e2e/some: goes by the weather | it rains
END_OF_LIST
# Anybody is root.
printf '#!/bin/sh\necho 0\n' >"$top/bin/id"
chmod 755 "$top/bin/id"

elf32='this kernel lacks elf32: it executes no 32-bit programs'
userns='this kernel lacks userns: user namespaces, with processes of their own, are not allowed'
cat >"$top/tests/e2e/some.bats" <<-END_OF_TESTS
	@test "passes" { true; }
	@test "needs 32 bits" { skip "$elf32"; }
	@test "needs 32 bits, which are not built" { skip "plain-32 does not exist on this machine"; }
	@test "needs 32 bits, and does not say so" { skip; }
	@test "needs no 32 bits" { skip "$elf32"; }
	@test "makes a namespace" { skip "$userns"; }
	@test "goes by the weather" { skip "it rains"; }
	@test "goes by the weather too" { skip "it rains"; }
END_OF_TESTS

# "run_with LACKS CI": the output is in $top/said.
run_with() {
	env -u MAKEFLAGS PATH="$top/bin:$PATH" KERNEL_LACKS="$1" CI="$2" BUILD_DIR="$top/build" \
		"$top/tests/run" e2e/some >"$top/said" 2>&1
}

# "expect NAME LINE FORBIDDEN...": the last line is that one, and these cases may not be skipped.
expect() {
	local status=0
	printf '%s\n' "${@:3}" >"$top/expected"
	sed -n 's/^  not listed in tests\/allowed-skips: e2e\/some: \(.*\) | .*/\1/p' "$top/said" |
		diff - "$top/expected" >>"$top/said" && [ "$(tail -n 1 "$top/said")" = "$2" ] || status=1
	result "$status" "$1"
	[ "$status" -eq 0 ] || sed 's/^/# /' "$top/said"
}

echo 1..5
run_with "x elf32" true
expect "CI forgives a skip for what the kernel lacks or for a reason that is listed, and nothing else" \
	"1 passed, 5 failed, 2 skipped" "goes by the weather too" "makes a namespace" "needs 32 bits, and does not say so" \
	"needs 32 bits, which are not built" "needs no 32 bits"
run_with "int80 userns" true
expect "it does not where the kernel has it" \
	"1 passed, 5 failed, 2 skipped" "goes by the weather too" "needs 32 bits" "needs 32 bits, and does not say so" \
	"needs 32 bits, which are not built" "needs no 32 bits"
run_with "elf32 int80" false
grep -qx 'This kernel lacks elf32: it executes no 32-bit programs; int80: .*' "$top/said"
result $? "what was left out is said in one line"
[ "$(tail -n 1 "$top/said")" = "1 passed, 0 failed, 7 skipped" ]
result $? "where it is not CI, any reason will do"

# The answer of tests/kernel where the two probes are these scripts.
answers() {
	mkdir -p "$top/fixtures/.probe"
	printf '#!/bin/bash\n%s\n' "$1" >"$top/fixtures/.probe/probe"
	printf '#!/bin/bash\n%s\n' "$2" >"$top/fixtures/.probe/probe-32"
	chmod 755 "$top/fixtures/.probe"/*
	FIXTURES_DIR=$top/fixtures tests/kernel elf32 int80 vdso32 dispatch
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
[ "$(FIXTURES_DIR=$top/fixtures tests/kernel elf32 int80 vdso32 dispatch)" = "" ] || status=1
result "$status" "only the kernel's own answer counts as lacking"
