/*
 * ABIs: what a system call number belongs to. A 64-bit process can make 32-bit calls, so the ABI
 * is a property of each call, never of a process. One table, used in every direction.
 *
 * Sources: the audit tokens are linux/audit.h's; libseccomp uses the same values except for x32;
 * the OCI names are runtime-spec's config-linux.md; Docker's are Go's GOARCH; systemd's are
 * those of systemd.exec(5), SystemCallArchitectures=.
 */
#ifndef BASE_ABI_H
#define BASE_ABI_H

#include <stddef.h>
#include <stdint.h>

struct abi {
	const char *name;    /* ours: in recordings, messages and options */
	uint32_t audit;      /* AUDIT_ARCH_*: what PTRACE_GET_SYSCALL_INFO and seccomp report */
	uint32_t scmp;       /* SCMP_ARCH_*: what libseccomp calls it */
	const char *oci;     /* SCMP_ARCH_* as a string */
	const char *docker;  /* as in includes.arches of Docker's profile; NULL: has none */
	const char *systemd; /* NULL: systemd has no name for it */
	int32_t nr_base;     /* the number of the ABI's call 0: x32 and MIPS do not start at 0 */
};

/* Room for a value for each of them. */
#define ABI_MAX 32

/* All known ABIs; `abi_count` of them, in the order in which output lists them. */
extern const struct abi abi_table[];
extern const size_t abi_count;

/*
 * The ABI of a call as the kernel reported it, or NULL when `audit` is unknown. *nr is the number
 * without x32's bit 30. `raw_nr` is cut to the 32 bits that the kernel looks at; -1 and other
 * negative numbers are legal inputs to a kernel and stay negative.
 */
const struct abi *abi_of_call(uint32_t audit, uint64_t raw_nr, int32_t *nr);

/* The ABI whose audit token this is (of x86_64 and x32 the former), or NULL. */
const struct abi *abi_of_audit(uint32_t audit);

/* The number as the kernel and seccomp see it: x32's with bit 30. */
uint32_t abi_raw_number(const struct abi *abi, int32_t nr);

/*
 * How many bits of an argument, from the lowest, libseccomp compares on this ABI: 32 where
 * registers have 32 bits, and on x32 and MIPS n32; else 64.
 */
unsigned int abi_argument_bits(const struct abi *abi);

/*
 * The ABI of the kernels that run programs of this one beside their own, or NULL: what the machine
 * itself is where this one is a second ABI. (Some kernels of its own there are, too.)
 */
const struct abi *abi_of_host(const struct abi *abi);

/* By our name, by the OCI's, by Docker's; NULL when unknown. */
const struct abi *abi_by_name(const char *name);
const struct abi *abi_by_oci(const char *name);
const struct abi *abi_by_docker(const char *name);

/*
 * By any name that people know it by, in any letter case: ours, the OCI's, Docker's, systemd's, and
 * those of kernels, compilers and distributions ("amd64", "armhf"). NULL when it names none.
 */
const struct abi *abi_by_any_name(const char *name);

/* The n-th of these other names, NULL past the end; `*abi` is what it names. */
const char *abi_synonym(size_t n, const struct abi **abi);

/* The ABI that this program was compiled for. */
const struct abi *abi_native(void);

/* The position in abi_table, for tables beside it. */
static inline size_t abi_index(const struct abi *abi)
{
	return (size_t)(abi - abi_table);
}

#endif
