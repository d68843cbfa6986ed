#!/usr/bin/env bats
# kill -9 of the learner at any moment: what the workload had done until then is in the recording,
# and the recording can be read. Before there is a new one, the old one is whole.
#
# KILLS says how often (120), more for more luck; with a sieve fewer are enough, which changes nothing
# before the first call and nothing of how a line is written. SEED and DELAY (microseconds) repeat a run
# that has failed, KILLS times.

load lib

[[ -z ${FEWER-} && $BATS_TEST_FILENAME != *-eager.bats ]] || KILLS=${KILLS:-60}

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

# "run_and_kill SEED DELAY I": the order of the calls depends on the seed, and after the delay the
# learner is killed. The workload would go on, and is made to die with it.
run_and_kill() {
	local learner
	(exec "$SECCOMP_LEARN" record -q -o "$DIR/rec.$3" "${RECORD_FLAGS[@]}" -- \
		"$FIXTURES_DIR/phases" "$1" 300000 "$BASHPID" 3>>"$DIR/done.$3" 4>&-) &
	learner=$!
	# Nothing ever comes; to start sleep(1) would take longer than some of the delays.
	read -r -t "$(($2 / 1000000)).$(printf %06d $(($2 % 1000000)))" -u "$NEVER"
	kill -KILL "$learner"
	wait "$learner"
}

# "check_recordings I...": whatever was done must have been learnt. All at once at the end, with what
# the array HOW has of each for saying how to repeat it.
check_recordings() {
	local i wrong
	for i; do
		"$SECCOMP_LEARN" show --json "$DIR/rec.$i" || echo null
	done >"$DIR/shown"
	jq -r --slurp '$ARGS.positional as $runs | to_entries[] | $runs[.key] as $i |
		(.value.abis // {} | to_entries[] | .key as $abi | .value[] | "\($i) \($abi) \(.)"),
		(.value.unknown // {} | to_entries[] | .key as $abi | .value[] | "\($i) \($abi) \(.)"),
		(.value.gaps // [] | .[].gap | "\($i) gap \(.)")' "$DIR/shown" --args -- "$@" >"$DIR/learnt"
	wrong=$(awk 'FNR == 1 { i = FILENAME; sub(/.*\./, "", i) }
		FILENAME ~ /learnt$/ { learnt[$0] = 1; next }
		!((i " " $0) in learnt) { print i, "done, but not in the recording: " $0 }
		END {
			for (a = 2; a < ARGC; a++) {
				i = ARGV[a]; sub(/.*\./, "", i)
				if (!((i " gap cut-off") in learnt))
					print i, "it does not say that it was cut off"
			}
		}' "$DIR/learnt" "${@/#/$DIR/done.}")
	[ -z "$wrong" ] || {
		echo "$wrong"
		i=${wrong%% *}
		echo "repeat with ${HOW[i]}; the recording:"
		cat "$DIR/rec.$i"
		return 1
	}
}

# Has the file exactly this text? Without a process, as often as it is asked.
has_text() {
	local text
	# It fails at the end of the file, and not where it finds a null byte.
	! IFS= read -r -d '' text 2>/dev/null <"$1" && [ "$text" = "$2" ]
}

# As early as can be: the recording is there with its header, or not at all, or it is the old one.
@test "kill -9 while the recording begins leaves the old one or a new one" {
	local kills=${KILLS:-120} delay window=4000 old=0 none=0 new=() i text
	"$SECCOMP_LEARN" record -q -o "$DIR/old" "${RECORD_FLAGS[@]}" -- true
	IFS= read -r -d '' text <"$DIR/old" || [ -n "$text" ]
	has_text "$DIR/old" "$text"
	for ((i = 0; i < kills; i++)); do
		delay=${DELAY:-$(((RANDOM * 32768 + RANDOM) % window))}
		HOW[i]="SEED=${SEED:-1} DELAY=$delay"
		[ $((i % 2)) -eq 0 ] || printf %s "$text" >"$DIR/rec.$i"
		: >"$DIR/done.$i"
		run_and_kill "${SEED:-1}" "$delay" "$i" >/dev/null 2>&1 </dev/null || true
		if [ ! -e "$DIR/rec.$i" ] && [ $((i % 2)) -eq 0 ] && [ ! -s "$DIR/done.$i" ]; then
			none=$((none + 1)) window=$((window + window / 16))
		elif [ ! -s "$DIR/done.$i" ] && has_text "$DIR/rec.$i" "$text"; then
			old=$((old + 1)) window=$((window + window / 16))
		else
			new+=("$i") window=$((window - (window > 500 ? window / 16 : 0)))
		fi
	done
	check_recordings "${new[@]}"
	echo "$kills kills: $none left nothing, $old the old recording, ${#new[@]} a new one"
	# Else nothing was tested.
	[ -n "${DELAY:-}" ] || { [ "$none" -gt 0 ] && [ "$old" -gt 0 ] && [ "${#new[@]}" -gt 0 ]; }
}

@test "kill -9 at random moments loses nothing" {
	local kills=${KILLS:-120} seed=${SEED:-} delay window=40000 early=0 late=0 calls=0 check=() lines i
	for ((i = 0; i < kills; i++)); do
		seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
		delay=${DELAY:-$(((RANDOM * 32768 + RANDOM) % window))}
		HOW[i]="SEED=$seed DELAY=$delay"
		: >"$DIR/done.$i"
		run_and_kill "$seed" "$delay" "$i" >/dev/null 2>&1 </dev/null || true
		mapfile -t lines <"$DIR/done.$i"
		calls=$((calls + ${#lines[@]}))
		# The moments are to fall between the first call and the last, on any machine: too
		# late makes the window smaller, too early larger.
		if [ "${#lines[@]}" -eq 0 ]; then
			early=$((early + 1))
			window=$((window + window / 16))
		elif [ "${#lines[@]}" -eq "$PHASES" ]; then
			late=$((late + 1))
			window=$((window - window / 16))
		fi
		# Nothing was done, and the program not yet started.
		[ "${#lines[@]}" -gt 0 ] || [ -e "$DIR/rec.$i" ] || continue
		check+=("$i")
	done
	check_recordings "${check[@]}"
	echo "$kills kills, $calls calls: $early before the first, $late after the last"
	# Else nothing was tested.
	[ -n "${SEED:-}" ] || [ $((early + late)) -lt $((kills * 9 / 10)) ]
}
