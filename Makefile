# Builds and tests seccomp-learn. GNU make; "make help" lists the targets.
#
# The caller's CC, AR, CFLAGS, CPPFLAGS, LDFLAGS and PKG_CONFIG are used as given; our own flags
# are added to them. BUILD is where everything goes. V=1 shows the commands. WERROR=1 (or
# CI=true) makes warnings errors. SANITIZE=address,undefined builds with these sanitizers.

VERSION := 0.1.0

BUILD ?= build
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASH_COMPLETION_DIR ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION_DIR ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETION_DIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL ?= install
CLANG_FORMAT ?= clang-format
CLANG_TIDY ?= clang-tidy
CFLAGS ?= -O2 -g

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---- Packages ---------------------------------------------------------------------------------
# What building and testing needs, as Debian 12 names it; every one of them is in its "main".
# Compilers, and the 32-bit C library for programs of that ABI. (Not gcc-multilib, which cannot be
# installed beside compilers for other machines.)
PACKAGES := gcc gcc-12-multilib clang libclang-rt-dev make pkg-config libc6-dev binutils file
# What the program is made from (uthash is headers only):
PACKAGES += libseccomp-dev uthash-dev libyaml-dev libjson-c-dev
# The tests' own tools:
PACKAGES += libcmocka-dev bats bash-builtins strace jq procps util-linux iproute2 diffutils
# Runtimes and sandboxes that load the profiles, and the profile of Podman and CRI-O to read:
PACKAGES += runc crun busybox-static bubblewrap golang-github-containers-common
PACKAGES += podman systemd firejail
# A file system that a process of the workload serves:
PACKAGES += bindfs
# Real programs that are recorded:
PACKAGES += git perl python3 libpython3.11-testsuite python3-yaml sqlite3 openssl redis-server \
	redis-tools nginx-light wrk postgresql stress-ng golang-go nodejs tar gzip bzip2 xz-utils zstd \
	bc bison m4 gpg gpg-agent gpgconf openssh-client
# The benchmark, which leaves bpftrace out where it doesn't work, and the workload jvm where
# default-jdk-headless, which is large, is not installed:
PACKAGES += bpftrace
# Shells for which there is completion, the manual pages' readers, and what "make lint" runs:
PACKAGES += bash-completion zsh fish mandoc groff clang-format clang-tidy cppcheck shellcheck

# RUNLEVEL=1: the packages of servers must not start them.
APT_ENV := env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: deps
deps: ## Install what building and testing needs (Debian, Ubuntu; elsewhere: print it)
	@if command -v apt-get >/dev/null; then \
		set -ex; \
		$(SUDO) $(APT_ENV) apt-get -q update; \
		$(SUDO) $(APT_ENV) apt-get -q -y install --no-install-recommends $(PACKAGES); \
	else \
		echo "This system has no apt-get. Please install what Debian calls:"; \
		printf '  %s\n' $(PACKAGES); \
	fi

# What stands below asks the compiler and pkg-config, when it is read, what there is. Before the
# packages are installed the answers are wrong: in "make deps check" another make, which reads it
# anew, does what comes after deps.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
AFTER_DEPS := $(sort $(filter-out deps,$(MAKECMDGOALS)))

ifneq ($(AFTER_DEPS),)
.PHONY: after-deps $(AFTER_DEPS)
$(AFTER_DEPS): after-deps
	@:
after-deps: deps
	@$(MAKE) --no-print-directory $(filter-out deps,$(MAKECMDGOALS))
endif

else # to the end of this file

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' $(1) $(2))

# ---- Libraries of others ---------------------------------------------------------------------
# $(call pkg,cflags or libs,package,what to use without pkg-config or its file)
pkg = $(shell $(PKG_CONFIG) --$(1) $(2) 2>/dev/null || echo '$(3)')

PKG_CFLAGS := $(call pkg,cflags,libseccomp) $(call pkg,cflags,yaml-0.1) $(call pkg,cflags,json-c)
LIBS := $(call pkg,libs,libseccomp,-lseccomp) $(call pkg,libs,yaml-0.1,-lyaml) \
	$(call pkg,libs,json-c,-ljson-c) -pthread
CMOCKA_LIBS := $(call pkg,libs,cmocka,-lcmocka)

# ---- Flags ------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wconversion \
	-Wwrite-strings -Wpointer-arith -Wundef -Wformat=2 -Wimplicit-fallthrough \
	-Wold-style-definition -Wredundant-decls -Wnested-externs
ifneq ($(filter true 1,$(CI) $(WERROR)),)
WARNINGS += -Werror
endif

TARGET_MACHINE := $(shell $(CC) -dumpmachine)
HARDEN := -fstack-protector-strong -fstack-clash-protection
ifneq ($(filter x86_64% i386% i486% i586% i686%,$(TARGET_MACHINE)),)
HARDEN += -fcf-protection=full
endif
ifdef SANITIZE
HARDEN += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_SANITIZE := -fsanitize=$(SANITIZE)
else ifneq ($(filter-out -O0,$(filter -O%,$(CFLAGS))),)
# The C library only warns where nothing is optimised; the sanitizers lose their grip with it.
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
endif

# The program has to do with a stack as small as "prlimit --stack=16384" gives it: what is large lies
# elsewhere. Tests need not, and sanitizers make every frame larger.
ifndef SANITIZE
SMALL_FRAMES := -Wframe-larger-than=2048
endif

DEFINES := -D_GNU_SOURCE -DVERSION='"$(VERSION)"'
OUR_CFLAGS := -std=gnu17 $(DEFINES) -fPIE $(HARDEN) $(WARNINGS) $(PKG_CFLAGS)
# The same bytes wherever the source lies.
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=.
HARDEN_LDFLAGS := -Wl,-z,relro,-z,now,-z,noexecstack $(LINK_SANITIZE)
DEPFLAGS = -MMD -MP

# ---- What is built from what ------------------------------------------------------------------
# Each folder sees itself and what stands on its line here: an include of anything else does not compile.
# (-iquote: our err.h must not stand in the way of the system's <err.h>.)
sees_base :=
sees_tracer/kernel := base
sees_tracer := tracer/kernel base
sees_emit/model := base
sees_emit/syntax := emit/model base
sees_emit/filter := emit/model base
sees_emit/checks := emit/filter emit/model base
sees_emit/dialects := emit/checks emit/filter emit/syntax emit/model base
sees_emit := emit/dialects emit/checks emit/filter emit/syntax emit/model base
sees_learner/recording := base
sees_learner/policy := learner/recording emit/checks emit/filter emit/model base
sees_learner/compose := learner/recording emit/model base
sees_learner/report := learner/policy learner/recording emit/checks emit/filter emit/model base
sees_learner/cli := learner/compose learner/policy learner/recording emit emit/filter emit/model base
sees_learner := learner/cli learner/report learner/compose learner/policy learner/recording emit emit/filter \
	emit/model base
# ... and this file alone what follows a workload.
sees_learner/cmd_record.c := tracer

FOLDERS := base tracer/kernel tracer emit/model emit/syntax emit/filter emit/checks emit/dialects emit \
	learner/recording learner/policy learner/compose learner/report learner/cli learner
sees_tests := tests/unit $(FOLDERS)
sees = $(addprefix -iquote ,$(1) $(sees_$(1)))

# A library for each of these and what is below it, in link order. learner/main.c is in none, so that tests
# link the real code.
ROOMS := learner tracer emit base
src_in = $(sort $(wildcard $(1)/*.c))
src = $(filter-out learner/main.c,$(foreach f,$(filter $(1) $(1)/%,$(FOLDERS)),$(call src_in,$(f))))
obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

LIBRARIES := $(foreach r,$(ROOMS),$(BUILD)/lib/lib$(r).a)
MAIN_OBJ := $(call obj,learner/main.c)
PROGRAM := $(BUILD)/seccomp-learn
STATIC_PROGRAM := $(BUILD)/static/seccomp-learn
MAN_PAGES := $(sort $(wildcard learner/man/*.[157]))

# tests/unit/**/test_*.c, tests/replay/test_*.c and tests/fuzz/test_*.c: a program each. Other files there
# are helpers that every program of that kind is linked with. Fuzz targets are linked with what
# decides about a call in the unit tests, and with one of two entrances.
TEST_KINDS := unit replay fuzz
FUZZ_ENTRANCES := tests/fuzz/seeds.c tests/fuzz/libfuzzer.c
test_src = $(sort $(wildcard $(addsuffix /test_*.c,tests/$(1) tests/$(1)/* tests/$(1)/*/*)))
all_helper_src = $(filter-out $(call test_src,$(1)),$(sort $(wildcard tests/$(1)/*.c)))
helper_src = $(filter-out tests/fuzz/libfuzzer.c,$(all_helper_src)) $(if $(filter fuzz,$(1)),tests/unit/filters.c)
test_programs = $(patsubst tests/%.c,$(BUILD)/tests/%,$(call test_src,$(1)))
TEST_PROGRAMS := $(foreach k,$(TEST_KINDS),$(call test_programs,$(k)))
TEST_SRC := $(foreach k,$(TEST_KINDS),$(call test_src,$(k)) $(call all_helper_src,$(k)))
ALL_SRC := $(foreach f,$(FOLDERS),$(call src_in,$(f))) $(TEST_SRC)

.PHONY: all
all: $(PROGRAM) ## Build the program (default)

# Another compiler, other flags or a file that came or went: everything is built again. (Not written
# while this is read: "make help" must do where nothing can be written.)
FLAGS_NOW := $(CC) $(CPPFLAGS) $(CFLAGS) $(OUR_CFLAGS) $(LDFLAGS) $(LIBS) $(VERSION) $(ALL_SRC)
ifneq ($(file <$(BUILD)/flags),$(FLAGS_NOW))
.PHONY: $(BUILD)/flags
$(BUILD)/flags: export FLAGS_NOW := $(FLAGS_NOW)
$(BUILD)/flags:
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' "$$FLAGS_NOW" >$@
endif

define compile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(call sees,$(1)) $(addprefix -iquote ,$(sees_$<)) $(OUR_CFLAGS) \
		$(if $(filter tests,$(1)),,$(SMALL_FRAMES)) \
		$(REPRODUCIBLE) $(DEPFLAGS) $(CFLAGS) -c -o $@ $<
endef

define objects
$(BUILD)/obj/$(1)/%.o: $(1)/%.c $(BUILD)/flags
	$$(call compile,$(1))
endef
$(foreach f,$(FOLDERS) tests,$(eval $(call objects,$(f))))

define library
$(BUILD)/lib/lib$(1).a: $(call obj,$(call src,$(1))) $(BUILD)/flags
	$$(call say,AR,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)rm -f $$@
	$$(Q)$$(AR) rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(ROOMS),$(eval $(call library,$(r))))

# Renamed into place: whoever runs the old program is not disturbed.
define link
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(HARDEN_LDFLAGS) $(1) -o $@.new $(filter %.o,$^) \
		$(filter %.a,$^) $(LIBS) $(2)
	$(Q)mv $@.new $@
endef

$(PROGRAM): $(MAIN_OBJ) $(LIBRARIES)
	$(call link,-pie)

$(STATIC_PROGRAM): $(MAIN_OBJ) $(LIBRARIES)
	$(call link,-static-pie)

define test_program
$(call test_programs,$(1)): $(BUILD)/tests/$(1)/%: $(BUILD)/obj/tests/$(1)/%.o \
		$(call obj,$(call helper_src,$(1))) $(LIBRARIES)
	$$(call link,-pie,$(CMOCKA_LIBS))
endef
$(foreach k,$(TEST_KINDS),$(if $(call test_src,$(k)),$(eval $(call test_program,$(k)))))

# The same targets with libFuzzer's main function, for "make fuzz".
FUZZERS := $(patsubst tests/fuzz/test_%.c,$(BUILD)/fuzzers/%,$(call test_src,fuzz))
FUZZ_HELPERS := $(filter-out tests/fuzz/seeds.c,$(call all_helper_src,fuzz)) tests/unit/filters.c

$(FUZZERS): $(BUILD)/fuzzers/%: $(BUILD)/obj/tests/fuzz/test_%.o $(call obj,$(FUZZ_HELPERS)) $(LIBRARIES)
	$(call link,-pie -fsanitize=fuzzer,$(CMOCKA_LIBS))

-include $(patsubst %.o,%.d,$(call obj,$(ALL_SRC)))

# FIXTURES and their rules: tiny workloads, built to $(BUILD)/fixtures/.
-include fixtures/fixtures.mk
# Machines of other architectures: check-aarch64.
-include tests/guest/guest.mk
# BENCH_FILES and their rules: what the benchmark runs beside installed programs.
-include tests/bench/bench.mk

.PHONY: static
static: $(STATIC_PROGRAM) ## Build one static binary, to drop into any container image

.PHONY: fixtures
fixtures: $(FIXTURES) ## Build the fixtures

# To be preloaded by a program under test; never with sanitizers, which have their own malloc().
FAULT_LIBRARY := $(BUILD)/tests/faults/memory.so

$(FAULT_LIBRARY): tests/faults/memory.c $(BUILD)/flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fPIC -shared -o $@ $<

# What the tests start commands with, and read recordings with, hundreds of times: static, so that it starts
# quickly; and never with sanitizers, which are for the commands.
TEST_HELPERS := $(addprefix $(BUILD)/tests/,e2e/capture e2e/sets containers/place)

$(TEST_HELPERS): $(BUILD)/tests/%: tests/%.c $(BUILD)/flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) $(PKG_CFLAGS) -O1 -g -static -o $@ $< $(LDFLAGS) \
		$(call pkg,libs,json-c,-ljson-c)

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS) $(FAULT_LIBRARY) $(TEST_HELPERS) ## Build the unit and the replay tests, and the fuzz targets

# ---- Running it -------------------------------------------------------------------------------
DEMO := $(BUILD)/demo

.PHONY: demo
demo: $(PROGRAM) ## Record a real program, generate its profile, print it
	@rm -rf $(DEMO)
	@mkdir -p $(DEMO)
	$(PROGRAM) record -o $(DEMO)/sort.rec -- sh -c 'sort base/*.h | uniq -c | sort -n | tail -n 3'
	$(PROGRAM) show $(DEMO)/sort.rec
	$(PROGRAM) generate $(DEMO)/sort.rec -o $(DEMO)/seccomp.json
	cat $(DEMO)/seccomp.json

# TESTS="unit e2e/fixtures" selects some of the tests.
RUN_TESTS = BUILD_DIR='$(abspath $(BUILD))' SECCOMP_LEARN='$(abspath $(PROGRAM))' tests/run $(TESTS)

.PHONY: check
check: all test-programs fixtures ## Run the tests: unit, replay, end-to-end, oracle, containers
	$(Q)FIXTURES_DIR='$(abspath $(BUILD))/fixtures' $(RUN_TESTS)

.PHONY: check-sanitize
check-sanitize: fixtures ## The same tests on a program built with ASan and UBSan
	$(Q)FIXTURES_DIR='$(abspath $(BUILD))/fixtures' $(MAKE) --no-print-directory \
		BUILD='$(BUILD)/sanitize' SANITIZE=address,undefined run-sanitized

.PHONY: run-sanitized
run-sanitized: all test-programs
	$(Q)FEWER=1 UBSAN_OPTIONS=print_stacktrace=1 $(RUN_TESTS)

# FUZZ="profile merge" selects targets, FUZZ_SECONDS is the time for each.
FUZZ_SECONDS ?= 60
.PHONY: check-faults
check-faults: all test-programs ## Let every allocation and every system call fail once (an hour)
	$(Q)FAULTS_TRIES=0 LIMIT=7200 FILE_LIMIT=14400 $(MAKE) --no-print-directory check \
		TESTS='e2e/memory e2e/call-faults'

.PHONY: fuzz run-fuzzers
fuzz: ## Feed the readers, and merge and diff, with what libFuzzer makes up (clang)
	$(Q)$(MAKE) --no-print-directory CC=clang BUILD='$(BUILD)/fuzz' \
		SANITIZE=fuzzer-no-link,address,undefined run-fuzzers

run-fuzzers: $(FUZZERS)
	$(Q)BUILD_DIR='$(abspath $(BUILD))' FUZZ_SECONDS='$(FUZZ_SECONDS)' tests/fuzz/run $(FUZZ)

# The tests with counters in the program: how much of each folder they reach. With TESTS as "check".
.PHONY: coverage run-coverage
coverage: fixtures ## Measure which lines and branches the tests reach, per folder
	$(Q)FIXTURES_DIR='$(abspath $(BUILD))/fixtures' $(MAKE) --no-print-directory CC=gcc \
		BUILD='$(BUILD)/coverage' CFLAGS='-O0 -g --coverage -fprofile-update=atomic' run-coverage

run-coverage: all test-programs
	$(Q)BUILD_DIR='$(abspath $(BUILD))' SECCOMP_LEARN='$(abspath $(PROGRAM))' \
		tests/coverage $(TESTS)

# APPLICATIONS="redis nginx" selects some; tests/containers/minimal says what it finds out.
.PHONY: check-minimal
check-minimal: $(PROGRAM) $(TEST_HELPERS) ## Leave each recorded call out of profiles of applications (10 minutes)
	$(Q)BUILD_DIR='$(abspath $(BUILD))' SECCOMP_LEARN='$(abspath $(PROGRAM))' \
		tests/containers/minimal $(APPLICATIONS)

# BENCH="dd redis --rounds 3" selects workloads and gives options, see tests/bench/run --help.
.PHONY: bench
bench: $(PROGRAM) $(BENCH_FILES) ## Measure what recording costs (under 20 minutes)
	$(Q)BUILD_DIR='$(abspath $(BUILD))' SECCOMP_LEARN='$(abspath $(PROGRAM))' tests/bench/run $(BENCH)

# ---- Installing -------------------------------------------------------------------------------
COMPLETIONS := $(patsubst %,$(BUILD)/completion/%,bash zsh fish)

$(BUILD)/completion/%: $(PROGRAM)
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(PROGRAM) completion $* >$@

.PHONY: install
install: $(PROGRAM) $(COMPLETIONS) ## Install under PREFIX (and DESTDIR)
	$(INSTALL) -D -m 755 $(PROGRAM) '$(DESTDIR)$(BINDIR)/seccomp-learn'
	for page in $(MAN_PAGES); do \
		$(INSTALL) -D -m 644 "$$page" '$(DESTDIR)$(MANDIR)/man'"$${page##*.}/$${page##*/}" || exit; \
	done
	$(INSTALL) -D -m 644 $(BUILD)/completion/bash '$(DESTDIR)$(BASH_COMPLETION_DIR)/seccomp-learn'
	$(INSTALL) -D -m 644 $(BUILD)/completion/zsh '$(DESTDIR)$(ZSH_COMPLETION_DIR)/_seccomp-learn'
	$(INSTALL) -D -m 644 $(BUILD)/completion/fish \
		'$(DESTDIR)$(FISH_COMPLETION_DIR)/seccomp-learn.fish'

.PHONY: uninstall
uninstall: ## Remove what "make install" put there
	for page in $(MAN_PAGES); do \
		rm -f '$(DESTDIR)$(MANDIR)/man'"$${page##*.}/$${page##*/}" || exit; \
	done
	rm -f '$(DESTDIR)$(BINDIR)/seccomp-learn' \
		'$(DESTDIR)$(BASH_COMPLETION_DIR)/seccomp-learn' \
		'$(DESTDIR)$(ZSH_COMPLETION_DIR)/_seccomp-learn' \
		'$(DESTDIR)$(FISH_COMPLETION_DIR)/seccomp-learn.fish'

# ---- Source care ------------------------------------------------------------------------------
C_FILES = $(shell find base tracer emit learner fixtures tests -name '*.[ch]' | LC_ALL=C sort)
SHELL_FILES = $(shell grep -rlE '^\#!.*[ /](ba|da)?sh$$|^\#!.*[ /]bats$$' .ci tests | LC_ALL=C sort) \
	$(shell find tests -name '*.bash' | LC_ALL=C sort)
TIDY = $(CLANG_TIDY) --quiet --warnings-as-errors='*'

.PHONY: format
format: ## Format the C files as .clang-format says
	$(CLANG_FORMAT) -i $(C_FILES)

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-shell lint-man lint-text
lint: lint-format lint-text lint-shell lint-man lint-cppcheck lint-tidy ## Check the sources

lint-format:
	$(Q)$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

lint-text:
	$(Q)tests/lint-text

lint-shell:
	$(Q)shellcheck -x --severity=warning $(SHELL_FILES)

lint-man:
	$(Q)mandoc -Tlint -W warning $(MAN_PAGES)
	$(Q)messages=$$(for page in $(MAN_PAGES); do groff -mandoc -ww -Tutf8 -z "$$page"; done 2>&1); \
		if [ -n "$$messages" ]; then printf '%s\n' "$$messages" >&2; exit 1; fi

# It knows neither uthash nor scope cleanup, which it takes for leaks.
CPPCHECK = cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	--error-exitcode=1 --suppress=resourceLeak --suppress=memleak $(DEFINES) \
	'-DHASH_ITER(hh,head,el,tmp)=while((el=head))'
lint-cppcheck:
	$(Q)$(CPPCHECK) $(foreach f,$(FOLDERS),-I $(f)) \
		$(foreach f,$(FOLDERS),$(call src_in,$(f)))

# Two at a time; each folder with the include paths that it is compiled with.
lint-tidy:
	$(foreach f,$(FOLDERS),$(call tidy,$(f),$(call src_in,$(f))))
	$(call tidy,tests,$(TEST_SRC) $(wildcard tests/faults/*.c tests/containers/*.c tests/e2e/*.c))
define tidy
	$(Q)printf '%s\n' $(2) | xargs -r -P 2 -I % $(TIDY) % -- -std=gnu17 $(DEFINES) $(PKG_CFLAGS) \
		$(call sees,$(1)) $(addprefix -iquote ,$(foreach f,$(2),$(sees_$(f))))

endef

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf '$(BUILD)'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

endif # deps
