#!/usr/bin/env bats
# The formats that generate writes, given to those who load them: the program runs under what was
# recorded of it, and not under what was recorded of less. (runc and crun: tests/containers.)

load lib

setup() {
	need_tool jq
	make_dir
	BUSYBOX=$DIR/root/bin/busybox
	mkdir -p "$DIR/root/bin"
	cp "$(command -v busybox)" "$BUSYBOX"
	echo "what the program reads" >"$DIR/root/text"
	# One program needs more calls than the other.
	capture_record more -- "$BUSYBOX" cat "$DIR/root/text"
	capture_record less -- "$BUSYBOX" true
}

teardown() {
	remove_dir
}

learn() {
	"$SECCOMP_LEARN" "$@"
}

# "generate DIALECT more|less FILE [OPTION...]"
generate() {
	learn generate -q -f "$1" -o "$3" "${@:4}" "$DIR/$2.rec"
}

@test "what was written is the same profile, whatever the format" {
	local dialect
	generate oci more "$DIR/oci.json"
	for dialect in docker podman systemd; do
		generate "$dialect" more "$DIR/$dialect"
		learn diff "$DIR/oci.json" "$DIR/$dialect"
		learn lint "$DIR/$dialect"
	done
	# Docker reads what runc and crun read.
	cmp "$DIR/oci.json" "$DIR/docker"
	# This has a default of its own, and rules for newer calls.
	generate k8s more "$DIR/my-app.yaml"
	grep -qx '  name: my-app' "$DIR/my-app.yaml"
	learn lint "$DIR/my-app.yaml"
	generate k8s more "$DIR/other.json" --name my-app
	[ "$(head -c 1 "$DIR/other.json")" = "{" ]
	learn diff "$DIR/my-app.yaml" "$DIR/other.json"
	# This has neither ABIs nor a default.
	generate names more "$DIR/names"
	jq -r '.syscalls[].names[]' "$DIR/oci.json" | LC_ALL=C sort | diff - "$DIR/names"
	learn show --json "$DIR/names" | jq -e '.ignored == []'
}

@test "names, lines and warnings go where they belong" {
	learn generate -f k8s --name a "$DIR/less.rec" >"$DIR/out" 2>"$DIR/err"
	grep -q '^kind: SeccompProfile$' "$DIR/out"
	grep -q 'seccomp-learn: dialect k8s has no default errno: ENOSYS is written for [0-9]* newer calls' "$DIR/err"
	run learn generate -q -f k8s "$DIR/less.rec"
	assert_equal status 2 "$status"
	assert_equal output "seccomp-learn: a Kubernetes resource needs a name: say it with --name" "$output"
	run learn generate -q -f systemd --yaml "$DIR/less.rec"
	assert_equal status 2 "$status"
	assert_equal output "seccomp-learn: dialect systemd is neither JSON nor YAML" "$output"
	run learn record -q -p "$DIR/x.conf" -f systemd -- "$BUSYBOX" true
	assert_equal status 0 "$status"
	grep -qx '\[Service\]' "$DIR/x.conf"
}

@test "show prints a filter program in words, and others refuse it" {
	generate bpf less "$DIR/x.bpf"
	learn show "$DIR/x.bpf" >"$DIR/out"
	head -n 1 "$DIR/out" | grep -qx "seccomp filter program: $(($(stat -c %s "$DIR/x.bpf") / 8)) instructions"
	grep -q ' load arch$' "$DIR/out"
	grep -q ' return ALLOW$' "$DIR/out"
	grep -q ' return ERRNO 38 (ENOSYS)$' "$DIR/out"
	if [ "$(uname -m)" = x86_64 ]; then
		grep -q ' if nr == execve goto [0-9]*$' "$DIR/out"
	fi
	learn show --json - <"$DIR/x.bpf" | jq -e '.program[0] == {code: 32, jt: 0, jf: 0, k: 4, text: "load arch"}'
	run learn diff "$DIR/x.bpf" "$DIR/less.rec"
	assert_equal status 2 "$status"
	assert_equal output "seccomp-learn: $DIR/x.bpf: a seccomp filter program, which only 'show' reads: name the profile or recording that it was made from, or compare what 'show' prints of two programs" "$output"
}

@test "no filter program is written to a terminal" {
	need_tool script
	run script -qec "'$SECCOMP_LEARN' generate -q -f bpf '$DIR/less.rec'" /dev/null
	[[ $output == *"a filter program is no text: name a file with -o"* ]]
}

@test "bubblewrap loads the filter program" {
	need_tool bwrap
	need_namespaces
	bwrap --ro-bind / / true 2>/dev/null || skip "bubblewrap cannot start here"
	generate bpf more "$DIR/more.bpf"
	generate bpf less "$DIR/less.bpf"
	bwrap --ro-bind / / --seccomp 10 "$BUSYBOX" cat "$DIR/root/text" 10<"$DIR/more.bpf" |
		diff - "$DIR/root/text"
	bwrap --ro-bind / / --seccomp 10 "$BUSYBOX" true 10<"$DIR/less.bpf"
	run bwrap --ro-bind / / --seccomp 10 "$BUSYBOX" cat "$DIR/root/text" 10<"$DIR/less.bpf"
	[ "$status" -ne 0 ]
	[[ $output != *"what the program reads"* ]]
}

@test "systemd takes the drop-in without a word" {
	need_tool systemd-analyze
	mkdir -p "$DIR/units/x.service.d"
	printf '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n' >"$DIR/units/x.service"
	export SYSTEMD_UNIT_PATH=$DIR/units
	systemd-analyze verify x.service 2>/dev/null || skip "systemd-analyze cannot verify here"
	generate systemd more "$DIR/units/x.service.d/10-seccomp.conf"
	run systemd-analyze verify x.service
	assert_equal output "" "$output"
	assert_equal status 0 "$status"
	# It does look at the drop-in, and finds what our lint finds.
	sed -i 's/=~/=~pread /' "$DIR/units/x.service.d/10-seccomp.conf"
	run systemd-analyze verify x.service
	[[ $output == *"Failed to parse system call, ignoring: pread"* ]]
}

@test "the groups of systemd are those of the installed one" {
	need_tool systemd-analyze
	systemd-analyze --version | grep -q '^systemd 252 ' || skip "the table is of systemd 252"
	# "GROUP NAME" each: groups within groups are printed as such. At the end it lists, with a heading that
	# begins with #, what is in none.
	systemd-analyze syscall-filter 2>/dev/null | awk '
		/^#/ { group = "" }
		/^@/ { group = $1; next }
		group != "" && $1 ~ /^[@a-z0-9_-]+$/ && !(group == "@default" && $1 == "uretprobe") { print group, $1 }' |
		LC_ALL=C sort >"$DIR/theirs"
	awk '/^\t\{"@/, /"\}/' "$REPO/emit/dialects/systemd_groups.c" | awk '{
			while (match($0, /[@a-z0-9_-]+/)) {
				word = substr($0, RSTART, RLENGTH)
				if ($0 ~ /^\t\{"@/ && RSTART == 4) group = word
				else print group, word
				$0 = substr($0, RSTART + RLENGTH)
			}
		}' | LC_ALL=C sort >"$DIR/ours"
	[ "$(cut -d ' ' -f 1 "$DIR/theirs" | uniq | wc -l)" -gt 20 ]
	diff -u "$DIR/theirs" "$DIR/ours"
	printf '[Service]\nSystemCallArchitectures=native\nSystemCallFilter=~%s\n' \
		"$(cut -d ' ' -f 1 "$DIR/theirs" | uniq | paste -sd ' ')" >"$DIR/unit"
	# Each is known: "show" has no word for a group that is not.
	run learn show --json "$DIR/unit"
	[[ $status = 0 && $output == '{'* && $output == *'"default":{"action":"SCMP_ACT_ALLOW"}'* ]]
}

@test "firejail takes the lines" {
	need_tool firejail
	local quiet=(firejail --quiet --noprofile)
	need_namespaces
	"${quiet[@]}" "$BUSYBOX" true 2>/dev/null || skip "firejail cannot start here"
	# It says so when it found itself in a sandbox already, and does nothing.
	[[ $(firejail --noprofile "$BUSYBOX" true 2>&1) != *"existing sandbox"* ]] ||
		skip "firejail does nothing within another sandbox"
	generate firejail more "$DIR/more.profile"
	generate firejail less "$DIR/less.profile"
	firejail --quiet --profile="$DIR/more.profile" "$BUSYBOX" cat "$DIR/root/text" |
		diff - "$DIR/root/text"
	firejail --quiet --profile="$DIR/less.profile" "$BUSYBOX" true
	run firejail --quiet --profile="$DIR/less.profile" "$BUSYBOX" cat "$DIR/root/text"
	[ "$status" -ne 0 ]
	[[ $output != *"what the program reads"* ]]
	# It kills at a name that it passed over: newer calls are written as numbers.
	capture_record newer -- "$FIXTURES_DIR/newer"
	generate firejail newer "$DIR/newer.profile" --default-action kill-process
	grep -q '^# \$451 is cachestat$' "$DIR/newer.profile"
	firejail --quiet --profile="$DIR/newer.profile" "$FIXTURES_DIR/newer" | diff - <("$FIXTURES_DIR/newer")
}

# Podman wants cgroup version 2, and more of it than there is in a container.
podman_in() {
	# shellcheck disable=SC2016 # the inner shell expands it
	timeout -k 5 "$LIMIT" unshare --mount --pid --fork --kill-child --mount-proc bash -euc '
		[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] ||
			mount -t cgroup2 cgroup2 /sys/fs/cgroup
		dir=$1
		shift
		podman() {
			command podman --log-level=error --cgroup-manager=cgroupfs --runtime crun \
				--root "$dir/storage" --runroot "$dir/run" --tmpdir "$dir/tmp" "$@"
		}
		'"$1" podman_in "$DIR/podman" "${@:2}" 3>&- 4>&-
}

PODMAN_OPTIONS='--network=none --cgroups=disabled --ulimit=nofile=1024:1024 --ulimit=nproc=1024:1024 --security-opt=no-new-privileges'

need_podman() {
	need_root
	need_tool podman
	need_tool crun
	need_kernel mounts
	need_kernel cgroups
	podman_in "podman run --rm $PODMAN_OPTIONS --security-opt=seccomp=unconfined --rootfs \"\$1\" /bin/busybox true" \
		"$DIR/root" 2>/dev/null || skip "podman cannot start a container here"
}

@test "podman loads its dialect" {
	need_podman
	local run="podman run --rm $PODMAN_OPTIONS --security-opt=seccomp=\"\$1\" --rootfs \"\$2\" /bin/busybox \"\${@:3}\""
	local layer=(--for crun-nnp)
	generate podman more "$DIR/more.json" "${layer[@]}"
	generate podman less "$DIR/less.json" "${layer[@]}"
	podman_in "$run" "$DIR/more.json" "$DIR/root" cat /text | diff - "$DIR/root/text"
	run podman_in "$run" "$DIR/less.json" "$DIR/root" cat /text
	[ "$status" -ne 0 ]
	[[ $output != *"what the program reads"* ]]
}

@test "podman's own profile means to us what it means to podman" {
	need_podman
	local profile=/usr/share/containers/seccomp.json caps given
	[ -r "$profile" ] || skip "needs $profile"
	for given in '' '--cap-add=all' '--cap-drop=all --cap-add=sys_admin'; do
		podman_in "id=\$(podman create $PODMAN_OPTIONS $given --security-opt=seccomp='$profile' --rootfs \"\$1\" /bin/busybox true)
			podman init \"\$id\" >/dev/null
			cp \"\$(podman inspect --format '{{.OCIConfigPath}}' \"\$id\")\" \"\$2\"
			podman rm -f \"\$id\" >/dev/null" "$DIR/root" "$DIR/config.json"
		caps=$(jq -r '.process.capabilities.bounding // [] | join(",")' "$DIR/config.json")
		[ -n "$caps" ]
		learn diff --caps "$caps" "$DIR/config.json" "$profile"
	done
	# And the capabilities do matter.
	run learn diff --caps none "$DIR/config.json" "$profile"
	assert_equal status 1 "$status"
}
