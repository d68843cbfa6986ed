#include "abi.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "array.h"

/* Bit 30 marks an x32 call made with the x86_64 audit token. */
#define X32_BIT 0x40000000

/* The kernel's header has had these two only since 5.19 and 3.5. */
#ifndef AUDIT_ARCH_LOONGARCH64
#define AUDIT_ARCH_LOONGARCH64 (258 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif

#define ABI(name_, token, docker_, systemd_, base)                                      \
	{                                                                               \
		.name = name_, .audit = AUDIT_ARCH_##token, .scmp = AUDIT_ARCH_##token, \
		.oci = "SCMP_ARCH_" #token, .docker = docker_, .systemd = systemd_,     \
		.nr_base = base                                                         \
	}

const struct abi abi_table[] = {
	{"x86_64", AUDIT_ARCH_X86_64, SCMP_ARCH_X86_64, "SCMP_ARCH_X86_64", "amd64", "x86-64", 0},
	{"x86", AUDIT_ARCH_I386, SCMP_ARCH_X86, "SCMP_ARCH_X86", "x86", "x86", 0},
	{"x32", AUDIT_ARCH_X86_64, SCMP_ARCH_X32, "SCMP_ARCH_X32", "x32", "x32", X32_BIT},
	ABI("aarch64", AARCH64, "arm64", "arm64", 0),
	ABI("arm", ARM, "arm", "arm", 0),
	ABI("riscv64", RISCV64, "riscv64", "riscv64", 0),
	ABI("loongarch64", LOONGARCH64, "loongarch64", "loongarch64", 0),
	ABI("ppc64le", PPC64LE, "ppc64le", "ppc64-le", 0),
	ABI("ppc64", PPC64, NULL, "ppc64", 0),
	ABI("ppc", PPC, NULL, "ppc", 0),
	ABI("s390x", S390X, "s390x", "s390x", 0),
	ABI("s390", S390, NULL, "s390", 0),
	ABI("mips", MIPS, NULL, "mips", 4000),
	ABI("mipsel", MIPSEL, NULL, "mips-le", 4000),
	ABI("mips64", MIPS64, "mips64", "mips64", 5000),
	ABI("mipsel64", MIPSEL64, NULL, "mips64-le", 5000),
	{"mips64n32", AUDIT_ARCH_MIPS64N32, AUDIT_ARCH_MIPS64N32, "SCMP_ARCH_MIPS64N32", NULL,
	 "mips64-n32", 6000},
	{"mipsel64n32", AUDIT_ARCH_MIPSEL64N32, AUDIT_ARCH_MIPSEL64N32, "SCMP_ARCH_MIPSEL64N32",
	 NULL, "mips64-le-n32", 6000},
	ABI("m68k", M68K, NULL, NULL, 0),
	{"sheb", AUDIT_ARCH_SH, AUDIT_ARCH_SH, "SCMP_ARCH_SHEB", NULL, NULL, 0},
	{"sh", AUDIT_ARCH_SHEL, AUDIT_ARCH_SHEL, "SCMP_ARCH_SH", NULL, NULL, 0},
	ABI("parisc64", PARISC64, NULL, "parisc64", 0),
	ABI("parisc", PARISC, NULL, "parisc", 0),
};

const size_t abi_count = ARRAY_SIZE(abi_table);
_Static_assert(ARRAY_SIZE(abi_table) <= ABI_MAX, "ABI_MAX is too small");

const struct abi *abi_of_call(uint32_t audit, uint64_t raw_nr, int32_t *nr)
{
	int32_t n = (int32_t)(uint32_t)raw_nr;

	if (audit == AUDIT_ARCH_X86_64 && n >= 0 && (n & X32_BIT) != 0) {
		*nr = n & ~X32_BIT;
		return abi_by_name("x32");
	}
	*nr = n;
	return abi_of_audit(audit);
}

const struct abi *abi_of_audit(uint32_t audit)
{
	for (size_t i = 0; i < abi_count; i++)
		if (abi_table[i].audit == audit)
			return &abi_table[i];
	return NULL;
}

uint32_t abi_raw_number(const struct abi *abi, int32_t nr)
{
	return (uint32_t)nr | (abi->scmp == SCMP_ARCH_X32 ? X32_BIT : 0);
}

const struct abi *abi_of_host(const struct abi *abi)
{
	static const struct {
		const char *second, *host;
	} pairs[] = {
		{"x86", "x86_64"},      {"x32", "x86_64"},       {"arm", "aarch64"},
		{"ppc", "ppc64"},       {"s390", "s390x"},       {"mips", "mips64"},
		{"mipsel", "mipsel64"}, {"mips64n32", "mips64"}, {"mipsel64n32", "mipsel64"},
		{"parisc", "parisc64"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (strcmp(pairs[i].second, abi->name) == 0)
			return abi_by_name(pairs[i].host);
	return NULL;
}

unsigned int abi_argument_bits(const struct abi *abi)
{
	bool wide = (abi->audit & __AUDIT_ARCH_64BIT) != 0;
	bool n32 = abi->audit == AUDIT_ARCH_MIPS64N32 || abi->audit == AUDIT_ARCH_MIPSEL64N32;

	return wide && !n32 && abi->scmp != SCMP_ARCH_X32 ? 64 : 32;
}

const struct abi *abi_by_name(const char *name)
{
	for (size_t i = 0; i < abi_count; i++)
		if (strcmp(abi_table[i].name, name) == 0)
			return &abi_table[i];
	return NULL;
}

const struct abi *abi_by_oci(const char *name)
{
	for (size_t i = 0; i < abi_count; i++)
		if (strcmp(abi_table[i].oci, name) == 0)
			return &abi_table[i];
	return NULL;
}

const struct abi *abi_by_docker(const char *name)
{
	for (size_t i = 0; i < abi_count; i++)
		if (abi_table[i].docker != NULL && strcmp(abi_table[i].docker, name) == 0)
			return &abi_table[i];
	return NULL;
}

/* Other names, each with those who use it. */
static const struct {
	const char *name, *abi;
} synonyms[] = {
	{"amd64", "x86_64"},              /* Debian, Go, the BSDs */
	{"x64", "x86_64"},                /* Windows, Node.js */
	{"x86-64", "x86_64"},             /* its makers, systemd */
	{"intel64", "x86_64"},            /* Intel */
	{"em64t", "x86_64"},              /* Intel, once */
	{"i386", "x86"},                  /* Debian, audit, the kernel's personality */
	{"i486", "x86"},                  /* what uname and compilers said */
	{"i586", "x86"},                  /* what uname and compilers said */
	{"i686", "x86"},                  /* what uname and compilers say */
	{"386", "x86"},                   /* Go */
	{"ia32", "x86"},                  /* Intel, Node.js, the kernel's configuration */
	{"x86_32", "x86"},                /* to tell it from x86_64 */
	{"x86-32", "x86"},                /* to tell it from x86_64 */
	{"arm64", "aarch64"},             /* Debian, Go, the kernel's source */
	{"armv8", "aarch64"},             /* Docker's platforms: arm64/v8 */
	{"arm32", "arm"},                 /* to tell it from arm64 */
	{"armhf", "arm"},                 /* Debian */
	{"armel", "arm"},                 /* Debian */
	{"armv5", "arm"},                 /* Docker's platforms: arm/v5 */
	{"armv5tel", "arm"},              /* uname */
	{"armv6", "arm"},                 /* Docker's platforms: arm/v6 */
	{"armv6l", "arm"},                /* uname */
	{"armv7", "arm"},                 /* Docker's platforms: arm/v7 */
	{"armv7l", "arm"},                /* uname */
	{"armv7hl", "arm"},               /* Fedora */
	{"armhfp", "arm"},                /* Fedora */
	{"armv8l", "arm"},                /* uname in a 32-bit personality on a 64-bit kernel */
	{"eabi", "arm"},                  /* strace, the kernel's source */
	{"riscv", "riscv64"},             /* only the 64-bit one has an ABI here */
	{"rv64", "riscv64"},              /* its specification */
	{"rv64gc", "riscv64"},            /* its specification */
	{"riscv64gc", "riscv64"},         /* Rust */
	{"loong64", "loongarch64"},       /* Debian, Go */
	{"loongarch", "loongarch64"},     /* the kernel's source */
	{"ppc64el", "ppc64le"},           /* Debian */
	{"powerpc64le", "ppc64le"},       /* compilers */
	{"ppc64-le", "ppc64le"},          /* systemd */
	{"powerpc64", "ppc64"},           /* compilers */
	{"powerpc", "ppc"},               /* compilers, Debian */
	{"mipsle", "mipsel"},             /* Go */
	{"mips-le", "mipsel"},            /* systemd */
	{"mips64le", "mipsel64"},         /* Go */
	{"mips64el", "mipsel64"},         /* Debian */
	{"mips64-le", "mipsel64"},        /* systemd */
	{"mipsn32", "mips64n32"},         /* Debian */
	{"mips64-n32", "mips64n32"},      /* systemd */
	{"mipsn32el", "mipsel64n32"},     /* Debian */
	{"mips64-le-n32", "mipsel64n32"}, /* systemd */
	{"sh4", "sh"},                    /* Debian: little-endian */
	{"sh4eb", "sheb"},                /* the kernel's configuration */
	{"hppa", "parisc"},               /* Debian */
	{"hppa64", "parisc64"},           /* compilers */
};

const char *abi_synonym(size_t n, const struct abi **abi)
{
	if (n >= ARRAY_SIZE(synonyms))
		return NULL;
	*abi = abi_by_name(synonyms[n].abi);
	return synonyms[n].name;
}

const struct abi *abi_by_any_name(const char *name)
{
	const struct abi *abi;
	const char *synonym;

	for (size_t i = 0; i < abi_count; i++)
		if (strcasecmp(abi_table[i].name, name) == 0 ||
		    strcasecmp(abi_table[i].oci, name) == 0)
			return &abi_table[i];
	for (size_t n = 0; (synonym = abi_synonym(n, &abi)) != NULL; n++)
		if (strcasecmp(synonym, name) == 0)
			return abi;
	return NULL;
}

const struct abi *abi_native(void)
{
	uint32_t scmp = seccomp_arch_native();

	for (size_t i = 0; i < abi_count; i++)
		if (abi_table[i].scmp == scmp)
			return &abi_table[i];
	return &abi_table[0];
}
