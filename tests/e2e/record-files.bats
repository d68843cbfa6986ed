#!/usr/bin/env bats
# The files of record where the ground moves: names that mean a descriptor, files that the workload
# takes away, full disks, and that what was learnt is never lost.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	# What finds no place where it was to be is saved here.
	cd "$DIR" || return 1
}

teardown() {
	cd /
	if [ -n "${MOUNTED:-}" ]; then
		umount "$MOUNTED"
	fi
	remove_dir
}

# A whole recording, of the run's end too.
assert_whole() {
	"$SECCOMP_LEARN" show --json "$1" >"$DIR/shown"
	jq -e '(.abis | length > 0) and (.gaps | length == 0)' "$DIR/shown"
}

# The message says where a recording was saved, and it is whole.
assert_saved() { # NAME EXPECTED
	local saved
	saved=$(sed -n "s/^seccomp-learn: saved the recording as '\(.*\)' instead$/\1/p" "$DIR/$1.err")
	# shellcheck disable=SC2053 # a pattern
	[[ $saved == $2 ]] || {
		echo "expected that '$2' was saved, not '$saved':"
		cat "$DIR/$1.err"
		return 1
	}
	assert_whole "$saved"
}

# Nothing under a temporary name.
assert_no_temporary() {
	assert_equal "temporary files" "" "$(find "$DIR" -name '.*.??????')"
}

mount_tiny() { # SIZE
	need_root
	need_kernel mounts
	mkdir -p tiny
	mount -t tmpfs -o "size=$1" tmpfs tiny
	MOUNTED=$DIR/tiny
}

# ---- names of descriptors ----------------------------------------------------------------------

@test "the profile and the recording to /dev/stdout, by each of its names" {
	local name
	ln -s /dev/stdout link
	for name in /dev/stdout /dev/fd/1 /proc/self/fd/1 link -; do
		echo "name: $name"
		record run -q -p "$name" -- echo words
		assert_status run 0
		assert_equal "first line" words "$(head -n 1 run.out)"
		sed 1d run.out | jq -es '.[0].defaultErrnoRet == 38'
		record run -q -o "$name" -- true
		assert_status run 0
		assert_whole run.out
	done
	[ -L link ]
}

@test "a file that /dev/stdout or /dev/fd/3 is open for is written on, not replaced" {
	{
		echo before
		"$SECCOMP_LEARN" record -q -p /dev/stdout -- echo words
		echo after
	} >all
	assert_equal "text around" "before words { } after" \
		"$(sed -n '1,3p' all | xargs) $(tail -n 2 all | xargs)"
	echo before >three
	"$SECCOMP_LEARN" record -q -p /dev/fd/3 -- true 3>>three
	sed 1d three | jq -es '.[0].syscalls'
	"$SECCOMP_LEARN" record -q -o /dev/fd/3 -- true 3>>three
	assert_equal "first line" before "$(head -n 1 three)"
	tail -n 1 three | jq -es '.[0].end'
}

@test "one file under two names is refused" {
	ln -s same.json link
	local pair
	for pair in "same.json ./same.json" "same.json $DIR/same.json" "link same.json" \
		"- /dev/stdout" "./x.rec x.rec"; do
		echo "names: $pair"
		record run -o "${pair% *}" -p "${pair#* }" -- touch ran
		assert_status run 125
		assert_says run "need two files: '${pair% *}' and '${pair#* }' are the same"
	done
	record run -q -o x.rec -- true
	ln x.rec hard
	record run -o x.rec -p hard -- touch ran
	assert_status run 125
	[ ! -e ran ]
	assert_whole x.rec
}

@test "a closed standard output is an error, and the workload's as well" {
	local status words
	for words in "-o -" "-p -" "-p /dev/stdout"; do
		status=0
		# shellcheck disable=SC2086 # two words
		"$SECCOMP_LEARN" record $words -- touch ran >&- 2>err || status=$?
		assert_equal "status of $words" 125 "$status"
		grep -F "Bad file descriptor" err
	done
	[ ! -e ran ]
	status=0
	"$SECCOMP_LEARN" record -q -o x.rec -- sh -c 'echo words' >&- 2>err || status=$?
	[ "$status" -ne 0 ]
	assert_whole x.rec
	"$SECCOMP_LEARN" record -q -o x.rec -- sh -c '! [ -e /proc/self/fd/1 ]' >&-
}

# ---- mistakes that are known before ------------------------------------------------------------

@test "a format that does not go with the name or the options is found before the workload runs" {
	record run -f bpf --json -p q.x -- touch ran
	assert_status run 125
	assert_says run "dialect bpf is neither JSON nor YAML"
	record run -f k8s -p My_App.yaml -- touch ran
	assert_status run 125
	assert_says run '"My_App" is no name for a Kubernetes resource'
	local name
	for name in - /dev/stdout; do
		record run -f k8s -p "$name" -- touch ran
		assert_status run 125
		assert_says run "say it with --name"
	done
	record run -f minijail --default-action allow -o x.rec -p x -- touch ran
	assert_status run 125
	[ ! -e ran ] && [ ! -e x.rec ] && [ ! -e x ]
}

@test "every format passes that test where it can be written" {
	local format
	for format in oci docker podman k8s systemd minijail firejail bpf names; do
		record run -q -f "$format" -p "my-app.$format" -- true
		assert_status run 0
		[ -s "my-app.$format" ]
	done
}

@test "a filter program for a terminal: before the workload runs, with the option that helps" {
	need_tool script
	local name
	for name in - /dev/stdout; do
		script -qec "'$SECCOMP_LEARN' record -f bpf -p $name -- touch ran" screen \
			>/dev/null </dev/null || true
		grep -F "name a file with -p" screen
	done
	[ ! -e ran ]
}

@test "an old recording that may not be written stays" {
	record run -q -o x.rec -- true
	chmod 444 x.rec
	for_user "$SECCOMP_LEARN"
	cp x.rec old.rec
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2034 # capture reads it
		BEFORE=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	fi
	SECCOMP_LEARN=$DIR/bin/$(basename "$SECCOMP_LEARN") record run -o x.rec -- touch ran
	assert_status run 125
	assert_says run "cannot write 'x.rec': Permission denied"
	[ ! -e ran ]
	assert_same recording old.rec x.rec
}

# ---- what the workload takes away --------------------------------------------------------------

@test "a recording that the workload removes or empties is there at the end" {
	record run -o x.rec -- rm x.rec
	assert_status run 0
	assert_says run "wrote the recording to x.rec"
	assert_whole x.rec
	# shellcheck disable=SC2016
	record run -o x.rec -- sh -c ': >x.rec; ls / >/dev/null'
	assert_status run 0
	assert_whole x.rec
}

@test "a recording whose directory vanishes is saved elsewhere, with an error" {
	mkdir going
	record run -o going/a.rec -- rm -r going
	assert_status run 125
	assert_says run "cannot create 'going/a.rec': No such file or directory"
	assert_saved run a.rec
}

@test "another file in the recording's place stays, with an error" {
	record run -o x.rec -- sh -c 'mv x.rec moved; echo mine >x.rec'
	assert_status run 125
	assert_says run "'x.rec' is not the recording: the command has put another file in its place"
	assert_equal "content" mine "$(cat x.rec)"
	assert_saved run 'x.??????.rec'
	if grep -F "wrote the recording" run.err; then return 1; fi
}

@test "a profile that cannot be made or written: the recording is saved" {
	record run --abi x86 -p only.json -- true
	assert_status run 125
	assert_says run "ABI 'x86' was not seen"
	assert_saved run only.json.rec
	[ ! -e only.json ]
	mkdir going
	record run -p going/p.json -- rm -r going
	assert_status run 125
	assert_saved run p.json.rec
	# Where there is a recording, that is enough.
	mkdir going
	record run -o x.rec -p going/p.json -- rm -r going
	assert_status run 125
	if grep -F "saved the recording" run.err; then return 1; fi
	assert_whole x.rec
}

@test "a link in the place of an output is not followed" {
	mkdir rootonly
	echo precious >rootonly/conf
	record run -o x.rec -p p.json -- sh -c 'ln -s rootonly/conf p.json; rm x.rec; ln -s rootonly/new x.rec'
	assert_status run 125
	assert_says run "'x.rec' is not the recording: the command has put another file in its place"
	assert_says run "'p.json' was changed meanwhile: the name is now that of something else"
	assert_saved run 'x.??????.rec'
	assert_equal "content" precious "$(cat rootonly/conf)"
	assert_equal "files" conf "$(ls rootonly)"
}

@test "as root: a workload of another user leads nothing astray" {
	need_root
	need_tool setpriv
	mkdir wd rootonly
	chown 1001 wd
	chmod 700 rootonly
	echo precious >rootonly/conf
	record run -o wd/x.rec -p wd/p.json -- setpriv --reuid=1001 --regid=1001 --clear-groups sh -c \
		'cd wd; ln -s ../rootonly/conf p.json; rm x.rec; ln -s ../rootonly/new x.rec'
	assert_status run 125
	assert_saved run 'wd/x.??????.rec'
	# Nor by a link in the place of the directory.
	mkdir wd/sub
	chown 1001 wd/sub
	record run -o wd/sub/conf -p wd/sub/p.json -- setpriv --reuid=1001 --regid=1001 --clear-groups sh -c \
		'cd wd; mv sub moved; ln -s ../rootonly sub'
	assert_status run 0
	assert_says run "wrote the recording to $DIR/wd/moved/conf"
	assert_says run "wrote the profile to $DIR/wd/moved/p.json"
	assert_whole wd/moved/conf
	# Nor by what he had put there before.
	for name in wd/x.rec wd/sub/y.rec; do
		record run -o "$name" -- touch ran
		assert_status run 125
		assert_says run "leads through a symbolic link of another user (uid 1001)"
	done
	[ ! -e ran ]
	assert_equal "content" precious "$(cat rootonly/conf)"
	assert_equal "files" conf "$(ls rootonly)"
}

@test "as root: no set-user-ID bit is kept, whether or not the owner can be" {
	need_root
	need_tool setpriv
	mkdir wd
	chmod 777 wd
	record run -q -o wd/x.rec -- true
	local bounding
	for bounding in +chown -chown; do
		chown 1001:1001 wd/x.rec
		chmod 6777 wd/x.rec
		# shellcheck disable=SC2034 # capture reads it
		BEFORE=(setpriv --bounding-set "$bounding")
		# shellcheck disable=SC2034
		[ $bounding = +chown ] && BEFORE=()
		record run -q -o wd/x.rec -- true
		assert_status run 0
		assert_equal mode 777 "$(stat -c %a wd/x.rec)"
		[ $bounding = -chown ] || assert_equal owner 1001:1001 "$(stat -c %u:%g wd/x.rec)"
	done
}

@test "as root: another user's pipe is neither waited for nor written to" {
	need_root
	mkfifo theirs
	chown 1001 theirs
	local words
	for words in "-o theirs" "-p theirs"; do
		# shellcheck disable=SC2086 # two words
		record run $words -- touch ran
		assert_status run 125
		assert_says run "'theirs' is a pipe of another user (uid 1001), which is not written to"
	done
	[ ! -e ran ]
	capture run "$SECCOMP_LEARN" show theirs
	assert_status run 2
	assert_says run "'theirs' is a pipe of another user (uid 1001), which is not waited for"
}

# ---- full disks --------------------------------------------------------------------------------

@test "a full disk: what standard output is appended to stays as it was" {
	mount_tiny 32k
	head -c 31000 /dev/zero | tr '\0' . >tiny/log
	cp tiny/log before
	status=0
	"$SECCOMP_LEARN" record -o - -- true >>tiny/log 2>run.err || status=$?
	assert_equal status 125 "$status"
	assert_says run "cannot write standard output: No space left on device"
	head -c 31000 tiny/log | cmp - before
	assert_saved run seccomp.rec
	rm seccomp.rec
	status=0
	{
		head -c 31000 before
		"$SECCOMP_LEARN" record -o - -- true
	} >tiny/log 2>run.err || status=$?
	assert_equal status 125 "$status"
	head -c 31000 tiny/log | cmp - before
}

@test "a full disk: the old recording stays" {
	mount_tiny 32k
	record run -q -o tiny/x.rec -- true
	cp tiny/x.rec old.rec
	head -c 40000 /dev/zero >tiny/filler 2>/dev/null || true
	record run -o tiny/x.rec -- true
	assert_status run 125
	assert_says run "cannot write 'tiny/x.rec': No space left on device"
	assert_same recording old.rec tiny/x.rec
	assert_saved run x.rec
	# With room at the end it is written after all.
	record run -o tiny/x.rec -- rm tiny/filler
	assert_status run 0
	assert_whole tiny/x.rec
	if cmp -s old.rec tiny/x.rec; then return 1; fi
	assert_no_temporary
}

@test "a recording in a file that cannot be replaced is written in place" {
	need_root
	need_kernel mounts
	: >x.rec
	: >x.json
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --mount sh -ec '
		"$1" record -q -o under.rec -p under.json -- true
		mount --bind under.rec x.rec
		mount --bind under.json x.json
		"$1" record -q -o x.rec -p x.json -- ls >/dev/null' sh "$SECCOMP_LEARN"
	assert_whole under.rec
	grep -F '"ls"' under.rec
	grep -F '"getdents64"' under.json
	assert_equal "size of the files below" 0 "$(cat x.rec x.json | wc -c)"
	# Nor one in a directory of others.
	for_user "$SECCOMP_LEARN"
	mkdir closed
	: >closed/x.rec
	: >closed/x.json
	chmod 666 closed/x.rec closed/x.json
	as_user "$DIR/bin/$(basename "$SECCOMP_LEARN")" record -q -o closed/x.rec -p closed/x.json -- true
	assert_whole closed/x.rec
	jq -e .defaultAction closed/x.json
	assert_no_temporary
}

# What the learner itself syncs and names, in the order of that.
sync_calls() {
	# LeakSanitizer cannot do its work where strace has the program.
	ASAN_OPTIONS=detect_leaks=0 strace -o log -e trace=fsync,linkat,renameat2 -e signal=none \
		"$SECCOMP_LEARN" record -q "$@" >/dev/null || return 1
	sed -n 's/^\([a-z0-9]*\)(.*= 0$/\1/p' log | xargs
}

@test "a recording is on disk before it has its name, and at the end with its directory" {
	need_tool strace
	strace -e trace=none true 2>/dev/null || skip "strace does not work here"
	# The header; a name; at the end the file and its directory. Where files can't be without a
	# name, the new one is renamed in each case.
	local calls
	calls=$(sync_calls -o x.rec -- true)
	if [ "$calls" = "fsync renameat2 fsync fsync" ]; then
		return 0
	fi
	assert_equal calls "fsync linkat fsync fsync" "$calls"
	assert_equal calls "fsync linkat renameat2 fsync fsync" "$(sync_calls -o x.rec -- true)"
	# A profile, and then its directory.
	assert_equal calls "fsync linkat fsync" "$(sync_calls -p x.json -- true)"
	assert_equal calls "fsync linkat renameat2 fsync" "$(sync_calls -p x.json -- true)"
	# Spoilt by the workload: it is written anew.
	assert_equal calls "fsync linkat renameat2 fsync linkat renameat2 fsync" \
		"$(sync_calls -o x.rec -- truncate -s 0 x.rec)"
	assert_no_temporary
}

# Neither files without a name nor an exchange of names, and times that come late.
@test "on a file system of another process" {
	need_root
	need_tool bindfs
	need_kernel mounts
	need_kernel fuse
	mkdir under over
	bindfs under over 2>/dev/null || skip "bindfs cannot mount here"
	MOUNTED=$DIR/over
	for _ in 1 2 3; do
		record run -o over/x.rec -p over/p.json -- true
		assert_status run 0
		assert_whole over/x.rec
	done
	record run -o over/x.rec -- rm over/x.rec
	assert_status run 0
	assert_whole over/x.rec
	record run -p over/new.json -- sh -c 'echo mine >over/new.json'
	assert_status run 125
	assert_equal content mine "$(cat over/new.json)"
	"$SECCOMP_LEARN" generate -q -o over/p.json over/x.rec
	assert_equal files "new.json new.json.rec p.json x.rec" \
		"$(find under -mindepth 1 -printf '%f\n' | LC_ALL=C sort | xargs)"
}

@test "nothing that starts: the old recording stays, and nothing else comes" {
	record run -q -o x.rec -- true
	cp x.rec old.rec
	record run -o x.rec -- "$DIR/no-such-program"
	assert_status run 127
	record run -o x.rec -- "$DIR/old.rec"
	assert_status run 126
	record run -o new.rec -- "$DIR/no-such-program"
	assert_status run 127
	assert_same recording old.rec x.rec
	[ ! -e new.rec ]
	assert_no_temporary
}

@test "the recording follows a link, and keeps mode and owner of the old one" {
	need_root
	ln -s there.rec link.rec
	record run -q -o link.rec -- true
	[ -L link.rec ]
	assert_whole there.rec
	chmod 640 there.rec
	chown 65534:65533 there.rec
	record run -q -o link.rec -- true
	assert_equal "mode and owner" "640 65534 65533" "$(stat -c '%a %u %g' there.rec)"
}
