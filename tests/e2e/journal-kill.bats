#!/usr/bin/env bats
# kill -9 of the learner at any moment: what the workload had done until then is in the recording,
# and the recording can be read. Before there is a new one, the old one is whole.
#
# KILLS says how often; with a sieve fewer are enough, which changes nothing before the first call and
# nothing of how a line is written. SEED and DELAY (microseconds) repeat a run that has failed, KILLS times.

load lib

case $BATS_TEST_FILENAME in
*-eager.bats) KILLS=${KILLS:-100} ;;
esac

# How many calls the fixture makes.
PHASES=80

setup() {
	make_dir
	mkfifo "$DIR/never"
	exec {NEVER}<>"$DIR/never"
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
	# Nothing ever comes; to start sleep(1) would take longer than some of the delays.
	read -r -t "$(($2 / 1000000)).$(printf %06d $(($2 % 1000000)))" -u "$NEVER"
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

# As early as can be: the recording is there with its header, or not at all, or it is the old one.
@test "kill -9 while the recording begins leaves the old one or a new one" {
	local kills=${KILLS:-200} delay window=4000 old=0 none=0 new=0 i
	"$SECCOMP_LEARN" record -q -o "$DIR/old" "${RECORD_FLAGS[@]}" -- true
	for ((i = 0; i < kills; i++)); do
		delay=${DELAY:-$(((RANDOM * 32768 + RANDOM) % window))}
		rm -f "$DIR/rec"
		[ $((i % 2)) -eq 0 ] || cp "$DIR/old" "$DIR/rec"
		: >"$DIR/done"
		run_and_kill "${SEED:-1}" "$delay" >/dev/null 2>&1 </dev/null || true
		if [ ! -e "$DIR/rec" ] && [ $((i % 2)) -eq 0 ] && [ ! -s "$DIR/done" ]; then
			none=$((none + 1)) window=$((window + window / 16))
		elif cmp -s "$DIR/old" "$DIR/rec" && [ ! -s "$DIR/done" ]; then
			old=$((old + 1)) window=$((window + window / 16))
		elif check_recording; then
			new=$((new + 1)) window=$((window - (window > 500 ? window / 16 : 0)))
		else
			echo "repeat with SEED=${SEED:-1} DELAY=$delay; the recording:"
			cat "$DIR/rec"
			return 1
		fi
	done
	echo "$kills kills: $none left nothing, $old the old recording, $new a new one"
	# Else nothing was tested.
	[ -n "${DELAY:-}" ] || { [ "$none" -gt 0 ] && [ "$old" -gt 0 ] && [ "$new" -gt 0 ]; }
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
		# Nothing was done, and the program not yet started.
		[ "$count" -gt 0 ] || [ -e "$DIR/rec" ] || continue
		check_recording || {
			echo "repeat with SEED=$seed DELAY=$delay; the recording:"
			cat "$DIR/rec"
			return 1
		}
	done
	echo "$kills kills, $calls calls: $early before the first, $late after the last"
	# Else nothing was tested.
	[ -n "${SEED:-}" ] || [ $((early + late)) -lt $((kills * 9 / 10)) ]
}
