#!/usr/bin/env bats
# What lint says of runc and crun, asked of them. Some of it is true of one version only, and is
# asked only of that.

load lib

setup_file() {
	[ "$(id -u)" -ne 0 ] || make_root
}

setup() {
	need_containers
	command -v perl >/dev/null || skip "needs perl"
	[ "$(uname -m)" = x86_64 ] || skip "needs the numbers of x86_64"
	PROFILE=$BATS_TEST_TMPDIR/profile.json
}

# Makes the system call of each argument, "NUMBER ARG...", and prints their errors or 0.
CALLS=(/usr/bin/perl -e 'print join(" ", map {
	my @words = map { $_ + 0 } split;
	syscall($words[0], @words[1 .. $#words]) == -1 ? $! + 0 : 0 } @ARGV), "\n"')

# profile DEFAULT MEMBERS [ENTRY...]: for x86_64; MEMBERS are further ones of the object, or "".
profile() {
	local IFS=,
	echo '{"defaultAction": "SCMP_ACT_'"$1"'",'"${2:-\"architectures\": [\"SCMP_ARCH_X86_64\"]}"',"syscalls": ['"${*:3}"']}' >"$PROFILE"
}

# says KIND: lint finds that, and nothing else.
says() {
	local found="" text
	text=$("$SECCOMP_LEARN" lint --json "$PROFILE") || true
	while [[ $text =~ \"kind\":\"([^\"]*)\"(.*) ]]; do
		found+=${found:+$'\n'}${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
	done
	[ "$found" = "$1" ] || {
		echo "expected $1, got $found"
		return 1
	}
}

# errno RUNTIME CALL...: what the calls, "NUMBER ARG...", fail with in a container, or 0.
errno() {
	in_container "$1" "$PROFILE" "$1" "${CALLS[@]}" "${@:2}"
	cat "$BATS_TEST_TMPDIR/$1".{out,err}
}

# refused RUNTIME MESSAGE: the container does not start, and this is part of why.
refused() {
	in_container "$1" "$PROFILE" "$1" /usr/bin/true
	[ "$(cat "$BATS_TEST_TMPDIR/$1.status")" -ne 0 ]
	grep -qF "$2" "$BATS_TEST_TMPDIR/$1.err"
}

arg() {
	printf '{"index": %s, "op": "SCMP_CMP_%s", "value": %s, "valueTwo": %s}' "$1" "$2" "$3" "${4:-0}"
}

# entry NAME ERRNO [ARG...]
entry() {
	local IFS=,
	printf '{"names": ["%s"], "action": "SCMP_ACT_ERRNO", "errnoRet": %s, "args": [%s]}' "$1" "$2" "${*:3}"
}

# That is socket(7), which no kernel has: 97 is EAFNOSUPPORT.
@test "crun looks at six conditions" {
	local n args=()
	for n in 1 2 3 4 5 6 7 8; do
		args+=("$(arg 0 EQ "$n")")
	done
	profile ALLOW "" "$(entry socket 77 "${args[@]}")"
	says conditions
	[ "$(errno runc "41 7 1 0")" = 77 ]
	crun --version | grep -q '^crun version 1\.8\.1$' || skip "was seen in crun 1.8.1, not in later ones"
	[ "$(errno crun "41 6 1 0" "41 7 1 0")" = "77 97" ]
}

@test "one of the conditions is enough when an index repeats" {
	local runtime
	profile ALLOW "" "$(entry getppid 77 "$(arg 0 EQ 1)" "$(arg 0 EQ 2)" "$(arg 1 EQ 3)")"
	says alternatives
	for runtime in runc crun; do
		[ "$(errno "$runtime" "110 5 3" "110 2 5" "110 5 5")" = "77 77 0" ]
	done
}

@test "valueTwo is for masks" {
	local runtime
	profile ALLOW "" "$(entry getppid 77 "$(arg 0 LE 1 9)")"
	says value-two
	for runtime in runc crun; do
		[ "$(errno "$runtime" "110 1" "110 2")" = "77 0" ]
	done
}

@test "the first of two rules counts" {
	local runtime
	profile ALLOW "" "$(entry getppid 77)" "$(entry getppid 78)"
	says overruled
	for runtime in runc crun; do
		[ "$(errno "$runtime" 110)" = 77 ]
	done
}

@test "LT 5 or GT 0x500000001 allows 6 where libseccomp is older than 2.6.1" {
	local runtime
	profile ALLOW "" "$(entry getppid 77 "$(arg 0 LT 5)")" "$(entry getppid 77 "$(arg 0 GT 21474836481)")"
	says miscompiled
	[[ $(runc --version) == *"libseccomp: 2.5."* ]] || skip "needs a runc with libseccomp 2.5"
	for runtime in runc crun; do
		[ "$(errno "$runtime" "110 4" "110 6")" = "77 77" ]
	done
}

@test "runc refuses some uses of NOTIFY, and ignores a listener that nothing is for" {
	profile NOTIFY '"listenerPath": "/none", "architectures": ["SCMP_ARCH_X86_64"]'
	says notify
	refused runc "SCMP_ACT_NOTIFY cannot be used as default action"
	profile ALLOW '"listenerPath": "/none", "architectures": ["SCMP_ARCH_X86_64"]' \
		'{"names": ["write"], "action": "SCMP_ACT_NOTIFY"}'
	says notify
	refused runc "SCMP_ACT_NOTIFY cannot be used for the write syscall"
	profile ALLOW "" '{"names": ["getppid"], "action": "SCMP_ACT_NOTIFY"}'
	says notify
	refused runc "listenerPath is not set"
	[ "$(errno crun 110)" = 38 ]
	profile ALLOW '"listenerPath": "/none", "architectures": ["SCMP_ARCH_X86_64"]'
	says notify
	[ "$(errno runc 39)" = 0 ]
}

@test "runc refuses flags and architectures" {
	profile ALLOW '"architectures": ["SCMP_ARCH_PARISC"]'
	says architecture
	refused runc "SCMP_ARCH_PARISC is not a valid arch"
	profile ALLOW '"architectures": ["SCMP_ARCH_X86_64"], "flags": ["SECCOMP_FILTER_FLAG_LOG"]'
	says flags
	[ "$(errno crun 39)" = 0 ]
	[[ $(runc --version) == "runc version 1.1.5"* ]] || skip "was seen in runc 1.1.5"
	refused runc "seccomp flags are not yet supported"
}

@test "without architectures, calls of other ABIs kill" {
	local runtime
	[ -x "$FIXTURES_DIR/int80" ] || skip "needs the fixture int80"
	need_kernel int80
	profile ALLOW '"architectures": []'
	says abi
	for runtime in runc crun; do
		in_container "$runtime" "$PROFILE" "$runtime" /fixtures/int80
		[ "$(cat "$BATS_TEST_TMPDIR/$runtime.status")" -eq $((128 + 31)) ]
	done
}

@test "what Docker and Podman refuse, runc and crun load" {
	local runtime
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
		"archMap": [{"architecture": "SCMP_ARCH_ARM"}], "syscalls": [{"name": "getpgid",
		"names": ["socket"], "comment": ["a"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]}' >"$PROFILE"
	says "$(printf 'skipped\n%.0s' 1 2 3)"
	for runtime in runc crun; do
		[ "$(errno "$runtime" "41 1 1 0" "121 0")" = "77 0" ]
	done
}

@test "crun takes a value below 0" {
	profile ALLOW "" "$(entry socket 77 "$(arg 0 EQ -1)")"
	says syntax
	refused runc "cannot unmarshal number -1"
	[ "$(errno crun "41 18446744073709551615 1 0")" = 77 ]
}

@test "conditions that hold always and never" {
	local runtime
	profile ALLOW "" "$(entry socket 77 "$(arg 0 LT 0)")" "$(entry getpgid 77 "$(arg 0 MASKED_EQ 0)")"
	says "$(printf 'constant\n%.0s' 1 2)"
	for runtime in runc crun; do
		[ "$(errno "$runtime" "41 1 1 0" "121 0")" = "0 77" ]
	done
}

@test "nobody knows SCMP_ARCH_NATIVE" {
	profile ALLOW '"architectures": ["SCMP_ARCH_NATIVE"]'
	says architecture
	refused runc "SCMP_ARCH_NATIVE is not a valid arch"
	refused crun "unknown architecture NATIVE"
}

@test "a profile is for one byte order" {
	profile ALLOW '"architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"]'
	says architecture
	refused runc "numerical argument out of domain"
	refused crun "Numerical argument out of domain"
}
