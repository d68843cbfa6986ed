# shellcheck shell=bash
# Measures what a container runtime itself calls between loading the filter and executing the
# program. For remake-layers and runtimes.bats, after lib.bash.
#
# The program is a fixture. Calls that it makes first, after the runtime is through, are of no
# interest; and "first" is exact, because both run one after the other in the same process.

# What users have in a config.json, and what may change which calls the runtime makes: a name, and a
# filter of jq; with "path", the command is a name without a path. The first is root with all capabilities.
# shellcheck disable=SC2016 # $docker is a variable of jq
CASES=(
	root .
	no-capabilities '.process.capabilities = {}'
	default-capabilities '.process.capabilities = ($docker | {bounding: ., effective: ., permitted: .})'
	ambient '.process.capabilities |= . + {inheritable: .permitted, ambient: .permitted}'
	user '.process.user = {uid: 1000, gid: 1000}'
	user-ambient '.process.user = {uid: 1000, gid: 1000} |
		.process.capabilities |= . + {inheritable: .permitted, ambient: .permitted}'
	user-groups '.process.user = {uid: 1000, gid: 1000, additionalGids: [4, 24], umask: 63} |
		.process.capabilities = {}'
	groups '.process.user = {uid: 0, gid: 0, additionalGids: [4, 24]}'
	cwd '.process.cwd = "/usr/share"'
	path '.process.env |= map(sub("^PATH="; "PATH=/nonexistent:/usr/bin:/fixtures:"))'
	terminal '.process.terminal = true'
	namespaces '.linux.namespaces += [{type: "pid"}, {type: "cgroup"}] | .hostname = "inside" |
		.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 512, hard: 512}] |
		.process.oomScoreAdj = 100'
	user-namespace '.linux.namespaces += [{type: "user"}, {type: "pid"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] |
		.linux.gidMappings = .linux.uidMappings'
)
# Docker's, as of version 24.
DOCKER_CAPABILITIES='["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
	"CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
	"CAP_SYS_CHROOT", "CAP_AUDIT_WRITE"]'

# How a program gets into a container.
WAYS=(run start exec)

# case_config CASE NNP: the filter of a case, with noNewPrivileges as NNP says.
case_config() {
	local i
	for ((i = 0; i < ${#CASES[@]}; i += 2)); do
		[ "${CASES[i]}" != "$1" ] ||
			echo "($DOCKER_CAPABILITIES) as \$docker | .process.noNewPrivileges = $2 | ${CASES[i + 1]}"
	done
}

# start RUNTIME NNP CASE WAY PROFILE [LEARNER...]: starts /fixtures/plain, with the words LEARNER before
# the commands that load the profile and execute it. What it and the runtime say is in
# $BATS_TEST_TMPDIR/start.out.
start() {
	local name=$1 case=$3 way=$4 profile=$5 id="seccomp-learn-$$-$RANDOM" inside command=/fixtures/plain
	local bundle=$BATS_TEST_TMPDIR/bundle CONFIG
	CONFIG=$(case_config "$case" "$2")
	shift 5
	runtime "$name"
	fresh_work
	[ "$case" != path ] || command=plain
	config "$profile" "$command"
	if [ "$way" = exec ]; then
		# As engines do: the process in a file. Into a container where another one waits.
		jq .process "$bundle/config.json" >"$bundle/process.json"
		CONFIG+=' | .process.terminal = false'
		config "$profile" "${command/plain/pause}"
	fi
	# shellcheck disable=SC2016 # the inner shells expand it
	inside=("$PLACE" --limit "$RUN_TIMEOUT" "${INSIDE[@]}" -- bash -euc '
		set -o pipefail
		way=$1 bundle=$2 id=$3 n=$4
		shift 4
		learner=("${@:1:n}")
		shift "$n"
		# When "run" ends well, it has done so itself.
		trap '\''[ "$way$?" = run0 ] || "$@" delete --force "$id" 2>/dev/null'\'' EXIT
		case $way in
		run) "${learner[@]}" "$@" run --bundle "$bundle" "$id" ;;
		start) # and then the pipe waits for the end of the program
			"${learner[@]}" bash -euc '\''bundle=$1 id=$2; shift 2
				"$@" create --bundle "$bundle" "$id"; "$@" start "$id"'\'' \
				start "$bundle" "$id" "$@" 2>&1 | cat ;;
		exec)
			"$@" run --detach --bundle "$bundle" "$id"
			"${learner[@]}" "$@" exec --process "$bundle/process.json" "$id" ;;
		esac' start "$way" "$bundle" "$id" $# "$@" "${COMMAND[@]}")
	if [ "$case" = terminal ]; then
		# It gives the command to $SHELL, or to sh, which does not know the quoting of %q.
		inside=(env SHELL="$BASH" script --quiet --return --echo never
			--command "$(printf '%q ' "${inside[@]}")" /dev/null)
	fi
	# Pipes: where the user is not root, runc gives him what is not /dev/null.
	: | "${inside[@]}" 2>&1 3>&- | cat >"$BATS_TEST_TMPDIR/start.out"
	return "${PIPESTATUS[1]}"
}

# measure RUNTIME NNP CASE WAY REC: records one start under a filter that allows everything but one
# call that nobody makes, so that it is really loaded.
measure() {
	local profile=$BATS_TEST_TMPDIR/all.json
	rm -f "$5"
	echo '{"defaultAction": "SCMP_ACT_ALLOW",
		"syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}]}' >"$profile"
	if ! start "${@:1:4}" "$profile" "$SECCOMP_LEARN" record -q --after-filter -o "$5" -- ||
		! grep -q '"exe":"/fixtures/plain"' "$5"; then
		echo "$1, noNewPrivileges $2, case $3, $4: nothing was measured"
		cat "$BATS_TEST_TMPDIR/start.out"
		return 1
	fi
}

# each FUNCTION [ARG...]: calls FUNCTION ARG... CASE WAY for each case and each way that it can go.
each() {
	local i way
	for ((i = 0; i < ${#CASES[@]}; i += 2)); do
		for way in "${WAYS[@]}"; do
			# Without someone to hand a terminal to, none can be made before the program is started.
			[ "${CASES[i]} $way" = "terminal start" ] || "$@" "${CASES[i]}" "$way" || return
		done
	done
}

# runtime_calls REC...: the names of the calls that the runtime was the first to make, sorted.
runtime_calls() {
	jq -r 'select(.abi and .exe != "/fixtures/plain") | .name // "\(.abi):\(.nr)"' "$@" | LC_ALL=C sort -u
}
