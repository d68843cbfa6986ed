/* Units for tests of dialect systemd: every failure here fails the test that called. */
#ifndef TESTS_UNIT_UNITS_H
#define TESTS_UNIT_UNITS_H

#include "context.h"

#define NATIVE "[Service]\nSystemCallArchitectures=native\n"

/* An x86_64 machine with Linux 6.1. */
struct context machine(void);

/* Read there, a unit has these rules: "bpf:kill mount:1 read", sorted. */
void expect_rules(const char *text, const char *expected);

/* And these ABIs: "x86_64 x86". */
void expect_abis(const char *text, const char *expected);

#endif
