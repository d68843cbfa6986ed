#!/usr/bin/env bats
# Recordings that build on earlier ones: record --known.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	cd "$DIR" || return 1
	# What mkdir and rmdir call.
	case $(uname -m) in
	aarch64) MKDIR=mkdirat RMDIR=unlinkat ;;
	*) MKDIR=mkdir RMDIR=rmdir ;;
	esac
}

teardown() {
	cd /
	remove_dir
}

# "base NAME": what the others build on. Its processes make all calls of "more" but one.
base() {
	capture_record "$1" -- sh -c 'mkdir a b'
	assert_status "$1" 0
	rmdir a b
}

more() {
	capture_record "$@" -- sh -c 'mkdir a b; rmdir a b'
	assert_status "$1" 0
}

# The names of the calls that the run itself has learnt, and of those that it knew, in the file's order.
made() {
	jq -r 'select(.abi) | "\(.abi) \(.name // .nr)"' "$1" | LC_ALL=C sort
}

known() {
	jq -r '.known // empty | .calls | to_entries[] | .key as $abi | .value[] | "\($abi) \(.name // .nr)"' "$1" |
		LC_ALL=C sort
}

native() {
	uname -m
}

builds_on_it() {
	local order
	base old
	more new --known old.rec
	assert_equal "made" "$(native) $RMDIR" "$(made new.rec)"
	assert_equal "known" "$(made old.rec)" "$(known new.rec)"
	assert_equal "from" '["old.rec"]' "$(jq -c '.known.from // empty' new.rec)"

	# It stands for itself, in every way.
	"$SECCOMP_LEARN" generate -q -o alone.json new.rec
	"$SECCOMP_LEARN" generate -q -o both.json new.rec old.rec
	cmp alone.json both.json
	{ learn_set old.rec && echo "$(native) $RMDIR"; } | LC_ALL=C sort >expected
	learn_set new.rec | assert_same "what it holds" expected -

	# What differs is what is new, with who made it.
	status=0
	"$SECCOMP_LEARN" diff --format json old.rec new.rec >differs || status=$?
	assert_equal "status of diff" 1 "$status"
	jq -e --arg name "$RMDIR" '[.added[] | [.name, (.by.exe | endswith("/rmdir"))]] == [[$name, true]]
		and .removed == [] and .changed == []' differs

	# With the base, in any order, who made each call is known.
	"$SECCOMP_LEARN" merge -q -o one.rec old.rec new.rec
	for order in "new.rec old.rec" "one.rec old.rec" "new.rec one.rec old.rec"; do
		# shellcheck disable=SC2086 # two names
		"$SECCOMP_LEARN" merge -q --force -o other.rec $order
		cmp one.rec other.rec
	done
	assert_equal "made, of both" "$(learn_set new.rec)" "$(made one.rec)"
	"$SECCOMP_LEARN" diff one.rec new.rec
	"$SECCOMP_LEARN" merge -q --intersect old.rec new.rec | "$SECCOMP_LEARN" diff - old.rec
}

@test "the run learns only what is new, and its recording holds all" {
	in_modes builds_on_it
}

@test "its words: what is new, and how much was known" {
	local on
	on=$(native)
	base old
	record run --known old.rec -o new.rec -- sh -c 'mkdir a b; rmdir a b'
	assert_says run "new system calls: 1 on $on, $(made old.rec | wc -l) known from old.rec; "
	assert_says run "new on $on: $RMDIR"
	record run --known old.rec --known new.rec -o last.rec -- true
	assert_says run "new system calls: none, $(learn_set new.rec | wc -l) known from old.rec and new.rec; 1 process"
	run ! grep -e "new on" -e "last new" run.err
	record run --known old.rec --known new.rec --known last.rec -o all.rec -- true
	assert_says run "known from 3 recordings; 1 process"
	record run -q --known old.rec -o new.rec -- sh -c 'mkdir a b; rmdir a b'
	assert_equal "quiet" "" "$(<run.err)"
	"$SECCOMP_LEARN" show new.rec >shown
	grep -q "^  known    from old.rec$" shown
	grep -qE "^  $MKDIR +- +- +- +known from old.rec$" shown
	grep -qE "^  $RMDIR +[0-9.]+ +[0-]? +[0-9]+  .*/rmdir" shown
	# In place of who made it.
	echo '{"recording":1}' >none.rec
	run ! "$SECCOMP_LEARN" diff none.rec new.rec
	[[ $output =~ $'\n'"+ $MKDIR "\ +"known from old.rec"$'\n' ]]
	run ! "$SECCOMP_LEARN" diff --format markdown none.rec new.rec
	[[ $output == *$'\n'"| added | $on | \`$MKDIR\` | known from \`old.rec\` |"* ]]
}

@test "a recording may build on one that builds on another, and on several" {
	base first
	more second --known first.rec
	capture_record third --known second.rec -- sh -c 'mkdir a; rmdir a; ln -s x y; rm y'
	assert_equal "known" "$(learn_set second.rec)" "$(known third.rec)"
	"$SECCOMP_LEARN" generate -q first.rec second.rec third.rec >all
	"$SECCOMP_LEARN" generate -q third.rec | cmp - all

	capture_record links -- sh -c 'ln -s x y; rm y'
	capture_record both --known links.rec --known second.rec -- sh -c 'mkdir a; rmdir a; ln -s x y; rm y'
	assert_equal "made" "" "$(made both.rec)"
	"$SECCOMP_LEARN" generate -q links.rec second.rec >all
	"$SECCOMP_LEARN" generate -q both.rec | cmp - all

	# What was merged is a base as well, and so is standard input.
	"$SECCOMP_LEARN" merge -q -o merged.rec links.rec second.rec
	STDIN=merged.rec capture_record again --known - -- sh -c 'mkdir a; rmdir a; ln -s x y; rm y'
	assert_equal "made" "" "$(made again.rec)"
	"$SECCOMP_LEARN" generate -q again.rec | cmp - all
	assert_equal "from" '["standard input"]' "$(jq -c '.known.from // empty' again.rec)"
}

@test "a known call stays, whether it is made or not" {
	more old
	capture_record new --known old.rec -- true
	assert_equal "made" "" "$(made new.rec)"
	"$SECCOMP_LEARN" diff old.rec new.rec
	record run --known old.rec -p new.json -- true
	assert_status run 0
	"$SECCOMP_LEARN" show --json new.json | jq -e --arg name "$RMDIR" '[.abis[][]] | index($name)'
}

@test "the base may be the file that is written" {
	base app
	cp app.rec old.rec
	# What cannot be run costs nothing.
	record run --known app.rec -o app.rec -- ./none
	assert_status run 127
	cmp app.rec old.rec
	record run -q --known app.rec -o app.rec -- sh -c 'mkdir a b; rmdir a b'
	assert_status run 0
	assert_equal "made" "$(native) $RMDIR" "$(made app.rec)"
	assert_equal "known" "$(made old.rec)" "$(known app.rec)"
	record run -q --known app.rec -o app.rec -- true
	assert_equal "known" "$(learn_set app.rec)" "$(known app.rec)"
	[ "$(known app.rec | wc -l)" -eq $(($(made old.rec | wc -l) + 1)) ]
	# No recording is written over by a profile.
	record run --known app.rec -p app.rec -- touch ran
	assert_status run 125
	[ ! -e ran ]
}

refused() { # MESSAGE OPTION...
	local message=$1
	shift
	record run "$@" -o new.rec -- touch ran
	assert_status run 125
	assert_says run "$message"
	[ ! -e ran ]
	[ ! -e new.rec ]
}

@test "what is no recording is refused before anything runs" {
	base old
	"$SECCOMP_LEARN" generate -q -o app.json old.rec
	"$SECCOMP_LEARN" generate -q -f bpf -o app.bpf old.rec
	refused "cannot open 'none.rec': No such file or directory" --known none.rec
	refused "cannot open 'none.rec': No such file or directory" --known old.rec --known none.rec
	refused "app.json: a profile; --known takes a recording, which 'record -o' writes" --known app.json
	refused "app.bpf: a seccomp filter program" --known app.bpf
	: >empty
	refused "empty: empty; expected a recording" --known empty
	echo 'execve("/bin/true", ["true"], 0x7ffd) = 0' >strace.log
	refused "strace.log: expected a recording, which 'seccomp-learn record' makes" --known strace.log
	refused "cannot read '.'" --known .
	refused "only one --known can be standard input" --known - --known -
	refused "--known: the file's name is empty" --known ""
	sed 's/"nr":[0-9]*/"nr":"x"/' old.rec >bad.rec
	refused "bad.rec:2: \"nr\": expected a number" --known bad.rec
	more new --known old.rec
	mv new.rec bad.rec
	sed -i 's/"calls":{"[a-z0-9_]*"/"calls":{"pdp11"/' bad.rec
	refused "bad.rec:2: unknown ABI \"pdp11\"" --known bad.rec
	local word
	for word in baseline base previous; do
		refused "'record' has no option '--$word': what an earlier recording holds counts as learnt with --known" \
			"--$word" old.rec
	done
}

@test "a base that was cut off, and one with lines of a later version" {
	base old
	{ head -n 1 old.rec && echo '{"later":1}' && sed '1d; $d' old.rec; } >torn.rec
	record run --known torn.rec -o new.rec -- sh -c 'mkdir a b; rmdir a b'
	assert_status run 0
	assert_says run "torn.rec:2: skipped: a line of an unknown kind"
	assert_equal "made" "$(native) $RMDIR" "$(made new.rec)"
	# The gap is the base's: it is kept, and not told of this run.
	run ! grep -q cut-off run.err
	assert_gaps new cut-off
	"$SECCOMP_LEARN" generate new.rec >new.json 2>generate.err
	assert_says generate "gap cut-off: the recording has no end line"
	# Of both it is told once.
	"$SECCOMP_LEARN" generate new.rec torn.rec >new.json 2>generate.err
	run ! grep -q "more of these" generate.err
}

# "again FIXTURE": the second run learns nothing, and is the same to the fixture.
again() {
	local gaps
	capture plain "$FIXTURES_DIR/$1"
	capture_record first -- "$FIXTURES_DIR/$1"
	capture_record second --known first.rec -- "$FIXTURES_DIR/$1"
	assert_run plain second
	assert_equal "made" "" "$(made second.rec)"
	assert_set second second.out
	read_recording first
	gaps=("${GAPS[@]}")
	assert_gaps second "${gaps[@]}"
}

@test "numbers without a name, and calls of every ABI" {
	local name fixture
	for name in unknown int80 x32 threads; do
		for fixture in $(variants "$name"); do
			[ -x "$FIXTURES_DIR/$fixture" ] || continue
			[ "$fixture" != int80 ] || ! lacks int80 || continue
			echo "fixture $fixture"
			in_modes again "$fixture"
		done
	done
	need_fixture unknown
	capture_record first -- "$FIXTURES_DIR/unknown"
	capture_record second --known first.rec -- true
	"$SECCOMP_LEARN" show --json second.rec | jq -e '.unknown[] | contains([-2, -1, 999, 9999])'
	assert_gaps second unknown-number
}

@test "what only the filter of the workload lets pass" {
	need_fixture filtered
	capture_record first --after-filter -- "$FIXTURES_DIR/filtered"
	[ -n "$(made first.rec)" ]
	capture_record second --after-filter --known first.rec -- "$FIXTURES_DIR/filtered"
	assert_equal "made" "" "$(made second.rec)"
	assert_equal "known" "$(made first.rec)" "$(known second.rec)"
}

@test "a busy process is left alone early" {
	"$SECCOMP_LEARN" record -q -o old.rec -- dd if=/dev/zero of=/dev/null bs=1 count=4000 status=none
	"$SECCOMP_LEARN" record -q --known old.rec -o new.rec -- \
		dd if=/dev/zero of=/dev/null bs=1 count=4000 status=none
	assert_equal "made" "" "$(made new.rec)"
	jq -se '.[0] as $old | .[1] as $new | $new < $old and $new < 300' \
		<(jq '.end.stops // empty' old.rec) <(jq '.end.stops // empty' new.rec)
}

@test "the status line counts what is new" {
	need_tool script
	capture_record old -- sleep 0.1
	script -qec "'$SECCOMP_LEARN' record ${RECORD_FLAGS[*]} --known old.rec -o new.rec -- sleep 2" screen \
		>/dev/null </dev/null
	grep -qaE '\[[0-9]+s 0 new calls, 1 process' screen
}
