# shellcheck shell=bash
# Records commands in a root file system of their own, and runs the same commands in real runc and
# crun, in the same root file system, under the profiles that were generated.
#
# The root file system has the host's /usr, read-only; /cwd, the current directory, which each run
# finds anew; and /fixtures. Inside and outside of containers, programs are root with all
# capabilities, have a network of their own with only loopback, and the same environment.

SECCOMP_LEARN=$(realpath -m "${SECCOMP_LEARN:-$BATS_TEST_DIRNAME/../../build/seccomp-learn}")
FIXTURES_DIR=$(realpath -m "${FIXTURES_DIR:-$BATS_TEST_DIRNAME/../../build/fixtures}")
ENVIRONMENT=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/cwd TMPDIR=/cwd LC_ALL=C.UTF-8 TZ=UTC0
	PORT=7777 TERM=dumb)
# Seconds. Nothing here takes more than 3 on a machine that does nothing else. What may hang, because a
# call was taken away from it, gets the time HANG_TIMEOUT: to be ended is to have missed the call.
# shellcheck disable=SC2034 # others read it
RUN_TIMEOUT=120 RECORD_TIMEOUT=240 HANG_TIMEOUT=20

export FIXTURES_DIR KERNEL_LACKS=${KERNEL_LACKS-$("$BATS_TEST_DIRNAME/../kernel")}

# need_kernel NAME: of what tests/kernel knows.
need_kernel() {
	local reason status=0
	reason=$("$BATS_TEST_DIRNAME/../kernel" why "$1") || status=$?
	[ "$status" -ne 0 ] || skip "$reason"
	[ "$status" -eq 1 ]
}

# Skips the test where containers cannot be run.
need_containers() {
	local tool link
	[ "$(id -u)" -eq 0 ] || skip "needs root: the container runtimes start as root here"
	for tool in runc crun jq ip; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
	for link in /bin /lib; do
		[ -L "$link" ] || skip "needs a system with $link in /usr"
	done
	need_kernel mounts
	need_kernel cgroups
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
}

# /cwd as a run finds it: a copy of the directory $BATS_TEST_TMPDIR/template.
fresh_work() {
	WORK=$BATS_TEST_TMPDIR/cwd
	rm -rf "$WORK"
	mkdir -p "$BATS_TEST_TMPDIR/template"
	cp -a "$BATS_TEST_TMPDIR/template" "$WORK"
}

# record NAME COMMAND...: records the command as $BATS_TEST_TMPDIR/NAME.rec; its status, output
# and errors are in NAME.status, NAME.out, NAME.err.
record() {
	local name=$BATS_TEST_TMPDIR/$1 status=0
	shift
	fresh_work
	# shellcheck disable=SC2016,SC2086 # the inner shell expands it; the flags are several words
	{
		timeout -s KILL "$RECORD_TIMEOUT" unshare --mount --net bash -euc '
			root=$1 learner=$2 fixtures=$3 work=$4
			shift 4
			ip link set lo up
			mount --bind "$root" "$root"
			mount --bind -o ro /usr "$root/usr"
			mount --bind -o ro "$fixtures" "$root/fixtures"
			mount --bind -o ro "$learner" "$root/seccomp-learn"
			mount --bind "$work" "$root/cwd"
			mount --rbind /dev "$root/dev"
			mount -t proc proc "$root/proc"
			# Not chroot: there, the kernel refuses user namespaces.
			cd "$root"
			pivot_root . .
			umount -l .
			cd /cwd
			exec "$@"' \
			record "$ROOT" "$SECCOMP_LEARN" "$FIXTURES_DIR" "$WORK" \
			/usr/bin/env -i "${ENVIRONMENT[@]}" ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
			/seccomp-learn record -q ${SECCOMP_LEARN_RECORD_FLAGS:-} -o /out/x.rec -- "$@" \
			</dev/null >"$name.out" 2>"$name.err" || status=$?
	} 2>/dev/null # where bash says that it was killed
	echo "$status" >"$name.status"
	mv "$ROOT/out/x.rec" "$name.rec" || { cat "$name.err" && return 1; }
}

# generate PROFILE RUNTIME [OPTION...] REC...: the profile, with what the runtime itself needs.
generate() {
	local profile=$1 runtime=$2
	shift 2
	"$SECCOMP_LEARN" generate -q --for "$runtime-nnp" -o "$profile" "$@"
}

# without CALL PROFILE NEW: the profile without that call.
without() {
	jq --arg call "$1" '.syscalls |= (map(.names -= [$call]) | map(select(.names != [])))' "$2" >"$3"
	! cmp -s "$2" "$3" || { echo "$1 is not in $2" && return 1; }
}

# config PROFILE COMMAND...: writes the bundle's config.json. The container has no PID namespace of
# its own: signals without a handler do not reach process 1 of one. CONFIG, if set, is a filter of jq
# that changes the result. The profile goes in as text: jq rounds numbers above 2^53.
config() {
	local profile=$1 text
	shift
	mkdir -p "$BATS_TEST_TMPDIR/bundle"
	text=$(jq --arg root "$ROOT" --arg work "$WORK" --arg fixtures "$FIXTURES_DIR" '
		.process |= (.terminal = false | .noNewPrivileges = true | .cwd = "/cwd" | del(.rlimits) |
			.env = ($environment | split(" ")) | .args = $ARGS.positional |
			.capabilities = ($capabilities | ascii_upcase | split(",") | map("CAP_" + .) |
				{bounding: ., effective: ., permitted: .})) |
		.root = {path: $root, readonly: true} |
		.mounts |= (map(select(.destination | IN("/proc", "/dev", "/dev/pts", "/dev/shm", "/sys"))) + [
			{destination: "/usr", type: "none", source: "/usr", options: ["bind", "ro"]},
			{destination: "/fixtures", type: "none", source: $fixtures, options: ["bind", "ro"]},
			{destination: "/tmp", type: "tmpfs", source: "tmpfs"},
			{destination: "/cwd", type: "none", source: $work, options: ["bind", "rw"]}]) |
		.linux |= (del(.maskedPaths, .readonlyPaths, .resources) | .seccomp = "PROFILE") |
		.linux.namespaces |= map(select(.type != "pid")) |
		'"${CONFIG:-.}" \
		"$BATS_FILE_TMPDIR/config.json" --arg environment "${ENVIRONMENT[*]}" \
		--arg capabilities "$(setpriv --dump | sed -n 's/^Capability bounding set: //p')" --args "$@")
	profile=$(cat "$profile")
	printf '%s\n' "${text/\"PROFILE\"/"$profile"}" >"$BATS_TEST_TMPDIR/bundle/config.json"
}

# runtime NAME: how it is called, in the array RUNTIME; that is in the array COMMAND, inside of what
# the array INSIDE makes. It is process 1 of a PID namespace, with which everything ends that it has
# left; and it finds cgroup version 2, which crun wants, where the host may have version 1.
runtime() {
	local path=$BATS_FILE_TMPDIR/$1 cgroups=none
	# Its warnings have a file of their own: one of them, that a cgroup is busy, comes or not as the
	# last process of the container ends after or before runc looks. Errors come here all the same.
	COMMAND=(runc --log "$BATS_TEST_TMPDIR/runc.log" --root "$path")
	[ "$1" != crun ] || COMMAND=(crun --cgroup-manager=disabled --root "$path") cgroups=cgroup2
	# shellcheck disable=SC2016 # the inner shell expands it
	INSIDE=(unshare --mount --pid --fork --kill-child --mount-proc bash -euc '
		[ "$1" = none ] || [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] ||
			mount -t cgroup2 cgroup2 /sys/fs/cgroup
		shift
		exec "$@"' runtime "$cgroups")
	RUNTIME=("${INSIDE[@]}" "${COMMAND[@]}")
}

# in_container RUNTIME PROFILE NAME COMMAND...: status, output and errors as record() has them.
in_container() {
	local profile=$2 name=$BATS_TEST_TMPDIR/$3 id="seccomp-learn-$$-$RANDOM" status=0
	runtime "$1"
	shift 3
	fresh_work
	config "$profile" "$@"
	{
		timeout -s KILL "$RUN_TIMEOUT" "${RUNTIME[@]}" run --bundle "$BATS_TEST_TMPDIR/bundle" "$id" \
			</dev/null >"$name.out" 2>"$name.err" 3>&- || status=$?
	} 2>/dev/null # where bash says that it was killed
	# What the runtime leaves when the time limit kills it: its cgroups.
	[ "$status" -ne 137 ] || "${RUNTIME[@]}" delete --force "$id" 2>/dev/null || true
	echo "$status" >"$name.status"
}

# same NAME NAME: did two runs end in the same way? Prints the difference.
same() {
	local part same=0
	# The C library's own two signals are ignored or not as whoever started the runtime, and Go in
	# it, had them: it is no matter of the profile.
	sed -i '/^# ignored 3[23]$/d' "$BATS_TEST_TMPDIR/$1.out" "$BATS_TEST_TMPDIR/$2.out"
	for part in status out err; do
		diff -u "$BATS_TEST_TMPDIR/$1.$part" "$BATS_TEST_TMPDIR/$2.$part" || same=1
	done
	return "$same"
}
