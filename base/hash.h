/* uthash, with its out-of-memory exit bound to ours: include this, never <uthash.h>. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "alloc.h"

#define uthash_fatal(msg) oom()
/* The usual one falls through cases in a way that clang warns of. */
#define HASH_FUNCTION(key, len, hash) HASH_FNV(key, len, hash)
#include <uthash.h>

#endif
