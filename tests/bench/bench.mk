# What the benchmark runs beside installed programs: tests/bench/NAME.c becomes $(BUILD)/bench/NAME.
BENCH_CFLAGS := -std=gnu17 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wconversion
ifneq ($(filter true 1,$(CI) $(WERROR)),)
BENCH_CFLAGS += -Werror
endif

BENCH_DIR := $(BUILD)/bench
BENCH_FILES := $(patsubst %,$(BENCH_DIR)/%,pingpong futexes phases peak.so)

$(BENCH_DIR)/phases: tests/bench/sha256.c tests/bench/sha256.h
$(BENCH_DIR)/%: tests/bench/%.c tests/bench/bench.mk
	$(call say,BENCH,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -pthread -o $@ $(filter %.c,$^)
$(BENCH_DIR)/%.so: tests/bench/%.c tests/bench/bench.mk
	$(call say,BENCH,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) -fPIC -shared -o $@ $<
