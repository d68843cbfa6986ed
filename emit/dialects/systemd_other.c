#include "systemd_other.h"

#include <string.h>
#include <strings.h>

#include "array.h"
#include "cleanup.h"
#include "nearest.h"
#include "unit_file.h"

enum value_kind {
	VALUE_BOOLEAN,
	VALUE_CALLS,      /* a list, with ~ of what is not meant */
	VALUE_FAMILIES,   /* address families, "none", with ~ of those that are denied */
	VALUE_NAMESPACES, /* a boolean or a list, with ~ of those that are denied */
};

/*
 * Those that systemd.exec(5) of systemd 252 names under NoNewPrivileges=, because they load a
 * filter, and the calls that each is about (src/shared/seccomp-util.c).
 */
static const struct {
	const char *key;
	enum value_kind kind;
	const char *about; /* NULL: it says so itself */
} settings[] = {
	{"DynamicUser", VALUE_BOOLEAN, "chmod, open, mknod and others with set-user-ID bits"},
	{"LockPersonality", VALUE_BOOLEAN, "personality"},
	{"MemoryDenyWriteExecute", VALUE_BOOLEAN, "mmap, mprotect, pkey_mprotect, shmat"},
	{"PrivateDevices", VALUE_BOOLEAN, "the group @raw-io"},
	{"ProtectClock", VALUE_BOOLEAN, "the group @clock"},
	{"ProtectHostname", VALUE_BOOLEAN, "sethostname, setdomainname"},
	{"ProtectKernelLogs", VALUE_BOOLEAN, "syslog"},
	{"ProtectKernelModules", VALUE_BOOLEAN, "the group @module"},
	{"ProtectKernelTunables", VALUE_BOOLEAN, "_sysctl"},
	{"RestrictAddressFamilies", VALUE_FAMILIES, "socket"},
	{"RestrictNamespaces", VALUE_NAMESPACES, "clone, clone3, setns, unshare"},
	{"RestrictRealtime", VALUE_BOOLEAN, "sched_setscheduler"},
	{"RestrictSUIDSGID", VALUE_BOOLEAN, "chmod, open, mknod and others with set-user-ID bits"},
	{"SystemCallLog", VALUE_CALLS, NULL},
};

_Static_assert(ARRAY_SIZE(settings) <= SYSTEMD_OTHERS_MAX, "struct systemd_others is too small");

/* In the order of the bits. */
static const char *const namespaces[] = {"cgroup", "ipc", "net", "mnt", "pid", "user", "uts"};

#define ALL_NAMESPACES ((1U << ARRAY_SIZE(namespaces)) - 1)

/* Those of Linux's linux/socket.h, in any letter case, but for AF_UNSPEC: seen with systemd-analyze. */
static const char *const families[] = {
	"AF_UNIX",      "AF_LOCAL",  "AF_FILE",       "AF_INET",      "AF_AX25",   "AF_IPX",
	"AF_APPLETALK", "AF_NETROM", "AF_BRIDGE",     "AF_ATMPVC",    "AF_X25",    "AF_INET6",
	"AF_ROSE",      "AF_DECnet", "AF_NETBEUI",    "AF_SECURITY",  "AF_KEY",    "AF_NETLINK",
	"AF_ROUTE",     "AF_PACKET", "AF_ASH",        "AF_ECONET",    "AF_ATMSVC", "AF_RDS",
	"AF_SNA",       "AF_IRDA",   "AF_PPPOX",      "AF_WANPIPE",   "AF_LLC",    "AF_IB",
	"AF_MPLS",      "AF_CAN",    "AF_TIPC",       "AF_BLUETOOTH", "AF_IUCV",   "AF_RXRPC",
	"AF_ISDN",      "AF_PHONET", "AF_IEEE802154", "AF_CAIF",      "AF_ALG",    "AF_NFC",
	"AF_VSOCK",     "AF_KCM",    "AF_QIPCRTR",    "AF_SMC",       "AF_XDP",    "AF_MCTP",
};

static size_t find(const char *key)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(settings) && strcmp(settings[i].key, key) != 0)
		i++;
	return i;
}

/* Shorter keys have too many neighbours that are other settings: User, DynamicUser. */
#define KEY_LEN_MIN 12

const char *systemd_other_meant(const char *key)
{
	const char *keys[ARRAY_SIZE(settings)];

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		keys[i] = settings[i].key;
	return strlen(key) >= KEY_LEN_MIN ? nearest(key, keys, ARRAY_SIZE(keys)) : NULL;
}

bool systemd_is_other(const char *key)
{
	return find(key) < ARRAY_SIZE(settings);
}

static bool is_one_of(const char *value, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

static bool is_true(const char *value)
{
	static const char *const words[] = {"1", "yes", "y", "true", "t", "on"};

	return is_one_of(value, words, ARRAY_SIZE(words));
}

static bool is_false(const char *value)
{
	static const char *const words[] = {"0", "no", "n", "false", "f", "off"};

	return is_one_of(value, words, ARRAY_SIZE(words));
}

/* Are all words families, and is any of them one? */
static bool read_families(const char *value, bool *any)
{
	struct unit_words words = {.rest = value, .quotes = true};
	cleanup_strbuf struct strbuf word = STRBUF_INIT;
	bool all = true;
	int r;

	*any = false;
	while ((r = unit_words_next(&words, &word)) > 0) {
		bool one = is_one_of(word.s, families, ARRAY_SIZE(families));
		*any = *any || one;
		all = all && one;
	}
	return r == 0 && all;
}

static const char *take_families(const char *value, bool *on)
{
	bool inverted = *value == '~', any;

	if (*value == '\0' || strcmp(value, "none") == 0) {
		*on = *value != '\0';
		return NULL;
	}
	bool all = read_families(value + inverted, &any);
	*on = *on || !inverted || any;
	return all ? NULL
		   : "systemd 252 ignores the words that are no address family, as AF_UNIX is one";
}

/* The bits of a list; false when one of the words is no namespace. */
static bool read_namespaces(const char *value, unsigned int *bits)
{
	struct unit_words words = {.rest = value, .quotes = true};
	cleanup_strbuf struct strbuf word = STRBUF_INIT;
	int r;

	*bits = 0;
	while ((r = unit_words_next(&words, &word)) > 0) {
		size_t i = 0;

		while (i < ARRAY_SIZE(namespaces) && strcmp(namespaces[i], word.s) != 0)
			i++;
		if (i == ARRAY_SIZE(namespaces))
			return false;
		*bits |= 1U << i;
	}
	return r == 0;
}

static const char *take_namespaces(struct systemd_others *others, const char *value)
{
	bool inverted = *value == '~';
	unsigned int bits;

	if (*value == '\0' || is_false(value)) {
		others->has_namespaces = false;
		return NULL;
	}
	if (is_true(value))
		bits = others->namespaces = 0;
	else if (!read_namespaces(value + inverted, &bits))
		return "it is neither a boolean nor a list of cgroup, ipc, net, mnt, pid, user, "
		       "uts";
	else if (!others->has_namespaces)
		others->namespaces = inverted ? ALL_NAMESPACES & ~bits : bits;
	else
		others->namespaces =
			inverted ? others->namespaces & ~bits : others->namespaces | bits;
	others->has_namespaces = others->namespaces != ALL_NAMESPACES;
	return NULL;
}

const char *systemd_others_take(struct systemd_others *others, const char *key, const char *value,
				size_t line)
{
	size_t i = find(key);
	bool on = others->line[i] > 0;
	const char *wrong = NULL;

	switch (settings[i].kind) {
	case VALUE_BOOLEAN:
		if (*value != '\0' && !is_true(value) && !is_false(value))
			wrong = "systemd 252 takes a boolean here";
		on = is_true(value) || (on && !is_false(value));
		break;
	case VALUE_CALLS:
		on = *value != '\0' && (on || strcmp(value, "~") != 0);
		break;
	case VALUE_FAMILIES:
		wrong = take_families(value, &on);
		break;
	case VALUE_NAMESPACES:
		wrong = take_namespaces(others, value);
		on = others->has_namespaces;
		break;
	}
	if (!on)
		others->line[i] = 0;
	else if (others->line[i] == 0)
		others->line[i] = line;
	return wrong;
}

void systemd_others_warn(const struct systemd_others *others, struct warnings *warnings)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const char *about = settings[i].about;

		if (others->line[i] > 0)
			warnings_add(warnings, WARNING_INCOMPLETE, others->line[i],
				     "%s= is a filter of its own and not looked at%s%s",
				     settings[i].key, about != NULL ? ": it is about " : "",
				     about != NULL ? about : "");
	}
}

const char *systemd_others_first(const struct systemd_others *others, size_t *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (others->line[i] > 0) {
			*line = others->line[i];
			return settings[i].key;
		}
	}
	return NULL;
}
