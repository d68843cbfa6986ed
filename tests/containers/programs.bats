#!/usr/bin/env bats
# Real programs in real runtimes: what was recorded outside is enough to run inside, and a call
# less is not. The programs are those of the oracle test.

load lib

setup_file() {
	[ "$(id -u)" -ne 0 ] || make_root
}

setup() {
	need_containers
	TEMPLATE=$BATS_TEST_TMPDIR/template
}

# Sets up /cwd for a workload of the oracle test; skips the test when something is missing.
prepare() {
	local script=$BATS_TEST_DIRNAME/../oracle/workloads/$1.sh words word
	read -ra words <<<"$(sed -n 's/^# needs\(-file\)\?://p' "$script" | tr '\n' ' ')"
	for word in "${words[@]}"; do
		command -v "$word" >/dev/null || [ -e "$word" ] || skip "needs $word"
	done
	mkdir -p "$TEMPLATE"
	cp "$script" "$TEMPLATE/workload"
	read -ra words <<<"$(sed -n 's/^# files://p' "$script")"
	for word in "${words[@]}"; do
		cp "$BATS_TEST_DIRNAME/../oracle/src/$word" "$TEMPLATE/"
	done
	# What of Go's own library has to be compiled may be kept.
	! grep -q '= prepare ]' "$script" ||
		(cd "$TEMPLATE" && GOCACHE="${GOCACHE:-$BUILD_DIR/tests/go-cache}" ./workload prepare)
}

# enforce [-n RUNS] WORKLOAD CALL...: records the workload, runs it in one of both runtimes, and again
# without each CALL, one it cannot do without; the next workload in the other one, with ALL_SETTINGS=1 each
# in both: what programs call does not depend on the runtime, and applications.bats tries them in both.
# RUNS: how many recordings show all it may do.
enforce() {
	local runs=1 workload call runtime i recordings=() runtimes=(runc crun)
	[ -n "${ALL_SETTINGS-}" ] || runtimes=("${runtimes[BATS_TEST_NUMBER % 2]}")
	[ "$1" != -n ] || { runs=$2 && shift 2; }
	workload=$1
	shift
	prepare "$workload"
	for ((i = 1; i <= runs; i++)); do
		record "native$i" /cwd/workload
		recordings+=("$BATS_TEST_TMPDIR/native$i.rec")
	done
	for runtime in "${runtimes[@]}"; do
		generate "$BATS_TEST_TMPDIR/$runtime.json" "$runtime" "${recordings[@]}"
		in_container "$runtime" "$BATS_TEST_TMPDIR/$runtime.json" "$runtime" /cwd/workload
		same native1 "$runtime" || { echo "$runtime: the profile does not do" && return 1; }
		for call; do
			without "$call" "$BATS_TEST_TMPDIR/$runtime.json" "$BATS_TEST_TMPDIR/less.json"
			RUN_TIMEOUT=$HANG_TIMEOUT in_container "$runtime" "$BATS_TEST_TMPDIR/less.json" less /cwd/workload
			! same native1 less >/dev/null || { echo "$runtime: passes without $call" && return 1; }
		done
	done
}

@test "busybox" {
	enforce busybox dup2
}

@test "bash" {
	enforce bash pipe2
}

@test "coreutils" {
	enforce coreutils symlinkat
}

@test "find, grep, sed and awk" {
	enforce text unlinkat
}

@test "tar with compression" {
	enforce tar symlinkat
}

@test "perl" {
	enforce perl socketpair
}

@test "python3 with threads and processes" {
	enforce -n 2 python-threads socketpair
}

@test "python3 as an HTTP server" {
	enforce python-http bind
}

@test "sqlite3" {
	enforce sqlite3 pwrite64
}

@test "sqlite3, two processes" {
	enforce sqlite-wal ftruncate
}

@test "openssl" {
	enforce openssl accept
}

@test "gcc" {
	enforce gcc vfork
}

@test "make" {
	enforce make vfork
}

@test "git" {
	enforce git rename
}

@test "node" {
	enforce -n 3 node epoll_pwait eventfd2
}

@test "go" {
	enforce -n 3 go epoll_ctl sigaltstack
}

@test "redis" {
	enforce -n 2 redis clone
}

@test "nginx" {
	enforce -n 2 nginx listen
}

@test "stress-ng with threads" {
	enforce -n 2 stress-ng sigaltstack
}

@test "a 32-bit program" {
	need_kernel elf32
	enforce elf32 socketcall sigreturn
}
