/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Misbehaviour on demand. fault.def is the table; fault.c parses --fault and calls the hooks;
 * fault_*.c hold one function per fault and hook.
 */
#ifndef FPT_SERVER_FAULT_H
#define FPT_SERVER_FAULT_H

#include <stdatomic.h>
#include <stdio.h>

#include "file.h"
#include "req.h"

#define FPT_NAME_SIZE 256

/* A fault that was asked for. */
struct fpt_fault {
	const struct fpt_fault_type *type;
	const char *glob; /* NULL: all files */
	const char *value; /* as given, else the default; "" when it takes none */
	long number; /* value, where it is one */
	atomic_ulong count; /* for the hook's own use */
};

struct fpt_fault_type {
	int id;
	const char *name;
	const char *values; /* "a|b", "N" for a number; NULL: takes none */
	const char *value; /* the default */
	const char *help;
	/* Is a lookup under another name another node? */
	bool aliases;
	/* Do backing ids stay registered? */
	bool leaks_ids;
	/* Are entries longer than the kernel wants them? */
	bool longer_entries;
	void (*init)(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit);
	/* The number to tell instead of ino, by opcode; dirent: in a directory entry. */
	uint64_t (*ino)(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t opcode,
			bool dirent);
	void (*attr)(struct fpt_fault *f, struct fuse_attr *attr, uint32_t opcode);
	void (*entry)(struct fpt_fault *f, struct fuse_entry_out *out, uint32_t opcode);
	void (*statx)(struct fpt_fault *f, struct fpt_statx_out *out);
	/* A new node, before it is in the table, whose lock is held. */
	void (*node)(struct fpt_fault *f, struct fpt_node *node);
	/* A descriptor to register for the node instead of its file's, or -1. */
	int (*backing)(struct fpt_fault *f, const struct fpt_node *node);
	/* The node's last file was closed. */
	void (*closed)(struct fpt_fault *f, struct fpt_node *node);
	/* Before a backing id is looked for: the mode. After it: the reply. */
	void (*choose)(struct fpt_fault *f, struct fpt_open *o);
	void (*answer)(struct fpt_fault *f, struct fpt_open *o);
	/* After a write, before the reply. */
	void (*write)(struct fpt_fault *f, int fd);
};

/* Takes "NAME[=VALUE][@GLOB]", which must outlive the server. Returns 0, or -1 after a message. */
int fpt_fault__add(char *text);
/*
 * From now on a fault is made in that share (0 to 1) of the requests alone. INIT is none of them,
 * and neither are those faults that change what a node is.
 */
void fpt_fault__set_share(double share, uint64_t seed);
/* Tells the thread which request it serves. */
void fpt_fault__request(uint64_t unique);
void fpt_fault__list(FILE *to);
/* Starts a log with what was asked for. */
void fpt_fault__log(void);

/* The hooks. name is the one by which the file is known; nodeid 0: none. */
void fpt_fault__init(struct fpt_init_out *out, int ino_bit);
uint64_t fpt_fault__ino(uint64_t ino, uint64_t nodeid, const char *name, uint32_t opcode,
			bool dirent);
void fpt_fault__attr(struct fuse_attr *attr, uint64_t nodeid, const char *name, uint32_t opcode);
void fpt_fault__entry(struct fuse_entry_out *out, const char *name, uint32_t opcode);
void fpt_fault__statx(struct fpt_statx_out *out, uint64_t nodeid, const char *name);
void fpt_fault__choose(struct fpt_open *o);
void fpt_fault__answer(struct fpt_open *o);
void fpt_fault__write(struct fpt_node *node, int fd);
void fpt_fault__node(struct fpt_node *node);
int fpt_fault__backing(const struct fpt_node *node);
void fpt_fault__closed(struct fpt_node *node);
uint64_t fpt_fault__alias(const char *name);
bool fpt_fault__leaks_ids(void);
bool fpt_fault__longer_entries(const char *name);

/* The node's name for the hooks, copied under its lock; "" while there are no faults. */
const char *fpt_fault__name_of(struct fpt_node *node, char name[FPT_NAME_SIZE]);

/* fault_attr.c, fault_node.c, fault_open.c: the functions fault.def names. */
uint64_t fpt_f1_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
uint64_t fpt_f2_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
uint64_t fpt_f3_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
uint64_t fpt_f5_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
int fpt_f6_backing(struct fpt_fault *f, const struct fpt_node *node);
uint64_t fpt_f7_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
uint64_t fpt_f8_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
uint64_t fpt_f9_ino(struct fpt_fault *f, uint64_t ino, uint64_t nodeid, uint32_t op, bool dirent);
void fpt_f10_statx(struct fpt_fault *f, struct fpt_statx_out *out);
void fpt_f11_node(struct fpt_fault *f, struct fpt_node *node);
void fpt_f12_node(struct fpt_fault *f, struct fpt_node *node);
void fpt_f13_node(struct fpt_fault *f, struct fpt_node *node);
void fpt_f14_entry(struct fpt_fault *f, struct fuse_entry_out *out, uint32_t opcode);
void fpt_f15_entry(struct fpt_fault *f, struct fuse_entry_out *out, uint32_t opcode);
void fpt_f16_attr(struct fpt_fault *f, struct fuse_attr *attr, uint32_t opcode);
void fpt_f17_attr(struct fpt_fault *f, struct fuse_attr *attr, uint32_t opcode);
void fpt_f18_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f19_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f20_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f20_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f21_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f22_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f23_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f24_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f25_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f26_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit);
void fpt_f26_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f27_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit);
void fpt_f28_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit);
void fpt_f29_init(struct fpt_fault *f, struct fpt_init_out *out, int ino_bit);
void fpt_f30_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f31_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f32_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f33_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f34_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f35_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f36_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f37_answer(struct fpt_fault *f, struct fpt_open *o);
void fpt_f38_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f41_closed(struct fpt_fault *f, struct fpt_node *node);
void fpt_f42_choose(struct fpt_fault *f, struct fpt_open *o);
void fpt_f43_write(struct fpt_fault *f, int fd);
void fpt_f44_write(struct fpt_fault *f, int fd);

#endif
