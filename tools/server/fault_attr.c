// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in INIT, inode numbers, attributes and entries: one function per fault and hook, each
 * named after the fault's id.
 */
#include <string.h>
#include <sys/stat.h>

#include "fault.h"

uint64_t fpt_f1_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)nodeid, (void)op, (void)dirent;
	return ino + (uint64_t)f->number;
}

uint64_t fpt_f2_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)nodeid, (void)dirent;
	if (op != FUSE_GETATTR && op != FPT_OP_STATX)
		return ino;
	return atomic_fetch_add(&f->count, 1) + 1 >= (unsigned long)f->number ? ino + 100 : ino;
}

static bool is_op(const char *value, uint32_t op)
{
	static const struct {
		const char *value;
		uint32_t op;
	} known[] = {
		{ "setattr", FUSE_SETATTR }, { "create", FUSE_CREATE },
		{ "link", FUSE_LINK },	     { "readdirplus", FUSE_READDIRPLUS },
		{ "lookup", FUSE_LOOKUP },   { "mknod", FUSE_MKNOD },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].op == op && !strcmp(known[i].value, value))
			return true;
	return false;
}

uint64_t fpt_f3_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)nodeid, (void)dirent;
	return is_op(f->value, op) ? ino + 100 : ino;
}

uint64_t fpt_f5_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)f, (void)op, (void)dirent;
	return nodeid >= FPT_NODEID_HIGH ? ino + 100 : ino;
}

uint64_t fpt_f7_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)f, (void)nodeid, (void)op, (void)dirent;
	return ino | 1ULL << 40;
}

uint64_t fpt_f8_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)nodeid;
	return op == FUSE_READDIRPLUS && dirent ? ino + (uint64_t)f->number : ino;
}

uint64_t fpt_f9_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent)
{
	(void)nodeid, (void)dirent;
	return op == FUSE_READDIRPLUS ? ino + (uint64_t)f->number : ino;
}

void fpt_f10_statx(struct fpt_fault *f, struct fpt_statx_out *out)
{
	if (!strcmp(f->value, "partial")) {
		out->mask = STATX_TYPE | STATX_MODE;
		return;
	}
	out->mask &= ~(uint32_t)STATX_INO;
	out->ino = 0;
}

void fpt_f14_entry(struct fpt_fault *f, struct fuse_entry_out *out, uint32_t opcode)
{
	if (is_op(f->value, opcode))
		out->nodeid = 0;
}

void fpt_f15_entry(struct fpt_fault *f, struct fuse_entry_out *out, uint32_t opcode)
{
	if (is_op(f->value, opcode))
		out->nodeid = FUSE_ROOT_ID;
}

void fpt_f16_attr(struct fpt_fault *f, struct fuse_attr *attr, uint32_t opcode)
{
	(void)f;
	if (opcode == FUSE_GETATTR)
		attr->mode = (attr->mode & 07777) | (S_ISREG(attr->mode) ? S_IFDIR : S_IFREG);
}

void fpt_f17_attr(struct fpt_fault *f, struct fuse_attr *attr, uint32_t opcode)
{
	(void)opcode;
	if (!strcmp(f->value, "size"))
		attr->size = UINT64_MAX;
	else
		attr->mode &= 07777;
}

static void set_flags(struct fpt_init_out *out, uint64_t set, uint64_t clear)
{
	out->flags = (out->flags | (uint32_t)set) & ~(uint32_t)clear;
	out->flags2 = (out->flags2 | (uint32_t)(set >> 32)) & ~(uint32_t)(clear >> 32);
}

void fpt_f26_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit)
{
	(void)f, (void)ino_bit;
	set_flags(out, 0, FUSE_PASSTHROUGH);
}

void fpt_f27_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit)
{
	(void)ino_bit;
	if (strcmp(f->value, "writeback"))
		out->max_stack_depth = (uint32_t)f->number;
	else
		set_flags(out, FUSE_WRITEBACK_CACHE, 0);
}

void fpt_f28_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit)
{
	uint64_t clear = strcmp(f->value, "no-init-ext") ? FUSE_PASSTHROUGH : FUSE_INIT_EXT;

	set_flags(out, 1ULL << ino_bit, clear);
}

void fpt_f29_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit)
{
	(void)f;
	set_flags(out, 1ULL << ino_bit, 0);
}
