/* Whose files may be trusted. */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include <stdbool.h>
#include <sys/types.h>

/* May what this user owns be trusted? We, root, and who is unknown in this user namespace. */
bool trust_user(uid_t uid);

#endif
