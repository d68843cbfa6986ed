#!/usr/bin/env bats
# What seccomp-learn records of real programs is what strace sees of them. "compare" does it all:
# its head explains how. A case for each file of workloads/.

setup_file() {
	BUILD_DIR=$(realpath -m "${BUILD_DIR:-$BATS_TEST_DIRNAME/../../build}")
	export BUILD_DIR
	rm -rf "$BUILD_DIR/oracle-results"
}

compare() {
	run "$BATS_TEST_DIRNAME/compare" "$1"
	[ "$status" -ne 77 ] || skip "$output"
	echo "$output"
	return "$status"
}

@test "bash" {
	compare bash
}

@test "busybox" {
	compare busybox
}

@test "compress" {
	compare compress
}

@test "coreutils" {
	compare coreutils
}

@test "dash" {
	compare dash
}

@test "elf32" {
	compare elf32
}

@test "flock" {
	compare flock
}

@test "gcc" {
	compare gcc
}

@test "git" {
	compare git
}

@test "go" {
	compare go
}

@test "gpg" {
	compare gpg
}

@test "jq-bc" {
	compare jq-bc
}

@test "m4-bison" {
	compare m4-bison
}

@test "make" {
	compare make
}

@test "nginx" {
	compare nginx
}

@test "node" {
	compare node
}

@test "openssl" {
	compare openssl
}

@test "perl" {
	compare perl
}

@test "postgres" {
	compare postgres
}

@test "python-http" {
	compare python-http
}

@test "python-tests" {
	compare python-tests
}

@test "python-threads" {
	compare python-threads
}

@test "redis" {
	compare redis
}

@test "signals" {
	compare signals
}

@test "sqlite-wal" {
	compare sqlite-wal
}

@test "sqlite3" {
	compare sqlite3
}

@test "ssh-keygen" {
	compare ssh-keygen
}

@test "stress-ng" {
	compare stress-ng
}

@test "tar" {
	compare tar
}

@test "text" {
	compare text
}

@test "xargs-parallel" {
	compare xargs-parallel
}

@test "every workload has a case, and the table is written" {
	for name in $("$BATS_TEST_DIRNAME/compare" --list); do
		grep -qx "	compare $name" "$BATS_TEST_FILENAME"
	done
	"$BATS_TEST_DIRNAME/compare" --report
	[ -s "$BUILD_DIR/oracle-report.md" ]
}
