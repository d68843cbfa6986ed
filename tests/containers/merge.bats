#!/usr/bin/env bats
# Merged profiles that only libseccomp can judge, given to runc and crun.

load lib

setup_file() {
	[ "$(id -u)" -ne 0 ] || make_root
}

setup() {
	need_containers
	command -v perl >/dev/null || skip "needs perl"
	[ "$(uname -m)" = x86_64 ] || skip "needs the numbers of x86_64"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# Makes the system call of each argument, "NUMBER ARG...", and prints their errors or 0.
CALLS=(/usr/bin/perl -e 'print join(" ", map {
	my @words = map { $_ + 0 } split;
	syscall($words[0], @words[1 .. $#words]) == -1 ? $! + 0 : 0 } @ARGV), "\n"')

# profile ENTRY: it allows the rest, on ABIs whose arguments have 64 and 32 bits.
profile() {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
		"syscalls": ['"$1"']}'
}

# errno RUNTIME CALL...: what the calls, "NUMBER ARG...", fail with in a container that has the merged
# profile, or 0.
errno() {
	in_container "$1" merged "$1" "${CALLS[@]}" "${@:2}"
	cat "$1".{out,err}
}

# On x32 the first is about argument 2 alone, and so are rules of the result with another action.
@test "rules that differ in the upper half of an argument" {
	profile '{"names": ["getppid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77, "args": [
		{"index": 2, "value": 2147483648, "op": "SCMP_CMP_EQ"},
		{"index": 4, "value": 4294967295, "op": "SCMP_CMP_GT"}]}' >a
	profile '{"names": ["getppid"], "action": "SCMP_ACT_LOG"}' >b
	local runtime order
	for order in "a b" "b a"; do
		# shellcheck disable=SC2086 # words
		"$SECCOMP_LEARN" merge --intersect -o merged $order 2>warnings
		[ ! -s warnings ]
		for runtime in runc crun; do
			[ "$(errno "$runtime" 110 "110 0 0 2147483648 0 4294967296" "110 0 0 2147483648 0 4294967295" \
				"110 0 0 2147483649 0 4294967296")" = "0 77 0 0" ]
		done
	done
}
