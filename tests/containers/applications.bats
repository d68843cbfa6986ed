#!/usr/bin/env bats
# Applications, each in a small root file system of its own, in real runtimes: what was recorded
# outside of any container is enough inside, the first time. Whether it is also all that is needed,
# "minimal" finds out.

load lib
load applications

setup_file() {
	[ "$EUID" -ne 0 ] || make_templates
}

setup() {
	need_containers
}

build() {
	build_application "$1" >"$BATS_TEST_TMPDIR/reason" || {
		[ $? -eq 77 ] || return 1
		skip "$(cat "$BATS_TEST_TMPDIR/reason")"
	}
}

# passes RUNTIME...: the application does in these as it did outside.
passes() {
	local runtime
	for runtime; do
		[ -e "$BATS_TEST_TMPDIR/$runtime-$NO_NEW_PRIVILEGES.json" ] ||
			profile "$runtime" "$BATS_TEST_TMPDIR/$runtime-$NO_NEW_PRIVILEGES.json" "${RECORDINGS[@]}"
		contain "$runtime" "$BATS_TEST_TMPDIR/$runtime-$NO_NEW_PRIVILEGES.json" "$runtime"
		same native1 "$runtime" || {
			echo "$runtime, noNewPrivileges $NO_NEW_PRIVILEGES, capabilities $CAPABILITIES: the profile does not do"
			return 1
		}
	done
}

# passes_half: the same in one of both runtimes, in turn, so that of the settings and runtimes each is
# tried with each value of each other one: four of eight, and with the next application the other four.
# What a runtime calls depends on all three, and not on the application; what an application calls
# may depend on its capabilities, and not on the two others where it executes no set-user-ID program.
# With ALL_SETTINGS=1 everything is tried, as with those that change users or owners themselves.
passes_half() {
	local turn=$BATS_TEST_NUMBER both=(runc crun)
	[ "$NO_NEW_PRIVILEGES" = true ] || turn=$((turn + 1))
	[ "$CAPABILITIES" = docker ] || turn=$((turn + 1))
	[ -n "${ALL_SETTINGS-}" ] || both=("${both[turn % 2]}")
	passes "${both[@]}"
}

# works APPLICATION: with all capabilities and with those that Docker gives, where new
# privileges are allowed and where not.
works() {
	build "$1"
	record_application
	for NO_NEW_PRIVILEGES in true false; do
		for CAPABILITIES in all docker; do
			passes_half
		done
	done
}

# works_for_user APPLICATION: as user 1000, inside and outside.
works_for_user() {
	export APP_USER=1000 CAPABILITIES=docker
	build "$1"
	record_application
	for NO_NEW_PRIVILEGES in true false; do
		passes_half
	done
}

@test "busybox" {
	works busybox
}

@test "static-c" {
	works static-c
}

@test "dynamic-c" {
	works dynamic-c
}

@test "threads" {
	works threads
}

@test "elf32" {
	works elf32
}

@test "static-go" {
	works static-go
}

@test "cgo" {
	works cgo
}

@test "httpd" {
	works httpd
}

@test "redis" {
	ALL_SETTINGS=1 works redis
}

@test "nginx" {
	ALL_SETTINGS=1 works nginx
}

@test "python3" {
	works python3
}

@test "python-http" {
	works python-http
}

@test "perl" {
	works perl
}

@test "bash" {
	works bash
}

@test "dash" {
	works dash
}

@test "sqlite3" {
	works sqlite3
}

@test "openssl" {
	works openssl
}

@test "git" {
	works git
}

@test "jq" {
	works jq
}

@test "text" {
	works text
}

@test "tar" {
	ALL_SETTINGS=1 works tar
}

app_go-wait() {
	CGO_ENABLED=0 compile_go "$APPLICATIONS_DIR/src/wait.go"
}

@test "a Go program that was recorded for too short a time to ask its poller" {
	local recording=$BATS_TEST_TMPDIR/native1.rec profile=$BATS_TEST_TMPDIR/crun-true.json
	build go-wait
	APPLICATION+=(0s)
	record_application
	# Perhaps it did, on a slow machine.
	sed -i '/"name":"epoll_pwait"/d' "$recording"
	grep -q '"name":"epoll_create1"' "$recording"
	APPLICATION[1]=100ms
	passes runc crun
	without epoll_pwait "$profile" "$BATS_TEST_TMPDIR/less.json"
	contain crun "$BATS_TEST_TMPDIR/less.json" less
	grep -q 'netpoll failed' "$BATS_TEST_TMPDIR/less.err"
}

@test "static-c as an ordinary user" {
	works_for_user static-c
}

@test "dynamic-c as an ordinary user" {
	works_for_user dynamic-c
}

@test "threads as an ordinary user" {
	works_for_user threads
}

@test "static-go as an ordinary user" {
	works_for_user static-go
}

@test "httpd as an ordinary user" {
	works_for_user httpd
}

@test "redis as an ordinary user" {
	works_for_user redis
}

@test "python3 as an ordinary user" {
	works_for_user python3
}

@test "sqlite3 as an ordinary user" {
	works_for_user sqlite3
}

@test "perl as an ordinary user" {
	works_for_user perl
}
