// SPDX-License-Identifier: GPL-2.0-only
/*
 * The faults that were asked for: parses --fault and calls the hooks of those that match a
 * file. Knows nothing of what any of them does.
 */
#include "fault.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mode.h"

#define FAULT(id_, name_, values_, value_, help_, ...) \
	{ .id = id_, \
	  .name = name_, \
	  .values = values_, \
	  .value = value_, \
	  .help = help_, \
	  __VA_ARGS__ },

static const struct fpt_fault_type types[] = {
#include "fault.def"
};

#undef FAULT

#define N_TYPES (sizeof(types) / sizeof(types[0]))
#define MAX_FAULTS 32

static struct fpt_fault faults[MAX_FAULTS];
static size_t n_faults;

/* The share of the requests in which a fault is made, of 2^32. */
static uint64_t share = 1ULL << 32;
static uint64_t share_seed;
static __thread uint64_t request;

static const char *type_name(size_t i)
{
	return i < N_TYPES ? types[i].name : NULL;
}

/* By name, or by id: "F1". */
static const struct fpt_fault_type *find_type(const char *name)
{
	char id[16];

	for (size_t i = 0; i < N_TYPES; i++) {
		snprintf(id, sizeof(id), "F%d", types[i].id);
		if (!strcmp(name, types[i].name) || !strcmp(name, id))
			return &types[i];
	}
	return NULL;
}

static bool is_number(const char *text, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 0);
	return !errno && end != text && !*end;
}

/* Is value one of the words in "a|b|N"? */
static bool allowed(struct fpt_fault *f, const char *values)
{
	size_t n = strlen(f->value);

	while (*values) {
		size_t word = strcspn(values, "|");

		if (word == 1 && *values == 'N' && is_number(f->value, &f->number))
			return true;
		if (word == n && !memcmp(values, f->value, n))
			return true;
		values += word + (values[word] == '|');
	}
	return false;
}

static int set_value(struct fpt_fault *f, const char *value)
{
	const struct fpt_fault_type *type = f->type;

	if (!*value) {
		f->value = type->value ? type->value : "";
		if (type->value)
			is_number(type->value, &f->number);
		return 0;
	}
	f->value = value;
	if (!type->values) {
		fpt_warn("--fault %s: takes no value, got %s (a file name goes after @)",
			 type->name, value);
		return -1;
	}
	if (!allowed(f, type->values)) {
		fpt_warn("--fault %s: the value must be %s, got %s", type->name, type->values,
			 value);
		return -1;
	}
	return 0;
}

int fpt_fault__add(char *text)
{
	struct fpt_fault *f = &faults[n_faults];
	char *at = strchr(text, '@'), *value;
	const char *near;

	if (n_faults == MAX_FAULTS) {
		fpt_warn("--fault %s: no more than %d faults", text, MAX_FAULTS);
		return -1;
	}
	/* The glob may hold any character, so it is cut off first. */
	if (at)
		*at++ = '\0';
	f->glob = at;
	value = strchr(text, '=');
	if (value)
		*value++ = '\0';
	f->type = find_type(text);
	if (!f->type) {
		near = fpt_opts__nearest(text, type_name);
		fpt_warn("unknown fault %s%s%s: see --list-faults", text,
			 near ? ", did you mean " : "", near ? near : "");
		return -1;
	}
	if (set_value(f, value ? value : ""))
		return -1;
	n_faults++;
	return 0;
}

void fpt_fault__set_share(double part, uint64_t seed)
{
	share = (uint64_t)(part * (double)(1ULL << 32));
	share_seed = seed;
}

void fpt_fault__request(uint64_t unique)
{
	request = unique;
}

void fpt_fault__list(FILE *to)
{
	for (size_t i = 0; i < N_TYPES; i++) {
		const struct fpt_fault_type *t = &types[i];

		fprintf(to, "F%-3d %s", t->id, t->name);
		if (t->values)
			fprintf(to, "=%s", t->values);
		if (t->value)
			fprintf(to, " (%s)", t->value);
		fprintf(to, "\n     %s\n", t->help);
	}
}

void fpt_fault__log(void)
{
	for (size_t i = 0; i < n_faults; i++)
		fpt_log("# fault F%d %s value \"%s\" glob \"%s\"", faults[i].type->id,
			faults[i].type->name, faults[i].value,
			faults[i].glob ? faults[i].glob : "*");
}

static bool matches(const struct fpt_fault *f, const char *name)
{
	return !f->glob || !fnmatch(f->glob, name, 0);
}

/* One draw for all that a fault does about a request. */
static bool drawn(const struct fpt_fault *f)
{
	return fpt_random(share_seed, request, (uint64_t)(f - faults)) >> 32 < share;
}

/* Calls a hook of each fault that has it, matches the name and is due. */
#define CALL(hook, name, ...) \
	for (struct fpt_fault *f = faults; f < faults + n_faults; f++) \
		if (f->type->hook && matches(f, name) && drawn(f)) \
	f->type->hook(f, ##__VA_ARGS__)

void fpt_fault__init(struct fpt_init_out *out, int ino_bit)
{
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].type->init)
			faults[i].type->init(&faults[i], out, ino_bit);
}

uint64_t fpt_fault__ino(uint64_t ino, uint64_t nodeid, const char *name, uint32_t opcode,
			bool dirent)
{
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].type->ino && matches(&faults[i], name) && drawn(&faults[i]))
			ino = faults[i].type->ino(&faults[i], ino, nodeid, opcode, dirent);
	return ino;
}

void fpt_fault__attr(struct fuse_attr *attr, uint64_t nodeid, const char *name, uint32_t opcode)
{
	attr->ino = fpt_fault__ino(attr->ino, nodeid, name, opcode, false);
	CALL(attr, name, attr, opcode);
}

void fpt_fault__entry(struct fuse_entry_out *out, const char *name, uint32_t opcode)
{
	CALL(entry, name, out, opcode);
}

void fpt_fault__statx(struct fpt_statx_out *out, uint64_t nodeid, const char *name)
{
	out->ino = fpt_fault__ino(out->ino, nodeid, name, FPT_OP_STATX, false);
	CALL(statx, name, out);
}

void fpt_fault__choose(struct fpt_open *o)
{
	CALL(choose, o->node->name, o);
}

void fpt_fault__answer(struct fpt_open *o)
{
	CALL(answer, o->node->name, o);
}

void fpt_fault__write(struct fpt_node *node, int fd)
{
	char name[FPT_NAME_SIZE];

	fpt_fault__name_of(node, name);
	CALL(write, name, fd);
}

void fpt_fault__node(struct fpt_node *node)
{
	CALL(node, node->name, node);
}

int fpt_fault__backing(const struct fpt_node *node)
{
	int fd = -1;

	for (size_t i = 0; i < n_faults && fd < 0; i++)
		if (faults[i].type->backing && matches(&faults[i], node->name))
			fd = faults[i].type->backing(&faults[i], node);
	return fd;
}

void fpt_fault__closed(struct fpt_node *node)
{
	CALL(closed, node->name, node);
}

uint64_t fpt_fault__alias(const char *name)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < n_faults; i++) {
		if (!faults[i].type->aliases || !matches(&faults[i], name))
			continue;
		hash = 14695981039346656037ULL;
		for (const char *c = name; *c; c++)
			hash = (hash ^ (unsigned char)*c) * 1099511628211ULL;
	}
	return hash;
}

bool fpt_fault__leaks_ids(void)
{
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].type->leaks_ids && drawn(&faults[i]))
			return true;
	return false;
}

bool fpt_fault__longer_entries(const char *name)
{
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].type->longer_entries && matches(&faults[i], name))
			return true;
	return false;
}

const char *fpt_fault__name_of(struct fpt_node *node, char name[FPT_NAME_SIZE])
{
	name[0] = '\0';
	if (n_faults) {
		pthread_mutex_lock(&node->lock);
		snprintf(name, FPT_NAME_SIZE, "%s", node->name);
		pthread_mutex_unlock(&node->lock);
	}
	return name;
}
