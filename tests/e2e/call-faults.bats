#!/usr/bin/env bats
# System calls: each one that the program makes can fail, with a clear end and without a damaged file.
# FAULTS_TRIES is how many calls of a command fail, one in each run (0: all).

bats_require_minimum_version 1.5.0

setup() {
	load lib
	need_tool strace
	# The sanitizer makes calls of its own, and gives up where they fail.
	not_with_sanitizer
	make_dir
	cd "$DIR" || return 1
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	"$SECCOMP_LEARN" record -q -o a.rec -- /bin/true
	"$SECCOMP_LEARN" record -q -o b.rec -- /bin/sh -c :
}

teardown() {
	cd /
	remove_dir
}

# What a call may fail with on a machine that lacks something, or has a broken disk.
error_of() { # CALL
	case $1 in
	open | openat | openat2 | pipe2 | pidfd_open | memfd_create) echo EMFILE ;;
	mmap | brk | mprotect | mremap) echo ENOMEM ;;
	write | pwrite64 | ftruncate | fallocate | linkat) echo ENOSPC ;;
	clone | clone3 | fork | vfork) echo EAGAIN ;;
	*) echo EIO ;;
	esac
}

# "CALL N", for the N-th of this name, of all that the program itself makes: not those of the loader.
list_calls() {
	awk -F'(' '/^[a-z_0-9]+\(/ && !/^exit_group/ {
		n[$1]++
		if ($0 ~ /^fcntl\(0, F_GETFD/)
			own = 1
		if (own)
			print $1, n[$1]
	}' trace
}

# What the written file means, in MEANING: recordings differ in their times, and in the gaps, after
# which nothing comes; profiles have none.
read_meaning() { # FILE
	MEANING=$("$SECCOMP_LEARN" show --json "$1" 2>/dev/null) || true
	[[ $MEANING == *',"gaps":[],"default":'* ]] || MEANING=${MEANING%%,\"gaps\":[*}
}

# "judge FAILURE STATUS": what is wrong with the run, if anything, in WRONG. With as few processes as
# can be: it is asked hundreds of times.
judge() {
	local left said=() now=()
	WRONG=
	case $2 in
	0)
		read_meaning file
		[ "$MEANING" = "$good" ] || WRONG+="ended well with another result; "
		;;
	"$1")
		mapfile -t said <run.err
		[[ " ${said[*]/#/$'\n'}" == *$'\n'"seccomp-learn: "* ]] || WRONG+="says nothing; "
		[ ! -e file ] || mapfile now <file
		[ "${now[*]}" = $'before\n' ] || "$SECCOMP_LEARN" show file >/dev/null 2>&1 ||
			WRONG+="spoilt the file; "
		;;
	137) WRONG+="hangs; " ;;
	*) WRONG+="status $2; " ;;
	esac
	left=(.[!.]* ..?*)
	[ ${#left[@]} -eq 0 ] || WRONG+="left ${left[*]} behind; "
}

# "fail_each STATUS OPTION...": the command writes "file", and STATUS is that of a failure.
fail_each() {
	local failure=$1 total step i=0 call n status good failed=0
	shift
	shopt -s nullglob
	echo "seccomp-learn $*"
	echo before >file
	strace -qq -o trace "$SECCOMP_LEARN" "$@"
	read_meaning file
	good=$MEANING
	[[ $good == *'"x86_64":['* || $good == *'"aarch64":['* || $good == *'"rules":['* ]]
	list_calls >calls
	total=$(wc -l <calls)
	step=$((${FAULTS_TRIES-24} > 0 && total > ${FAULTS_TRIES-24} ? total / ${FAULTS_TRIES-24} : 1))
	while read -r call n; do
		i=$((i + 1))
		[ $((i % step)) -eq 0 ] || continue
		[ ! -e file ] || rm -f file
		echo before >file
		status=0
		timeout -s KILL 60 strace -qq -o /dev/null -e trace=none -e signal=none \
			-e "inject=$call:error=$(error_of "$call"):when=$n" \
			"$SECCOMP_LEARN" "$@" >run.out 2>run.err </dev/null || status=$?
		judge "$failure" "$status"
		if [ -n "$WRONG" ]; then
			failed=$((failed + 1))
			echo "$(grep -m "$n" "^$call(" trace | tail -n 1): $WRONG"
			cat run.err
			find . -name '.?*' -delete
		fi
	done <calls
	echo "$total calls, $((total / step)) of them failed once, $failed with a wrong end"
	[ "$total" -gt 10 ] && [ "$failed" -eq 0 ]
}

@test "a system call fails: generate" {
	fail_each 2 generate --force -q -o file a.rec
}

@test "a system call fails: merge" {
	fail_each 2 merge --force -q -o file a.rec b.rec
}

@test "a system call fails: record" {
	fail_each 125 record --force -q -o file -- /bin/true
}

@test "a system call fails: record, with a profile" {
	fail_each 125 record --force -q -p file -- /bin/true
}
