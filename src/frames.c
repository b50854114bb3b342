// SPDX-License-Identifier: GPL-2.0-only
/* Stacks as a tree: a frame is known by its place and by the frame it was called from. */
#include "frames.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address, and what it is called; both live as long as the run. */
struct place {
	uint32_t number;
	const struct fpt_symbol *symbol; /* NULL: not known */
	char name[128];
};

static struct place *new_place(struct fpt_frames *frames, uint64_t address)
{
	struct place *place = calloc(1, sizeof(*place));
	const struct fpt_symbol *symbol = fpt_kallsyms__find(&frames->kallsyms, address);

	if (!place || !fpt_map__add(&frames->place, address, place)) {
		free(place);
		return NULL;
	}
	place->number = ++frames->places;
	place->symbol = symbol;
	if (symbol)
		snprintf(place->name, sizeof(place->name), "%.80s+0x%llx%s%.30s%s", symbol->name,
			 (unsigned long long)(address - symbol->address),
			 *symbol->module ? " [" : "", symbol->module, *symbol->module ? "]" : "");
	else
		snprintf(place->name, sizeof(place->name), "?");
	return place;
}

static bool begins_with(const struct place *place, const char *words)
{
	return place->symbol && strncmp(place->symbol->name, words, strlen(words)) == 0;
}

static bool is_trampoline(const struct place *place)
{
	return begins_with(place, "bpf_trampoline_");
}

/*
 * How many frames are those of the program that took the stack.  The kernel can be told
 * to keep the names of programs to itself; whatever was traced has one.
 */
static size_t count_own(struct place **place, size_t count)
{
	size_t own = 0;

	while (own < count && (!place[own]->symbol || begins_with(place[own], "bpf_")))
		own++;
	return own;
}

/*
 * What the kernel would have without the tracing: a trampoline is called from the
 * begin of the function it is for, and calls the rest of it.
 */
static size_t leave_out_own(struct place **place, size_t count)
{
	size_t from, to = 0;
	bool own, again;

	for (from = count_own(place, count); from < count; from++) {
		again = to && from + 1 < count && place[to - 1]->symbol &&
			place[from + 1]->symbol == place[to - 1]->symbol;
		own = is_trampoline(place[from]) || (again && !place[from]->symbol);
		if (!own)
			place[to++] = place[from];
		else if (again)
			from++;
	}
	return to;
}

/* The number of the frame; 0 without memory. */
static uint32_t add_frame(struct fpt_frames *frames, uint32_t caller, const struct place *place)
{
	const uint64_t key = (uint64_t)caller << 32 | place->number;
	struct fpt_frame_record record = { .h = { .size = sizeof(record), .kind = FPT_FRAME },
					   .number = frames->frames + 1,
					   .caller = caller };
	uint32_t *known = fpt_map__find(&frames->frame, key);

	if (known)
		return *known;
	known = malloc(sizeof(*known));
	if (!known || !fpt_map__add(&frames->frame, key, known)) {
		free(known);
		return 0;
	}
	*known = ++frames->frames;
	memcpy(record.name, place->name, sizeof(record.name));
	fpt_buffer__put(&frames->news, &record, sizeof(record));
	frames->news_count++;
	return frames->news.failed ? 0 : *known;
}

static struct place *place_of(struct fpt_frames *frames, uint64_t address)
{
	return fpt_map__find(&frames->place, address) ?: new_place(frames, address);
}

int64_t fpt_frames__add(struct fpt_frames *frames, uint64_t function, const uint64_t *address,
			size_t count)
{
	struct place *place[FPT_STACK_DEPTH], *traced = place_of(frames, function);
	uint32_t number = 0;
	size_t i, innermost;

	if (count > FPT_STACK_DEPTH)
		count = FPT_STACK_DEPTH;
	for (i = 0; i < count; i++) {
		place[i] = place_of(frames, address[i]);
		if (!place[i])
			return -ENOMEM;
	}
	if (!traced)
		return -ENOMEM;
	count = leave_out_own(place, count);
	innermost = count && traced->symbol && place[0]->symbol == traced->symbol;
	for (i = count; i-- > innermost;) {
		number = add_frame(frames, number, place[i]);
		if (!number)
			return -ENOMEM;
	}
	number = add_frame(frames, number, traced);
	return number ? (int64_t)number : -ENOMEM;
}

void fpt_frames__name(struct fpt_called_from *from, int64_t number)
{
	from->function = 0;
	from->frame = number < 0 ? 0 : (uint32_t)number;
	from->ret = number < 0 ? (int32_t)number : 0;
}

void fpt_frames__told(struct fpt_frames *frames)
{
	frames->news.size = 0;
	frames->news_count = 0;
}

static void free_all(struct fpt_map *map)
{
	uint32_t at = 0;
	void *value;

	while ((value = fpt_map__next(map, &at)))
		free(value);
	fpt_map__clear(map);
}

void fpt_frames__free(struct fpt_frames *frames)
{
	free_all(&frames->place);
	free_all(&frames->frame);
	fpt_kallsyms__free(&frames->kallsyms);
	free(frames->news.at);
	*frames = (struct fpt_frames){ 0 };
}
