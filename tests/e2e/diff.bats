#!/usr/bin/env bats
# diff from the command line: what it reads, where it writes, how it exits. What it says about
# which difference is tested in tests/unit/learner/policy/test_diff.c and test_diff_format.c.

setup() {
	cd "$BATS_TEST_DIRNAME/../golden" || return 1
	learn=${SECCOMP_LEARN:-$BATS_TEST_DIRNAME/../../build/seccomp-learn}
}

# Runs diff with its output in $BATS_TEST_TMPDIR/out and err, and its status in $status.
diff_with() {
	status=0
	"$learn" diff "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
}

# Are these the exit status and, to the byte, the golden output, with nothing on standard error?
expect() {
	[ "$status" -eq "$1" ]
	diff -u "$2" "$BATS_TEST_TMPDIR/out"
	diff -u /dev/null "$BATS_TEST_TMPDIR/err"
}

# Trouble: status 2, nothing on standard output, and this on standard error.
expect_trouble() {
	[ "$status" -eq 2 ]
	[ ! -s "$BATS_TEST_TMPDIR/out" ]
	grep -F -- "$1" "$BATS_TEST_TMPDIR/err"
	[ "$(grep -c . "$BATS_TEST_TMPDIR/err")" -le 2 ]
}

write_profile() { # NAME...
	local names
	names=$(printf ',"%s"' "$@")
	echo '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":' \
		'["SCMP_ARCH_X86_64"],"syscalls":[{"names":['"${names#,}"'],"action":"SCMP_ACT_ALLOW"}]}'
}

@test "diff: profiles, recordings and one of each, in every format" {
	local format
	for format in text json markdown; do
		case $format in
		text) suffix=txt ;;
		json) suffix=json ;;
		markdown) suffix=md ;;
		esac
		for pair in "profiles diff-in-old.json diff-in-new.yaml" \
			"recordings diff-in-old.rec diff-in-new.rec" \
			"mixed diff-in-new.rec diff-in-new.yaml"; do
			read -r golden old new <<<"$pair"
			# The golden files call the sides by shorter names.
			sed 's/\b\(old\|new\)\.\(json\|yaml\|rec\)\b/diff-in-&/g' "diff-$golden.$suffix" \
				>"$BATS_TEST_TMPDIR/expected"
			diff_with --format "$format" "$old" "$new"
			expect 1 "$BATS_TEST_TMPDIR/expected"
		done
	done
}

@test "diff: text is the default format" {
	diff_with --format text diff-in-old.rec diff-in-new.rec
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/text"
	diff_with diff-in-old.rec diff-in-new.rec
	expect 1 "$BATS_TEST_TMPDIR/text"
}

@test "diff: nothing is said about two sides that are the same" {
	write_profile read write close >"$BATS_TEST_TMPDIR/a.json"
	cat >"$BATS_TEST_TMPDIR/b" <<-'E'
		# The same, in another syntax, order and grouping.
		syscalls:
		- {action: SCMP_ACT_ALLOW, names: [write]}
		- {action: SCMP_ACT_ALLOW, names: [close, read, write]}
		- {action: SCMP_ACT_ERRNO, errnoRet: 38, names: [mount]}
		architectures: [SCMP_ARCH_X86_64]
		defaultErrnoRet: 38
		defaultAction: SCMP_ACT_ERRNO
	E
	diff_with "$BATS_TEST_TMPDIR/a.json" "$BATS_TEST_TMPDIR/b"
	expect 0 /dev/null
	diff_with --format markdown "$BATS_TEST_TMPDIR/a.json" "$BATS_TEST_TMPDIR/b"
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -eq 1 ]
	diff_with --format json "$BATS_TEST_TMPDIR/a.json" "$BATS_TEST_TMPDIR/b"
	[ "$status" -eq 0 ]
	jq -e '.same and .settings == [] and .abis == {"added": [], "removed": []} and
		.added == [] and .removed == [] and .changed == [] and .notes == []' \
		"$BATS_TEST_TMPDIR/out"
}

@test "diff: a gap is said, and does not make a difference" {
	diff_with diff-in-new.rec diff-in-new.rec
	[ "$status" -eq 0 ]
	[ ! -s "$BATS_TEST_TMPDIR/out" ]
	grep -F 'diff-in-new.rec: may be incomplete: untraced-child' "$BATS_TEST_TMPDIR/err"
}

@test "diff: a recording that was cut off is compared, with a note" {
	# The end line is gone and the line before it torn.
	head -c -100 diff-in-old.rec >"$BATS_TEST_TMPDIR/torn.rec"
	diff_with diff-in-old.rec "$BATS_TEST_TMPDIR/torn.rec"
	[ "$status" -eq 1 ]
	grep -F 'ABI x86 removed' "$BATS_TEST_TMPDIR/out"
	grep 'note: .*torn.rec: may be incomplete: cut-off' "$BATS_TEST_TMPDIR/out"
}

@test "diff: standard input is one of the two" {
	diff_with - diff-in-old.json < <(cat diff-in-old.json)
	[ "$status" -eq 0 ]
	diff_with diff-in-old.rec - <diff-in-new.rec
	[ "$status" -eq 1 ]
	grep -Fx '+++ standard input' "$BATS_TEST_TMPDIR/out"
	diff_with - - <diff-in-old.json
	expect_trouble 'only one'
}

@test "diff: quiet leaves the exit status" {
	diff_with -q diff-in-old.rec diff-in-new.rec
	expect 1 /dev/null
	diff_with --quiet diff-in-new.rec diff-in-new.rec
	expect 0 /dev/null
}

@test "diff: trouble is neither same nor different" {
	diff_with diff-in-old.json "$BATS_TEST_TMPDIR/missing.json"
	expect_trouble missing.json
	diff_with "$BATS_TEST_TMPDIR" diff-in-old.json
	expect_trouble "$BATS_TEST_TMPDIR"
	echo '{"defaultAction": "SCMP_ACT_MAYBE"}' >"$BATS_TEST_TMPDIR/bad.json"
	diff_with diff-in-old.rec "$BATS_TEST_TMPDIR/bad.json"
	expect_trouble 'bad.json:1: '
	: >"$BATS_TEST_TMPDIR/empty"
	diff_with "$BATS_TEST_TMPDIR/empty" diff-in-old.rec
	expect_trouble empty
	diff_with diff-in-old.json
	expect_trouble seccomp-learn
	diff_with diff-in-old.json diff-in-old.json diff-in-old.json
	expect_trouble seccomp-learn
	diff_with --format html diff-in-old.json diff-in-old.json
	expect_trouble html
	diff_with --no-such-option diff-in-old.json diff-in-old.json
	expect_trouble no-such-option
	diff_with --caps all diff-in-old.rec diff-in-new.rec
	expect_trouble "--caps is about how a profile is read, and both are recordings"
}

@test "diff: a filter program gets the line that helps, as it does from the other commands" {
	local program=$BATS_TEST_TMPDIR/x.bpf command
	local says="seccomp-learn: $program: a seccomp filter program, which only 'show' reads: name the"
	says+=" profile or recording that it was made from, or compare what 'show' prints of two programs"
	"$learn" generate -q -f bpf -o "$program" diff-in-old.rec
	for command in "diff $program diff-in-old.json" "diff diff-in-old.json $program" \
		"diff $program $program" "generate $program" "merge $program" "lint $program"; do
		# shellcheck disable=SC2086 # several words
		run "$learn" $command
		echo "$command: $output"
		[ "$status" -eq 2 ]
		[ "$output" = "$says" ]
	done
	run "$learn" show "$program"
	[ "$status" -eq 0 ]
}

@test "diff: a full disk is trouble" {
	[ -c /dev/full ] || skip 'this machine has no /dev/full'
	status=0
	"$learn" diff diff-in-old.rec diff-in-new.rec >/dev/full 2>"$BATS_TEST_TMPDIR/err" ||
		status=$?
	[ "$status" -eq 2 ]
	grep -F 'No space left' "$BATS_TEST_TMPDIR/err"
}

@test "diff: the same bytes every time" {
	diff_with --format json diff-in-old.rec diff-in-new.yaml
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/first"
	diff_with --format json diff-in-old.rec diff-in-new.yaml
	expect 1 "$BATS_TEST_TMPDIR/first"
}

@test "what this libseccomp has no calls of is not called the same" {
	local arch status
	cd "$BATS_TEST_TMPDIR" || return 1
	for arch in LOONGARCH64 M68K; do
		status=0
		echo '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_'$arch'"], "syscalls": [
			{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"}]}' >old.json
		sed 's/, "write"//' old.json >new.json
		"$learn" diff old.json new.json 2>err || status=$?
		[ "$status" -eq 2 ]
		grep -qxF "seccomp-learn: old.json: cannot be compared: libseccomp here has no calls of ${arch,,}" err
		"$learn" show --json old.json >out
		grep -F '"ignored":[]' out
	done
}

@test "the machine's own ABI is in every filter, listed or not" {
	local rules='"syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}'
	local start='{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86"'
	cd "$BATS_TEST_TMPDIR" || return 1
	echo "$start], $rules" >x86.json
	echo "$start, \"SCMP_ARCH_X86_64\"], $rules" >both.json
	diff_with x86.json both.json
	[ "$status" -eq 0 ]
	"$learn" show x86.json >out
	grep -F "ABIs     x86 (and x86_64, where that is the machine's own)" out
	"$learn" show --json x86.json >out
	grep -F '"abis":{"x86_64":["read"],"x86":["read"]}' out
}
