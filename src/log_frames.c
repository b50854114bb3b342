// SPDX-License-Identifier: GPL-2.0-only
#include "log_frames.h"

#include <errno.h>

struct known {
	uint32_t piece; /* the last that has it, and 1; 0: none */
	struct fpt_frame_record record;
};

int fpt_log_frames__remember(struct fpt_log_frames *frames, const struct fpt_frame_record *record)
{
	struct known *known;

	if (fpt_map__find(&frames->known, record->number))
		return 0;
	known = calloc(1, sizeof(*known));
	if (!known || !fpt_map__add(&frames->known, record->number, known)) {
		free(known);
		return -ENOMEM;
	}
	known->record = *record;
	known->record.h.size = sizeof(*record); /* a later version may have more fields */
	return 0;
}

void fpt_log_frames__begin_piece(struct fpt_log_frames *frames)
{
	frames->piece++;
}

/* Adds the frame, if the piece lacks it, behind those that it was called from. */
static void need(struct fpt_log_frames *frames, uint32_t number)
{
	struct known *known = fpt_map__find(&frames->known, number);

	if (!known || known->piece == frames->piece + 1 ||
	    frames->events.size + sizeof(known->record) > FPT_LOG_FRAMES_MAX)
		return;
	known->piece = frames->piece + 1; /* before the others: no circle is without an end */
	need(frames, known->record.caller);
	fpt_buffer__put(&frames->events, &known->record, sizeof(known->record));
	frames->added++;
}

static void look_at(struct fpt_log_frames *frames, const struct fpt_header *event)
{
	const struct fpt_called_from *from = (const void *)event;
	const struct fpt_frame_record *record = (const void *)event;
	struct known *known;

	if (event->kind == FPT_CALLED_FROM)
		need(frames, from->frame);
	if (event->kind != FPT_FRAME)
		return;
	need(frames, record->caller);
	known = fpt_map__find(&frames->known, record->number);
	if (known)
		known->piece = frames->piece + 1;
}

/* In front of the others, as if they had come with the first of its batches. */
static int put_in_front(struct fpt_log_frames *frames, struct fpt_log_content *content)
{
	struct fpt_log_part *parts;

	fpt_buffer__put(&frames->events, content->events, content->bytes);
	fpt_buffer__put(&frames->parts, content->parts, content->part_count * sizeof(*parts));
	if (frames->events.failed || frames->parts.failed)
		return -ENOMEM;
	parts = (struct fpt_log_part *)frames->parts.at;
	parts[0].count += frames->added;
	content->events = (char *)frames->events.at;
	content->bytes = frames->events.size;
	content->parts = parts;
	content->count += frames->added;
	content->records += frames->added;
	return 0;
}

int fpt_log_frames__complete(struct fpt_log_frames *frames, const struct fpt_log_content *content,
			     struct fpt_log_content *complete)
{
	const char *at = content->events, *end = at + content->bytes;

	*complete = *content;
	if (!frames->known.used || !content->part_count)
		return 0;
	frames->events.size = frames->parts.size = 0;
	frames->added = 0;
	for (; at < end; at += ((const struct fpt_header *)at)->size)
		look_at(frames, (const void *)at);
	return frames->added ? put_in_front(frames, complete) : 0;
}

void fpt_log_frames__free(struct fpt_log_frames *frames)
{
	uint32_t at = 0;
	void *known;

	while ((known = fpt_map__next(&frames->known, &at)))
		free(known);
	fpt_map__clear(&frames->known);
	free(frames->events.at);
	free(frames->parts.at);
	*frames = (struct fpt_log_frames){ 0 };
}
