/* Arrays of the compiler's, and their order. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* For qsort(3): negative, 0 or positive. Evaluates both twice. */
#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

#endif
