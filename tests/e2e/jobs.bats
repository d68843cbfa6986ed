#!/usr/bin/env bats
# Job control: a shell on a terminal, which job-shell plays, sees of a recorded program what it sees
# of the program alone. Each test runs both.

load lib

setup() {
	need_tool python3
	make_dir
	cat >"$DIR/editor" <<-'END'
		import os, select, signal
		def stop(sig, frame):
		    print("put in order", flush=True)
		    signal.signal(signal.SIGTSTP, signal.SIG_DFL)
		    os.kill(0, signal.SIGTSTP)
		    signal.signal(signal.SIGTSTP, stop)
		    print("drawn again", flush=True)
		signal.signal(signal.SIGTSTP, stop)
		print("ready", flush=True)
		# Python runs a handler only between two calls: one that comes just before a call waits.
		while not select.select([0], [], [], 0.1)[0]:
		    pass
	END
}

teardown() {
	remove_dir
}

play() {
	LIMIT=$LIMIT "$BATS_TEST_DIRNAME/job-shell" "$@"
}

recorded_job() {
	local steps=()
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	play "${steps[@]}" -- "$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/job.rec" "$@"
	tail -n 1 "$DIR/job.rec" | jq -e .end.status
}

# "job STEP... -- COMMAND...": the steps with the command, alone and recorded.
job() {
	play "$@" || return
	recorded_job "$@"
}

@test "Ctrl-Z on an editor: it puts the terminal in order before it stops" {
	job see:ready 'type:\x1a' 'see:put in order' stopped:SIGTSTP fg 'see:drawn again' \
		'type:\x1a' 'see:put in order' stopped:SIGTSTP fg 'see:drawn again' \
		'type:\n' exited:0 -- python3 "$DIR/editor"
}

@test "Ctrl-Z on an editor that a script has started" {
	job see:ready 'type:\x1a' 'see:put in order' stopped:SIGTSTP fg 'see:drawn again' \
		'type:\n' exited:3 -- sh -c "python3 '$DIR/editor'; exit 3"
}

@test "Ctrl-Z on a pipeline, while a daemon of its runs on" {
	job see:ready 'type:\x1a' stopped:SIGTSTP fg 'type:x\n' see:x exited:0 -- \
		sh -c 'setsid sleep 1 & echo ready; head -n 1 | cat'
}

@test "Ctrl-Z on a program that does not stop for it stops nobody" {
	job see:ready 'type:\x1a' see:got quiet 'type:x\n' exited:5 -- \
		sh -c 'trap "echo got" TSTP; echo ready; until read x; do :; done; exit 5'
	job see:ready 'type:\x1a' quiet 'type:x\n' exited:5 -- \
		sh -c 'trap "" TSTP; echo ready; read x; exit 5'
}

@test "a program that stops itself" {
	# shellcheck disable=SC2016
	job stopped:SIGSTOP fg see:on stopped:SIGSTOP bg see:on exited:4 -- \
		sh -c 'for i in 1 2; do kill -STOP $$; echo on; done; exit 4'
	# shellcheck disable=SC2016
	job stopped:SIGTSTP fg see:on exited:4 -- sh -c 'kill -TSTP $$; echo on; exit 4'
}

@test "a shell of its own process group suspends itself, and fg reaches it" {
	job stopped:SIGSTOP fg see:on exited:0 -- python3 -c '
import os, signal
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
group = os.getpgrp()
if os.getpid() != group:
    os.setpgid(0, 0)
os.tcsetpgrp(0, os.getpgrp())
os.tcsetpgrp(0, group)
os.kill(0, signal.SIGSTOP)
print("on")
'
}

@test "a job in the background is stopped for reading the terminal" {
	job see:ready 'type:\x1a' stopped:SIGTSTP bg stopped:SIGTTIN fg 'type:x\n' 'see:got x' exited:0 -- \
		python3 -c 'print("ready", flush=True); print("got", input())'
}

@test "a handler of the workload for reading the terminal in the background" {
	job see:ready 'type:\x1a' stopped:SIGTSTP bg see:background exited:7 -- python3 -c '
import os, signal
def stop(sig, frame):
    print("background", flush=True)
    os._exit(7)
signal.signal(signal.SIGTTIN, stop)
print("ready", flush=True)
while True:
    try:
        os.read(0, 1)
    except OSError:
        pass
'
}

# They are in our process group, and stop when they see that their child has stopped.
@test "Ctrl-Z under su" {
	need_root
	need_tool su
	local learn="exec '$SECCOMP_LEARN' record -q ${RECORD_FLAGS[*]} -o '$DIR/job.rec' --"
	play see:ready 'type:\x1a' stopped:SIGSTOP fg 'type:x\n' exited:0 -- \
		su -c "$learn sh -c 'echo ready; read x'"
}

@test "Ctrl-Z while only processes run that have outlived the main one" {
	recorded_job see:ready 'type:\x1a' stopped:SIGTSTP fg see:done exited:3 -- \
		sh -c 'sh -c "sleep 0.5; echo ready; sleep 2; echo done" & exit 3'
}

@test "a Ctrl-Z that was handled has no part in a later stop" {
	# shellcheck disable=SC2016
	recorded_job see:ready 'type:\x1a' see:got 'type:x\n' see:on exited:4 -- sh -c '
		trap "echo got" TSTP
		echo ready
		until read x; do :; done
		sleep 1.2
		(sleep 0.5; kill -CONT $$) &
		kill -STOP $$
		echo on
		wait
		exit 4'
}

@test "SIGTSTP and SIGCONT one after the other, to the group and to the learner alone" {
	local group steps=()
	for group in kill killpg; do
		steps=(see:ready)
		for ((i = 0; i < 25; i++)); do
			steps+=("$group:SIGTSTP" "wait:0.0$((i * 4 % 10))" "$group:SIGCONT")
		done
		# Whatever came of it, the last word was to go on.
		LIMIT=$LIMIT recorded_job "${steps[@]}" 'type:x\n' ends:0 -- sh -c 'echo ready; read x; exit 0'
	done
}

@test "stopped and continued by signals that are sent to it alone" {
	job see:ready kill:SIGTSTP stopped:SIGTSTP kill:SIGCONT kill:SIGTERM killed:SIGTERM -- \
		sh -c 'echo ready; exec sleep 100'
}

@test "Ctrl-C ends a job that was stopped once" {
	job see:ready 'type:\x1a' stopped:SIGTSTP fg 'type:\x03' killed:SIGINT -- \
		sh -c 'echo ready; exec sleep 100'
}

# The shell is not told then, as the learner must go on for the others.
@test "a program that is continued by a process of its own" {
	# shellcheck disable=SC2016
	recorded_job see:on exited:4 -- \
		sh -c '(sleep 0.3; kill -CONT $$) & kill -STOP $$; echo on; wait; exit 4'
}

@test "stopped where nobody would see it, and continued by a signal to the learner" {
	# shellcheck disable=SC2016
	setsid -w "$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- \
		sh -c 'echo $PPID >"$1.new"; mv "$1.new" "$1"; kill -STOP $$; exit 4' sh "$DIR/learner" \
		3>&- 4>&- &
	wait_until $! test -s "$DIR/learner"
	learner=$(cat "$DIR/learner")
	# Until it stands one that comes early has no effect.
	while kill -CONT "$learner" 2>/dev/null; do
		sleep 0.1
	done
	status=0
	wait $! || status=$?
	assert_equal status 4 "$status"
}
