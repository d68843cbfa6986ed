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

# passes_in SETTING...: the same with these settings: a runtime, noNewPrivileges and capabilities.
passes_in() {
	local setting runtime
	for setting; do
		read -r runtime NO_NEW_PRIVILEGES CAPABILITIES <<<"$setting"
		passes "$runtime"
	done
}

# Four pairs of settings; of a pair, no value is in both.
PAIRS=("runc true all" "crun false docker"  "crun true all" "runc false docker"
	"crun false all" "runc true docker"  "runc false all" "crun true docker")

# works APPLICATION: in one of these pairs, the next application in the next one: so each meets both
# runtimes, new privileges allowed and not, all capabilities and those that Docker gives; and each setting
# is that of five applications. What a runtime calls depends on all three, and not on the application; what
# an application calls may depend on its capabilities, and not on the two others where it executes no
# set-user-ID program.
#
# works -m APPLICATION: one that changes users or owners itself; in four settings, of which each has in
# common one value with each other one. With ALL_SETTINGS=1 every application is tried in all eight.
works() {
	local first=$((BATS_TEST_NUMBER % 4 * 2)) settings
	settings=("${PAIRS[@]:first:2}")
	if [ "$1" = -m ]; then
		shift
		settings=("${PAIRS[0]}" "${PAIRS[3]}" "${PAIRS[4]}" "${PAIRS[7]}")
		[ $((BATS_TEST_NUMBER % 2)) -eq 0 ] || settings=("${PAIRS[1]}" "${PAIRS[2]}" "${PAIRS[5]}" "${PAIRS[6]}")
	fi
	[ -z "${ALL_SETTINGS-}" ] || settings=("${PAIRS[@]}")
	build "$1"
	record_application
	passes_in "${settings[@]}"
}

# works_for_user APPLICATION: as user 1000, inside and outside.
works_for_user() {
	local first=$((BATS_TEST_NUMBER % 2 * 2)) settings pairs
	export APP_USER=1000 CAPABILITIES=docker
	pairs=("runc true docker" "crun false docker" "crun true docker" "runc false docker")
	settings=("${pairs[@]:first:2}")
	[ -z "${ALL_SETTINGS-}" ] || settings=("${pairs[@]}")
	build "$1"
	record_application
	passes_in "${settings[@]}"
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
	works -m redis
}

@test "nginx" {
	works -m nginx
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
	works -m tar
}

app_go-wait() {
	CGO_ENABLED=0 compile_go "$APPLICATIONS_DIR/src/wait.go"
}

@test "a Go program that was recorded for too short a time to ask its poller" {
	local duration recording=$BATS_TEST_TMPDIR/native1.rec profile=$BATS_TEST_TMPDIR/crun-true.json
	build go-wait
	APPLICATION+=(0s)
	record_application
	# Perhaps it did, on a slow machine.
	sed -i '/"name":"epoll_pwait"/d' "$recording"
	grep -q '"name":"epoll_create1"' "$recording"
	APPLICATION[1]=100ms
	passes runc crun
	without epoll_pwait "$profile" "$BATS_TEST_TMPDIR/less.json"
	# On a busy machine, the thread that asks may not have had its turn by then.
	for duration in 100ms 1s 10s; do
		APPLICATION[1]=$duration
		contain crun "$BATS_TEST_TMPDIR/less.json" less
		! grep -q 'netpoll failed' "$BATS_TEST_TMPDIR/less.err" || return 0
	done
	return 1
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
