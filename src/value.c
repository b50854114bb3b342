// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of flags and numbers as the kernel's header files have them, and the
 * filter for untrusted bytes.
 */
#include "value.h"

#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* By bit; the ABI's own numbers, as a build machine's header may be older. */
// clang-format off
static const char *const fopen_names[] = {
	"DIRECT_IO", "KEEP_CACHE", "NONSEEKABLE", "CACHE_DIR", "STREAM", "NOFLUSH",
	"PARALLEL_DIRECT_WRITES", "PASSTHROUGH",
};
static const char *const conn_names[] = {
	"PASSTHROUGH", "PASSTHROUGH_INO", "WRITEBACK", "NO_OPEN", "KNOWS_INO",
};
static const char *const bits_names[] = {
	"CACHE_IO", "BAD", "READ", "DAX", "AUTOMOUNT", "UNHASHED",
};
static const char *const iomode_names[] = {
	[FPT_IOM_NONE] = "none",
	[FPT_IOM_CACHED] = "cached",
	[FPT_IOM_UNCACHED] = "uncached",
};

#define OP_NAME(number, NAME, text) [number] = text,
static const char *const op_names[] = { FPT_OPS(OP_NAME) };
static const char *const route_names[] = { FPT_ROUTES(OP_NAME) };

#define OPCODE_NAME(name) [FUSE_##name] = #name
static const char *const opcode_names[] = {
	OPCODE_NAME(LOOKUP), OPCODE_NAME(FORGET), OPCODE_NAME(GETATTR), OPCODE_NAME(SETATTR),
	OPCODE_NAME(READLINK), OPCODE_NAME(SYMLINK), OPCODE_NAME(MKNOD), OPCODE_NAME(MKDIR),
	OPCODE_NAME(UNLINK), OPCODE_NAME(RMDIR), OPCODE_NAME(RENAME), OPCODE_NAME(LINK),
	OPCODE_NAME(OPEN), OPCODE_NAME(READ), OPCODE_NAME(WRITE), OPCODE_NAME(STATFS),
	OPCODE_NAME(RELEASE), OPCODE_NAME(FSYNC), OPCODE_NAME(SETXATTR), OPCODE_NAME(GETXATTR),
	OPCODE_NAME(LISTXATTR), OPCODE_NAME(REMOVEXATTR), OPCODE_NAME(FLUSH), OPCODE_NAME(INIT),
	OPCODE_NAME(OPENDIR), OPCODE_NAME(READDIR), OPCODE_NAME(RELEASEDIR), OPCODE_NAME(FSYNCDIR),
	OPCODE_NAME(GETLK), OPCODE_NAME(SETLK), OPCODE_NAME(SETLKW), OPCODE_NAME(ACCESS),
	OPCODE_NAME(CREATE), OPCODE_NAME(INTERRUPT), OPCODE_NAME(BMAP), OPCODE_NAME(DESTROY),
	OPCODE_NAME(IOCTL), OPCODE_NAME(POLL), OPCODE_NAME(NOTIFY_REPLY), OPCODE_NAME(BATCH_FORGET),
	OPCODE_NAME(FALLOCATE), OPCODE_NAME(READDIRPLUS), OPCODE_NAME(RENAME2), OPCODE_NAME(LSEEK),
	OPCODE_NAME(COPY_FILE_RANGE), OPCODE_NAME(SETUPMAPPING), OPCODE_NAME(REMOVEMAPPING),
	OPCODE_NAME(SYNCFS), OPCODE_NAME(TMPFILE), [52] = "STATX",
};
// clang-format on

const char *const *fpt_value_names(enum fpt_format format, size_t *count, bool *flags)
{
	static const struct {
		const char *const *names;
		size_t count;
		bool flags;
	} table[] = {
		[FPT_FORMAT_FOPEN] = { fopen_names, ARRAY_SIZE(fopen_names), true },
		[FPT_FORMAT_CONN] = { conn_names, ARRAY_SIZE(conn_names), true },
		[FPT_FORMAT_BITS] = { bits_names, ARRAY_SIZE(bits_names), true },
		[FPT_FORMAT_IOMODE] = { iomode_names, ARRAY_SIZE(iomode_names), false },
		[FPT_FORMAT_OP] = { op_names, ARRAY_SIZE(op_names), false },
		[FPT_FORMAT_OPCODE] = { opcode_names, ARRAY_SIZE(opcode_names), false },
		[FPT_FORMAT_ROUTE] = { route_names, ARRAY_SIZE(route_names), false },
	};

	if (format >= ARRAY_SIZE(table) || !table[format].names)
		return NULL;
	*count = table[format].count;
	*flags = table[format].flags;
	return table[format].names;
}

/* Numbers that never leave the kernel by the front door, but a probe sees them. */
static const struct {
	int number;
	const char *name;
} kernel_errors[] = {
	{ 512, "ERESTARTSYS" },
	{ 513, "ERESTARTNOINTR" },
	{ 514, "ERESTARTNOHAND" },
	{ 515, "ENOIOCTLCMD" },
	{ 516, "ERESTART_RESTARTBLOCK" },
	{ 517, "EPROBE_DEFER" },
	{ 518, "EOPENSTALE" },
	{ 519, "ENOPARAM" },
	{ 524, "ENOTSUPP" },
};

const char *fpt_errno_name(int err)
{
	size_t i;

	if (err == 0 || err < -4095 || err > 4095)
		return NULL;
	err = abs(err);
	for (i = 0; i < ARRAY_SIZE(kernel_errors); i++)
		if (kernel_errors[i].number == err)
			return kernel_errors[i].name;
	return strerrorname_np(err);
}

const char *fpt_print_errno(char *out, size_t size, int64_t ret)
{
	const char *name = ret < 0 && ret >= -4095 ? fpt_errno_name((int)ret) : NULL;

	if (name)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "%lld", (long long)ret);
	return out;
}

/* "A|B|0x40": bits without a name are shown together, as a number. */
static const char *print_flags(char *out, size_t size, uint64_t flags, const char *const *names,
			       size_t nnames)
{
	size_t bit, length = 0;

	snprintf(out, size, "%s", flags ? "" : "0");
	for (bit = 0; bit < nnames && length < size; bit++) {
		if (!(flags & 1ULL << bit))
			continue;
		flags &= ~(1ULL << bit);
		length += (size_t)snprintf(out + length, size - length, "%s%s", length ? "|" : "",
					   names[bit]);
	}
	if (flags && length < size)
		snprintf(out + length, size - length, "%s0x%llx", length ? "|" : "",
			 (unsigned long long)flags);
	return out;
}

/* A number's name; the number where it has none. */
static const char *print_name(char *out, size_t size, uint64_t value, const char *const *names,
			      size_t nnames)
{
	if (value < nnames && names[value])
		snprintf(out, size, "%s", names[value]);
	else
		snprintf(out, size, "%llu", (unsigned long long)value);
	return out;
}

const char *fpt_print_fopen(char *out, size_t size, uint64_t flags)
{
	return print_flags(out, size, flags, fopen_names, ARRAY_SIZE(fopen_names));
}

const char *fpt_print_conn(char *out, size_t size, uint64_t flags)
{
	return print_flags(out, size, flags, conn_names, ARRAY_SIZE(conn_names));
}

const char *fpt_print_bits(char *out, size_t size, uint64_t flags)
{
	return print_flags(out, size, flags, bits_names, ARRAY_SIZE(bits_names));
}

const char *fpt_print_iomode(char *out, size_t size, uint64_t mode)
{
	return print_name(out, size, mode, iomode_names, ARRAY_SIZE(iomode_names));
}

const char *fpt_print_op(char *out, size_t size, uint64_t op)
{
	return print_name(out, size, op, op_names, ARRAY_SIZE(op_names));
}

const char *fpt_print_route(char *out, size_t size, uint64_t route)
{
	return print_name(out, size, route, route_names, ARRAY_SIZE(route_names));
}

const char *fpt_print_opcode(char *out, size_t size, uint64_t opcode)
{
	return print_name(out, size, opcode, opcode_names, ARRAY_SIZE(opcode_names));
}

const char *fpt_print_dev(char *out, size_t size, uint64_t dev)
{
	snprintf(out, size, "%llu:%llu", (unsigned long long)(dev >> 20),
		 (unsigned long long)(dev & 0xfffff));
	return out;
}

const char *fpt_print_ns(char *out, size_t size, uint64_t ns)
{
	snprintf(out, size, "%llu.%09llu", (unsigned long long)(ns / 1000000000),
		 (unsigned long long)(ns % 1000000000));
	return out;
}

static const char *print_number(char *out, size_t size, const struct fpt_field *field,
				uint64_t value)
{
	unsigned long long number = value;

	if (field->format == FPT_FORMAT_OCT)
		snprintf(out, size, "%#llo", number);
	else if (field->format == FPT_FORMAT_HEX || field->format == FPT_FORMAT_KEY)
		snprintf(out, size, "%#llx", number);
	else if (field->is_signed)
		snprintf(out, size, "%lld", (long long)number);
	else
		snprintf(out, size, "%llu", number);
	return out;
}

const char *fpt_print_field(char *out, size_t size, const struct fpt_field *field,
			    const void *event)
{
	uint64_t value = fpt_field__get(field, event);

	switch (field->format) {
	case FPT_FORMAT_DEC:
	case FPT_FORMAT_HEX:
	case FPT_FORMAT_OCT:
	case FPT_FORMAT_KEY:
	case FPT_FORMAT_HIDDEN:
		return print_number(out, size, field, value);
	case FPT_FORMAT_DEV:
		return fpt_print_dev(out, size, value);
	case FPT_FORMAT_NS:
		return fpt_print_ns(out, size, value);
	case FPT_FORMAT_BOOL:
		snprintf(out, size, "%s", value ? "true" : "false");
		return out;
	case FPT_FORMAT_TEXT:
		fpt_sanitize(out, size, (const char *)event + field->offset, field->size);
		return out;
	case FPT_FORMAT_ERRNO:
		return fpt_print_errno(out, size, (int64_t)value);
	case FPT_FORMAT_FOPEN:
		return fpt_print_fopen(out, size, value);
	case FPT_FORMAT_IOMODE:
		return fpt_print_iomode(out, size, value);
	case FPT_FORMAT_CONN:
		return fpt_print_conn(out, size, value);
	case FPT_FORMAT_BITS:
		return fpt_print_bits(out, size, value);
	case FPT_FORMAT_OP:
		return fpt_print_op(out, size, value);
	case FPT_FORMAT_OPCODE:
		return fpt_print_opcode(out, size, value);
	case FPT_FORMAT_ROUTE:
		return fpt_print_route(out, size, value);
	}
	return print_number(out, size, field, value);
}
