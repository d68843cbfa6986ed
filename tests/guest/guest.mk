# The tests in a virtual machine of another architecture, with Debian's kernel for it.
GUEST := $(BUILD)/guest

# Beside what "make deps" installs: an assembler's and linker's tools, the machine, and its initramfs.
PACKAGES_AARCH64 := binutils-aarch64-linux-gnu qemu-system-arm qemu-user cpio

.PHONY: deps-aarch64
deps-aarch64: ## Install what check-aarch64 needs beside that (Debian)
	$(SUDO) $(APT_ENV) apt-get -q -y install --no-install-recommends $(PACKAGES_AARCH64)

# What tests/guest/fetch gets for an architecture; it looks itself whether that is there already.
.PHONY: $(GUEST)/arm64
$(GUEST)/arm64:
	$(Q)tests/guest/fetch $(@F) $@

# With clang, which is there anyway, and the headers and libraries of the machine: gcc's cross compilers
# bring others, and Debian does not install them beside gcc-multilib. clang says that it does not use
# what it has no code for on that processor, -fstack-clash-protection.
AARCH64_MAKE = $(MAKE) --no-print-directory BUILD='$(BUILD)/aarch64' SANITIZE= PKG_CONFIG=false \
	CC='clang --target=aarch64-linux-gnu --sysroot=$(abspath $(GUEST)/arm64/root)' \
	AR=aarch64-linux-gnu-ar CFLAGS='-O2 -g -Wno-unused-command-line-argument' LDFLAGS= \
	CPPFLAGS='-isystem $(abspath $(GUEST)/arm64/root)/usr/include/json-c'

# What is not the same there as on any other machine: registers, signals, ABIs, filters. All of a file
# with TESTS=e2e/fixtures, and some with ONLY as well.
GUEST_TESTS = e2e/fixtures unit replay
GUEST_ONLY = ^(plain|unknown|threads|vfork-exec|exec|exec-thread|ignored-signals|mixed-signals|masked-wait|interrupted|restart|registers|own-filter|untraced-clone|init-faults|sigtrap|rt-signals)[: ]

.PHONY: check-aarch64
check-aarch64: $(GUEST)/arm64 ## Tests on aarch64: cross-built, in a virtual machine
	$(Q)$(AARCH64_MAKE) static test-programs fixtures
	$(Q)BUILD_DIR='$(BUILD)/aarch64' FEWER=1 ONLY='$(or $(ONLY),$(if $(TESTS),,$(GUEST_ONLY)))' \
		tests/guest/run arm64 $< $(or $(TESTS),$(GUEST_TESTS))

# The scripted kernel needs no real one: qemu's emulation of a single program does, in seconds.
.PHONY: replay-aarch64 replay-programs
replay-aarch64: $(GUEST)/arm64 ## The replay tests alone on aarch64, without a machine
	$(Q)$(AARCH64_MAKE) replay-programs
	$(Q)for test in $(patsubst $(BUILD)/%,$(BUILD)/aarch64/%,$(call test_programs,replay)); do \
		qemu-aarch64 -L $(GUEST)/arm64/root $$test || exit 1; \
	done

replay-programs: $(call test_programs,replay)
