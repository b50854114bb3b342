// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of open modes: a mode is a name for the FOPEN_ flags of an open reply.
 */
#include "mode.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto.h"

static const struct fpt_mode modes[] = {
	{ "passthrough", FOPEN_PASSTHROUGH, "the kernel reads and writes the backing file itself" },
	{ "cached", 0, "through the page cache; data comes from the server" },
	{ "keep-cache", FOPEN_KEEP_CACHE, "cached; the pages outlive the open" },
	{ "cached-parallel", FOPEN_PARALLEL_DIRECT_WRITES,
	  "cached, with a flag for direct I/O, which the kernel drops" },
	{ "direct", FOPEN_DIRECT_IO, "no page cache; each read and write goes to the server" },
	{ "parallel", FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES,
	  "direct, with writes in parallel" },
	{ "passthrough-direct", FOPEN_PASSTHROUGH | FOPEN_DIRECT_IO,
	  "mmap to the backing file; reads and writes go to the server" },
	{ "passthrough-parallel",
	  FOPEN_PASSTHROUGH | FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES,
	  "passthrough-direct, with writes in parallel" },
};

#define N_MODES (sizeof(modes) / sizeof(modes[0]))

const struct fpt_mode *fpt_mode__find(const char *name)
{
	for (size_t i = 0; i < N_MODES; i++)
		if (!strcmp(modes[i].name, name))
			return &modes[i];
	return NULL;
}

/* splitmix64's last step, on what makes the decision one of its own */
uint64_t fpt_random(uint64_t seed, uint64_t key, uint64_t n)
{
	uint64_t z = seed + key * 0x9e3779b97f4a7c15ULL + n * 0xd1342543de82ef95ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static bool in_set(size_t i, unsigned int set, bool passthrough)
{
	return set >> i & 1 && !(modes[i].fopen & FOPEN_PASSTHROUGH) != passthrough;
}

uint32_t fpt_mode__pick(unsigned int set, uint64_t random, bool passthrough)
{
	size_t i = random % N_MODES, n = 0;

	for (; n < N_MODES && !in_set(i, set, passthrough); n++)
		i = (i + 1) % N_MODES;
	if (n == N_MODES)
		return fpt_mode__pick(set, random, !passthrough);
	/* NOFLUSH goes with every mode. */
	return modes[i].fopen | (random >> 40 & 1 ? FOPEN_NOFLUSH : 0);
}

unsigned int fpt_mode__bit(const struct fpt_mode *mode)
{
	return 1u << (mode - modes);
}

const char *fpt_mode__name(size_t i)
{
	return i < N_MODES ? modes[i].name : NULL;
}

void fpt_mode__list(FILE *to)
{
	for (size_t i = 0; i < N_MODES; i++)
		fprintf(to, "  %-21s %s\n", modes[i].name, modes[i].help);
}
