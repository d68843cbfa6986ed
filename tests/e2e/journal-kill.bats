#!/usr/bin/env bats
# kill -9 of the learner at any moment: what the workload had done until then is in the recording,
# and the recording can be read.
#
# KILLS says how often. SEED and DELAY (microseconds) repeat a run that has failed, KILLS times.

load lib

# How many calls the fixture makes.
PHASES=80

setup() {
	make_dir
}

teardown() {
	remove_dir
}

# "run_and_kill SEED DELAY": the order of the calls depends on the seed, and after the delay the
# learner is killed. Its end kills the workload, before it can be waited for.
run_and_kill() {
	local learner
	"$SECCOMP_LEARN" record -q -o "$DIR/rec" "${RECORD_FLAGS[@]}" -- \
		"$FIXTURES_DIR/phases" "$1" 300000 3>>"$DIR/done" 4>&- &
	learner=$!
	sleep "$(printf '%d.%06d' $(($2 / 1000000)) $(($2 % 1000000)))"
	kill -KILL "$learner"
	wait "$learner"
}

# Whatever was done must have been learnt.
check_recording() {
	LC_ALL=C sort -u "$DIR/done" >"$DIR/sorted"
	learn_set "$DIR/rec" >"$DIR/learnt" || return 1
	LC_ALL=C comm -23 "$DIR/sorted" "$DIR/learnt" >"$DIR/missing"
	if [ -s "$DIR/missing" ]; then
		echo "done, but not in the recording:"
		cat "$DIR/missing"
		return 1
	fi
	gap_set "$DIR/rec" | grep -qx cut-off || {
		echo "it does not say that it was cut off"
		return 1
	}
}

@test "kill -9 at random moments loses nothing" {
	local kills=${KILLS:-250} seed=${SEED:-} delay window=40000 early=0 late=0 calls=0 count i
	for ((i = 0; i < kills; i++)); do
		seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
		delay=${DELAY:-$(((RANDOM * 32768 + RANDOM) % window))}
		rm -f "$DIR/rec"
		: >"$DIR/done"
		run_and_kill "$seed" "$delay" >/dev/null 2>&1 </dev/null || true
		count=$(wc -l <"$DIR/done")
		calls=$((calls + count))
		# The moments are to fall between the first call and the last, on any machine: too
		# late makes the window smaller, too early larger.
		if [ "$count" -eq 0 ]; then
			early=$((early + 1))
			window=$((window + window / 16))
		elif [ "$count" -eq "$PHASES" ]; then
			late=$((late + 1))
			window=$((window - window / 16))
		fi
		# Nothing was done, and not even the header was written.
		[ "$count" -gt 0 ] || [ -s "$DIR/rec" ] || continue
		check_recording || {
			echo "repeat with SEED=$seed DELAY=$delay; the recording:"
			cat "$DIR/rec"
			return 1
		}
	done
	echo "$kills kills, $calls calls: $early before the first, $late after the last"
	# Else nothing was tested.
	[ -n "${SEED:-}" ] || [ $((early + late)) -lt $((kills * 2 / 3)) ]
}
