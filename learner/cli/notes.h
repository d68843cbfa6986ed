/* What the user should know about a composed profile, in words. */
#ifndef LEARNER_NOTES_H
#define LEARNER_NOTES_H

#include "compose.h"

/* Prints the notes on standard error, one line each, gaps included. */
void notes_say(const struct notes *notes);

#endif
