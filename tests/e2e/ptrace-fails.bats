#!/usr/bin/env bats
# A request to the kernel that fails without a reason never leaves "record" waiting: it ends, with an
# error where it can't go on.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
}

teardown() {
	remove_dir
}

# "fails ERROR N...": the ptrace requests of these numbers, each in a run of its own. A learner that waits
# for ever is ended after $LIMIT seconds, with status 124.
fails() {
	local error=$1 n status
	shift
	need_injection
	for n; do
		# shellcheck disable=SC2086
		LIMIT=60 capture fails strace -qq -o /dev/null -e trace=ptrace \
			-e inject=ptrace:error="$error":when="$n" "$SECCOMP_LEARN" record -q $EAGER \
			-o "$DIR/fails.rec" -- sh -c 'true; (true)'
		status=$(cat "$DIR/fails.status")
		echo "$error for request $n: status $status; $(cat "$DIR/fails.err")"
		case $status in
		0) ;;
		125) assert_says fails "cannot " ;;
		*) return 1 ;;
		esac
		rm -f "$DIR/fails.rec"
	done
}

@test "a ptrace request that fails with EIO" {
	fails EIO {1..20} 22 25 28 31 35 40 45 50 60 80 100
	# What it could not go on from is said.
	fails EIO 5
	assert_status fails 125
	assert_says fails "cannot go on: "
}

@test "a ptrace request that says that there is no such thread, which stands all the same" {
	fails ESRCH 1 2 3 4 5 6 7 10 13 15 20 33 35 40 41 45 60
}

@test "every ptrace request from some one on fails" {
	local n
	for n in 2 5 13 20 40; do
		fails EIO "$n+"
		fails ESRCH "$n+"
	done
}

@test "a stack of 16 KiB is enough" {
	need_tool prlimit
	not_with_sanitizer
	# The kernel moves a stack down by up to 8 KiB at random: one run says little. The environment is
	# there, too; a large one leaves too little for any program's start.
	local small=(env -i "PATH=$PATH" prlimit --stack=16384)
	for _ in {1..20}; do
		capture small "${small[@]}" "$SECCOMP_LEARN" record -q -o "$DIR/small.rec" -- \
			sh -c 'ulimit -s; exit 7'
		assert_status small 7
		# The limit is the user's, and the workload has it.
		assert_equal "limit of the workload" 16 "$(cat "$DIR/small.out")"
		capture small "${small[@]}" "$SECCOMP_LEARN" generate -q --force \
			-o "$DIR/small.json" "$DIR/small.rec"
		assert_status small 0
		rm "$DIR/small.rec"
	done
}
