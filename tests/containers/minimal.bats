#!/usr/bin/env bats
# Profiles have nothing in them that was not needed: of two small applications, each recorded call
# is left out in turn. "make check-minimal" does that with all of applications.bash.

load lib

setup() {
	need_containers
}

minimal() {
	command -v strace >/dev/null || skip "needs strace"
	JOBS=1 run "$BATS_TEST_DIRNAME/minimal" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *"left out:"* ]] || skip "${lines[0]}"
}

@test "a static program" {
	minimal static-c
}

@test "a dynamic program" {
	RESULTS=$BATS_FILE_TMPDIR/dynamic minimal dynamic-c
}

@test "what nobody explains is an error, and so is what is not so" {
	command -v strace >/dev/null || skip "needs strace"
	# What the test before has found out, if it was run.
	[ -e "$BATS_FILE_TMPDIR/dynamic" ] || RESULTS=$BATS_FILE_TMPDIR/dynamic minimal dynamic-c
	printf '%s\n' "* access tolerated  the loader can do without" \
		"dynamic-c write tolerated  nobody reads it" >"$BATS_TEST_TMPDIR/known"
	run "$BATS_TEST_DIRNAME/minimal" -k "$BATS_TEST_TMPDIR/known" -r "$BATS_FILE_TMPDIR/dynamic" dynamic-c
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"dynamic-c: set_tid_address: tolerated, and"* ]]
	[[ $output == *"dynamic-c write is not tolerated"* ]]
	[[ $output != *"access: tolerated, and"* ]]
}
