#!/usr/bin/env bats
# What record writes, where it can't, how it is ended, and what it shows on a terminal.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	# What finds no place where it was to be is saved here.
	cd "$DIR" || return 1
}

teardown() {
	cd /
	if [ -n "${MOUNTED:-}" ]; then
		umount "$MOUNTED"
	fi
	remove_dir
}

# ---- where it can't be written ---------------------------------------------------------------

@test "a directory that does not exist is found before the workload runs" {
	record run -o "$DIR/none/x.rec" -- touch "$DIR/ran"
	assert_status run 125
	assert_says run "none/x.rec': No such file or directory"
	record run -p "$DIR/none/x.json" -- touch "$DIR/ran"
	assert_status run 125
	assert_says run "none/x.json': No such file or directory"
	record run -p "$DIR" -- touch "$DIR/ran"
	assert_status run 125
	[ ! -e "$DIR/ran" ]
}

@test "a directory that may not be written to" {
	mkdir "$DIR/closed"
	chmod 555 "$DIR/closed"
	for_user "$SECCOMP_LEARN"
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2034 # capture reads it
		BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	fi
	SECCOMP_LEARN=$DIR/bin/$(basename "$SECCOMP_LEARN") record run -p "$DIR/closed/x.json" -- true
	assert_status run 125
	assert_says run "Permission denied"
}

@test "a full device: the recording fails, the profile is written all the same" {
	[ -c /dev/full ] || skip "no /dev/full here"
	record run -o /dev/full -p "$DIR/x.json" -- true
	assert_status run 125
	assert_says run "cannot write '/dev/full': No space left on device"
	jq -e .defaultAction "$DIR/x.json"
}

@test "a full device: the profile fails, the recording is written all the same" {
	[ -c /dev/full ] || skip "no /dev/full here"
	record run -o "$DIR/x.rec" -p /dev/full -- true
	assert_status run 125
	assert_says run "cannot write '/dev/full': No space left on device"
	"$SECCOMP_LEARN" show --json "$DIR/x.rec" | jq -e '.abis | length > 0'
}

@test "a full disk: the old profile stays, the recording keeps whole lines" {
	need_root
	need_kernel mounts
	mkdir "$DIR/tiny"
	mount -t tmpfs -o size=16k tmpfs "$DIR/tiny"
	MOUNTED=$DIR/tiny
	echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >"$DIR/tiny/x.json"
	head -c 6000 /dev/zero >"$DIR/tiny/filler"
	cp "$DIR/tiny/x.json" "$DIR/old.json"
	# Three pages are left at most: the journal needs more, and so would any profile beside it.
	record run -o "$DIR/tiny/x.rec" -p "$DIR/tiny/x.json" -- sh -c 'ls / | sort | wc -l; date; id'
	assert_status run 125
	assert_says run "No space left on device"
	assert_same "old profile" "$DIR/old.json" "$DIR/tiny/x.json"
	assert_equal "left over files" "filler x.json x.rec" "$(cd "$DIR/tiny" && echo *)"
	# Cut off, and usable up to there.
	"$SECCOMP_LEARN" show --json "$DIR/tiny/x.rec" | jq -e '.gaps[0].gap == "cut-off"'
}

@test "an output directory that vanishes during the run: the recording is saved" {
	mkdir "$DIR/going"
	record run -o "$DIR/x.rec" -p "$DIR/going/x.json" -- rmdir "$DIR/going"
	assert_status run 125
	assert_says run "cannot create '$DIR/going/x.json': No such file or directory"
	"$SECCOMP_LEARN" show --json "$DIR/x.rec" | jq -e '.abis | length > 0'
}

@test "a mistyped command costs no old recording" {
	record run -o "$DIR/x.rec" -- true
	cp "$DIR/x.rec" "$DIR/old.rec"
	record run -o "$DIR/x.rec" -- "$DIR/no-such-program"
	assert_status run 127
	assert_same recording "$DIR/old.rec" "$DIR/x.rec"
	record run -o "$DIR/new.rec" -- "$DIR/x.rec"
	assert_status run 126
	[ ! -e "$DIR/new.rec" ]
	record run -o "$DIR/new.rec" -- "ls -l"
	assert_says run "; a shell reads a whole line: record -- sh -c 'LINE'"
	record run -o "$DIR/new.rec" -- NAME=value ls
	assert_says run "; env(1) sets a variable: record -- env NAME=VALUE COMMAND"
}

@test "the recording to standard output, and through a pipe" {
	record run -q -o - -- true
	assert_status run 0
	"$SECCOMP_LEARN" show --json "$DIR/run.out" | jq -e '.abis | length > 0'
	record run -q -p - -- true
	jq -es '.[0].defaultErrnoRet == 38' "$DIR/run.out"
}

@test "names of any bytes" {
	local name
	# shellcheck disable=SC1003
	name=$(printf 'a\nb\033[31m\377\342\200\256"\\')
	cp "$(type -P true)" "$DIR/$name"
	record run -o "$DIR/x.rec" -p "$DIR/x.json" -- "$DIR/$name"
	assert_status run 0
	while read -r line; do
		jq -e . <<<"$line" >/dev/null
	done <"$DIR/x.rec"
	"$SECCOMP_LEARN" show "$DIR/x.rec" >"$DIR/shown"
	if LC_ALL=C grep -q "$(printf '\033')" "$DIR/shown"; then
		echo "an escape character reaches the terminal"
		return 1
	fi
}

# ---- how it is ended ---------------------------------------------------------------------------

# Starts a recording in the background: LEARNER is its process id, JOB is what to wait for.
start() {
	# A shell without job control starts what runs in the background with SIGINT ignored.
	timeout --foreground -k 1 "$LIMIT" env --default-signal=INT,QUIT "$SECCOMP_LEARN" record \
		"${RECORD_FLAGS[@]}" -o "$DIR/x.rec" "$@" >"$DIR/out" 2>"$DIR/err" 3>&- 4>&- &
	JOB=$!
	wait_until $JOB pgrep -P $JOB -x seccomp-learn >"$DIR/pid"
	LEARNER=$(cat "$DIR/pid")
}

@test "a second SIGINT ends what ignores the first" {
	start -- sh -c 'trap "" INT TERM; echo ready; while :; do sleep 0.1; done'
	wait_until $JOB grep -q ready "$DIR/out"
	kill -INT "$LEARNER"
	sleep 0.3
	kill -0 "$LEARNER"
	kill -INT "$LEARNER"
	status=0
	wait $JOB || status=$?
	assert_equal status 137 "$status"
	"$SECCOMP_LEARN" show --json "$DIR/x.rec" >"$DIR/shown"
	cat "$DIR/shown" "$DIR/err"
	jq -e '.gaps | map(.gap) | index("interrupted") != null' "$DIR/shown"
	jq -e '.abis | length > 0' "$DIR/shown"
}

@test "one SIGINT ends what the main process has left" {
	start -- sh -c 'sleep 100 & exit 3'
	wait_until $JOB grep -q "waiting for" "$DIR/err"
	kill -INT "$LEARNER"
	status=0
	wait $JOB || status=$?
	assert_equal status 3 "$status"
	tail -n 1 "$DIR/x.rec" | jq -e '.end.status == 3'
}

@test "the waiting is told once, with the name of who is waited for" {
	start -- sh -c 'sleep 0.7 & exit 0'
	wait $JOB
	assert_equal "lines" 1 "$(grep -cE "waiting for (sleep|sh) \(" "$DIR/err")"
}

@test "SIGTERM reaches the workload, which ends as it likes" {
	start -- sh -c 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'
	wait_until $JOB grep -q ready "$DIR/out"
	kill -TERM "$LEARNER"
	status=0
	wait $JOB || status=$?
	assert_equal status 7 "$status"
	tail -n 1 "$DIR/x.rec" | jq -e '.end.status == 7'
}

@test "timeout(1) asks a child and then its group: that is one request, and patience" {
	local i jobs=()
	for i in 1 2 3 4; do
		# shellcheck disable=SC2016
		timeout "$LIMIT" "$SECCOMP_LEARN" record -q -o "$DIR/$i.rec" "${RECORD_FLAGS[@]}" -- \
			sh -c 'trap "i=0; while [ \$i -lt 25 ]; do sleep 0.1; i=\$((i + 1)); done; echo done; exit 0" TERM
				echo ready; while :; do sleep 0.05; done' >"$DIR/$i.out" 2>"$DIR/$i.err" 3>&- 4>&- &
		jobs+=($!)
	done
	for i in 1 2 3 4; do
		wait_until "${jobs[i - 1]}" grep -q ready "$DIR/$i.out"
		# It does what it does when the time is up.
		kill -TERM "${jobs[i - 1]}"
	done
	for i in 1 2 3 4; do
		status=0
		wait "${jobs[i - 1]}" || status=$?
		assert_equal "status and output" "0 ready done" "$status $(paste -sd ' ' "$DIR/$i.out")"
	done
}

@test "a limit on the size of files is a full disk, not the end of the workload" {
	not_with_counters # they are written to files, too
	# shellcheck disable=SC2016
	capture limit sh -c 'ulimit -f 1; exec "$@"' sh "$SECCOMP_LEARN" record -q -o "$DIR/limit.rec" -- \
		sh -c 'ls / >/dev/null; echo done'
	assert_equal "status and output" "125 done" "$(cat "$DIR/limit.status") $(cat "$DIR/limit.out")"
	assert_says limit "File too large"
}

@test "a reader of the messages that has gone costs neither the profile nor the status" {
	status=0
	"$SECCOMP_LEARN" record -o "$DIR/gone.rec" -p "$DIR/gone.json" -- \
		sh -c 'echo hi >&2; sleep 0.5; exit 3' 2> >(head -n 1 >/dev/null) || status=$?
	assert_equal status 3 "$status"
	jq -e '.syscalls' "$DIR/gone.json"
}

# ---- on a terminal -----------------------------------------------------------------------------

# Runs the command line on a terminal of its own; what it shows is in $DIR/screen.
on_terminal() {
	need_tool script
	script -qec "$1" "$DIR/screen" >/dev/null </dev/null
}

@test "a status line on a terminal, taken away at the end" {
	on_terminal "'$SECCOMP_LEARN' record ${RECORD_FLAGS[*]} -o '$DIR/x.rec' -- sleep 2"
	grep -qaE '\[[0-9]+s [0-9]+ calls, 1 process' "$DIR/screen"
	# The last thing done to the line is to erase it.
	tail -c 1000 "$DIR/screen" | grep -qaE "$(printf '\033')"'\[[0-9]+G'"$(printf '\033')"'\[K'"$(printf '\033')"'8'
}

@test "no status line with -q, nor where standard error is no terminal" {
	on_terminal "'$SECCOMP_LEARN' record -q ${RECORD_FLAGS[*]} -o '$DIR/x.rec' -- sleep 1.6"
	run ! grep -a 'calls,' "$DIR/screen"
	on_terminal "'$SECCOMP_LEARN' record ${RECORD_FLAGS[*]} -o '$DIR/x.rec' -- sleep 1.6 2>'$DIR/err'"
	run ! grep -a 'calls,' "$DIR/screen" "$DIR/err"
}

@test "the status line names who is waited for" {
	on_terminal "'$SECCOMP_LEARN' record ${RECORD_FLAGS[*]} -o '$DIR/x.rec' -- sh -c 'sleep 2 & exit 0'"
	grep -qa 'waiting for sleep (' "$DIR/screen"
}
