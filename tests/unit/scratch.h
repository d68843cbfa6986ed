/* Tests that need a directory of their own, and files in it. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <sys/types.h>

#include "err.h"

#define NOBODY 65534

/* The directory of the present test, which is the current one as well; all can enter it. */
extern char scratch[64];

/* For cmocka_unit_test_setup_teardown(). */
int enter_scratch(void **state);
int leave_scratch(void **state);

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

/* Finds the place that a name means, and writes to it, as the program does with its outputs. */
int file_replace(const char *path, const char *data, size_t len, struct err *err);

/* Writes a file with file_replace(), which must not fail. */
void put(const char *path, const char *text);

/* The file holds this text and nothing else. */
void holds(const char *path, const char *expected);

/* The result and the message are those; the message is released. */
void fails(int result, int expected, struct err *err, const char *message);

mode_t mode_of(const char *path);

/* How many entries a directory has: nothing temporary may stay behind. */
int entries(const char *path);

#endif
