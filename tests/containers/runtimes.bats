#!/usr/bin/env bats
# The built-in layers of runc and crun against those that are installed: they have what these call
# between loading a profile and executing the program. When a test fails with a new version,
# remake-layers measures anew. Also: record --after-filter tells what a profile must allow.

load lib
load measure

setup_file() {
	[ "$(id -u)" -ne 0 ] || make_root
}

setup() {
	need_containers
	command -v script >/dev/null || skip "needs script"
	tmp=$BATS_TEST_TMPDIR
}

# layer_calls LAYER: its names, sorted, from a profile of a recording without calls.
layer_calls() {
	echo '{"recording":1}' >"$tmp/empty.rec"
	"$SECCOMP_LEARN" generate -q --no-layer all --for "$1" -f names "$tmp/empty.rec" | LC_ALL=C sort
}

# layer_name RUNTIME NNP: what --for takes.
layer_name() {
	echo "$1$([ "$2" = false ] || echo -nnp)"
}

# Different enough from each other to show each call of each layer; remake-layers takes all cases.
STARTS=(user-groups run user-groups exec default-capabilities start root run root start root exec path run
	terminal run terminal exec user-namespace run)

# What Go does by chance: futex in nearly all of runc's starts, rt_sigreturn in every third, sched_yield in
# one of thousands; the others when it collects garbage.
BY_CHANCE=(-e futex -e rt_sigreturn -e sched_yield -e epoll_pwait -e mmap)

# has_what_is_needed RUNTIME NNP: nothing is seen that the layer does not have, and nothing is in it
# that is not seen, but for what Go does by chance. The first three starts show each call of runc 1.1.5 and
# crun 1.8.1; in the others is_enough() finds what the layer does not have, which costs a third. With
# ALL_SETTINGS=1 it is looked for here as well: there, what the program calls itself is not found.
has_what_is_needed() {
	local i records=() words=6
	need_kernel userns
	[ -z "${ALL_SETTINGS-}" ] || words=${#STARTS[@]}
	for ((i = 0; i < words; i += 2)); do
		records+=("$tmp/$i.rec")
		measure "$1" "$2" "${STARTS[i]}" "${STARTS[i + 1]}" "$tmp/$i.rec"
	done
	layer_calls "$(layer_name "$1" "$2")" >"$tmp/layer"
	# A layer that is empty would be a subset of anything.
	grep -qx execve "$tmp/layer"
	runtime_calls "${records[@]}" >"$tmp/seen"
	diff -u --label "seen, not in the layer" --label - <(comm -23 "$tmp/seen" "$tmp/layer") /dev/null
	diff -u --label "in the layer, not seen" --label - \
		<(comm -13 "$tmp/seen" "$tmp/layer" | grep -vx "${BY_CHANCE[@]}") /dev/null
}

# is_enough RUNTIME NNP: a profile of the program's calls and of the layer, under which any other call
# kills, does in each of STARTS. Without the built-in layers that are on, so that they do not help. In 20
# starts and the 6 of above, a layer without rt_sigreturn is missed once in 10,000 times; one without
# the rarer ones nearly always.
is_enough() {
	local i way
	need_kernel userns
	record native /fixtures/plain
	"$SECCOMP_LEARN" generate -q --no-layer all --for "$(layer_name "$1" "$2")" \
		--default-action kill-process -o "$tmp/kill.json" "$tmp/native.rec"
	# That of the container which exec goes into.
	jq '.syscalls[0].names += ["pause"]' "$tmp/kill.json" >"$tmp/exec.json"
	for ((i = 0; i < ${#STARTS[@]}; i += 2)); do
		way=${STARTS[i + 1]}
		start "$1" "$2" "${STARTS[i]}" "$way" "$tmp/exec.json" || {
			echo "$1, ${STARTS[i]}, $way: the profile does not do" && cat "$tmp/start.out" && return 1
		}
		[[ $(<"$tmp/start.out") == *'x86_64 getppid'* ]] || {
			echo "$1, ${STARTS[i]}, $way: the program was not started" && cat "$tmp/start.out"
			# The kernel writes down what it kills for.
			dmesg 2>/dev/null | grep 'type=1326.*syscall=' | tail -n 3
			return 1
		}
	done
}

@test "the layer runc has what runc needs" {
	has_what_is_needed runc false
}

@test "the layer runc-nnp has what runc needs with noNewPrivileges" {
	has_what_is_needed runc true
}

@test "the layer crun has what crun needs" {
	has_what_is_needed crun false
}

@test "the layer crun-nnp has what crun needs with noNewPrivileges" {
	has_what_is_needed crun true
}

@test "runc starts under a profile for runc" {
	is_enough runc false
}

@test "runc starts under a profile for runc-nnp" {
	is_enough runc true
}

@test "crun starts under a profile for crun" {
	is_enough crun false
}

@test "crun starts under a profile for crun-nnp" {
	is_enough crun true
}

# What runc or crun and the program call under the filter is all that the profile must allow: it is
# enough, and without any one of the calls that are made each time it is not.
@test "record --after-filter of a runtime's run makes a profile that is exact" {
	local i runtime call
	record native /fixtures/plain
	for runtime in runc crun; do
		rm -f "$tmp"/?.rec
		# By chance runc does without futex, once in ten starts: that the next one makes it and all of
		# these did not is as good as impossible. crun always does the same.
		for i in 1 2 3 4; do
			[ "$runtime" = runc ] || [ "$i" -eq 1 ] || continue
			measure "$runtime" true root run "$tmp/$i.rec"
		done
		# Recorded as one program: its calls and the runtime's.
		"$SECCOMP_LEARN" generate -q -f names --no-layer all -o "$tmp/learnt" "$tmp"/?.rec
		{ layer_calls "$runtime-nnp" && "$SECCOMP_LEARN" generate -q -f names --no-layer all \
			"$tmp/native.rec"; } | LC_ALL=C sort -u >"$tmp/expected"
		# By chance; and what crun exec alone makes.
		diff -u <(grep -vx "${BY_CHANCE[@]}" -e umask "$tmp/expected") \
			<(grep -vx "${BY_CHANCE[@]}" "$tmp/learnt")
		"$SECCOMP_LEARN" generate -q --default-action kill-process -o "$tmp/kill.json" "$tmp"/?.rec
		start "$runtime" true root run "$tmp/kill.json"
		grep -qx 'x86_64 getppid' "$tmp/start.out"
		for call in close execve openat; do
			without "$call" "$tmp/kill.json" "$tmp/less.json"
			! RUN_TIMEOUT=$HANG_TIMEOUT start "$runtime" true root run "$tmp/less.json" || {
				echo "$runtime and the program pass without $call" && return 1
			}
		done
	done
}

# The profile lists the ABI of the program alone, and the runtime's calls are of the machine's own.
@test "a 32-bit program starts under a profile for runc and crun" {
	# shellcheck disable=SC2034 # config() reads it
	local runtime CONFIG='.process.noNewPrivileges = false'
	[ -x "$FIXTURES_DIR/plain-32" ] || skip "plain-32 does not exist on this machine"
	need_kernel elf32
	record native /fixtures/plain-32
	for runtime in runc crun; do
		"$SECCOMP_LEARN" generate -q --no-layer all --for "$runtime" \
			--default-action kill-process -o "$tmp/kill.json" "$tmp/native.rec"
		in_container "$runtime" "$tmp/kill.json" inside /fixtures/plain-32
		same native inside
	done
}
