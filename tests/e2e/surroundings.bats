#!/usr/bin/env bats
# What a process has from the program that it was before: timers, children, a process group. As the
# learner is executed in the workload's stead, all of it is the workload's. And what it does where
# something is missing that is usually there.

load lib

setup() {
	make_dir
}

teardown() {
	remove_dir
}

record_words() {
	echo "$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" --
}

@test "an alarm that was set before is the workload's" {
	need_tool perl
	# shellcheck disable=SC2046
	capture alarm perl -e 'alarm 1; exec @ARGV' $(record_words) \
		sh -c 'trap "echo rang; exit 6" ALRM; while :; do sleep 0.1; done'
	assert_equal "status and output" "6 rang" "$(cat "$DIR/alarm.status") $(cat "$DIR/alarm.out")"
	tail -n 1 "$DIR/x.rec" | jq -e '.end.status == 6'
	# shellcheck disable=SC2046
	capture alarm perl -e 'alarm 1; exec @ARGV' $(record_words) sleep 100
	assert_equal status 142 "$(cat "$DIR/alarm.status")"
}

@test "children that were there before are not waited for" {
	local before=$SECONDS
	# shellcheck disable=SC2016
	capture children sh -c 'sleep 40 </dev/null >/dev/null 2>&1 & echo $! >"$0"; exec "$@"' "$DIR/pid" \
		"$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- sh -c 'ls / >/dev/null; exit 3'
	kill "$(cat "$DIR/pid")"
	assert_equal status 3 "$(cat "$DIR/children.status")"
	tail -n 1 "$DIR/x.rec" | jq -e '.end.status == 3'
	# Far from any usual time, this says only that it was not waited for.
	[ $((SECONDS - before)) -lt 35 ]
}

@test "but the workload's own that outlive the main process are, among these" {
	# shellcheck disable=SC2016
	capture children sh -c 'sleep 40 </dev/null >/dev/null 2>&1 & echo $! >"$0"; exec "$@"' "$DIR/pid" \
		"$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- \
		sh -c '(sleep 1; cat /dev/null; echo late) & exit 3'
	kill "$(cat "$DIR/pid")"
	assert_equal "status and output" "3 late" "$(cat "$DIR/children.status") $(cat "$DIR/children.out")"
}

@test "a real-time signal to the process group reaches the workload and ends nobody" {
	need_tool python3
	capture group setsid -w python3 -c '
import os, signal, subprocess, sys, time
job = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True, preexec_fn=os.setpgrp)
assert job.stdout.readline() == "ready\n"
os.killpg(job.pid, signal.SIGRTMIN + 3)
print(job.stdout.read(), job.wait())
' "$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- python3 -c '
import signal, time
got = []
signal.signal(signal.SIGRTMIN + 3, lambda *_: got.append(1))
print("ready", flush=True)
while not got:
    time.sleep(0.05)
time.sleep(0.3)
print("got", len(got) > 0)
'
	assert_equal "output and status" "got True
 0" "$(cat "$DIR/group.out")"
}

@test "a queued signal that is sent to the learner stays one" {
	need_tool python3
	capture value python3 -c '
import os, signal, subprocess, sys
job = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
assert job.stdout.readline() == "ready\n"
subprocess.run(["kill", "-q", "77", "-s", str(signal.SIGRTMIN + 3), str(job.pid)], check=True)
print(job.stdout.read(), job.wait())
' "$SECCOMP_LEARN" record -q "${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- python3 -c '
import signal
n = signal.SIGRTMIN + 3
signal.pthread_sigmask(signal.SIG_BLOCK, [n])
print("ready", flush=True)
info = signal.sigwaitinfo([n])
print(info.si_code, info.si_signo == n)
'
	assert_equal "output and status" "-1 True
 0" "$(cat "$DIR/value.out")"
}

# "in_pid_namespace COMMAND...": with the /proc of the namespace above, where our numbers are those of
# other processes.
in_pid_namespace() {
	if [ "$(id -u)" -eq 0 ]; then
		unshare --pid --fork --kill-child "$@"
	else
		unshare --user --map-root-user --pid --fork --kill-child "$@"
	fi
}

@test "a /proc of another PID namespace: what is left is ended all the same, and nobody is slandered" {
	need_namespaces
	export -f in_pid_namespace
	# shellcheck disable=SC2016
	capture proc bash -c 'in_pid_namespace "$@"' bash "$SECCOMP_LEARN" record --stop-with-main \
		"${RECORD_FLAGS[@]}" -o "$DIR/proc.rec" -- sh -c 'ls / >/dev/null; sleep 300 & exit 4'
	assert_equal status 4 "$(cat "$DIR/proc.status")"
	assert_says proc "/proc does not show this PID namespace"
	jq -es 'map(select(.nr)) | length > 20 and all(.exe == null and .comm == null and .at == null)' \
		"$DIR/proc.rec"
	"$SECCOMP_LEARN" show --json "$DIR/proc.rec" | jq -e '.abis[] | index("getdents64") != null'
}

@test "a filter that refuses pidfds: signals to the learner still reach the workload" {
	need_tool bwrap
	need_namespaces
	bwrap --dev-bind / / true 2>"$DIR/err" || skip "bubblewrap cannot start here"
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO",
		"names": ["pidfd_open"]}]}' >"$DIR/no-pidfd.json"
	"$SECCOMP_LEARN" merge -f bpf -o "$DIR/no-pidfd.bpf" "$DIR/no-pidfd.json"
	# shellcheck disable=SC2016
	bwrap --dev-bind / / --seccomp 9 9<"$DIR/no-pidfd.bpf" "$SECCOMP_LEARN" record -q \
		"${RECORD_FLAGS[@]}" -o "$DIR/x.rec" -- sh -c 'trap "exit 7" TERM
			echo $PPID >"$0.new"; mv "$0.new" "$0"; while :; do sleep 0.05; done' "$DIR/learner" \
		>"$DIR/out" 2>"$DIR/err" 3>&- 4>&- &
	wait_until $! test -s "$DIR/learner"
	kill -TERM "$(cat "$DIR/learner")"
	status=0
	wait $! || status=$?
	cat "$DIR/err"
	assert_equal status 7 "$status"
}

# To ask the file system about the program would be to ask a process that stands until it is answered.
serves_itself() {
	need_root
	need_tool bindfs
	need_kernel fuse
	need_kernel mounts
	need_kernel userns
	for_user "$SECCOMP_LEARN" "$FIXTURES_DIR/plain"
	user_learn=$DIR/bin/$(basename "$SECCOMP_LEARN")
	install -d -m 777 "$DIR/mount"
	# A device that everybody may open, as distributions have it.
	# shellcheck disable=SC2016
	capture fuse unshare --mount bash -euc '
		mknod -m 666 "$0/fuse" c 10 229
		mount --bind "$0/fuse" /dev/fuse
		exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@" \
			unshare --user --map-root-user --mount sh -euc '\''
				bindfs -f --no-allow-other "$0/bin" "$0/mount" &
				until [ -x "$0/mount/plain" ]; do kill -0 $!; sleep 0.05; done
				"$0/mount/plain"
				umount "$0/mount"
				wait'\'' "$0"' "$DIR" "$user_learn" record -q "${RECORD_FLAGS[@]}" -o "$DIR/fuse.rec" --
	cat "$DIR/fuse.err"
	assert_equal status 0 "$(cat "$DIR/fuse.status")"
	grep -q getppid "$DIR/fuse.out"
	assert_gaps fuse
}

@test "a workload without privileges that executes from a file system which it serves itself" {
	serves_itself
}

# Then every exec is looked at before it is made, by the one who serves the calls of the file system's process.
@test "a workload that was let go, and executes from a file system which it serves itself" {
	RECORD_FLAGS+=(--tune 'run_quiet=0,probing_quiet=0,process_quiet=8,least_rate=0')
	serves_itself
	[ "$(figure fuse let_go)" -gt 0 ]
}
