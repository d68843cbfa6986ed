/* Arrays of the compiler's. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
