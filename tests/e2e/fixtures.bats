#!/usr/bin/env bats
# Every fixture under the learner: exactly the set that it claims, the gaps that it provokes, and
# not a difference to the run without. Without a sieve, with one from the first calls on, and as it is by
# default where so many calls or processes are made that one of them gets a sieve on the way or could:
# all others are recorded by default just as with --exact.

load lib

setup() {
	make_dir
}

teardown() {
	remove_dir
}

# "where_waits_are_seen COMMAND...": in the modes in which a wait that is broken off is made again: on aarch64
# not with a sieve, tracer/again.h says why.
where_waits_are_seen() {
	local MODES=("${MODES[@]}")
	[ "$(uname -m)" != aarch64 ] || MODES=(exact)
	"$@"
}

# ---- ABIs and numbers ------------------------------------------------------------------------

@test "plain: a few calls" {
	by_default check_fixture "" plain
}

@test "int80: 32-bit calls out of a 64-bit program" {
	need_kernel int80
	check_fixture unknown-number int80
}

@test "sysenter: 32-bit calls through the vDSO" {
	need_kernel vdso32
	check_fixture "" sysenter
}

@test "x32: numbers with bit 30" {
	check_fixture unknown-number x32
}

@test "unknown: numbers without a name, and negative ones" {
	check_fixture unknown-number unknown
}

@test "high-bits: only the low half of the number counts" {
	check_fixture "" high-bits
}

@test "newer: calls that libseccomp may not know" {
	check_fixture "" newer
}

@test "vsyscall: calls that no tracer sees" {
	need_kernel vsyscall
	check_fixture "" vsyscall
}

@test "vdso: calls that are none" {
	need_kernel clock
	check_fixture "" vdso
}

# ---- threads and processes -------------------------------------------------------------------

@test "threads: each with a call of its own" {
	check_fixture "" threads
}

@test "many-threads: 1,000 at once lose nothing" {
	by_default check_fixture unknown-number many-threads 1000
}

@test "short-processes: a thousand lose nothing" {
	by_default check_fixture unknown-number short-processes "${PROCESSES:-1000}"
}

@test "processes-at-once: 200 lose nothing" {
	by_default check_fixture unknown-number processes-at-once 200
}

@test "vfork-exec" {
	check_fixture "" vfork-exec
}

@test "orphan: the parent has ended before its child is seen" {
	check_fixture "" orphan
}

@test "daemon: followed after its parents have ended" {
	check_fixture "" daemon
}

@test "clone-exit: threads and processes that end at once" {
	by_default check_fixture "" clone-exit
}

@test "kill-newborn: killed as they are born" {
	by_default check_fixture "" kill-newborn 500
}

@test "pid-reuse: one process id again and again" {
	need_kernel userns
	BEFORE=(unshare --user --map-root-user --pid --fork --mount-proc)
	by_default check_fixture unknown-number pid-reuse 300 300
}

@test "clone-ptrace" {
	check_fixture "" clone-ptrace
}

@test "clone3-invalid: nothing was cloned, nothing hidden" {
	check_fixture "" clone3-invalid
}

@test "ignored-signals: a wait without an end is not ended by a signal that nobody hears of" {
	where_waits_are_seen check_fixture "" ignored-signals
}

@test "sigchld-ignored: the kernel reaps" {
	check_fixture "" sigchld-ignored
}

@test "subreaper" {
	check_fixture "" subreaper
}

@test "pidns: init killed with children left" {
	need_kernel userns
	by_default check_fixture "" pidns killed
}

@test "pidns: init ends with children left" {
	need_kernel userns
	by_default check_fixture "" pidns ends
}

@test "init-faults: init of a PID namespace dies of what it does" {
	local how
	for how in read breakpoint illegal "read blocked" "read ignored" "breakpoint blocked" \
		"read handled" "breakpoint handled-blocked" sent; do
		# shellcheck disable=SC2086
		check_fixture "" init-faults $how
	done
	check_fixture own-filter init-faults call
}

@test "userns" {
	need_kernel userns
	check_fixture "" userns
}

@test "non-dumpable: memory and links that can't be read" {
	check_fixture "" non-dumpable
}

# ---- exec ------------------------------------------------------------------------------------

@test "exec-thread: by a thread, the leader asleep" {
	check_fixture "" exec-thread blocked
}

@test "exec-thread: by a thread, all others busy" {
	by_default check_fixture "" exec-thread busy
}

@test "exec-storm: eight threads at the same moment" {
	by_default check_fixture "" exec-storm 30
}

@test "exec-fails" {
	check_fixture "" exec-fails
}

@test "exec: from one program into another" {
	check_fixture "" exec "$FIXTURES_DIR/plain"
}

# ---- ends ------------------------------------------------------------------------------------

exit_with() {
	capture_record learnt -- "$FIXTURES_DIR/exit" "$1"
	assert_status learnt "$1"
	assert_set learnt
}

@test "exit: the status is the workload's" {
	for status in 0 1 77 124 125 255; do
		in_modes exit_with "$status"
	done
}

die_of() {
	local end
	capture learnt "$FIXTURES_DIR/wait-status" "$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" \
		"${RECORD_FLAGS[@]}" -- "$FIXTURES_DIR/$1" "$2"
	read -r end <"$DIR/plain.err"
	assert_equal "end by $2" "# ended $((1000 + $2))" "$end"
	assert_run plain learnt
	assert_set learnt
	expect_gaps
}

@test "die: death by a signal is repeated" {
	for signal in 1 2 3 4 6 8 9 11 13 14 15 24 31 34 64; do
		for name in $(variants die); do
			capture plain "$FIXTURES_DIR/wait-status" "$FIXTURES_DIR/$name" "$signal"
			in_modes die_of "$name" "$signal"
		done
	done
}

@test "zombie-leader: the status is that of the last thread" {
	check_fixture "" zombie-leader
	assert_equal status 9 "$(cat "$DIR/learnt.status")"
}

outlives_main() {
	local job left main
	rm -f "$DIR/learnt.out"
	capture_record learnt -- "$FIXTURES_DIR/stubborn" &
	job=$!
	wait_until "$job" grep -q '# left' "$DIR/learnt.out"
	left=$(sed -n 's/^# left //p' "$DIR/learnt.out")
	main=$(sed -n 's/^# main //p' "$DIR/learnt.out")
	wait_until "$job" gone "$main"
	# A learner that has ended here would have taken the child with it (EXITKILL).
	sleep 0.2
	! gone "$left" || false
	kill -TERM "$left"
	wait "$job"
	assert_status learnt 5
	assert_set learnt
	expect_gaps
}

@test "stubborn: what the main process leaves is waited for" {
	in_modes outlives_main
}

stops_with_main() {
	capture_record learnt --stop-with-main -- "$FIXTURES_DIR/stubborn" "$@"
	assert_status learnt 5
	assert_set learnt
	gone "$(sed -n 's/^# left //p' "$DIR/learnt.out")"
}

@test "stubborn: --stop-with-main ends it" {
	in_modes stops_with_main
}

@test "stubborn: --stop-with-main ends it, even when it ignores SIGTERM" {
	in_modes stops_with_main ignores
}

# ---- what a tracer can't see -----------------------------------------------------------------

@test "untraced-clone: through clone" {
	check_fixture untraced-child untraced-clone clone
}

@test "untraced-clone: through clone3" {
	check_fixture untraced-child untraced-clone clone3
}

# "check_ptrace NAME": it works in a process that was let go, and in no other.
check_ptrace() {
	local MODES=(exact)
	check_fixture workload-traces "$1"
	MODES=(eager)
	EAGER+=,let_go=0 check_fixture workload-traces "$1"
	check_fixture "" "$1"
}

@test "nested-tracer: a program that wants to be traced" {
	check_ptrace nested-tracer
}

@test "attach-own-child: a program that traces" {
	check_ptrace attach-own-child
}

sees_its_tracer() {
	local traced=1
	[ "$MODE" = exact ] || traced=0
	capture_record learnt -- "$FIXTURES_DIR/$1"
	grep -qx "# traced $traced" "$DIR/learnt.out"
	assert_set learnt
	expect_gaps
}

@test "tracer-pid: the workload may see that it is traced" {
	for name in $(variants tracer-pid); do
		in_modes sees_its_tracer "$name"
	done
}

@test "io-uring: operations are not system calls" {
	check_fixture io-uring io-uring
}

@test "own-filter: refused calls are learnt" {
	check_fixture own-filter own-filter errno
	check_fixture own-filter own-filter trap
	# A sieve that notifies comes before it for what is not learnt: then the call is made.
	EAGER+=,let_go=0 check_fixture own-filter own-filter trace
}

@test "own-filter: a call that kills is learnt" {
	check_fixture own-filter own-filter kill
	assert_equal status 159 "$(cat "$DIR/learnt.status")"
}

@test "tsync: a filter for all threads at once" {
	where_waits_are_seen by_default check_fixture "own-filter" tsync
}

@test "strict-mode: seccomp's oldest mode" {
	check_fixture own-filter strict-mode
}

learnt_under_filter() {
	capture learnt "$FIXTURES_DIR/filtered" "$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" \
		"${RECORD_FLAGS[@]}" -- "$FIXTURES_DIR/$1"
	assert_status learnt 0
	assert_set learnt
	expect_gaps already-filtered
}

@test "filtered: a learner that is under a filter itself" {
	for name in $(variants plain); do
		in_modes learnt_under_filter "$name"
	done
}

# A copy of the fixture that belongs to root and has the mode 4755.
make_setuid() {
	need_root
	! findmnt -no OPTIONS -T "$DIR" | grep -qw nosuid || skip "$DIR is mounted nosuid"
	for_user "$SECCOMP_LEARN" "$FIXTURES_DIR/exec"
	user_learn=$DIR/bin/$(basename "$SECCOMP_LEARN")
	install -o 0 -g 0 -m 4755 "$FIXTURES_DIR/setuid" "$DIR/bin/setuid"
}

without_privileges() {
	SECCOMP_LEARN=$user_learn capture_record learnt -- "$DIR/bin/setuid"
	grep -qx '# euid 65534' "$DIR/learnt.out"
	assert_set learnt
	expect_gaps privileges-dropped
}

@test "setuid: without its privileges when an ordinary user learns" {
	make_setuid
	BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	capture plain "$DIR/bin/setuid"
	grep -qx '# euid 0' "$DIR/plain.out"
	in_modes without_privileges
}

@test "gaps: seen by a learner in more groups than a page of its status holds" {
	local groups
	groups=$(seq -s, 1500000000 1500000450)
	make_setuid
	need_fixture filtered
	BEFORE=(setpriv --reuid=65534 --regid=65534 --groups "$groups" --inh-caps=-all)
	capture plain "$DIR/bin/setuid"
	without_privileges
	# shellcheck disable=SC2034 # capture reads it
	BEFORE=(setpriv --groups "$groups")
	learnt_under_filter plain
}

noticed_at_exec() {
	SECCOMP_LEARN=$user_learn capture_record learnt -- \
		"$DIR/bin/exec" "$DIR/bin/setuid"
	grep -qx '# euid 65534' "$DIR/learnt.out"
	assert_set learnt
	expect_gaps privileges-dropped
}

@test "setuid: noticed wherever it is executed" {
	make_setuid
	BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	in_modes noticed_at_exec
}

noticed_where_closed() {
	BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	SECCOMP_LEARN=$user_learn capture_record path -- "$DIR/bin/exec" "$DIR/bin/setuid"
	grep -qx '# euid 65534' "$DIR/path.out"
	assert_gaps path privileges-dropped
	grep -Eq '"set-user-ID refused to (/.*/)?setuid, pid' "$DIR/path.rec"
	BEFORE+=(env PATH="/usr/bin:$DIR/bin")
	SECCOMP_LEARN=$user_learn capture_record search -- setuid
	assert_gaps search privileges-dropped
	grep -Eq '"set-user-ID refused to (/.*/)?setuid, pid' "$DIR/search.rec"
	# It could be one with privileges.
	SECCOMP_LEARN=$user_learn capture_record hidden -- \
		perl -e 'chdir shift or die; exec {"./setuid"} "another name"' "$DIR/bin"
	assert_gaps hidden privileges-dropped
	# Who is let go is looked at before its exec, and then it is known.
	grep -Eq '"what its unreadable file may give, privileges among it, refused to setuid|"set-user-ID refused to ./setuid' \
		"$DIR/hidden.rec"
	# And this one has none.
	SECCOMP_LEARN=$user_learn capture_record closed -- "$DIR/bin/closed"
	assert_equal status 0 "$(cat "$DIR/closed.status")"
	assert_gaps closed
}

# What may not be read is closed to the learner when it runs, its file included.
@test "setuid: noticed as well where the file may not be read" {
	make_setuid
	chmod 4711 "$DIR/bin/setuid"
	install -m 711 "$FIXTURES_DIR/setuid" "$DIR/bin/closed"
	in_modes noticed_where_closed
}

with_privileges() {
	capture_record learnt -- "$DIR/bin/setuid"
	assert_run plain learnt
	assert_set learnt
	expect_gaps
}

@test "setuid: with its privileges when root learns" {
	make_setuid
	capture plain "$DIR/bin/setuid"
	in_modes with_privileges
}

capabilities_refused() {
	SECCOMP_LEARN=$user_learn capture_record learnt -- "$DIR/bin/capable"
	assert_set learnt
	expect_gaps privileges-dropped
}

@test "setuid: capabilities of a file are privileges as well" {
	make_setuid
	need_tool setcap
	install -m 755 "$FIXTURES_DIR/plain" "$DIR/bin/capable"
	setcap cap_net_raw+ep "$DIR/bin/capable" || skip "no capabilities on files in $DIR"
	BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	in_modes capabilities_refused
}

# ---- signals and job control -----------------------------------------------------------------

@test "group-stop: SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU really stop" {
	for signal in 19 20 21 22; do
		by_default check_fixture "" group-stop "$signal"
	done
}

@test "stop-herd: 21 busy threads stop and go on" {
	by_default check_fixture "" stop-herd
}

@test "job-control: a shell on its own terminal" {
	check_fixture "" job-control
}

@test "registers: each as it was, in processes that are stopped and continued" {
	by_default check_fixture "" registers
}

@test "mixed-signals: a handler ends a wait, whatever nobody hears of before and after" {
	check_fixture "" mixed-signals before
	check_fixture "" mixed-signals after
}

@test "profiled: a timer that interrupts the program" {
	check_fixture "" profiled
}

@test "disturbed: processes that are disturbed early in their lives" {
	local by
	for by in kill stop exit exec memory; do
		by_default check_fixture "" disturbed $by 30
	done
	# A signal that comes before the learner has received a call may end that with EINTR.
	EAGER+=,let_go=0 by_default check_fixture "" disturbed signals 30
}

@test "rt-signals: 2,000 arrive, in order, as they were sent" {
	by_default check_fixture "" rt-signals 2000
}

@test "sigtrap: the workload's own" {
	check_fixture "" sigtrap
}

@test "sigsegv: handled" {
	check_fixture "" sigsegv
}

@test "restart: a stop interrupts nothing" {
	check_fixture "" restart
}

@test "interrupted: SA_RESTART and EINTR as without a tracer" {
	check_fixture "" interrupted
}

# "start_catch [OPTION OF env...]": starts "catch" in the background and waits until it is ready.
start_catch() {
	rm -f "$DIR/learnt.out"
	env --default-signal "$@" "$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" \
		"${RECORD_FLAGS[@]}" -- "$FIXTURES_DIR/catch" \
		>"$DIR/learnt.out" 2>"$DIR/learnt.err" </dev/null 3>&- 4>&- &
	learner=$!
	wait_until "$learner" grep -q '# ready' "$DIR/learnt.out"
}

# "catches [OPTION OF env...]": every signal that the learner gets, once.
catches() {
	start_catch "$@"
	for signal in 1 2 3 10 12 28 15; do
		kill "-$signal" "$learner"
		wait_until "$learner" grep -qx "# got $signal" "$DIR/learnt.out"
	done
	status=0
	wait "$learner" || status=$?
	assert_equal status 15 "$status"
	assert_equal "signals" "1 2 3 10 12 28 15" \
		"$(sed -n 's/^# got //p' "$DIR/learnt.out" | paste -sd ' ')"
	assert_set learnt
}

@test "catch: signals sent to the learner reach the workload, once" {
	in_modes catches
}

# It lets them through itself, when it waits for them.
@test "catch: signals that are blocked from the start reach it, too" {
	in_modes catches --block-signal
}

ended_by_sigterm() {
	for name in $(variants pause); do
		# What the last one said must not be taken for this one's.
		rm -f "$DIR/learnt.out"
		"$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" "${RECORD_FLAGS[@]}" -- \
			"$FIXTURES_DIR/$name" >"$DIR/learnt.out" 2>&1 </dev/null 3>&- 4>&- &
		learner=$!
		wait_until "$learner" grep -qE ' (pause|ppoll)$' "$DIR/learnt.out"
		workload=$(pgrep -P "$learner")
		wait_until "$learner" grep -qE ' \(.*\) S ' "/proc/$workload/stat"
		kill -TERM "$learner"
		status=0
		wait "$learner" || status=$?
		assert_equal status 143 "$status"
		assert_set learnt
	done
}

@test "pause: SIGTERM to the learner ends the workload, and nothing is lost" {
	in_modes ended_by_sigterm
}

# ---- what a program inherits -----------------------------------------------------------------

@test "signal-state: blocked and ignored signals" {
	check_fixture "" signal-state
	BEFORE=(env --ignore-signal={HUP,USR2,CHLD,TTOU} --block-signal={USR1,ALRM,TERM,CHLD})
	check_fixture "" signal-state
	grep -qx '# blocked 10' "$DIR/learnt.out"
	grep -qx '# ignored 17' "$DIR/learnt.out"
	BEFORE=(env --default-signal --block-signal)
	check_fixture "" signal-state
	grep -qx '# blocked 64' "$DIR/learnt.out"
}

@test "descriptors: none is missing, none is added" {
	by_default check_fixture "" descriptors
	exec 7</dev/null 9>"$DIR/nine"
	by_default check_fixture "" descriptors
	exec 7<&- 9>&-
	grep -q '^# .*/nine 9' "$DIR/learnt.out"
}

@test "descriptors: standard ones that are closed stay closed" {
	# shellcheck disable=SC2016 # for the inner shell
	BEFORE=(sh -c 'exec "$@" <&-' sh)
	check_fixture "" descriptors
	# shellcheck disable=SC2016
	BEFORE=(sh -c 'exec "$@" <&- 2>&-' sh)
	check_fixture "" descriptors
}

@test "process-state: arguments, environment, limits, group and the rest" {
	BEFORE=(env -i A=1 'B=two words' C=)
	check_fixture "" process-state '' 'two words' '*' --version -o x
	(
		umask 027
		ulimit -S -n 100
		ulimit -S -c 0
		cd /usr
		BEFORE=(env -i nice -n 3)
		check_fixture "" process-state
	)
}

@test "an inherited child of the learner is nobody's business" {
	# shellcheck disable=SC2016,SC2034 # for the inner shell; capture uses it
	BEFORE=(sh -c 'sleep 0.1 >/dev/null & exec "$@"' sh)
	check_fixture "" daemon
}

# ---- pipes -----------------------------------------------------------------------------------

# Writes into the pipe of that name more than it can hold. Dies of SIGPIPE when all readers have
# gone.
endless_input() {
	timeout "$LIMIT" env --default-signal=PIPE head -c 50000000 /dev/zero >"$1"
}

dies_of_sigpipe() {
	for name in $(variants yes); do
		text=$({ timeout "$LIMIT" env --default-signal=PIPE "$SECCOMP_LEARN" record -q \
			-o "$DIR/learnt.rec" "${RECORD_FLAGS[@]}" -- "$FIXTURES_DIR/$name" \
			2>"$DIR/learnt.err" || echo $? >"$DIR/learnt.status"; } | head -n 2)
		assert_equal lines "y y" "$(paste -sd ' ' <<<"$text")"
		assert_equal status 141 "$(cat "$DIR/learnt.status")"
		assert_set learnt "$DIR/learnt.err"
	done
}

@test "yes: dies of SIGPIPE when its reader has gone" {
	in_modes dies_of_sigpipe
}

@test "count: standard input to its end" {
	head -c 100000 /dev/zero >"$DIR/in"
	STDIN=$DIR/in check_fixture "" count
	grep -qx '# bytes 100000' "$DIR/learnt.out"
}

writer_dies() {
	for name in $(variants count); do
		mkfifo "$DIR/in"
		{
			writer=0
			endless_input "$DIR/in" || writer=$?
			echo "$writer" >"$DIR/writer"
		} 3>&- 4>&- &
		STDIN=$DIR/in capture_record learnt -- "$FIXTURES_DIR/$name" 10
		wait $!
		rm "$DIR/in"
		grep -qx '# bytes 10' "$DIR/learnt.out"
		assert_equal "end of the writer" 141 "$(cat "$DIR/writer")"
		assert_set learnt
	done
}

@test "count: whoever writes to it dies when it has ended" {
	in_modes writer_dies
}

holds_no_pipe() {
	for name in $(variants close-standard); do
		rm -f "$DIR"/*.fifo
		mkfifo "$DIR/in.fifo" "$DIR/out.fifo" "$DIR/err.fifo" "$DIR/life.fifo"
		# For reading as well: it must not wait for a workload that did not come so far.
		exec 8<>"$DIR/life.fifo"
		"$SECCOMP_LEARN" record -q -o "$DIR/learnt.rec" "${RECORD_FLAGS[@]}" -- \
			"$FIXTURES_DIR/$name" <"$DIR/in.fifo" >"$DIR/out.fifo" 2>"$DIR/err.fifo" \
			3<"$DIR/life.fifo" 4>&- 8>&- &
		learner=$!
		# The writer dies when the last reader of the workload's input has gone.
		endless_input "$DIR/in.fifo" 3>&- 4>&- 8>&- &
		writer=$!
		timeout "$LIMIT" cat "$DIR/out.fifo" >"$DIR/learnt.out" 3>&- 4>&- 8>&- &
		out=$!
		timeout "$LIMIT" cat "$DIR/err.fifo" >"$DIR/learnt.err" 3>&- 4>&- 8>&- &
		err=$!
		status=0
		wait "$writer" || status=$?
		assert_equal "end of the writer" 141 "$status"
		wait "$out"
		# Its errors are the learner's as well, which may have words of its own until it ends.
		kill -0 "$learner"
		exec 8>&-
		status=0
		wait "$learner" || status=$?
		wait "$err"
		assert_equal status 4 "$status"
		assert_set learnt
	done
}

@test "close-standard: the learner holds no end of the workload's pipes" {
	in_modes holds_no_pipe
}

@test "masked-wait: the signal mask of a wait holds until the handler was called" {
	check_fixture "" masked-wait
}

# ---- the tests themselves --------------------------------------------------------------------

@test "fixtures are built for 32 bits too" {
	need_fixture int80
	[ -x "$FIXTURES_DIR/plain-32" ] || skip "the compiler makes no 32-bit programs"
}

@test "every fixture has a test" {
	(cd "$REPO/fixtures" && printf '%s\n' *.c) | sed 's/\.c$//' | LC_ALL=C sort >"$DIR/fixtures"
	sed -nE '/(check_fixture|check_ptrace|as_plain|FIXTURES_DIR\/|variants )/{ s/[^a-z0-9-]+/\n/g; p; }' "$BATS_TEST_FILENAME" \
		"$BATS_TEST_DIRNAME"/{journal-kill,letgo}.bats | LC_ALL=C sort -u >"$DIR/named"
	assert_equal "fixtures without a test" "" "$(LC_ALL=C comm -23 "$DIR/fixtures" "$DIR/named")"
}
