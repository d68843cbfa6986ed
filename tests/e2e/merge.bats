#!/usr/bin/env bats
# merge from the command line, and diff --fail-on: what they read, write and exit with. What is
# merged how is tested in tests/unit/learner/policy/test_merge*.c and test_recording_write.c.

load lib

bats_require_minimum_version 1.5.0

setup() {
	make_dir
	cd "$BATS_TEST_DIRNAME/../golden" || return 1
}

teardown() {
	remove_dir
}

# Runs the program with its output in $DIR/out and err, and its status in $status.
learn() {
	status=0
	"$SECCOMP_LEARN" "$@" >"$DIR/out" 2>"$DIR/err" || status=$?
}

expect_trouble() {
	[ "$status" -eq 2 ]
	[ ! -s "$DIR/out" ]
	grep -F -- "$1" "$DIR/err"
}

write_profile() { # NAME...
	local names
	names=$(printf ',"%s"' "$@")
	echo '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":' \
		'["SCMP_ARCH_X86_64"],"syscalls":[{"names":['"${names#,}"'],"action":"SCMP_ACT_ALLOW"}]}'
}

@test "merge: recordings become one, which is a recording" {
	learn merge -o "$DIR/both.rec" diff-in-old.rec diff-in-new.rec
	[ "$status" -eq 0 ]
	[ ! -s "$DIR/out" ]
	[ ! -s "$DIR/err" ]
	[ "$(grep -c '^{"recording":1' "$DIR/both.rec")" -eq 2 ]
	# It has what both have, in any order.
	learn merge diff-in-new.rec diff-in-old.rec
	cmp "$DIR/out" "$DIR/both.rec"
	learn generate "$DIR/both.rec"
	cp "$DIR/out" "$DIR/profile"
	learn generate diff-in-old.rec diff-in-new.rec
	diff -u "$DIR/profile" "$DIR/out"
	learn diff "$DIR/both.rec" diff-in-new.rec
	run ! grep '^+[^+]' "$DIR/out"
}

@test "merge: of recordings, what all of them have" {
	learn merge --intersect diff-in-old.rec diff-in-new.rec
	[ "$status" -eq 0 ]
	grep -E '^seccomp-learn: [0-9]+ calls are left out' "$DIR/err"
	cp "$DIR/out" "$DIR/common.rec"
	learn show --json "$DIR/common.rec"
	jq -e '.abis.x86 == null and (.abis.x86_64 | index("clone3") == null)' "$DIR/out"
	learn -q merge --intersect diff-in-old.rec diff-in-old.rec || true
	learn merge --intersect diff-in-old.rec diff-in-old.rec
	[ ! -s "$DIR/err" ]
	cp "$DIR/out" "$DIR/same.rec"
	learn diff "$DIR/same.rec" diff-in-old.rec
	[ "$status" -eq 0 ]
}

@test "merge: profiles in any format, union and intersection" {
	write_profile read write >"$DIR/a.json"
	write_profile read close >"$DIR/b.json"
	learn generate --yaml diff-in-old.rec -o "$DIR/c.yaml"
	learn merge "$DIR/a.json" "$DIR/b.json" -o "$DIR/union.yaml"
	[ "$status" -eq 0 ]
	grep '^defaultAction: SCMP_ACT_ERRNO' "$DIR/union.yaml"
	write_profile read write close >"$DIR/expected.json"
	learn diff "$DIR/union.yaml" "$DIR/expected.json"
	[ "$status" -eq 0 ]
	learn merge --intersect "$DIR/a.json" - <"$DIR/b.json"
	[ "$status" -eq 0 ]
	cp "$DIR/out" "$DIR/common.json"
	write_profile read >"$DIR/expected.json"
	learn diff "$DIR/common.json" "$DIR/expected.json"
	[ "$status" -eq 0 ]
	learn merge "$DIR/a.json" "$DIR/c.yaml"
	[ "$status" -eq 0 ]
}

@test "merge: a warning where the result had to be stricter" {
	sed 's/"SCMP_ARCH_X86_64"/&,"SCMP_ARCH_X86"/' <(write_profile read) >"$DIR/wide.json"
	write_profile close >"$DIR/native.json"
	learn merge "$DIR/wide.json" "$DIR/native.json"
	[ "$status" -eq 0 ]
	grep -F 'warning: x86 is left out' "$DIR/err"
	jq -e '.architectures == ["SCMP_ARCH_X86_64"]' "$DIR/out"
	learn merge -q "$DIR/wide.json" "$DIR/native.json"
	[ ! -s "$DIR/err" ]
}

@test "merge: trouble says what to do" {
	write_profile read >"$DIR/a.json"
	learn merge diff-in-old.rec "$DIR/a.json"
	expect_trouble "seccomp-learn generate"
	learn merge "$DIR/a.json" diff-in-old.rec
	expect_trouble "a.json is a profile and diff-in-old.rec a recording"
	learn merge "$DIR/a.json" "$DIR/missing"
	expect_trouble missing
	learn merge
	expect_trouble 'which files'
	learn merge - - <"$DIR/a.json"
	expect_trouble 'only one'
	local option
	for option in --yaml --json "-f oci" "-f names" "--name a -f k8s" "--abi x86" "--caps all" "--kernel 6.1"; do
		# shellcheck disable=SC2086 # an option and its argument
		learn merge $option diff-in-old.rec
		expect_trouble "is about profiles: recordings are merged into a recording, of which 'generate' makes"
	done
	sed 's/X86_64/AARCH64/' "$DIR/a.json" >"$DIR/arm.json"
	learn merge "$DIR/a.json" "$DIR/arm.json"
	expect_trouble 'no ABI in common'
	echo old >"$DIR/kept"
	learn merge -o "$DIR/kept" "$DIR/a.json" "$DIR/arm.json"
	[ "$(cat "$DIR/kept")" = old ]
}

# The options that the last message names are those of COMMAND.
expect_own_options() { # COMMAND
	local option
	[ "$status" -ne 0 ]
	cp "$DIR/err" "$DIR/said"
	learn "$1" --help
	for option in $(grep -oE -e '--[a-z-]+' "$DIR/said"); do
		grep -F -- "$option" "$DIR/out" || {
			echo "$1 has no $option: $(cat "$DIR/said")"
			return 1
		}
	done
}

@test "what a dialect cannot say: each command helps with what it has" {
	local dialect
	write_profile read >"$DIR/enosys.json"
	sed 's/38/1/' "$DIR/enosys.json" >"$DIR/eperm.json"
	sed 's/"SCMP_ACT_ERRNO","defaultErrnoRet":38/"SCMP_ACT_TRAP"/' "$DIR/enosys.json" \
		>"$DIR/trap.json"
	sed 's/"SCMP_ARCH_X86_64"/&,"SCMP_ARCH_X86"/' "$DIR/enosys.json" >"$DIR/two.json"
	for dialect in minijail:eperm minijail:two firejail:two firejail:trap systemd:trap k8s:eperm; do
		learn merge -f "${dialect%:*}" "$DIR/${dialect#*:}.json"
		expect_own_options merge
		[ "$(wc -l <"$DIR/said")" -eq 1 ]
	done
	learn merge -f minijail "$DIR/eperm.json"
	expect_trouble "the default is that of the files, and has to be changed there"
	sed 's/"defaultErrnoRet":1/"defaultErrnoRet":38/' "$DIR/eperm.json" >"$DIR/changed.json"
	learn merge -q -f minijail "$DIR/changed.json"
	[ "$status" -eq 0 ]
	# One ABI stays of these two.
	learn merge -f minijail "$DIR/two.json" "$DIR/enosys.json"
	expect_trouble "with --intersect only those stay that all have"
	learn merge -q -f minijail --intersect "$DIR/two.json" "$DIR/enosys.json"
	[ "$status" -eq 0 ]
	grep -Fx 'read: 1' "$DIR/out"
	# The same words do not help with these, which have other ways.
	learn generate -q -f minijail --default-errno EPERM diff-in-old.rec
	expect_own_options generate
	grep -F "choose another with --default-action or --default-errno" "$DIR/said"
	learn generate -q -f minijail --abi x86_64 diff-in-old.rec
	[ "$status" -eq 0 ]
	learn record -f minijail --default-errno EPERM -p "$DIR/policy" -- touch "$DIR/ran"
	expect_own_options record
	grep -F "choose another with --default-action or --default-errno" "$DIR/said"
	[ ! -e "$DIR/ran" ]
}

@test "diff --fail-on: the status follows what is asked for" {
	write_profile read write >"$DIR/old.json"
	write_profile read >"$DIR/narrower.json"
	write_profile read write close >"$DIR/wider.json"
	write_profile read write mount >"$DIR/risky.json"
	local new any widened risky
	while read -r new any widened risky; do
		learn diff "$DIR/old.json" "$DIR/$new.json"
		[ "$status" -eq "$any" ]
		learn diff --fail-on any "$DIR/old.json" "$DIR/$new.json"
		[ "$status" -eq "$any" ]
		learn diff --fail-on widened "$DIR/old.json" "$DIR/$new.json"
		[ "$status" -eq "$widened" ]
		# The report is there whatever the status is.
		[ "$any" -eq 0 ] || [ -s "$DIR/out" ]
		learn diff --fail-on=risky --format json "$DIR/old.json" "$DIR/$new.json"
		[ "$status" -eq "$risky" ]
		jq -e --argjson w "$widened" --argjson r "$risky" \
			'.widened == ($w == 1) and .risky == ($r == 1)' "$DIR/out"
	done <<-'E'
		old 0 0 0
		narrower 1 0 0
		wider 1 1 0
		risky 1 1 1
	E
	learn diff --fail-on nothing "$DIR/old.json" "$DIR/old.json"
	expect_trouble 'any, widened, risky'
}

@test "diff: the profile of Debian's containers, and what one change of it does" {
	profile=/usr/share/containers/seccomp.json
	[ -r "$profile" ] || skip "needs golang-github-containers-common"
	learn diff "$profile" "$profile"
	[ "$status" -eq 0 ]
	[ ! -s "$DIR/out" ]
	# Written in another dialect and syntax it means the same.
	learn merge --abi x86_64 -f oci --yaml "$profile" -o "$DIR/oci.yaml"
	[ "$status" -eq 0 ]
	learn diff --abi x86_64 "$profile" "$DIR/oci.yaml"
	cat "$DIR/out"
	[ "$status" -eq 0 ]
	# It refuses bpf in a rule of its own, so a rule behind that one has no effect.
	jq '.syscalls += [{names: ["bpf"], action: "SCMP_ACT_ALLOW"}]' "$profile" >"$DIR/new.json"
	learn diff "$profile" "$DIR/new.json"
	[ "$status" -eq 0 ]
	# bpf is new, and personality may do more.
	jq '.syscalls |= [{names: ["bpf"], action: "SCMP_ACT_ALLOW"},
		{names: ["personality"], action: "SCMP_ACT_ALLOW",
		 args: [{index: 0, value: 262144, op: "SCMP_CMP_EQ"}]}] + .' "$profile" \
		>"$DIR/new.json"
	learn diff --abi x86_64 --format json "$profile" "$DIR/new.json"
	[ "$status" -eq 1 ]
	jq -e '[.added[] | select(.abi == "x86_64") | .name] == ["bpf"]
		and ([.changed[] | select(.abi == "x86_64") | [.name, .what]]
			== [["personality", ["widened"]]])
		and .widened and .risky' "$DIR/out"
}

# conditional ARCHITECTURE ENTRY...: a profile that ends what it does not name.
conditional() {
	local IFS=,
	echo '{"defaultAction": "SCMP_ACT_KILL_PROCESS", "architectures": ["SCMP_ARCH_X86_64", "'"$1"'"],
		"syscalls": ['"${*:2}"']}'
}

# entry NAME ACTION [INDEX OP VALUE]...
entry() {
	local name=$1 action=$2 args=()
	shift 2
	while [ $# -gt 0 ]; do
		args+=('{"index": '"$1"', "op": "SCMP_CMP_'"$2"'", "value": '"$3"'}')
		shift 3
	done
	local IFS=,
	echo '{"names": ["'"$name"'"], "action": "SCMP_ACT_'"$action"'", "args": ['"${args[*]}"']}'
}

# What libseccomp refuses would be said of the result, as lint says it.
loads() {
	! "$SECCOMP_LEARN" lint "$1" | grep -F "refuse the profile"
	"$SECCOMP_LEARN" merge -f bpf -o "$DIR/program" "$1" 2>"$DIR/program.err"
	[ ! -s "$DIR/program.err" ]
}

@test "merge: rules that libseccomp refuses together are not taken" {
	# x32 has no upper half of argument 4, by which alone the result's rules differ.
	conditional SCMP_ARCH_X32 "$(entry getpid LOG)" >"$DIR/a"
	conditional SCMP_ARCH_X32 "$(entry getpid ALLOW 2 EQ 2147483648 4 GT 4294967295)" >"$DIR/b"
	local order
	for order in "a b" "b a"; do
		# shellcheck disable=SC2086 # words
		(cd "$DIR" && "$SECCOMP_LEARN" merge -o merged $order 2>err)
		[ ! -s "$DIR/err" ]
		loads "$DIR/merged"
	done
	# The first has no upper half on x86, which makes the call through socketcall: there both rules are
	# the same one, before socketcall's own rule settles it.
	conditional SCMP_ARCH_X86 "$(entry socket LOG 1 MASKED_EQ 9223372036854775808)" "$(entry socket ALLOW 0 EQ 5)" \
		>"$DIR/a"
	conditional SCMP_ARCH_X86 "$(entry socketcall ALLOW)" >"$DIR/b"
	learn merge -o "$DIR/merged" "$DIR/a" "$DIR/b"
	[ "$status" -eq 0 ]
	grep -xF "seccomp-learn: warning: socket: libseccomp does not take the exact rules as they are meant; the result is stricter" "$DIR/err"
	loads "$DIR/merged"
	# One alone comes out as it went in.
	learn merge -o "$DIR/merged" "$DIR/a"
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.syscalls[].action]' "$DIR/merged")" = '["SCMP_ACT_LOG","SCMP_ACT_ALLOW"]' ]
}
