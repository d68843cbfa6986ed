#!/usr/bin/env bats
# The sieve must not change what the workload does. fixtures.bats runs every fixture with one;
# here are the conditions under which there must be none, and what can happen while it is installed.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	# A sieve after 20 calls of a process, and never in one that has made a child: so that each
	# child is given its own. The figures of the end line tell how many there were.
	SOON="--tune run_quiet=0,probing_quiet=0,process_quiet=20,least_rate=0,quiet_runs=1000000"
	SOON+=",starter=1,starter_quiet=1000000000"
}

teardown() {
	remove_dir
}

# "disturbed HOW N MORE": so many processes are disturbed as they get their sieve, and more than MORE of them
# do get one; the set is the exact one. DISTURBED times as many of both.
disturbed() {
	local name
	set -- "$1" $(($2 * ${DISTURBED:-1})) $(($3 * ${DISTURBED:-1}))
	for name in $(variants disturbed); do
		need_fixture "$name"
		capture exact "$SECCOMP_LEARN" record -q --exact -o "$DIR/exact.rec" -- \
			"$FIXTURES_DIR/$name" "$1" "$2"
		# shellcheck disable=SC2086
		capture sieve "$SECCOMP_LEARN" record -q $SOON -o "$DIR/sieve.rec" -- \
			"$FIXTURES_DIR/$name" "$1" "$2"
		assert_run exact sieve
		assert_set exact
		printf '%s\n' "${LEARNT[@]}" >"$DIR/exact.set"
		assert_set sieve "$DIR/exact.set"
		echo "$name $1: $(figure sieve sieves) sieves for $2 processes"
		[ "$(figure sieve sieves)" -gt "$3" ]
	done
}

@test "SIGSTOP while it is installed" {
	disturbed stop 50 25
}

@test "SIGKILL while it is installed" {
	disturbed kill 100 16
}

@test "80 signals while it is installed" {
	disturbed signals 40 20
}

@test "the end of the process while it is installed" {
	disturbed exit 50 3
}

@test "an exec by another thread while it is installed" {
	disturbed exec 50 3
}

@test "a timer that interrupts the program: the sieve is installed at another place" {
	# Of four calls that end three are returns from the handler, where an attempt comes to nothing, and the next one is
	# made after 128 stops at last. Each process lives long enough for so many that one of them is elsewhere.
	capture plain "$FIXTURES_DIR/profiled" 20 200
	# shellcheck disable=SC2086
	capture sieve "$SECCOMP_LEARN" record -q $SOON -o "$DIR/sieve.rec" -- "$FIXTURES_DIR/profiled" 20 200
	assert_run plain sieve
	assert_set sieve
	echo "$(figure sieve sieves) sieves for 20 processes"
	[ "$(figure sieve sieves)" -ge 18 ]
}

@test "the memory map is afterwards what it was" {
	disturbed memory 30 15
}

@test "the signal mask of an interrupted wait outlasts the wait, wherever a sieve is installed" {
	local name quiet
	for name in $(variants masked-wait); do
		need_fixture "$name"
		for quiet in {1..30}; do
			# shellcheck disable=SC2086
			capture masked "$SECCOMP_LEARN" record -q $SOON,process_quiet=$quiet \
				-o "$DIR/masked.rec" -- "$FIXTURES_DIR/$name"
			assert_equal "status with $quiet" 0 "$(cat "$DIR/masked.status")"
			assert_equal "sieves with $quiet" 1 "$(figure masked sieves)"
		done
	done
}

@test "none where system calls are dispatched to the program itself" {
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	local program='
import ctypes, os, sys
selector = ctypes.create_string_buffer(1)
if ctypes.CDLL(None).prctl(59, 1, 0, 0, ctypes.c_void_p(ctypes.addressof(selector))): sys.exit(1)
for i in range(20000): os.getppid()
'
	need_kernel dispatch
	capture dispatch "$SECCOMP_LEARN" record -q --tune run_quiet=5000 -o "$DIR/dispatch.rec" -- \
		/usr/bin/python3 -c "$program"
	assert_equal status 0 "$(cat "$DIR/dispatch.status")"
	assert_equal sieves 0 "$(figure dispatch sieves)"
}

# "untraced HOW GAPS OPTION...": an unprivileged learner can't look at the flags of clone3; the child must
# get its answer, and be followed or be a gap.
untraced() {
	local name how=$1 gaps=$2
	shift 2
	for name in $(variants untraced-clone); do
		need_fixture "$name"
		for_user "$SECCOMP_LEARN" "$FIXTURES_DIR/$name"
		# shellcheck disable=SC2034 # capture reads it
		[ "$(id -u)" -ne 0 ] ||
			BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
		capture plain "$DIR/bin/$name" clone3 late "$how"
		capture closed "$DIR/bin/$(basename "$SECCOMP_LEARN")" record -q -o "$DIR/closed.rec" "$@" \
			-- "$DIR/bin/$name" clone3 late "$how"
		sed -i '/^[^#]/d' "$DIR/plain.out" "$DIR/closed.out"
		assert_run plain closed
		# shellcheck disable=SC2086
		assert_gaps closed $gaps
		echo "sieves: $(figure closed sieves)"
	done
}

@test "CLONE_UNTRACED where the memory with the flag is closed to the learner" {
	untraced closed untraced-child --exact
	untraced born-closed untraced-child --exact
	# shellcheck disable=SC2086
	untraced closed "" $EAGER
	[ "$(figure closed sieves)" -gt 0 ]
	# shellcheck disable=SC2086
	untraced born-closed "" $EAGER
	[ "$(figure closed sieves)" -gt 0 ]
}

# Prints what its status says of both, after more calls than any threshold.
state_program() {
	cat <<'PROGRAM'
import os, sys
for i in range(5000): os.getppid()
for line in open("/proc/self/status"):
    if line.startswith(("NoNewPrivs:", "Seccomp:")): print(line.split()[1], end=" ")
PROGRAM
}

@test "a privileged learner never sets no_new_privs, not even in an unprivileged workload" {
	need_root
	need_tool setpriv
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	capture_record priv -- setpriv --reuid=65534 --regid=65534 --clear-groups \
		/usr/bin/python3 -c "$(state_program)"
	assert_equal "status and state" "0 0 0 " "$(cat "$DIR/priv.status") $(cat "$DIR/priv.out")"
	assert_equal sieves 0 "$(figure priv sieves)"
}

@test "nor one that is in more groups than a page of its status holds" {
	need_root
	need_tool setpriv
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	# shellcheck disable=SC2034 # capture reads it
	BEFORE=(setpriv --groups "$(seq -s, 1500000000 1500000450)")
	capture_record groups -- setpriv --reuid=65534 --regid=65534 --clear-groups \
		/usr/bin/python3 -c "$(state_program)"
	assert_equal "status and state" "0 0 0 " "$(cat "$DIR/groups.status") $(cat "$DIR/groups.out")"
	# What is learnt after a filter, and what is said of it, is seen as well.
	need_fixture own-filter
	capture after "$SECCOMP_LEARN" record -q --after-filter -o "$DIR/after.rec" -- \
		"$FIXTURES_DIR/own-filter"
	assert_equal "status of $(cat "$DIR/after.err")" 0 "$(cat "$DIR/after.status")"
}

@test "a privileged workload gets one without no_new_privs" {
	need_root
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	capture_record priv -- /usr/bin/python3 -c "$(state_program)"
	assert_equal "status and state" "0 0 2 " "$(cat "$DIR/priv.status") $(cat "$DIR/priv.out")"
}

@test "an unprivileged learner may set it: set-user-ID programs have no effect anyway" {
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	for_user "$SECCOMP_LEARN"
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2034 # capture reads it
		BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	fi
	capture user "$DIR/bin/$(basename "$SECCOMP_LEARN")" record -q -o "$DIR/user.rec" -- \
		/usr/bin/python3 -c "$(state_program)"
	assert_equal "status and state" "0 1 2 " "$(cat "$DIR/user.status") $(cat "$DIR/user.out")"
	[ "$(figure user sieves)" -gt 0 ]
}

@test "--exact installs none" {
	capture exact "$SECCOMP_LEARN" record -q --exact -o "$DIR/exact.rec" -- \
		dd if=/dev/zero of=/dev/null bs=1 count=3000
	assert_equal sieves 0 "$(figure exact sieves)"
	assert_equal mode '"exact"' "$(head -n 1 "$DIR/exact.rec" | jq .mode)"
}

@test "a busy process stops no more: its calls are not counted in stops" {
	capture busy "$SECCOMP_LEARN" record -q -o "$DIR/busy.rec" -- \
		dd if=/dev/zero of=/dev/null bs=1 count=100000
	assert_equal status 0 "$(cat "$DIR/busy.status")"
	[ "$(figure busy stops)" -lt 20000 ]
	[ "$(figure busy sieved_at_least)" -gt 0 ]
}

@test "a program that is called as it was before gets it at its start, and not when called otherwise" {
	local never=1000000
	local only="process_quiet=$never,repeating_quiet=$never,familiar_runs=$never,quiet_runs=$never"
	only+=",starter=$never,run_quiet=0,probing_quiet=0,least_rate=0"
	capture_record way --tune "$only" -- sh -c "ls -d /; ls -a $DIR; :"
	assert_equal "sieves for other ways" 0 "$(figure way sieves)"
	capture_record way --tune "$only" -- sh -c "ls -d /; ls -d $DIR; :"
	assert_equal "sieves for the same way" 1 "$(figure way sieves)"
}

@test "what is learnt after the sieve is learnt all the same" {
	[ -x /usr/bin/python3 ] || skip "needs /usr/bin/python3"
	local program='
import os
for i in range(5000): os.getppid()
os.getpgid(0); os.sched_yield(); os.getpriority(0, 0)
for i in range(5000): os.getppid()
os.sync
os.umask(0); os.getloadavg()
'
	for let_go in 0 1; do
		capture late "$SECCOMP_LEARN" record -q -o "$DIR/late.rec" --tune "let_go=$let_go" -- \
			/usr/bin/python3 -c "$program"
		[ "$(figure late sieves)" -gt 0 ]
		learn_set "$DIR/late.rec" >"$DIR/set"
		for name in getpgid sched_yield getpriority umask; do
			grep -q "x86_64 $name\|aarch64 $name" "$DIR/set" || {
				echo "$name was not learnt"
				return 1
			}
		done
		# The result is known only where the thread is traced, and stopped twice for it.
		grep '"umask"' "$DIR/late.rec" |
			jq -e --argjson traced "$((1 - let_go))" '(.result != null) == ($traced == 1)'
	done
}

@test "CLONE_UNTRACED under a sieve: the child works, and is seen" {
	for how in clone clone3; do
		capture plain "$FIXTURES_DIR/untraced-clone" "$how" late
		# shellcheck disable=SC2086
		capture late "$SECCOMP_LEARN" record -q $SOON -o "$DIR/late.rec" -- \
			"$FIXTURES_DIR/untraced-clone" "$how" late
		assert_run plain late
		[ "$(figure late sieves)" -gt 0 ]
		learn_set "$DIR/late.rec" | grep -q sysinfo
		assert_gaps late
	done
}

@test "a workload's TSYNC still works when threads have the sieve" {
	need_fixture tsync
	[ "$(uname -m)" != aarch64 ] || skip "a wait that TSYNC breaks off sees EINTR on aarch64, with a sieve"
	capture plain "$FIXTURES_DIR/tsync"
	# shellcheck disable=SC2086
	capture tsync "$SECCOMP_LEARN" record -q $SOON -o "$DIR/tsync.rec" -- "$FIXTURES_DIR/tsync"
	assert_run plain tsync
	[ "$(figure tsync sieves)" -gt 0 ]
	assert_gaps tsync own-filter
	# What it refuses to threads that were let go nobody sees: that is the gap.
	# shellcheck disable=SC2086
	capture tsync "$SECCOMP_LEARN" record -q $SOON,let_go=0 -o "$DIR/tsync.rec" -- \
		"$FIXTURES_DIR/tsync"
	assert_run plain tsync
	[ "$(figure tsync sieves)" -gt 0 ]
	assert_gaps tsync own-filter
	# Among them what it refuses to the other threads, which ran unwatched until then.
	assert_set tsync
}

@test "a workload's own TRACE without its tracer still means ENOSYS" {
	capture plain "$FIXTURES_DIR/own-filter" trace
	# shellcheck disable=SC2086
	capture trace "$SECCOMP_LEARN" record -q $EAGER,let_go=0 -o "$DIR/trace.rec" -- \
		"$FIXTURES_DIR/own-filter" trace
	assert_run plain trace
	# A notifying sieve comes before it for a call that is not learnt: the gap is all that can be had.
	# shellcheck disable=SC2086
	capture trace "$SECCOMP_LEARN" record -q $EAGER -o "$DIR/trace.rec" -- "$FIXTURES_DIR/own-filter" trace
	assert_gaps trace own-filter
}

@test "thousands of goroutines" {
	need_tool go
	cat >"$DIR/many.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"sync"
)

func deep(n int) int {
	if n == 0 {
		return os.Getppid() * 0
	}
	var pad [64]byte
	pad[n%64] = 1
	return deep(n-1) + int(pad[n%64])
}

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for i := 0; i < 4000; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			n := 0
			for j := 0; j < 3; j++ {
				n += deep(i%40 + 1)
			}
			f, err := os.Open("/dev/null")
			if err != nil {
				panic(err)
			}
			f.Close()
			mu.Lock()
			total += n
			mu.Unlock()
		}(i)
	}
	wg.Wait()
	fmt.Println(total)
}
GO
	(cd "$DIR" && GOCACHE=${GOCACHE:-$DIR/cache} GOFLAGS=-mod=mod GO111MODULE=off HOME=$DIR go build -o many many.go)
	capture plain "$DIR/many"
	# shellcheck disable=SC2086
	capture many "$SECCOMP_LEARN" record -q $SOON -o "$DIR/many.rec" -- "$DIR/many"
	assert_run plain many
	[ "$(figure many sieves)" -gt 0 ]
}
