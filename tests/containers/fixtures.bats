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

# enforce [-b] CALLS NAME [ARG...]: records the fixture, as it is built for 64 and for 32 bits (where the
# kernel executes that), and runs it in one of both runtimes with its profile, the next fixture in the
# other one; with -b, or with ALL_SETTINGS=1, in both. What is different between runtimes is around the
# fixture: namespaces, signals, how the program is executed.
#
# Then each of CALLS is taken out in turn, and the fixture must end differently. CALLS: names, or "all"
# that were recorded, or "all,-CALL,-CALL..." except these; of all, one is enough for 32 bits.
enforce() {
	local calls fixture tmp=$BATS_TEST_TMPDIR both=(runc crun) runtimes
	runtimes=("${both[BATS_TEST_NUMBER % 2]}")
	[ -z "${ALL_SETTINGS-}" ] || runtimes=("${both[@]}")
	[ "$1" != -b ] || { runtimes=("${both[@]}") && shift; }
	calls=$1 fixture=$2
	shift 2
	if [ -x "$FIXTURES_DIR/$fixture" ]; then
		pass "$fixture" "$@"
		miss "$calls" "$fixture" "$@"
	elif [ ! -x "$FIXTURES_DIR/$fixture-32" ]; then
		skip "$fixture does not exist on this machine"
	fi
	if [ -x "$FIXTURES_DIR/$fixture-32" ] && [[ " $KERNEL_LACKS " != *" elf32 "* ]]; then
		pass "$fixture-32" "$@"
		[[ $calls != all* ]] || calls='write'
		miss "$calls" "$fixture-32" "$@"
	fi
}

pass() {
	local runtime status
	record native "/fixtures/$1" "${@:2}"
	read -r status <"$tmp/native.status"
	[ "$status" -ne 77 ] || skip "$(cat "$tmp/native.out")"
	for runtime in "${runtimes[@]}"; do
		generate "$tmp/$runtime.json" "$runtime" "$tmp/native.rec"
		in_container "$runtime" "$tmp/$runtime.json" "$runtime" "/fixtures/$1" "${@:2}"
		same native "$runtime" || { echo "$1 in $runtime: the profile does not do" && return 1; }
	done
}

# recorded: in the array NUMBERS, for the name of each recorded call that has one "ABI:NUMBER...".
recorded() {
	local line call='"abi":"([a-z0-9_]+)","nr":([0-9]+),"name":"([a-z0-9_]+)"'
	NUMBERS=()
	while read -r line; do
		[[ $line =~ $call ]] || continue
		NUMBERS[${BASH_REMATCH[3]}]+=" ${BASH_REMATCH[1]}:${BASH_REMATCH[2]}"
	done <"$tmp/native.rec"
}

# miss CALLS NAME [ARG...]: the fixture without each of the calls in turn, after pass().
#
# Fixtures do not look at the result of every call, so the one that is taken out kills. The kernel does
# that, whoever has loaded the filter: here it is no runtime, but "place", with the program that
# "generate" makes. That programs and runtimes do what a profile says is seen in programs.bats, and below.
# A fixture that waits for what was killed for ever would have missed it as well, but such calls are left
# out above: they cost the whole time limit.
miss() {
	local calls call status was
	local -A NUMBERS
	recorded
	case $1 in
	# Without execve nothing starts, which says nothing.
	all*) calls=" ${!NUMBERS[*]} " && for call in execve ${1//,-/ }; do calls=${calls/ "$call" / }; done ;;
	*) calls=$1 ;;
	esac
	read -ra calls <<<"$calls"
	[ ${#calls[@]} -gt 0 ]
	[ -d "$tmp/miss" ] || mkdir "$tmp/miss"
	rm -f "$tmp/miss"/*
	# A 64-bit program starts it there, and makes that one call.
	local starter=()
	if [[ $2 == *-32 ]]; then
		starter=("$tmp/starter.rec")
		printf '%s\n' '{"recording":1}' '{"t":0,"abi":"x86_64","nr":59,"name":"execve"}' \
			'{"end":{"t":0,"status":0,"processes":1,"threads":1}}' >"${starter[0]}"
	fi
	"$SECCOMP_LEARN" generate -q --for crun-nnp -f bpf -o "$tmp/whole.bpf" "$tmp/native.rec" "${starter[@]}"
	fresh_work
	outside
	{
		echo whole
		for call in "${calls[@]}"; do
			[ -n "${NUMBERS[$call]-}" ] || { echo "$call was not recorded" >&2 && return 1; }
			echo "$call${NUMBERS[$call]}"
		done
	} >"$tmp/tries"
	"$PLACE" --limit "$HANG_TIMEOUT" --filter "$tmp/whole.bpf" --try "$tmp/miss" "$tmp/tries" "${OUTSIDE[@]}" -- \
		"/fixtures/$2" "${@:3}" </dev/null 3>&-
	same native miss/whole || { echo "$2: the filter program does not do" && return 1; }
	read -r was <"$tmp/native.status"
	for call in "${calls[@]}"; do
		read -r status <"$tmp/miss/$call.status"
		[ "$status" = "$was" ] || continue
		! same native "miss/$call" >/dev/null || { echo "$2 passes without $call" && return 1; }
	done
	[ ${#runtimes[@]} -eq 1 ] || miss_inside "${calls[0]}" "$@"
}

# miss_inside CALL CALLS NAME [ARG...]: the same with one call, in crun.
miss_inside() {
	[[ $1 != close || $2 != all* ]] || set -- write "${@:2}"
	jq --arg call "$1" '
		if .syscalls | any(.names | index($call)) then . else error("\($call) is not in the profile") end |
		.syscalls |= (map(.names -= [$call]) | map(select(.names != []))) |
		.syscalls += [{names: [$call], action: "SCMP_ACT_KILL_PROCESS"}]' "$tmp/crun.json" >"$tmp/less.json"
	RUN_TIMEOUT=$HANG_TIMEOUT in_container crun "$tmp/less.json" less "/fixtures/$3" "${@:4}"
	! same native less >/dev/null || { echo "$3 passes in crun without $1" && return 1; }
}

@test "plain" {
	enforce -b all plain
}

@test "int80" {
	need_kernel int80
	enforce -b all int80
}

@test "sysenter" {
	need_kernel vdso32
	enforce -b all sysenter
}

@test "x32" {
	enforce -b all x32
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
	enforce -b all threads
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
	enforce -b all vfork-exec
}

@test "clone-exit" {
	enforce all clone-exit
}

@test "kill-newborn 50" {
	enforce all,-kill kill-newborn 50
}

@test "clone-ptrace" {
	enforce -b all clone-ptrace
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
	enforce -b all,-getuid pidns ends
}

@test "userns" {
	need_kernel userns
	enforce -b all userns
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
	enforce -b all exec /fixtures/plain
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
	enforce -b all own-filter errno
}

@test "own-filter trap" {
	enforce all own-filter trap
}

@test "strict-mode" {
	enforce all strict-mode
}

@test "filtered plain" {
	enforce -b all filtered /fixtures/plain
}

@test "group-stop 19" {
	enforce all,-wait4 group-stop 19
}

@test "job-control" {
	enforce -b all,-setpgid job-control
}

@test "rt-signals 100" {
	enforce -b all,-rt_sigqueueinfo,-sched_yield rt-signals 100
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
	enforce -b all signal-state
}

# It is recorded among the processes of the machine. Once their ids have come to the highest one, the kernel
# goes on at 300: a lower one that is free stays free, while 300 itself is taken sooner or later.
@test "pid-reuse: one process id again and again" {
	local pid=299
	while [ -e "/proc/$pid" ]; do
		pid=$((pid - 1))
	done
	enforce all pid-reuse "$pid" 30
}

@test "wait-status exit 3" {
	enforce all wait-status /fixtures/exit 3
}
