# shellcheck shell=bash
# Records commands in a root file system of their own, and runs the same commands in real runc and
# crun, in the same root file system, under the profiles that were generated.
#
# The root file system has the host's /usr, read-only; /cwd, the current directory, which each run
# finds anew; and /fixtures. Inside and outside of containers, programs are root with all
# capabilities, have a network of their own with only loopback, and the same environment.

# shellcheck source=tests/fast.bash
source "$BATS_TEST_DIRNAME/../fast.bash"

# What is absolute already, as tests/run gives it, costs no process in each test.
[[ ${SECCOMP_LEARN-} == /* ]] ||
	SECCOMP_LEARN=$(realpath -m "${SECCOMP_LEARN:-$BATS_TEST_DIRNAME/../../build/seccomp-learn}")
[[ ${FIXTURES_DIR-} == /* ]] ||
	FIXTURES_DIR=$(realpath -m "${FIXTURES_DIR:-$BATS_TEST_DIRNAME/../../build/fixtures}")
[[ ${BUILD_DIR-} == /* ]] || BUILD_DIR=$(realpath -m "${BUILD_DIR:-$BATS_TEST_DIRNAME/../../build}")
PLACE=$BUILD_DIR/tests/containers/place
ENVIRONMENT=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/cwd TMPDIR=/cwd LC_ALL=C.UTF-8 TZ=UTC0
	PORT=7777 TERM=dumb)
# Seconds. Nothing here takes more than 3 on a machine that does nothing else. What may hang, because a
# call was taken away from it, gets the time HANG_TIMEOUT: to be ended is to have missed the call.
# shellcheck disable=SC2034 # others read it
RUN_TIMEOUT=120 RECORD_TIMEOUT=240 HANG_TIMEOUT=20
# How the learner is called outside of containers, in the root file system.
LEARNER=(/seccomp-learn)

export FIXTURES_DIR KERNEL_LACKS=${KERNEL_LACKS-$("$BATS_TEST_DIRNAME/../kernel")}

# need_kernel NAME: of what tests/kernel knows.
need_kernel() {
	local reason status=0
	# It is asked only for the reason, or what that name is.
	[[ " $KERNEL_LACKS " == *" $1 "* || $(<"$BATS_TEST_DIRNAME/../kernel") != *"lacks_$1()"* ]] || return 0
	reason=$("$BATS_TEST_DIRNAME/../kernel" why "$1") || status=$?
	[ "$status" -ne 0 ] || skip "$reason"
	[ "$status" -eq 1 ]
}

# Skips the test where containers cannot be run.
need_containers() {
	local tool link
	[ "$EUID" -eq 0 ] || skip "needs root: the container runtimes start as root here"
	for tool in runc crun jq; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
	for link in /bin /lib; do
		[ -L "$link" ] || skip "needs a system with $link in /usr"
	done
	need_kernel mounts
	need_kernel cgroups
	[ -x "$PLACE" ] || { echo "$PLACE: not built" && return 1; }
}

# Builds the root file system. For setup_file.
make_root() {
	local link
	ROOT=$BATS_FILE_TMPDIR/root
	export ROOT
	mkdir -p "$ROOT"/{usr,etc,proc,sys,dev,tmp,cwd,fixtures,out}
	touch "$ROOT/seccomp-learn"
	for link in /bin /sbin /lib /lib32 /lib64 /libx32; do
		[ ! -L "$link" ] || cp -a "$link" "$ROOT$link"
	done
	(
		cd /etc || exit
		cp -a --parents -t "$ROOT/etc" passwd group hosts nsswitch.conf ld.so.cache alternatives
		[ ! -e ssl/openssl.cnf ] || cp --parents -t "$ROOT/etc" ssl/openssl.cnf
	)
	runc spec --bundle "$BATS_FILE_TMPDIR"
	all_capabilities
	template '
		.process.capabilities = ($capabilities | ascii_upcase | split(",") | map("CAP_" + .) |
			{bounding: ., effective: ., permitted: .}) |
		.mounts += [{destination: "/usr", type: "none", source: "/usr", options: ["bind", "ro"]},
			{destination: "/fixtures", type: "none", source: $fixtures, options: ["bind", "ro"]}]' \
		--arg capabilities "$ALL_CAPABILITIES" --arg fixtures "$FIXTURES_DIR" >"$BATS_FILE_TMPDIR/template.json"
}

# Those of the bounding set, in ALL_CAPABILITIES; asked for once.
all_capabilities() {
	: "${ALL_CAPABILITIES:=$(setpriv --dump | sed -n 's/^Capability bounding set: //p')}"
}

# /cwd as a run finds it: a copy of the directory $BATS_TEST_TMPDIR/template.
fresh_work() {
	WORK=$BATS_TEST_TMPDIR/cwd
	if [ -d "$BATS_TEST_TMPDIR/template" ]; then
		rm -rf "$WORK"
		cp -a "$BATS_TEST_TMPDIR/template" "$WORK"
		return
	fi
	[ -d "$WORK" ] || mkdir "$WORK"
	is_empty "$WORK" || { rm -rf "$WORK" && mkdir "$WORK"; }
}

# Without a process: mostly nothing was left there.
is_empty() {
	local file
	for file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		[ ! -e "$file" ] && [ ! -L "$file" ] || return 1
	done
}

# outside: what "place" makes around a command that is not in a container, in the array OUTSIDE.
outside() {
	OUTSIDE=(--net --bind "$ROOT" "$ROOT" --show /usr "$ROOT/usr" --show "$FIXTURES_DIR" "$ROOT/fixtures"
		--show "$SECCOMP_LEARN" "$ROOT/seccomp-learn" --bind "$WORK" "$ROOT/cwd"
		--bind "$BATS_TEST_TMPDIR" "$ROOT/out" --bind-all /dev "$ROOT/dev" --mount proc "$ROOT/proc"
		--root "$ROOT" --cd /cwd)
	in_environment
}

# The variables, in OUTSIDE.
in_environment() {
	local variable
	for variable in "${ENVIRONMENT[@]}" ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"}; do
		OUTSIDE+=(--env "$variable")
	done
}

# record NAME COMMAND...: records the command as $BATS_TEST_TMPDIR/NAME.rec; its status, output
# and errors are in NAME.status, NAME.out, NAME.err.
record() {
	local name=$BATS_TEST_TMPDIR/$1 status=0
	shift
	fresh_work
	: >"$name.rec"
	outside
	# shellcheck disable=SC2086 # the flags are several words
	{
		"$PLACE" --limit "$RECORD_TIMEOUT" "${OUTSIDE[@]}" -- "${LEARNER[@]}" record -q \
			${SECCOMP_LEARN_RECORD_FLAGS:-} -o "/out/${name##*/}.rec" -- "$@" \
			</dev/null >"$name.out" 2>"$name.err" || status=$?
	} 2>/dev/null # where bash says that it was killed
	echo "$status" >"$name.status"
	[ -s "$name.rec" ] || { cat "$name.err" && return 1; }
}

# generate PROFILE RUNTIME [OPTION...] REC...: the profile, with what the runtime itself needs.
generate() {
	local profile=$1 runtime=$2
	shift 2
	"$SECCOMP_LEARN" generate -q --for "$runtime-nnp" -o "$profile" "$@"
}

# without CALL PROFILE NEW: the profile without that call, where it is written as "generate" does: a name
# in a line, in one list.
without() {
	local was text line=$'\n        "'$1'"'
	was=$(<"$2")
	text=${was/"$line,"/}
	[ "$text" != "$was" ] || text=${was/",$line"$'\n'/$'\n'}
	printf '%s\n' "$text" >"$3"
	[[ $text != "$was" && $text != *"\"$1\""* ]] || { echo "$1 is not in a list of $2" && return 1; }
}

# template FILTER [OPTION...]: prints a config.json in which config() finds its places: "PROFILE", "ROOT",
# "WORK" and "ARGUMENTS". The container has no PID namespace of its own: signals without a handler do not
# reach process 1 of one. The filter of jq, which gets the options, makes the rest.
template() {
	local filter=$1
	shift
	jq --arg environment "${ENVIRONMENT[*]}" "$@" '
		.process |= (.terminal = false | .noNewPrivileges = true | .cwd = "/cwd" | del(.rlimits) |
			.env = ($environment | split(" ")) | .args = ["ARGUMENTS"]) |
		.root = {path: "ROOT", readonly: true} |
		.mounts |= (map(select(.destination | IN("/proc", "/dev", "/dev/pts", "/dev/shm", "/sys"))) + [
			{destination: "/tmp", type: "tmpfs", source: "tmpfs"},
			{destination: "/cwd", type: "none", source: "WORK", options: ["bind", "rw"]}]) |
		.linux |= (del(.maskedPaths, .readonlyPaths, .resources) | .seccomp = "PROFILE") |
		.linux.namespaces |= map(select(.type != "pid")) | '"$filter" "$BATS_FILE_TMPDIR/config.json"
}

# json_strings WORD...: as the elements of a list in JSON, in the variable STRINGS.
json_strings() {
	local word
	STRINGS=
	for word; do
		word=${word//\\/\\\\} word=${word//\"/\\\"} word=${word//$'\n'/\\n} word=${word//$'\t'/\\t}
		STRINGS+="${STRINGS:+, }\"$word\""
	done
}

# What jq has made of the template, for each filter. (bats loads this from a function.)
declare -gA CHANGED=()

# config PROFILE COMMAND...: writes the bundle's config.json. CONFIG, if set, is a filter of jq that
# changes the template.
config() {
	local profile=$1 text
	shift
	[ -d "$BATS_TEST_TMPDIR/bundle" ] || mkdir "$BATS_TEST_TMPDIR/bundle"
	if [ -z "${CONFIG-}" ]; then
		text=$(<"$BATS_FILE_TMPDIR/template.json")
	else
		[ -n "${CHANGED[$CONFIG]-}" ] || CHANGED[$CONFIG]=$(jq "$CONFIG" "$BATS_FILE_TMPDIR/template.json")
		text=${CHANGED[$CONFIG]}
	fi
	fill_in "$profile" "$@" >"$BATS_TEST_TMPDIR/bundle/config.json"
}

# fill_in PROFILE COMMAND...: the template in config()'s text, with what is missing there. The profile goes
# in as text: jq rounds numbers above 2^53.
fill_in() {
	local profile
	profile=$(<"$1")
	shift
	json_strings "$@"
	text=${text/\"ROOT\"/"\"$ROOT\""}
	text=${text/\"WORK\"/"\"$WORK\""}
	text=${text/\"ARGUMENTS\"/"$STRINGS"}
	printf '%s\n' "${text/\"PROFILE\"/"$profile"}"
}

# runtime NAME: how it is called, in the array COMMAND, and what "place" makes around it, in the array
# INSIDE. It is process 1 of a PID namespace, with which everything ends that it has left; and it finds
# cgroup version 2, which crun wants, where the host may have version 1.
runtime() {
	local path=$BATS_FILE_TMPDIR/$1
	# Its warnings have a file of their own: one of them, that a cgroup is busy, comes or not as the
	# last process of the container ends after or before runc looks. Errors come here all the same.
	COMMAND=(runc --log "$BATS_TEST_TMPDIR/runc.log" --root "$path")
	INSIDE=(--pids)
	[ "$1" != crun ] || COMMAND=(crun --cgroup-manager=disabled --root "$path") INSIDE+=(--cgroup2)
}

# in_container RUNTIME PROFILE NAME COMMAND...: status, output and errors as record() has them.
in_container() {
	local profile=$2 name=$BATS_TEST_TMPDIR/$3 id="seccomp-learn-$$-$RANDOM" status=0
	runtime "$1"
	shift 3
	fresh_work
	config "$profile" "$@"
	{
		"$PLACE" --limit "$RUN_TIMEOUT" "${INSIDE[@]}" -- "${COMMAND[@]}" run \
			--bundle "$BATS_TEST_TMPDIR/bundle" "$id" </dev/null >"$name.out" 2>"$name.err" 3>&- || status=$?
	} 2>/dev/null # where bash says that it was killed
	# What the runtime leaves when the time limit kills it: its cgroups.
	[ "$status" -ne 137 ] || "$PLACE" "${INSIDE[@]}" -- "${COMMAND[@]}" delete --force "$id" 2>/dev/null || true
	echo "$status" >"$name.status"
}

# same NAME NAME: did two runs end in the same way? Prints the difference.
same() {
	local part same=0 one=$BATS_TEST_TMPDIR/$1 two=$BATS_TEST_TMPDIR/$2
	# Mostly they are the same as they stand.
	for part in status out err; do
		if [ -s "$one.$part" ] || [ -s "$two.$part" ]; then
			cmp -s "$one.$part" "$two.$part" || same=1
		fi
	done
	[ "$same" -ne 0 ] || return 0
	same=0
	# The C library's own two signals are ignored or not as whoever started the runtime, and Go in
	# it, had them: it is no matter of the profile.
	sed -i '/^# ignored 3[23]$/d' "$one.out" "$two.out"
	for part in status out err; do
		diff -u "$one.$part" "$two.$part" || same=1
	done
	return "$same"
}
