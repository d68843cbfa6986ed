/* How much room text takes on a terminal. */
#ifndef LEARNER_COLUMNS_H
#define LEARNER_COLUMNS_H

#include <stddef.h>

#include "strbuf.h"

/*
 * The columns that printable text (text.h) takes: two for a wide character, none for one that is put
 * on top of the one before. Where terminals differ, the most that any of them takes. The locale
 * that the program was started in plays no role: what it prints is UTF-8 anyway.
 */
size_t columns_of(const char *text);

/* Adds so much of the printable text as fits, with "..." for what does not. */
void columns_add_cut(struct strbuf *out, const char *text, size_t columns);

#endif
