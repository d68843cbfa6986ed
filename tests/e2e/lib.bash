# Helpers of the end-to-end tests: to be loaded by every .bats file here.
#
# SECCOMP_LEARN names the program under test, FIXTURES_DIR where the fixtures were built,
# SECCOMP_LEARN_RECORD_FLAGS more options for every "record", LIMIT the seconds that one run may
# take, KERNEL_LACKS what tests/kernel has found. Each test has a directory of its own, $DIR, which an ordinary user may write to as well.

REPO=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck source=tests/fast.bash
source "$REPO/tests/fast.bash"
SECCOMP_LEARN=${SECCOMP_LEARN:-$REPO/build/seccomp-learn}
FIXTURES_DIR=${FIXTURES_DIR:-$REPO/build/fixtures}
LIMIT=${LIMIT:-300}
HELPERS=${BUILD_DIR:-$REPO/build}/tests/e2e
export FIXTURES_DIR KERNEL_LACKS=${KERNEL_LACKS-$(FIXTURES_DIR=$FIXTURES_DIR "$REPO/tests/kernel")}
read -ra RECORD_FLAGS <<<"${SECCOMP_LEARN_RECORD_FLAGS:-}"

# A sieve in each process, as early as there can be. A link NAME-eager.bats runs NAME.bats once more so.
EAGER="--tune run_quiet=0,probing_quiet=0,process_quiet=0,least_rate=0,quiet_runs=0,starter=1000000"
case $BATS_TEST_FILENAME in
*-eager.bats) read -ra RECORD_FLAGS <<<"${SECCOMP_LEARN_RECORD_FLAGS:-} $EAGER" ;;
esac

# How fixtures are recorded: without a sieve, with one, and as it is by default, which is of interest where a
# process gets a sieve on the way or could (by_default). MODES of the environment takes its place.
read -ra MODES <<<"${MODES:-exact eager default}"

# "use_mode NAME": every "record" is then as that says.
use_mode() {
	local flags
	case $1 in
	exact) flags=--exact ;;
	eager) flags=$EAGER ;;
	default) flags= ;;
	*) echo "there is no mode $1" && return 1 ;;
	esac
	echo "mode $1"
	MODE=$1
	read -ra RECORD_FLAGS <<<"${SECCOMP_LEARN_RECORD_FLAGS:-} $flags"
}

# "in_modes COMMAND...": the same in each of them.
in_modes() {
	local mode
	for mode in "${MODES[@]}"; do
		[ "$mode" != default ] || [ -n "${BY_DEFAULT-}" ] || continue
		use_mode "$mode"
		"$@"
	done
}

# "by_default COMMAND...": with the default among the modes.
by_default() {
	local BY_DEFAULT=1
	"$@"
}

# What is put before a command by capture: "env -i" and the like.
BEFORE=()

make_dir() {
	[ -x "$SECCOMP_LEARN" ] || {
		echo "$SECCOMP_LEARN: not built"
		return 1
	}
	DIR=${TMPDIR:-/tmp}/seccomp-learn-test.$SRANDOM
	# Open also for root of a user namespace, to whom files of other users are closed. (bash's own mkdir
	# heeds the mask for -m as well.)
	umask 000
	mkdir "$DIR"
	umask 022
}

remove_dir() {
	rm -rf "${DIR:-/nonexistent}"
}

# ---- what a test needs -----------------------------------------------------------------------

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

# "lacks NAME": of what tests/kernel knows.
lacks() {
	[[ " $KERNEL_LACKS " == *" $1 "* ]]
}

need_kernel() {
	local reason status=0
	reason=$("$REPO/tests/kernel" why "$1") || status=$?
	[ "$status" -ne 0 ] || skip "$reason"
	[ "$status" -eq 1 ]
}

# Namespaces by whatever way this user has.
need_namespaces() {
	if [ "$(id -u)" -eq 0 ]; then need_kernel mounts; else need_kernel userns; fi
}

need_tool() {
	command -v "$1" >/dev/null || skip "needs $1"
}

# strace(1) makes the learner's own calls fail, or kills it there.
need_injection() {
	need_tool strace
	strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace can't trace here"
	# LeakSanitizer traces the program itself, which it cannot where strace does.
	export ASAN_OPTIONS=detect_leaks=0
}

not_with_sanitizer() {
	! grep -q __asan_init "$SECCOMP_LEARN" || skip "not with AddressSanitizer"
}

not_with_counters() {
	! grep -q __gcov_exit "$SECCOMP_LEARN" || skip "not with the counters of a coverage build"
}

# The fixture is built here: not all of them exist on every machine.
need_fixture() {
	[ -x "$FIXTURES_DIR/$1" ] || skip "$1 does not exist on $(uname -m)"
}

# ---- running ---------------------------------------------------------------------------------

# Runs the command as an ordinary user: as nobody when root, else just so.
as_user() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# Puts copies where an ordinary user can execute them, whatever the way to the originals is.
for_user() {
	local file
	mkdir -p "$DIR/bin"
	for file; do
		cp "$file" "$DIR/bin/"
	done
	chmod 755 "$DIR/bin" "$DIR/bin"/*
}

# "capture NAME COMMAND...": runs it to the end of everybody who holds its standard output. Its
# output, errors and status are then in $DIR/NAME.out, .err and .status. Standard input is the file
# $STDIN, else /dev/null.
capture() {
	"$HELPERS/capture" "$LIMIT" "$DIR" "$1" "${BEFORE[@]}" "${@:2}" <"${STDIN:-/dev/null}" 3>&- 4>&-
}

# "capture_record NAME [OPTION...] -- COMMAND...": the same for a recording, $DIR/NAME.rec.
capture_record() {
	local name=$1
	shift
	[ ! -e "$DIR/$name.rec" ] || rm "$DIR/$name.rec"
	capture "$name" "$SECCOMP_LEARN" record -q -o "$DIR/$name.rec" "${RECORD_FLAGS[@]}" "$@"
}

# "record NAME [OPTION...] -- COMMAND...": with its words, and no recording but what is asked for.
record() {
	local name=$1
	shift
	capture "$name" "$SECCOMP_LEARN" record "${RECORD_FLAGS[@]}" "$@"
}

# "wait_until PID COMMAND...": waits until the command succeeds; fails after $LIMIT seconds, and at
# once when the process has ended, on which it depends whether it ever will.
wait_until() {
	local end=$((SECONDS + LIMIT)) pid=$1 ended=
	shift
	until "$@" 2>/dev/null; do
		# What it did last was done before.
		if [ -n "$ended" ]; then
			echo "process $pid has ended, and this will never be: $*"
			return 1
		fi
		if [ $SECONDS -ge $end ]; then
			echo "waited in vain for: $*"
			return 1
		fi
		if gone "$pid"; then ended=1; else sleep 0.01; fi
	done
}

# The process has ended, reaped or not.
gone() {
	local stat=
	{ read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || true
	[[ $stat != *") "[!ZX]" "* ]]
}

# ---- comparing -------------------------------------------------------------------------------

# The set of a recording: sorted lines "ABI NAME".
learn_set() {
	"$HELPERS/sets" "$SECCOMP_LEARN" "$1" | sed -n 's/^LEARNT //p'
}

# "assert_same WHAT FILE1 FILE2": "-" is what is expected.
assert_same() {
	diff -u --label "expected $1" --label "got $1" "$2" "$3"
}

assert_equal() {
	if [ "$2" != "$3" ]; then
		echo "$1: expected '$2', got '$3'"
		return 1
	fi
}

# "read_recording NAME FILE...": what a recording has and what fixtures have claimed in these files, in
# the sorted arrays LEARNT and CLAIMED ("ABI NAME") and GAPS.
read_recording() {
	local list line
	"$HELPERS/sets" "$SECCOMP_LEARN" "$DIR/$1.rec" "${@:2}" >"$DIR/sets"
	LEARNT=() GAPS=() CLAIMED=()
	while read -r list line; do
		case $list in
		LEARNT) LEARNT+=("$line") ;;
		GAPS) GAPS+=("$line") ;;
		CLAIMED) CLAIMED+=("$line") ;;
		esac
	done <"$DIR/sets"
}

# "assert_lists WHAT NAME1 NAME2": of two arrays. Prints the difference.
assert_lists() {
	local -n one=$2 two=$3
	[ "${one[*]}" = "${two[*]}" ] || {
		printf '%s\n' "${one[@]}" >"$DIR/one"
		printf '%s\n' "${two[@]}" >"$DIR/two"
		assert_same "$1" "$DIR/one" "$DIR/two"
	}
}

# "assert_set NAME [FILE...]": recording NAME has exactly what the files claim: without files, what
# the run itself has claimed.
assert_set() {
	local name=$1
	shift
	[ $# -gt 0 ] || set -- "$DIR/$name.out"
	read_recording "$name" "$@"
	[ ${#CLAIMED[@]} -gt 0 ] || {
		echo "the fixture has claimed nothing:"
		cat "$@"
		return 1
	}
	assert_lists "system calls" CLAIMED LEARNT
}

# "figure NAME FIGURE": of the end line of that recording.
figure() {
	local line
	line=$(tail -n 1 "$DIR/$1.rec")
	[[ $line == '{"end":{'*"\"$2\":"* ]] || return
	line=${line##*"\"$2\":"}
	echo "${line%%[,\}]*}"
}

# "assert_status NAME STATUS", "assert_says NAME TEXT": of a captured run, and in its errors.
assert_status() {
	local status
	read -r status <"$DIR/$1.status"
	assert_equal "status of $1" "$2" "$status"
}

assert_says() {
	grep -qF -- "$2" "$DIR/$1.err" || {
		echo "expected to read '$2' in:"
		cat "$DIR/$1.err"
		return 1
	}
}

# "assert_gaps NAME [GAP...]": recording NAME has exactly these.
assert_gaps() {
	read_recording "$1"
	expect_gaps "${@:2}"
}

# The same of the recording that was read last.
expect_gaps() {
	local expected=()
	# shellcheck disable=SC2034 # assert_lists uses it
	case $# in
	0) ;;
	1) expected=("$1") ;;
	*) mapfile -t expected < <(printf '%s\n' "$@" | LC_ALL=C sort -u) ;;
	esac
	assert_lists gaps expected GAPS
}

# What a process under a sieve sees of it in its own status (README, "Limits") is not compared.
hide_sieve() {
	[ "${MODE-exact}" = exact ] || sed -i 's/^# \(seccomp\|no_new_privs\) [0-9]*$/# \1 N/' "$@"
}

# "assert_run NAME OTHER": two runs do not differ in status, output or errors.
assert_run() {
	local part different=
	# Mostly they are the same as they stand, and both without errors.
	for part in status out err; do
		if [ -s "$DIR/$1.$part" ] || [ -s "$DIR/$2.$part" ]; then
			cmp -s "$DIR/$1.$part" "$DIR/$2.$part" || different=1
		fi
	done
	[ -n "$different" ] || return 0
	hide_sieve "$DIR/$1.out" "$DIR/$2.out"
	assert_same status "$DIR/$1.status" "$DIR/$2.status"
	assert_same "standard output" "$DIR/$1.out" "$DIR/$2.out"
	assert_same "standard error" "$DIR/$1.err" "$DIR/$2.err"
}

# The fixture under the names that it was built by: for 64 bits, for 32, or both. (tests/run says
# that a kernel without 32-bit programs is the reason where the second is left out.)
variants() {
	local name found=
	for name in "$1" "$1-32"; do
		[[ $name != *-32 ]] || ! lacks elf32 || continue
		if [ -x "$FIXTURES_DIR/$name" ]; then
			echo "$name"
			found=1
		fi
	done
	[ -n "$found" ] || echo "$1"
}

# "learns_fixture GAPS FILE [ARG...]": check_fixture in one mode.
learns_fixture() {
	local gaps
	read -ra gaps <<<"$1"
	capture_record learnt -- "${@:2}"
	assert_run plain learnt
	assert_set learnt
	expect_gaps "${gaps[@]}"
}

# "check_fixture GAPS NAME [ARG...]": everything that is to be known of a fixture, in each mode. The run
# under the learner does not differ from the one without, what was learnt is what the fixture claims,
# and the gaps are those named.
check_fixture() {
	local name status
	for name in $(variants "$2"); do
		echo "fixture $name ${*:3}"
		need_fixture "$name"
		capture plain "$FIXTURES_DIR/$name" "${@:3}"
		read -r status <"$DIR/plain.status"
		[ "$status" != 77 ] || skip "not possible here: $(cat "$DIR/plain.out")"
		in_modes learns_fixture "$1" "$FIXTURES_DIR/$name" "${@:3}"
	done
}
