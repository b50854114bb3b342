// SPDX-License-Identifier: GPL-2.0-only
/*
 * A log can be of anybody: a frame's caller is one that was told before, so that no
 * stack is without an end, and what is kept is bounded by what was read.
 */
#include "callers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

#define DUE_MAX 4096 /* more are left over from events that were lost */
#define DEPTH_MAX 64 /* frames of a stack that are shown; the kernel gives fewer */
#define SHORT 6 /* frames that say enough to most people */

struct frame {
	const struct frame *caller; /* NULL: not known, or none */
	char *stack; /* from here outwards; NULL: nobody has asked */
	char name[4 * 128]; /* printable */
};

/* Both fit: a CPU has far fewer events than that. */
static uint64_t key_of(uint32_t cpu, uint64_t seq)
{
	return (uint64_t)cpu << 48 ^ seq;
}

int fpt_callers__frame(struct fpt_callers *callers, const struct fpt_frame_record *record)
{
	struct frame *frame;

	if (fpt_map__find(&callers->frame, record->number))
		return 1;
	frame = calloc(1, sizeof(*frame));
	if (!frame)
		return -ENOMEM;
	frame->caller = fpt_map__find(&callers->frame, record->caller);
	fpt_sanitize(frame->name, sizeof(frame->name), record->name, sizeof(record->name));
	if (fpt_map__add(&callers->frame, record->number, frame))
		return 0;
	free(frame);
	return -ENOMEM;
}

static void forget(struct fpt_map *map)
{
	uint32_t at = 0;
	void *value;

	while ((value = fpt_map__next(map, &at)))
		free(value);
	fpt_map__clear(map);
}

int fpt_callers__take(struct fpt_callers *callers, const struct fpt_called_from *from)
{
	struct fpt_called_from *due;

	callers->told++;
	callers->not_taken += from->ret < 0;
	if (from->of == from->h.seq)
		return 0; /* its event was lost */
	due = malloc(sizeof(*due));
	if (callers->due.used >= DUE_MAX)
		forget(&callers->due);
	if (!due || !fpt_map__add(&callers->due, key_of(from->h.cpu, from->of), due)) {
		free(due);
		return -ENOMEM;
	}
	*due = *from;
	return 0;
}

static const char *stack_of(struct frame *innermost)
{
	const struct frame *frame;
	size_t size = 0, depth = 0;
	char *at;

	if (innermost->stack)
		return innermost->stack;
	for (frame = innermost; frame && depth < DEPTH_MAX; frame = frame->caller, depth++)
		size += strlen(frame->name) + 1;
	at = innermost->stack = malloc(size);
	for (frame = innermost; at && depth; frame = frame->caller, depth--)
		at += sprintf(at, "%s%s", frame->name, depth > 1 ? "\n" : "");
	return innermost->stack;
}

/* Why there is no stack. */
static const char *reason(const struct fpt_called_from *from)
{
	switch (from->ret) {
	case 0:
		return "? (the stream lacks its frames)";
	case -EEXIST:
	case -ENOMEM:
		return "? (the kernel had no room for one more stack)";
	default:
		return "? (the kernel could not take the stack)";
	}
}

const char *fpt_callers__of(struct fpt_callers *callers, const struct fpt_header *event)
{
	const uint64_t key = key_of(event->cpu, event->seq);
	struct fpt_called_from *from = NULL;
	struct frame *frame;
	const char *stack;

	if (callers->told) /* most streams have none at all */
		from = fpt_map__find(&callers->due, key);
	if (!from || from->h.tid != event->tid)
		return NULL;
	frame = from->ret ? NULL : fpt_map__find(&callers->frame, from->frame);
	stack = frame ? stack_of(frame) : reason(from);
	fpt_map__drop(&callers->due, key, from);
	free(from);
	return stack;
}

const char *fpt_callers__words(char *out, size_t size, const char *called_from, bool all)
{
	size_t used = 0, frames = 0, length;

	*out = '\0';
	for (; called_from && used < size; called_from = strchr(called_from, '\n')) {
		called_from += *called_from == '\n';
		if (!all && frames == SHORT) {
			snprintf(out + used, size - used, " < ...");
			break;
		}
		length = strcspn(called_from, all || *called_from == '?' ? "\n" : "+\n");
		used += (size_t)snprintf(out + used, size - used, "%s%.*s", frames ? " < " : "",
					 (int)length, called_from);
		frames++;
	}
	return out;
}

void fpt_callers__free(struct fpt_callers *callers)
{
	struct frame *frame;
	uint32_t at = 0;

	while ((frame = fpt_map__next(&callers->frame, &at)))
		free(frame->stack);
	forget(&callers->frame);
	forget(&callers->due);
}
