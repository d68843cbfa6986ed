# shellcheck shell=bash
# Makes bats faster, for the lib.bash of each suite to load.
#
# Before every simple command of a test, also in helpers and loops, bats 1.8.2 puts together the lines
# for where that stands, which takes it half a millisecond and is of use only to a test that fails.
# Here what they are made from is noted, and the lines are made by whoever asks for them. They are the
# same. And the time is known without two processes for each test. Another version of bats stays as it
# is.

# Most of the processes of a short test make and remove its directories. These are bash's own, where they
# are installed (Debian: bash-builtins).
for FAST_NAME in mkdir rm; do
	[ ! -e "/usr/lib/bash/$FAST_NAME" ] || enable -f "/usr/lib/bash/$FAST_NAME" "$FAST_NAME"
done

[ "${BATS_VERSION-}" = 1.8.2 ] && declare -F bats_debug_trap >/dev/null || return 0

# What was noted last, and before that: FUNCNAME, BASH_LINENO and BASH_SOURCE, of the same length each.
FAST_LAST='' FAST_BEFORE='' FAST_FILE=${BASH_SOURCE[0]}

bats_debug_trap() {
	local IFS=$'\x1f'
	# Not within bats, nor after an interrupt or when the time is over.
	[[ $1 != "$BATS_ROOT/lib"* && $1 != "$FAST_FILE" && -z ${BATS_INTERRUPTED+x}${BATS_TIMED_OUT+x} ]] || return 0
	FAST_BEFORE=$FAST_LAST
	FAST_LAST="${FUNCNAME[*]}$IFS${BASH_LINENO[*]}$IFS${BASH_SOURCE[*]}"
}

# As that of bats, for which the trap of an error may have come after a note of the same command.
bats_error_trap() {
	bats_check_status_from_trap
	local IFS=$'\x1f'
	[[ -n $BATS_DEBUG_LAST_STACK_TRACE_IS_VALID || $FAST_LAST != *"$IFS${BASH_LINENO[*]}$IFS${BASH_SOURCE[*]}" ]] ||
		FAST_LAST=$FAST_BEFORE
	BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
}

bats_get_failure_stack_trace() {
	local noted=$FAST_BEFORE fast n i IFS=$'\x1f'
	[ -z "$BATS_DEBUG_LAST_STACK_TRACE_IS_VALID" ] || noted=$FAST_LAST
	read -r -d '' -a fast <<<"$noted" || true
	fast[-1]=${fast[-1]%$'\n'}
	n=$((${#fast[@]} / 3))
	local -n lines=$1
	lines=()
	for ((i = 1; i < n; i++)); do
		lines+=("${fast[n + i - 1]} ${fast[i]} ${fast[2 * n + i]:-$BATS_TEST_SOURCE}")
		case ${fast[i]} in
		"${BATS_TEST_NAME-}" | setup | teardown | setup_file | teardown_file | setup_suite | teardown_suite) break ;;
		source) [[ ${fast[2 * n + i + 1]-} != *bats-exec-file ]] || break ;;
		esac
	done
}

# The time without a date(1), which bats starts twice in each test.
get_mills_since_epoch() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
