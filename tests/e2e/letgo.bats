#!/usr/bin/env bats
# What a workload can feel of a tracer, and cannot once it has its filter and was let go: each program makes
# a few calls first, so that it has the filter early, and then does what a tracer would change. Everything is
# as in the run without a learner.
#
# Longer than others: what can be felt is a long list.
#
# KILLS says how often the learner is killed (5), more for more luck.

bats_require_minimum_version 1.5.0


# The filter after eight calls that were made before.
AT_ONCE=process_quiet=8,run_quiet=8,repeating_quiet=8,familiar_quiet=8,familiar_runs=1,probing_quiet=0
AT_ONCE+=,calls_per_probe=0,least_rate=0,starter_quiet=8,children_quiet=1,quiet_runs=1

setup() {
	load lib
	make_dir
	read -ra RECORD_FLAGS <<<"${SECCOMP_LEARN_RECORD_FLAGS:-} --tune $AT_ONCE"
	# shellcheck disable=SC2034 # assert_run reads it
	MODE=at-once
}

teardown() {
	remove_dir
}

# "as_plain GAPS NAME [ARG...]": the fixture, in each variant, does what it does without a learner, and what
# was learnt is what it claims, with these gaps.
as_plain() {
	local name
	for name in $(variants "$2"); do
		echo "fixture $name ${*:3}"
		need_fixture "$name"
		capture plain "$FIXTURES_DIR/$name" "${@:3}"
		assert_plain
		learns_fixture "$1" "$FIXTURES_DIR/$name" "${@:3}"
	done
}

# What was run without a learner must not have failed, or nothing was tested.
assert_plain() {
	local status
	read -r status <"$DIR/plain.status"
	[ "$status" != 77 ] || skip "not possible here: $(cat "$DIR/plain.out")"
	if [ "$status" = 99 ] || [ "$status" -ge 124 ]; then
		cat "$DIR/plain.out" "$DIR/plain.err"
		return 1
	fi
}

# The last recording is of a program that got its filter.
had_filter() {
	[ "$(figure learnt sieves)" -gt 0 ] || {
		echo "nothing got a filter"
		return 1
	}
}

# No process of the learner of the last recording is left.
nobody_left() {
	! pgrep -f -- "$DIR/learnt.rec" >/dev/null
}

# "assert_gap GAP": the recording that was read last has it, among others perhaps.
assert_gap() {
	[[ " ${GAPS[*]} " == *" $1 "* ]] || {
		echo "no gap $1 but: ${GAPS[*]}"
		return 1
	}
}

# ---- calls that a stop cuts short --------------------------------------------------------------

@test "a write to a slow reader writes everything while children end" {
	as_plain "" short-writes pipe
	grep -qx '# writes 1' "$DIR/learnt.out"
	as_plain "" short-writes socket
	grep -qx '# writes 1' "$DIR/learnt.out"
}

@test "a long getrandom, read or fallocate does everything while children end" {
	local what
	for what in getrandom read fallocate; do
		as_plain "" long-calls $what
		grep -qx '# returned early 0' "$DIR/learnt.out"
	done
}

@test "a wait with a time limit lasts as long while children end" {
	as_plain "" timed-waits
}

@test "a storm of signals makes no call fail with EINTR that never waits" {
	local how
	# Of calls that the filter does not know each one costs more.
	for how in "restart known 1000000" "interrupt known 1000000" "restart new 60000"; do
		# shellcheck disable=SC2086
		as_plain "" signal-storm $how
		had_filter
		grep -qx '# interrupted 0' "$DIR/learnt.out"
	done
}

# ---- a workload that traces --------------------------------------------------------------------

@test "a program traces its own child" {
	local how name
	for how in attach seize traceme; do
		for name in $(variants late-tracer); do
			capture plain "$FIXTURES_DIR/$name" $how
			assert_plain
			grep -qx '# stopped at calls 6' "$DIR/plain.out"
			capture_record learnt -- "$FIXTURES_DIR/$name" $how
			assert_run plain learnt
			assert_set learnt
		done
	done
}

@test "TracerPid is 0" {
	as_plain "" tracer-pid late
	grep -qx '# traced 0' "$DIR/learnt.out"
}

# "in_shell NAME TEXT [ARG...]": a shell that has made some calls executes TEXT, without a learner and with.
in_shell() {
	# shellcheck disable=SC2016
	local text='i=0; while [ $i -lt 100 ]; do : </dev/null; i=$((i + 1)); done'
	capture plain sh -c "$text; $1" "${@:2}"
	capture_record learnt -- sh -c "$text; $1" "${@:2}"
}

@test "strace -f in a shell that was let go" {
	need_tool strace
	# shellcheck disable=SC2016
	in_shell 'strace -f -o "$0" sh -c "true; /bin/true; exit 3"; echo "status $?"
		grep -c "execve(" "$0"; grep -c "exited with" "$0"' "$DIR/strace.log"
	assert_equal "of strace" "status 3 2 2" "$(paste -sd ' ' "$DIR/plain.out")"
	assert_run plain learnt
}

@test "gdb runs a program in a shell that was let go" {
	need_tool gdb
	# shellcheck disable=SC2016
	in_shell 'gdb -nx -batch -ex "catch syscall exit_group" -ex run -ex continue \
		-ex "print \$_exitcode" --args false >"$0" 2>&1
		grep -o "call to syscall exit_group" "$0"; grep "^.1 = " "$0"' "$DIR/gdb.log"
	# shellcheck disable=SC2016
	assert_equal "of gdb" 'call to syscall exit_group $1 = 1' "$(paste -sd ' ' "$DIR/plain.out")"
	assert_run plain learnt
}

# "sanitized [leak]": status, output and summary of the program.
sanitized() {
	capture plain env ASAN_OPTIONS=detect_leaks=1:symbolize=0:exitcode=23 "$DIR/program" "$@"
	capture_record learnt -- env ASAN_OPTIONS=detect_leaks=1:symbolize=0:exitcode=23 "$DIR/program" "$@"
	# The rest has process ids and addresses.
	sed -i -n '/^SUMMARY/p; /does not work/p' "$DIR/plain.err" "$DIR/learnt.err"
	assert_run plain learnt
}

@test "AddressSanitizer finds the leak that there is, and none else" {
	need_tool gcc
	cat >"$DIR/program.c" <<'PROGRAM'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *volatile text;

int main(int argc, char *argv[])
{
	(void)argv;
	for (int i = 0; i < 200; i++)
		(void)getppid();
	text = malloc(77);
	if (argc > 1)
		text = NULL;
	puts("done");
	return 0;
}
PROGRAM
	gcc -g -fsanitize=address -o "$DIR/program" "$DIR/program.c"
	sanitized
	assert_status plain 0
	sanitized leak
	assert_status plain 23
	assert_says plain "77 byte(s) leaked in 1 allocation(s)"
}

# ---- processes ---------------------------------------------------------------------------------

@test "the init of a PID namespace dies of its faults, and of no signal to itself" {
	need_kernel userns
	local how
	for how in "read nothing" "read blocked" "read handled" "breakpoint nothing" "illegal ignored" \
		"sent nothing"; do
		# shellcheck disable=SC2086
		as_plain "" init-faults $how late
		had_filter
	done
}

@test "the child of CLONE_UNTRACED is no gap, and its calls are learnt" {
	local how name
	for how in clone clone3; do
		for name in $(variants untraced-clone); do
			capture plain "$FIXTURES_DIR/$name" $how late
			assert_plain
			capture_record learnt -- "$FIXTURES_DIR/$name" $how late
			assert_run plain learnt
			assert_gaps learnt
			had_filter
			[[ " ${LEARNT[*]} " == *" sysinfo "* ]]
		done
	done
}

# It is that of a process which systemd --user or a container's runtime looks after, and not init.
@test "an orphan of a process that was let go is a child of the learner" {
	local name
	for name in $(variants late-daemon); do
		need_fixture "$name"
		capture_record learnt -- "$FIXTURES_DIR/$name" brief
		had_filter
		[ "$(sed -n 's/^# parent of the orphan //p' "$DIR/learnt.out")" != 1 ]
	done
}

# "ends_daemon [ignores]": nothing is left.
ends_daemon() {
	local name
	for name in $(variants late-daemon); do
		capture_record learnt --stop-with-main -- "$FIXTURES_DIR/$name" "$@"
		assert_status learnt 5
		assert_set learnt
		expect_gaps interrupted
		had_filter
		gone "$(sed -n 's/^# left //p' "$DIR/learnt.out")"
		nobody_left
	done
}

@test "--stop-with-main ends a daemon" {
	ends_daemon
}

@test "--stop-with-main ends a daemon that ignores SIGTERM" {
	ends_daemon ignores
}

@test "a daemon that its main process leaves is waited for" {
	local job left name
	for name in $(variants late-daemon); do
		rm -f "$DIR/learnt.out"
		capture_record learnt -- "$FIXTURES_DIR/$name" &
		job=$!
		wait_until "$job" grep -q '# main' "$DIR/learnt.out"
		left=$(sed -n 's/^# left //p' "$DIR/learnt.out")
		wait_until "$job" gone "$(sed -n 's/^# main //p' "$DIR/learnt.out")"
		sleep 0.2
		! gone "$left" || false
		kill -TERM "$left"
		wait "$job"
		assert_status learnt 5
		assert_set learnt
		expect_gaps
	done
}

# ---- listeners and descriptors -----------------------------------------------------------------

@test "a workload that has a seccomp listener of its own first keeps it" {
	local name
	for name in $(variants own-listener); do
		capture plain "$FIXTURES_DIR/$name"
		assert_plain
		capture_record learnt -- "$FIXTURES_DIR/$name"
		assert_run plain learnt
		assert_set learnt
		assert_gap own-filter
	done
}

@test "a workload that wants a seccomp listener later is refused, and that is a gap" {
	local name
	for name in $(variants own-listener); do
		capture plain "$FIXTURES_DIR/$name" late
		assert_plain
		capture_record learnt -- "$FIXTURES_DIR/$name" late
		assert_status learnt 0
		grep -qx '# listener -16' "$DIR/learnt.out"
		assert_set learnt
		assert_gap listener-refused
	done
}

# "exec_gaps HOW...": the gaps of an ordinary user's shell that was let go and executes su(1), HOW before that.
exec_gaps() {
	capture_record learnt -- sh -c "while [ \$((n += 1)) -lt 60 ]; do : </dev/null; done; $* su --help; :"
	assert_status learnt 0
	had_filter
	"$SECCOMP_LEARN" show --json "$DIR/learnt.rec" | jq -r '.gaps[].gap' | sort -u
}

# Nobody has the privileges there that its file would give. To look for them may mean to ask a process of the
# workload that serves the file system, and that waits for us.
@test "a set-user-ID program in a user namespace that was made after letting go" {
	[ -u /bin/su ] || skip "su is no set-user-ID program here"
	need_kernel userns
	for_user "$SECCOMP_LEARN"
	SECCOMP_LEARN=$DIR/bin/$(basename "$SECCOMP_LEARN")
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2034 # capture reads it
		BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	fi
	[[ $(exec_gaps) == *privileges-dropped* ]]
	[[ $(exec_gaps unshare -Ur) != *privileges-dropped* ]]
}

# The outer filter's answer comes before what the inner one could load, and interrupts the inner learner's own calls.
@test "a learner that is recorded itself, and was let go" {
	local inner=('while [ $((n += 1)) -lt 60 ]; do : </dev/null; done; /bin/echo hi; id -u; exit 6')
	LIMIT=60 capture_record alone --exact -- sh -c "${inner[0]}"
	assert_status alone 6
	rm -f "$DIR/inner.rec"
	# shellcheck disable=SC2086
	capture_record outer -- "$SECCOMP_LEARN" record -q -o "$DIR/inner.rec" $EAGER -- sh -c "${inner[0]}"
	assert_status outer 6
	[ "$(figure outer let_go)" -gt 0 ]
	assert_same "set of the inner recording" <(learn_set "$DIR/alone.rec") <(learn_set "$DIR/inner.rec")
}

@test "a workload that has used up its descriptors" {
	as_plain "" few-descriptors
	grep -qx '# dup -24' "$DIR/learnt.out"
}

# ---- kill -9 of the learner --------------------------------------------------------------------

# "survives WHAT": the workload goes on without its learner. It does not end before it has lost that.
survives() {
	local kills=${KILLS:-5} delay i learner name workload
	mkfifo "$DIR/never"
	exec {NEVER}<>"$DIR/never"
	for name in $(variants goes-on); do
		capture plain "$FIXTURES_DIR/$name" "$@"
		assert_plain
		for ((i = 0; i < kills; i++)); do
			rm -f "$DIR/learnt.out"
			"$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" "${RECORD_FLAGS[@]}" -- \
				"$FIXTURES_DIR/$name" "$@" orphan >"$DIR/learnt.out" 2>"$DIR/learnt.err" \
				</dev/null 3>&- 4>&- &
			learner=$!
			wait_until "$learner" grep -q '# going' "$DIR/learnt.out"
			workload=$(pgrep -P "$learner" -x "$name")
			# It has 30 steps of ten milliseconds before it.
			delay=0.$(printf %03d $((RANDOM % 250)))
			echo "$name $*: killed after $delay s"
			# Nothing ever comes; to start sleep(1) would take longer.
			read -r -t "$delay" -u "$NEVER" || true
			kill -KILL "$learner"
			wait "$learner" || true
			wait_until $$ gone "$workload"
			wait_until $$ nobody_left
			assert_same "standard output" "$DIR/plain.out" "$DIR/learnt.out"
			assert_same "standard error" "$DIR/plain.err" "$DIR/learnt.err"
			"$SECCOMP_LEARN" show --json "$DIR/learnt.rec" >"$DIR/shown"
			jq -e '[.gaps[].gap] | index("cut-off") != null' "$DIR/shown"
		done
	done
}

@test "a workload goes on when its learner is killed" {
	survives known
}

@test "a workload goes on when its learner is killed, with calls that it has not made before" {
	survives new
}

# "killed_at CALL N...": the learner is killed when it makes the N-th of such calls.
killed_at() {
	local call=$1 i name
	shift
	need_injection
	for name in $(variants goes-on); do
		capture plain "$FIXTURES_DIR/$name" new
		assert_plain
		for i; do
			strace -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$i" \
				"$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" "${RECORD_FLAGS[@]}" -- \
				"$FIXTURES_DIR/$name" new orphan >"$DIR/learnt.out" 2>"$DIR/learnt.err" \
				</dev/null 3>&- 4>&- && false
			echo "$name: killed at $call $i"
			wait_until $$ nobody_left
			# Without a guardian nobody tells when it has come to its end.
			wait_until $$ cmp "$DIR/plain.out" "$DIR/learnt.out" >/dev/null || true
			assert_same "standard output" "$DIR/plain.out" "$DIR/learnt.out"
			assert_same "standard error" "$DIR/plain.err" "$DIR/learnt.err"
		done
	done
}

# A call that the learner has received, and not answered, is nobody's: the kernel tells of it once. The first
# requests load the filter; 20 and 21 receive and answer, or answer and receive.
@test "a workload goes on when its learner is killed between two of its own calls" {
	killed_at ioctl {20..27}
}

# The first clone is for the program. Nothing has been done to it yet at the second.
@test "a workload goes on when its learner is killed while it makes its guardian" {
	killed_at clone 2
}
