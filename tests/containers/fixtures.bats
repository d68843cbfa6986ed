#!/usr/bin/env bats
# Fixtures in real runtimes. Each makes exactly the calls that are in its source, so here every
# call counts: a fixture must miss any of the recorded ones that is taken out of the profile.
#
# The fixture "orphan" is not here: a container ends with its first process, so whether what outlives
# that one still gets to say anything is a race, which the runtime may win. "subreaper" has an orphan
# that is waited for.

load lib

setup_file() {
	[ "$(id -u)" -ne 0 ] || make_root
}

setup() {
	need_containers
}

# enforce CALLS NAME [ARG...]: records the fixture, as it is built for 64 and for 32 bits (where the
# kernel executes that), and runs it in both runtimes with its profile. Then each of CALLS is taken out in turn, and the fixture must
# end differently. CALLS: names, or "all" that were recorded, or "all,-CALL,-CALL..." except these;
# of all, one is enough for 32 bits.
enforce() {
	local calls=$1 fixture=$2 tmp=$BATS_TEST_TMPDIR left_out
	shift 2
	if [ -x "$FIXTURES_DIR/$fixture" ]; then
		pass "$fixture" "$@"
		left_out=$(chosen "$calls")
		# The kernel kills whatever program made the profile.
		[ -z "${FEWER-}" ] || left_out=${left_out%%[$'\n' ]*}
		miss "$left_out" "$fixture" "$@"
	elif [ ! -x "$FIXTURES_DIR/$fixture-32" ]; then
		skip "$fixture does not exist on this machine"
	fi
	if [ -x "$FIXTURES_DIR/$fixture-32" ] && [[ " $KERNEL_LACKS " != *" elf32 "* ]]; then
		pass "$fixture-32" "$@"
		[[ $calls != all* ]] || calls='write'
		miss "$calls" "$fixture-32" "$@"
	fi
}

chosen() {
	local recorded
	[[ $1 == all* ]] || { echo "$1" && return; }
	recorded=$("$SECCOMP_LEARN" show --json "$tmp/native.rec" | jq -r '[.abis[][]] | unique[]')
	# These two crun needs itself: without them nothing starts, which says nothing.
	grep -vxE "close|execve|${1//,-/|}" <<<"$recorded"
}

pass() {
	local runtime status
	record native "/fixtures/$1" "${@:2}"
	read -r status <"$tmp/native.status"
	[ "$status" -ne 77 ] || skip "$(cat "$tmp/native.out")"
	for runtime in runc crun; do
		generate "$tmp/$runtime.json" "$runtime" "$tmp/native.rec"
		in_container "$runtime" "$tmp/$runtime.json" "$runtime" "/fixtures/$1" "${@:2}"
		same native "$runtime" || { echo "$1 in $runtime: the profile does not do" && return 1; }
	done
}

# miss CALLS NAME [ARG...]: the fixture without each of the calls in turn, after pass().
#
# Fixtures do not look at the result of every call, so the one that is taken out kills. This is done
# in crun, which itself makes next to none after it has loaded the filter. A fixture that waits for
# what was killed for ever would have missed it as well, but such calls are left out above: they cost
# the whole time limit.
#
# There is a container for each call, with the config.json of the last run but for the profile. What
# is around them is made once for all.
miss() {
	local calls call config status was
	read -ra calls <<<"${1//$'\n'/ }"
	[ ${#calls[@]} -gt 0 ]
	rm -rf "$tmp/miss"
	mkdir "$tmp/miss" "${calls[@]/#/$tmp/miss/}"
	runtime crun
	fresh_work
	for call in "${calls[@]}"; do
		read -r config
		echo "$config" >"$tmp/miss/$call/config.json"
	done < <(jq -c '. as $whole | $ARGS.positional[] as $call | $whole |
		.linux.seccomp.syscalls |= (map(.names -= [$call]) | map(select(.names != []))) |
		if . == $whole then error("\($call) is not in the profile") else . end |
		.linux.seccomp.syscalls += [{names: [$call], action: "SCMP_ACT_KILL_PROCESS"}]' \
		"$tmp/bundle/config.json" --args -- "${calls[@]}")
	# shellcheck disable=SC2016 # the inner shell expands it
	"$PLACE" "${INSIDE[@]}" -- bash -euc '
		dir=$1 work=$2 limit=$3 n=$4
		shift 4
		calls=("${@:1:n}")
		shift "$n"
		shopt -s nullglob dotglob
		for call in "${calls[@]}"; do
			left=("$work"/*)
			rm -rf "${left[@]}"
			status=0
			{
				timeout -s KILL "$limit" "$@" run --bundle "$dir/$call" "$call" </dev/null \
					>"$dir/$call.out" 2>"$dir/$call.err" || status=$?
			} 2>/dev/null # where bash says that it was killed
			[ "$status" -ne 137 ] || "$@" delete --force "$call" 2>/dev/null || true
			echo "$status" >"$dir/$call.status"
			# All that it has left: this shell is process 1 of its namespace.
			kill -KILL -1 2>/dev/null || true
		done' miss "$tmp/miss" "$WORK" "$HANG_TIMEOUT" ${#calls[@]} "${calls[@]}" "${COMMAND[@]}" 3>&-
	read -r was <"$tmp/native.status"
	for call in "${calls[@]}"; do
		read -r status <"$tmp/miss/$call.status"
		[ "$status" = "$was" ] || continue
		! same native "miss/$call" >/dev/null || { echo "$2 passes without $call" && return 1; }
	done
}

@test "plain" {
	enforce all plain
}

@test "int80" {
	need_kernel int80
	enforce all int80
}

@test "sysenter" {
	need_kernel vdso32
	enforce all sysenter
}

@test "x32" {
	enforce all x32
}

@test "high-bits" {
	enforce all high-bits
}

@test "newer" {
	# The rest has no name in libseccomp 2.5.4: the runtime ignores the rule, and ENOSYS is the answer.
	enforce "futex_waitv set_mempolicy_home_node" newer
}

@test "vsyscall" {
	need_kernel vsyscall
	enforce all vsyscall
}

@test "vdso" {
	need_kernel clock
	enforce all vdso
}

@test "threads" {
	enforce all threads
}

@test "many-threads 100" {
	enforce all many-threads 100
}

@test "short-processes 100" {
	enforce all short-processes 100
}

@test "processes-at-once 20" {
	enforce all processes-at-once 20
}

@test "vfork-exec" {
	enforce all vfork-exec
}

@test "clone-exit" {
	enforce all clone-exit
}

@test "kill-newborn 50" {
	enforce all,-kill kill-newborn 50
}

@test "clone-ptrace" {
	enforce all clone-ptrace
}

@test "clone3-invalid" {
	enforce all clone3-invalid
}

@test "sigchld-ignored" {
	# Its children call getuid and nobody looks at how they ended.
	enforce all,-getuid sigchld-ignored
}

@test "subreaper" {
	enforce all subreaper
}

@test "pidns ends" {
	need_kernel userns
	enforce all,-getuid pidns ends
}

@test "userns" {
	need_kernel userns
	enforce all userns
}

@test "non-dumpable" {
	enforce all non-dumpable
}

@test "exec-thread blocked" {
	# Whether the blocked thread gets as far as its read before the other one executes is a race.
	enforce all,-read exec-thread blocked
}

@test "exec-thread busy" {
	enforce all exec-thread busy
}

@test "exec-storm 3" {
	enforce all exec-storm 3
}

@test "exec-fails" {
	enforce all exec-fails
}

@test "exec plain" {
	enforce all exec /fixtures/plain
}

@test "exit 3" {
	enforce all exit 3
}

@test "die 9" {
	enforce all die 9
}

@test "die 11" {
	enforce all die 11
}

@test "zombie-leader" {
	enforce all zombie-leader
}

@test "own-filter errno" {
	enforce all own-filter errno
}

@test "own-filter trap" {
	enforce all own-filter trap
}

@test "strict-mode" {
	enforce all strict-mode
}

@test "filtered plain" {
	enforce all filtered /fixtures/plain
}

@test "group-stop 19" {
	enforce all,-wait4 group-stop 19
}

@test "job-control" {
	enforce all,-setpgid job-control
}

@test "rt-signals 100" {
	enforce all,-rt_sigqueueinfo,-sched_yield rt-signals 100
}

@test "sigtrap" {
	enforce all sigtrap
}

@test "sigsegv" {
	enforce all sigsegv
}

@test "restart" {
	enforce fork restart
}

@test "interrupted" {
	enforce fork interrupted
}

@test "io-uring" {
	enforce all io-uring
}

@test "count" {
	enforce all count
}

@test "signal-state" {
	enforce all signal-state
}

@test "pid-reuse 300 30" {
	enforce all pid-reuse 300 30
}

@test "wait-status exit 3" {
	enforce all wait-status /fixtures/exit 3
}
