#!/usr/bin/env bats
# lint: what it finds, where, and with which status.

load lib

setup() {
	make_dir
	cd "$DIR" || return 1
}

teardown() {
	cd / && remove_dir
}

# "lint STATUS [ARG...]": its output is then in $output.
lint() {
	run "$SECCOMP_LEARN" lint "${@:2}"
	[ "$status" -eq "$1" ] || {
		echo "status $status, expected $1: $output"
		return 1
	}
}

@test "nothing is found in a profile that is right" {
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}\n' >good.json
	lint 0 good.json
	assert_equal output "" "$output"
	lint 0 --json good.json good.json
	assert_equal output '{"findings":[]}' "$output"
}

@test "each finding has its file and line" {
	cat >docker.json <<-'END'
		{
		  "defaultAction": "SCMP_ACT_ERRNO",
		  "archMap": [{"architecture": "SCMP_ARCH_X86_64"}],
		  "syscalls": [
		    {"names": [
		      "pread",
		      "waitpid"
		    ], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
		    {"name": "mseal", "action": "SCMP_ACT_ALLOW"}
		  ]
		}
	END
	printf 'read\nfstatat\n' >names
	lint 1 --abi x86_64 docker.json names
	assert_equal output "docker.json:3: containerd ignores \"archMap\": to it the profile is for the machine's own ABI alone
docker.json:6: unknown system call \"pread\", which runtimes skip silently; did you mean \"pread64\"?
docker.json:7: \"waitpid\" is no system call of x86_64, so it has no effect; there it is \"wait4\"
docker.json:8: Podman and CRI-O ignore \"minKernel\": to them the entry is for every kernel
docker.json:8: containerd ignores \"includes\": to it the entry holds always
docker.json:9: containerd ignores \"name\", so to it the entry names no call: use \"names\"
docker.json:9: \"mseal\" is newer than libseccomp 2.5.4: runtimes that are built with that skip it silently
names:2: unknown system call \"fstatat\", which runtimes skip silently; did you mean \"newfstatat\"?" "$output"
	lint 1 --json --abi x86_64 - <names
	assert_equal output '{"findings":[{"file":"standard input","line":2,"kind":"unknown-name","message":"unknown system call \"fstatat\", which runtimes skip silently; did you mean \"newfstatat\"?"}]}' "$output"
	lint 1 -q --abi x86_64 names
	assert_equal output "" "$output"
}

@test "YAML under a name of JSON" {
	printf 'defaultAction: SCMP_ACT_ERRNO\narchitectures: [SCMP_ARCH_X86_64]\n' >a.JSON
	cp a.JSON a.yaml
	lint 0 a.yaml
	lint 1 a.JSON
	assert_equal output "a.JSON:1: is YAML and no JSON, with which runc, crun, Docker and Podman refuse to load it" "$output"
}

@test "what a format forbids is trouble, and the other files are still looked at" {
	printf '{"defaultAction": "SCMP_ACT_ERRNO",\n"architectures": {}}\n' >object.json
	printf 'read\npread\n' >names
	lint 2 --abi x86_64 object.json names missing
	assert_equal output "seccomp-learn: object.json:2: architectures: expected an array, got an object
seccomp-learn: cannot open 'missing': No such file or directory
names:2: unknown system call \"pread\", which runtimes skip silently; did you mean \"pread64\"?" "$output"
	printf '{"recording":1,"tool":"0","started":"","command":[],"machine":"","kernel":"","mode":"exact"}\n' >a.rec
	lint 2 a.rec
	[[ $output == "seccomp-learn: a.rec: a recording; expected a profile" ]]
}

@test "the machine can be said" {
	printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_BPF"], "minKernel": "5.8", "arches": ["arm64"]}}]}\n' >a.json
	shown() {
		"$SECCOMP_LEARN" show --json "$@" a.json | grep -o '"[a-z0-9_]*":\["read"\]' || echo none
	}
	assert_equal "all hold" '"aarch64":["read"]' "$(shown --abi aarch64 --caps default,bpf --kernel 5.10)"
	assert_equal "other machine" none "$(shown --abi x86_64 --caps default,bpf --kernel 5.10)"
	assert_equal "older kernel" none "$(shown --abi aarch64 --caps default,bpf --kernel 5.7)"
	local release
	for release in 5.10.0-8-arm64 5.10-rc1 5.10+; do
		assert_equal "as uname -r prints it: $release" '"aarch64":["read"]' \
			"$(shown --abi aarch64 --caps default,bpf --kernel "$release")"
	done
	assert_equal "older release" none "$(shown --abi aarch64 --caps default,bpf --kernel 5.7.19-1)"
	assert_equal "no capability" none "$(shown --abi aarch64 --kernel 5.10)"
	run "$SECCOMP_LEARN" show --caps chown,root a.json
	[ "$status" -eq 2 ]
	[[ $output == "seccomp-learn: --caps: unknown capability 'root'; expected a list with commas of capabilities, default, all or none"* ]]
	run "$SECCOMP_LEARN" diff --kernel 6 a.json a.json
	[[ $output == "seccomp-learn: --kernel: expected a version such as 6.1, got '6'"* ]]
}

@test "a base profile that is not there is said by every command" {
	cat >k8s.yaml <<-'END'
		apiVersion: security-profiles-operator.x-k8s.io/v1
		kind: SeccompProfile
		metadata: {name: a}
		spec:
		  defaultAction: SCMP_ACT_ERRNO
		  baseProfileName: runc-v1.4.2
		  architectures: [SCMP_ARCH_X86_64]
	END
	local words='k8s.yaml:6: the operator adds the rules of the base profile "runc-v1.4.2", which are not in this document'
	lint 1 k8s.yaml
	assert_equal lint "$words" "$output"
	"$SECCOMP_LEARN" show k8s.yaml 2>&1 >/dev/null | grep -qxF "seccomp-learn: $words"
	"$SECCOMP_LEARN" diff k8s.yaml k8s.yaml 2>&1 | grep -qxF "seccomp-learn: $words"
}

@test "what is loaded although it is odd: each command reads it and says so in one line" {
	cat >odd.json <<-'END'
		{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"], "_comment": "a",
		"syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": null,
		"arg": [{"index": 0}]}]}
	END
	lint 1 odd.json
	assert_equal lint 'odd.json:1: unknown key "_comment", which runtimes skip
odd.json:2: "args" is null, which is the same as if it were absent
odd.json:3: unknown key "arg", which runtimes skip; did you mean "args"?' "$output"
	lint 1 --json odd.json
	[[ $output == *'"line":2,"kind":"null",'* && $output == *'"line":3,"kind":"unknown-key",'* ]]
	local command words="seccomp-learn: odd.json: 2 unknown keys, 1 null: taken as the format's consumers take them; 'seccomp-learn lint' has the details"
	for command in "show" "show --json" "merge" "diff odd.json"; do
		# shellcheck disable=SC2086 # words
		"$SECCOMP_LEARN" $command odd.json 2>&1 >/dev/null | grep -qxF "$words"
		# shellcheck disable=SC2086 # words
		assert_equal "$command -q" "" "$("$SECCOMP_LEARN" $command -q odd.json 2>&1 >/dev/null)"
	done
	"$SECCOMP_LEARN" show --json odd.json 2>/dev/null | grep -qF '"abis":{"x86_64":["read"]}'
}

@test "rules that contradict each other: a fault that the other commands tell of, too" {
	cat >twice.json <<-'END'
		{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [
		{"names": ["ioctl"], "action": "SCMP_ACT_LOG", "args": [{"index": 0, "value": 3, "op": "SCMP_CMP_EQ"}]},
		{"names": ["ioctl"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 3, "op": "SCMP_CMP_EQ"}]},
		{"names": ["bpf"], "action": "SCMP_ACT_LOG"},
		{"names": ["bpf"], "action": "SCMP_ACT_ALLOW"}
		]}
	END
	local fault='twice.json:3: "ioctl" has another action in line 2, with the same conditions: runc and crun refuse the profile ("file exists")'
	lint 1 twice.json
	assert_equal lint "$fault
twice.json:5: \"bpf\" is SCMP_ACT_ALLOW here, but SCMP_ACT_LOG in line 4, which is what counts" "$output"
	"$SECCOMP_LEARN" lint --json twice.json | grep -qF '"kind":"conflict"'
	local command
	for command in "show" "merge" "diff twice.json"; do
		# shellcheck disable=SC2086 # words
		"$SECCOMP_LEARN" $command twice.json 2>&1 >/dev/null | grep -qxF "seccomp-learn: $fault"
	done
}

@test "the profile of Podman and CRI-O is Podman's" {
	local profile=/usr/share/containers/seccomp.json
	[ -r "$profile" ] || skip "needs $profile"
	lint 1 "$profile"
	# Each finding is one of these, and none is about "errno", which only Podman's dialect knows.
	run grep -vE ': (containerd ignores "(archMap|includes|excludes)"|"(swapcontext|sync_file_range2)" is no system call of |on x86 programs can make "socket" through socketcall,|"setns" is SCMP_ACT_ERRNO here, but SCMP_ACT_ALLOW in line )' <<<"$output"
	assert_equal "other findings" "" "$output"
	grep -q '"errno"' "$profile"
}
