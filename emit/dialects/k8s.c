#include "k8s.h"

#include <string.h>

#include "array.h"

#define NAME_MAX_LENGTH 253
#define PART_MAX_LENGTH 63

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_part(const char *part, size_t len)
{
	if (len == 0 || len > PART_MAX_LENGTH || !is_alnum(part[0]) || !is_alnum(part[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(part[i]) && part[i] != '-')
			return false;
	return true;
}

bool k8s_is_name(const char *name)
{
	if (strlen(name) > NAME_MAX_LENGTH)
		return false;
	for (;;) {
		size_t len = strcspn(name, ".");
		if (!is_part(name, len))
			return false;
		if (name[len] == '\0')
			return true;
		name += len + 1;
	}
}

bool k8s_has_abi(const struct abi *abi)
{
	static const char *const lacking[] = {"loongarch64", "m68k", "sh", "sheb"};

	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++)
		if (strcmp(abi->name, lacking[i]) == 0)
			return false;
	return true;
}
