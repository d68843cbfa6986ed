#!/usr/bin/env bats
# Fixtures under the learner as it is by default: those that make so many calls, or so many processes,
# that one of them gets a sieve on the way or could. All others are recorded by default just as with
# --exact, which fixtures.bats does.

load lib

setup() {
	make_dir
}

teardown() {
	remove_dir
}

@test "plain: a few calls, again and again" {
	check_fixture "" plain
}

@test "registers: each as it was, in processes that are stopped and continued" {
	check_fixture "" registers
}

@test "many-threads: 1,000 at once lose nothing" {
	check_fixture unknown-number many-threads 1000
}

@test "short-processes: thousands lose nothing" {
	check_fixture unknown-number short-processes "${PROCESSES:-2000}"
}

@test "processes-at-once: 200 lose nothing" {
	check_fixture unknown-number processes-at-once 200
}

@test "clone-exit: threads and processes that end at once" {
	check_fixture "" clone-exit
}

@test "kill-newborn: killed as they are born" {
	check_fixture "" kill-newborn 500
}

@test "pid-reuse: one process id again and again" {
	need_kernel userns
	# shellcheck disable=SC2034 # capture uses it
	BEFORE=(unshare --user --map-root-user --pid --fork --mount-proc)
	check_fixture unknown-number pid-reuse 300 300
}

@test "pidns: init killed with children left" {
	need_kernel userns
	check_fixture "" pidns killed
}

@test "pidns: init ends with children left" {
	need_kernel userns
	check_fixture "" pidns ends
}

@test "exec-thread: by a thread, all others busy" {
	check_fixture "" exec-thread busy
}

@test "exec-storm: eight threads at the same moment" {
	check_fixture "" exec-storm 30
}

@test "tsync: a filter for all threads at once" {
	check_fixture "own-filter" tsync
}

@test "group-stop: SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU really stop" {
	for signal in 19 20 21 22; do
		check_fixture "" group-stop "$signal"
	done
}

@test "stop-herd: 21 busy threads stop and go on" {
	check_fixture "" stop-herd
}

@test "disturbed: processes that are disturbed early in their lives" {
	local by
	for by in kill stop signals exit exec memory; do
		check_fixture "" disturbed $by 30
	done
}

@test "rt-signals: 2,000 arrive, in order, as they were sent" {
	check_fixture "" rt-signals 2000
}

@test "descriptors: none is missing, none is added" {
	check_fixture "" descriptors
}
