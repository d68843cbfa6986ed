#!/usr/bin/env bats
# The shells load their completion and offer every option of every command: those that --help lists.
# shellcheck disable=SC2016 # what stands in single quotes is for the shells

load lib

setup() {
	make_dir
	mkdir "$DIR/bin" "$DIR/home"
	ln -s "$(realpath "$SECCOMP_LEARN")" "$DIR/bin/seccomp-learn"
}

teardown() {
	remove_dir
}

commands() {
	"$SECCOMP_LEARN" --help | sed -nE '/^usage:/,/^  -/s/^  ([a-z]+) +[a-z].*/\1/p'
}

# The long options that --help of a command lists, or of the program.
options_of() { # [COMMAND]
	"$SECCOMP_LEARN" "$@" --help | sed -nE 's/^  (-[a-zA-Z],|   ) (--[a-z-]+).*/\2/p' |
		LC_ALL=C sort
}

# Runs a shell with a home of its own and without anything of the system's.
with_home() {
	env -i HOME="$DIR/home" PATH="$DIR/bin:/usr/local/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 TERM=dumb \
		timeout -k 5 "$LIMIT" "$@" 3>&- 4>&-
}

# "check_shell OFFER": "OFFER [COMMAND]" prints what completes "seccomp-learn [COMMAND] --".
check_shell() {
	local command
	[ "$(commands | wc -l)" -ge 5 ]
	for command in '' $(commands); do
		echo "command: $command"
		# shellcheck disable=SC2086 # no word where there is no command
		options_of $command >"$DIR/expected"
		[ -s "$DIR/expected" ]
		# shellcheck disable=SC2086
		"$1" $command >"$DIR/offered"
		assert_same "options" "$DIR/expected" "$DIR/offered"
	done
}

bash_offer() {
	with_home bash --norc --noprofile -euc '
		source "$1"
		shift
		compopt() { :; }
		COMP_WORDS=(seccomp-learn "$@" --) COMP_CWORD=$(($# + 1)) COMPREPLY=()
		_seccomp_learn
		printf "%s\n" "${COMPREPLY[@]}"' offer "$DIR/completion.bash" "$@" |
		sed 's/ *$//' | LC_ALL=C sort
}

@test "bash offers every option" {
	need_tool bash
	"$SECCOMP_LEARN" completion bash >"$DIR/completion.bash"
	[ -z "$(with_home bash --norc --noprofile -euc 'source "$1"' load "$DIR/completion.bash" 2>&1)" ]
	check_shell bash_offer
}

fish_offer() {
	with_home fish --no-config -c 'source $argv[1]; complete -C "$argv[2] --"' \
		"$DIR/completion.fish" "seccomp-learn $*" </dev/null | cut -f 1 | LC_ALL=C sort
}

@test "fish offers every option" {
	need_tool fish
	"$SECCOMP_LEARN" completion fish >"$DIR/completion.fish"
	[ -z "$(with_home fish --no-config "$DIR/completion.fish" </dev/null 2>&1)" ]
	check_shell fish_offer
}

# zsh completes only in its line editor, so there is one on a terminal of its own. What would be
# offered is asked of compadd, through which every completion goes.
zsh_offer() {
	cat >"$DIR/inner.zsh" <<-'END'
		PROMPT=''
		autoload -Uz compinit
		# What it finds out of all commands takes it two seconds, the first time.
		compinit -C -u -d $OFFERS.dump
		compadd() {
			local -a all
			builtin compadd -A all "$@"
			print -rl -- "offer "$^all >>$OFFERS
			builtin compadd "$@"
		}
		finish() {
			print done >>$OFFERS
		}
		zle -N finish
		bindkey '^I' complete-word '^T' finish
	END
	cat >"$DIR/outer.zsh" <<-'END'
		zmodload zsh/zpty
		zpty inner zsh -f -i
		zpty -w inner "OFFERS=$1/offers fpath=($1/zsh \$fpath); source $1/inner.zsh"
		zpty -w -n inner "${2% } --"$'\t\x14'
		while [[ "$(tail -n 1 $1/offers 2>/dev/null)" != done ]]; do
			zpty -r -t inner output || sleep 0.02
		done
		zpty -d inner
	END
	rm -f "$DIR/offers"
	with_home zsh -f "$DIR/outer.zsh" "$DIR" "seccomp-learn $*" </dev/null
	sed -nE 's/^offer (--[a-z-]+).*/\1/p' "$DIR/offers" | LC_ALL=C sort -u
}

@test "zsh offers every option" {
	need_tool zsh
	mkdir "$DIR/zsh"
	"$SECCOMP_LEARN" completion zsh >"$DIR/zsh/_seccomp-learn"
	check_shell zsh_offer
}
