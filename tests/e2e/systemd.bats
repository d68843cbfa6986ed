#!/usr/bin/env bats
# Units, given to a real systemd: a user manager of its own, in namespaces of its own.

load lib

MANAGER=/lib/systemd/systemd

setup() {
	need_root
	need_tool systemctl
	need_tool python3
	need_tool perl
	[ "$(uname -m)" = x86_64 ] || skip "the calls are made by x86_64's numbers"
	[ -x "$MANAGER" ] || skip "needs $MANAGER"
	systemctl --version | grep -q '^systemd 252 ' || skip "what is compared is systemd 252"
	need_kernel mounts
	need_kernel cgroups
	make_dir
	mkdir "$DIR/units"
	unit default.target <<<"[Unit]"
}

teardown() {
	remove_dir
}

# "unit NAME": standard input is the unit.
unit() {
	cat >"$DIR/units/$1"
}

# "manager SCRIPT [ARG]...": runs the script with a manager, which its systemctl reaches. The units
# are those in $DIR/units, the manager's words are in the file "log" there.
manager() {
	local status=0
	# shellcheck disable=SC2016 # the inner shell expands it
	timeout -k 5 "$LIMIT" unshare --mount --pid --fork --kill-child --mount-proc bash -euc '
		units=$1 script=$3
		# Its cgroup, in which it makes its own ones. It wants to believe that it was booted.
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		before=/sys/fs/cgroup/$(sed -n "s/^0:://p" /proc/self/cgroup)
		group=$(mktemp -d /sys/fs/cgroup/seccomp-learn.XXXXXX)
		clean() {
			echo $$ >"$before/cgroup.procs"
			echo 1 >"$group/cgroup.kill"
			wait || true
			until ! grep -q "populated 1" "$group/cgroup.events"; do sleep 0.01; done
			find "$group" -depth -type d -exec rmdir {} +
		}
		trap clean EXIT
		echo $$ >"$group/cgroup.procs"
		mount -t tmpfs tmpfs /run
		mkdir -p /run/systemd/system /run/home
		install -d -m 700 /run/user
		export XDG_RUNTIME_DIR=/run/user HOME=/run/home SYSTEMD_UNIT_PATH=$units
		SYSTEMD_LOG_TARGET=console "$2" --user --unit=default.target >"$units/log" 2>&1 &
		until [ -S /run/user/systemd/private ]; do
			kill -0 $! 2>/dev/null || exit 99
			sleep 0.01
		done
		shift 3
		systemctl() { command systemctl --user "$@"; }
		eval "$script"
	' manager "$DIR/units" "$MANAGER" "$@" 3>&- 4>&- || status=$?
	[ "$status" -ne 99 ] || skip "systemd starts no user manager here"
	return "$status"
}

@test "systemd and we read units alike" {
	python3 "$BATS_TEST_DIRNAME/systemd_units.py" write "$DIR/units"
	# shellcheck disable=SC2016 # the inner shell expands it
	manager 'cd "$1"
		systemctl show -p Id,LoadState,SystemCallFilter,SystemCallErrorNumber,SystemCallArchitectures \
			*.service >shown' "$DIR/units"
	python3 "$BATS_TEST_DIRNAME/systemd_units.py" compare "$DIR/units" "$DIR/units/shown" \
		"$SECCOMP_LEARN"
}

# A program that prints what some calls answer: 0, or the errno. "uname nothing": it did nothing.
make_program() {
	cat >"$DIR/calls.pl" <<-'END'
		$| = 1;
		my $names = "\0" x 1000;
		for (["uname", 63, $names], ["setuid", 105, 0], ["mount", 165, 0, 0, 0, 0, 0],
		     ["socket", 41, 2, 1, 0], ["unshare", 272, 0x10000000],
		     ["mmap", 9, 0, 4096, 7, 0x22, -1, 0]) {
			my ($name, $number, @args) = @$_;
			my $result = syscall($number, @args);
			my $answer = $result == -1 ? $! + 0 : 0;
			$answer = "nothing" if $name eq "uname" && $result == 0 && $args[0] =~ /^\0/;
			print "$name $answer\n";
		}
	END
	chmod 755 "$DIR" "$DIR/units"
}

# "started NAME": starts the unit; what its program printed is then in $output, in one line.
started() {
	# shellcheck disable=SC2016 # the inner shell expands it
	manager 'systemctl start "$1" 2>/dev/null || true' "$1"
	output=$(paste -sd ' ' "$DIR/units/$1.out")
}

# "service NAME": standard input is more of its [Service].
service() {
	unit "$1" <<-END
		[Unit]
		DefaultDependencies=no
		[Service]
		Type=oneshot
		ExecStart=/usr/bin/perl $DIR/calls.pl
		StandardOutput=file:$DIR/units/$1.out
		$(cat)
	END
}

# What we say of the calls, as the program prints it where they are refused.
said() {
	"$SECCOMP_LEARN" merge -q -f oci "$DIR/units/$1" | jq -r '
		(.defaultErrnoRet // .defaultAction) as $default |
		[.syscalls[] | (.errnoRet // .action) as $verdict | .names[] | {key: ., value: $verdict}] |
		from_entries as $of |
		[("uname", "setuid", "mount") | "\(.) \($of[.] // $default)"] | join(" ")'
}

@test "an errno behind ~ is a verdict of its own, to systemd and to us" {
	need_tool jq
	make_program
	local head='SystemCallArchitectures=native
SystemCallErrorNumber=EUCLEAN
SystemCallFilter=@system-service'
	service group.service <<<"$head
SystemCallFilter=~@privileged:EPERM"
	service zero.service <<<"$head
SystemCallFilter=~uname:0"
	service unlisted.service <<<"$head
SystemCallFilter=~mount:EBADF"
	service kill.service <<<"$head
SystemCallFilter=~setuid:kill mount:EBADF"
	service denied.service <<<"SystemCallArchitectures=native
SystemCallErrorNumber=EUCLEAN
SystemCallFilter=~mount uname:0 setuid:95"

	started group.service
	assert_equal group "uname 0 setuid 1 mount 117" "${output%% socket*}"
	assert_equal "group, said" "uname SCMP_ACT_ALLOW setuid 1 mount 117" "$(said group.service)"
	started zero.service
	assert_equal zero "uname nothing setuid 0 mount 117" "${output%% socket*}"
	assert_equal "zero, said" "uname 0 setuid SCMP_ACT_ALLOW mount 117" "$(said zero.service)"
	started unlisted.service
	assert_equal unlisted "uname 0 setuid 0 mount 9" "${output%% socket*}"
	assert_equal "unlisted, said" "uname SCMP_ACT_ALLOW setuid SCMP_ACT_ALLOW mount 9" \
		"$(said unlisted.service)"
	started kill.service
	assert_equal kill "uname 0" "${output%% socket*}"
	assert_equal "kill, said" "uname SCMP_ACT_ALLOW setuid SCMP_ACT_KILL_PROCESS mount 9" \
		"$(said kill.service)"
	started denied.service
	assert_equal denied "uname nothing setuid 95 mount 117" "${output%% socket*}"
	assert_equal "denied, said" "uname 0 setuid 95 mount 117" "$(said denied.service)"
}

@test "other settings do bring filters" {
	make_program
	service namespaces.service <<<RestrictNamespaces=yes
	service families.service <<<RestrictAddressFamilies=AF_UNIX
	service memory.service <<<MemoryDenyWriteExecute=yes
	started namespaces.service
	[[ $output == *"socket 0 unshare 1 mmap 0" ]]
	started families.service
	[[ $output == *"socket 97 unshare 0 mmap 0" ]]
	started memory.service
	[[ $output == *"socket 0 unshare 0 mmap 1" ]]
	local name
	for name in namespaces families memory; do
		run "$SECCOMP_LEARN" lint "$DIR/units/$name.service"
		assert_equal status 2 "$status"
		[[ $output == *"= is a filter of its own and not looked at"* ]]
	done
}

@test "what is written refuses each call as the profile does" {
	need_tool jq
	make_program
	capture_record calls -- perl "$DIR/calls.pl"
	"$SECCOMP_LEARN" generate -q "$DIR/calls.rec" |
		jq '.syscalls |= (map(.names -= ["mount", "setuid", "socket", "unshare"]) +
			[{names: ["mount"], action: "SCMP_ACT_ERRNO", errnoRet: 1},
			 {names: ["setuid"], action: "SCMP_ACT_ERRNO", errnoRet: 0},
			 {names: ["unshare"], action: "SCMP_ACT_KILL_PROCESS"}])' >"$DIR/profile.json"
	service written.service </dev/null
	mkdir "$DIR/units/written.service.d"
	"$SECCOMP_LEARN" merge -q -f systemd -o "$DIR/units/written.service.d/10.conf" "$DIR/profile.json"
	"$SECCOMP_LEARN" diff "$DIR/profile.json" "$DIR/units/written.service.d/10.conf"
	started written.service
	assert_equal written "uname 0 setuid 0 mount 1 socket 38" "$output"
}
