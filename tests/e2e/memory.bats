#!/usr/bin/env bats
# Memory: every allocation can fail, with a clear end and without a damaged file; and large files
# need little of it. FAULTS_TRIES is how many allocations of a command fail (0: all).

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	cd "$DIR" || return 1
	FAULT_LIBRARY=${BUILD_DIR:-$REPO/build}/tests/faults/memory.so
	"$SECCOMP_LEARN" record -q -o a.rec -- /bin/true
	"$SECCOMP_LEARN" record -q --known a.rec -o b.rec -- /bin/sh -c :
	mkdir out
}

teardown() {
	cd /
	remove_dir
}

# Sanitizers have an address space of terabytes, and a malloc() of their own; what counts for "make coverage"
# has allocations of its own.
need_plain_memory() {
	not_with_sanitizer
	not_with_counters
}

# "fail_each STATUS GOOD OPTION...": the status of a failure and that of a good run. With FILE=out/NAME
# that file is written.
fail_each() {
	local status=$1 good=$2
	shift 2
	echo "seccomp-learn $*"
	if [ -n "${FILE:-}" ]; then
		echo "what was there before" >"$FILE"
	fi
	timeout -k 5 "$LIMIT" env ${FILE:+"FAULTS_KEEP=$DIR/$FILE"} "FAULTS_STATUS=$status" \
		"FAULTS_GOOD=$good" "FAULTS_TRIES=${FAULTS_TRIES-15}" "LD_PRELOAD=$FAULT_LIBRARY" \
		"$SECCOMP_LEARN" "$@"
}

@test "out of memory: merge" {
	need_plain_memory
	"$SECCOMP_LEARN" generate -q -o p.json a.rec
	"$SECCOMP_LEARN" generate -q -o p.yaml b.rec
	FILE=out/merged
	fail_each 2 0 merge --force -q -o out/merged a.rec b.rec
	fail_each 2 0 merge --force -q -o out/merged p.json p.yaml
	fail_each 2 0 merge --force -q --intersect -o out/merged p.json p.yaml
	FILE=
	fail_each 2 0 merge -q p.json p.yaml
}

@test "out of memory: generate" {
	local dialect
	need_plain_memory
	FILE=out/profile
	fail_each 2 0 generate --force -q -o out/profile a.rec b.rec
	fail_each 2 0 generate --force --yaml --layer variants --for runc -o out/profile a.rec b.rec
	for dialect in docker podman k8s systemd minijail firejail names bpf; do
		fail_each 2 0 generate --force -q -f "$dialect" -o out/profile a.rec
	done
}

@test "out of memory: diff" {
	need_plain_memory
	"$SECCOMP_LEARN" generate -q -o p.yaml b.rec
	fail_each 2 1 diff a.rec b.rec
	fail_each 2 1 diff --format json a.rec p.yaml
	fail_each 2 1 diff --format markdown p.yaml a.rec
}

@test "out of memory: show and lint" {
	local dialect
	need_plain_memory
	fail_each 2 0 show a.rec
	fail_each 2 0 show --json a.rec
	for dialect in oci docker k8s systemd names bpf; do
		"$SECCOMP_LEARN" generate -q -f "$dialect" -o "p.$dialect" a.rec
		fail_each 2 0 show "p.$dialect"
	done
	"$SECCOMP_LEARN" generate -q -o p.yaml a.rec
	fail_each 2 0 show --json p.yaml
	fail_each 2 0 show --json p.bpf
	sed 's/"read"/"raed"/' p.oci >wrong.json
	fail_each 2 1 lint wrong.json
	fail_each 2 1 lint --json wrong.json
}

@test "out of memory: help and completion" {
	need_plain_memory
	fail_each 2 0 --help
	fail_each 2 0 help record
	fail_each 2 0 completion bash
}

# A recording may end early, but what it has is in whole lines.
@test "out of memory: record" {
	local reads="'$SECCOMP_LEARN' show out/file >/dev/null"
	need_plain_memory
	FILE=out/file
	export FAULTS_CHECK="$reads && tail -n 1 out/file | grep -q '\"end\"'" FAULTS_LEFT="$reads"
	fail_each 125 0 record --force -q -o out/file -- /bin/true
	fail_each 125 0 record --force -q --known a.rec --known b.rec -o out/file -- /bin/true
	unset FAULTS_LEFT
	export FAULTS_CHECK="$reads"
	fail_each 125 0 record --force -q -p out/file -- /bin/true
}

# ---- large files -------------------------------------------------------------------------------

# What one line says again needs no memory, and a program that writes much is still a small one.
@test "a recording that says the same over and over needs its size in memory" {
	need_plain_memory
	awk 'BEGIN {
		print "{\"recording\":1}"
		for (i = 0; i < 250000; i++)
			printf "{\"t\":%d,\"abi\":\"x86_64\",\"nr\":%d}\n", 250000 - i, i % 400
		print "{\"end\":{\"t\":250001,\"status\":0,\"processes\":1,\"threads\":1}}"
	}' >large.rec
	(ulimit -v 65536 && "$SECCOMP_LEARN" show --json large.rec) >shown
	assert_equal "calls" 337 "$(jq '.abis.x86_64 | length' shown)"
	(ulimit -v 65536 && "$SECCOMP_LEARN" merge -o merged.rec large.rec a.rec)
	# Of each call the earliest is kept, which came last.
	assert_equal "earliest" 1 "$(grep -c '"t":1.0000,' merged.rec)"
}

@test "lines of unknown kinds are said some times, and then counted" {
	{
		head -n 1 a.rec
		yes '{"facet":1}' | head -n 30000
		tail -n +2 a.rec
	} >unknown.rec
	"$SECCOMP_LEARN" show unknown.rec 2>said >/dev/null
	assert_equal "lines" 21 "$(wc -l <said)"
	grep -qx "seccomp-learn: unknown.rec: skipped: 29980 more lines" said
}

@test "a line of values upon values is refused before it has taken all memory" {
	need_plain_memory
	{
		head -n 1 a.rec
		printf '{"facet":['
		yes '{},' | head -n 700000 | tr -d '\n'
		echo '{}]}'
	} >deep.rec
	status=0
	(ulimit -v 1048576 && "$SECCOMP_LEARN" show deep.rec) 2>said || status=$?
	assert_equal "status" 2 "$status"
	grep -q "deep.rec:2: column [0-9]*: more values than fit 512 MiB of memory" said
}
