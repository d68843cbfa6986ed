#include "context.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#include "alloc.h"
#include "array.h"
#include "cleanup.h"
#include "text.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define VERSION_MAX 255

/* capabilities(7), in the order of their numbers. */
static const char *const capability_names[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

_Static_assert(ARRAY_SIZE(capability_names) == 41, "CAP_CHECKPOINT_RESTORE is number 40");

/* Docker's documentation, "Runtime privilege and Linux capabilities". */
static const uint64_t docker_caps =
	CAP_BIT(CAP_AUDIT_WRITE) | CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_DAC_OVERRIDE) |
	CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_KILL) | CAP_BIT(CAP_MKNOD) |
	CAP_BIT(CAP_NET_BIND_SERVICE) | CAP_BIT(CAP_NET_RAW) | CAP_BIT(CAP_SETFCAP) |
	CAP_BIT(CAP_SETGID) | CAP_BIT(CAP_SETPCAP) | CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SYS_CHROOT);

const struct abi *context_abi(const struct context *context)
{
	return context->abi != NULL ? context->abi : abi_native();
}

struct kernel_version context_kernel(const struct context *context)
{
	struct kernel_version running = {0};
	struct utsname name;

	if (context->kernel.major != 0 || context->kernel.minor != 0)
		return context->kernel;
	/* "6.1.0-13-amd64": what follows the second number is of no interest. */
	if (uname(&name) == 0 &&
	    sscanf(name.release, "%3u.%3u", &running.major, &running.minor) < 2)
		running = (struct kernel_version){0};
	return running;
}

uint64_t context_caps(const struct context *context)
{
	return context->has_caps ? context->caps : docker_caps;
}

bool context_kernel_is(const struct context *context, struct kernel_version version)
{
	struct kernel_version kernel = context_kernel(context);

	return kernel.major != version.major ? kernel.major > version.major
					     : kernel.minor >= version.minor;
}

bool kernel_version_parse(const char *text, struct kernel_version *version)
{
	const char *dot = strchr(text, '.');
	uint64_t major, minor;

	if (dot == NULL)
		return false;
	cleanup_free char *first = xstrndup(text, (size_t)(dot - text));
	if (!parse_u64(first, VERSION_MAX, &major) || !parse_u64(dot + 1, VERSION_MAX, &minor) ||
	    (major == 0 && minor == 0))
		return false;
	*version = (struct kernel_version){(uint32_t)major, (uint32_t)minor};
	return true;
}

bool kernel_release_parse(const char *text, struct kernel_version *version)
{
	static const char digits[] = "0123456789";
	size_t len = strspn(text, digits);

	if (text[len] == '.')
		len += 1 + strspn(text + len + 1, digits);
	if (strchr(".-+", text[len]) == NULL) /* its end is fine, too */
		return false;
	cleanup_free char *version_alone = xstrndup(text, len);
	return kernel_version_parse(version_alone, version);
}

int capability_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(capability_names); i++)
		if (strcmp(capability_names[i], name) == 0)
			return (int)i;
	return -1;
}

static bool add_word(const char *word, uint64_t *caps)
{
	if (strcasecmp(word, "none") == 0)
		return true;
	if (strcasecmp(word, "default") == 0 || strcasecmp(word, "all") == 0) {
		*caps |= *word == 'd' || *word == 'D' ? docker_caps
						      : CAP_BIT(ARRAY_SIZE(capability_names)) - 1;
		return true;
	}
	const size_t prefix = strlen("CAP_");
	const char *bare = strncasecmp(word, "CAP_", prefix) == 0 ? word + prefix : word;
	for (size_t i = 0; i < ARRAY_SIZE(capability_names); i++) {
		if (strcasecmp(capability_names[i] + prefix, bare) == 0) {
			*caps |= CAP_BIT(i);
			return true;
		}
	}
	return false;
}

bool capabilities_parse(const char *list, uint64_t *caps, char **wrong)
{
	cleanup_free char *words = xstrdup(list);
	char *rest = words, *word;

	*caps = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		if (!add_word(word, caps)) {
			*wrong = xstrdup(word);
			return false;
		}
	}
	return true;
}
