// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the checker with histories: the bytes say which events come, of which
 * thread, inode and file, and what they tell.  Few of each, so that they meet.
 * Any history must end in a verdict, and one that cannot be in no other than
 * inconclusive.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/json_check.h"
#include "report.h"
#include "session.h"
#include "table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BATCH_BYTES 8192
#define FIELDS 32 /* of a kind, at most */
#define SECOND 1000000000ULL

#define COUNT(number, NAME, name, text) +1
enum { KINDS = 0 FPT_EVENTS(COUNT) };

/* One event, or what happens to the stream. */
struct step {
	uint8_t kind; /* from STEP_EVENTS on: enum what */
	uint8_t thread; /* and, in the upper half, the processor */
	uint8_t object; /* inode, file, connection: two bits each */
	uint8_t choice; /* of numbers that nothing else says */
	uint8_t state; /* io mode counter, backing file */
	uint8_t ret;
	uint8_t time; /* passed since the event before */
	uint8_t odd; /* 1 to 199: this byte of the event becomes @choice */
};

#define STEP_EVENTS 240
enum what { BATCH, LOSS, MISS, GAP, TICK, STRANGE_KIND, STRANGE_SIZE, SECOND_RUN };

struct feeder {
	struct fpt_session session;
	uint64_t events[BATCH_BYTES / 8];
	struct fpt_batch batch;
	uint64_t now, produced, lost, seq[16];
};

static void hand_over(struct feeder *feeder)
{
	feeder->batch.events = feeder->events;
	feeder->batch.produced = feeder->produced;
	if (fpt_session__batch(&feeder->session, &feeder->batch))
		abort();
	feeder->batch = (struct fpt_batch){};
}

static void set(void *event, const struct fpt_field *field, uint64_t value)
{
	if (field->format == FPT_FORMAT_TEXT)
		memset((char *)event + field->offset, 'a' + (int)(value % 26), 3);
	else
		memcpy((char *)event + field->offset, &value, field->size);
}

/* Names are looked up once: libFuzzer watches every comparison of strings. */
enum role { OTHER, INODE, NODEID, CONN, FILE_OF, MODE, BACKING, BITS, FIRST_REPLY, CTR };

static enum role role_of(const char *name)
{
	static const struct {
		const char *name;
		enum role role;
	} roles[] = {
		{ "inode", INODE },
		{ "nodeid", NODEID },
		{ "conn", CONN },
		{ "file", FILE_OF },
		{ "mode", MODE },
		{ "backing", BACKING },
		{ "before_fb", BACKING },
		{ "after_fb", BACKING },
		{ "before_bits", BITS },
		{ "after_bits", BITS },
		{ "before_attr_version", FIRST_REPLY },
		{ "before_ino", FIRST_REPLY },
		{ "before_ctr", CTR },
		{ "after_ctr", CTR },
	};
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (!strcmp(roles[i].name, name))
			return roles[i].role;
	return OTHER;
}

static uint64_t value_of_other(const struct feeder *feeder, enum fpt_format format,
			       const struct step *step)
{
	static const int results[] = { 0, 0, 0, -5, -16, -26, -22, -4095 };

	switch (format) {
	case FPT_FORMAT_NS:
		return step->ret & 0x80 ? 0 : feeder->now;
	case FPT_FORMAT_ERRNO:
		return (uint64_t)(int64_t)results[step->ret & 7];
	case FPT_FORMAT_OP:
		return 1 + step->choice % 5;
	case FPT_FORMAT_IOMODE:
		return step->choice % 3;
	case FPT_FORMAT_HEX:
		return ~0ULL;
	case FPT_FORMAT_CONN:
		return FPT_CONN_PASSTHROUGH | FPT_CONN_PASSTHROUGH_INO;
	default:
		return step->choice;
	}
}

static uint64_t value_of(const struct feeder *feeder, enum role role, enum fpt_format format,
			 const struct step *step)
{
	switch (role) {
	case INODE:
		return 0x1000 + (step->object & 3);
	case NODEID:
		return 1 + (step->object & 3);
	case CONN:
		return 0x2000 + (step->object >> 6 & 1);
	case FILE_OF:
		return 1 + (step->object >> 2 & 15);
	case MODE:
		return step->choice == 255 ? 0040755 : 0100644;
	case BACKING:
		return step->state >> 6 ? 0x3000 + (step->state >> 6) : 0;
	case BITS:
		return FPT_BIT_READ | (step->state >> 4 & 1);
	case FIRST_REPLY:
		return step->choice & 1;
	case CTR:
		return (uint64_t)(int64_t)((step->state & 7) - 3);
	default:
		return value_of_other(feeder, format, step);
	}
}

static void add_event(struct feeder *feeder, const struct step *step)
{
	static enum role roles[KINDS][FIELDS];
	static bool known[KINDS];
	size_t number = step->kind % KINDS, at = number, i;
	const struct fpt_kind_info *info = fpt_kinds(&at);
	struct fpt_header *h = (void *)((char *)feeder->events + feeder->batch.bytes);

	for (i = 0; !known[number] && i < info->nfields; i++)
		roles[number][i] = role_of(info->fields[i].name);
	known[number] = true;
	memset(h, 0, info->size);
	feeder->now += step->time * 1000000ULL * (step->time & 0x80 ? 100 : 1);
	for (i = 0; i < info->nfields; i++)
		set(h, &info->fields[i],
		    value_of(feeder, roles[number][i], info->fields[i].format, step));
	*h = (struct fpt_header){ .size = info->size,
				  .kind = info->kind,
				  .cpu = step->thread >> 4,
				  .seq = feeder->seq[step->thread >> 4]++,
				  .ts_ns = feeder->now,
				  .tid = 1 + (step->thread & 15),
				  .tgid = 1 };
	/* The size is for STRANGE_SIZE; a text keeps its end, as the log reader sees to it. */
	if (step->odd > offsetof(struct fpt_header, kind) && step->odd < info->size)
		((uint8_t *)h)[step->odd] = step->choice;
	if (fpt_event__check(h, info->size) || h->kind >= FPT_RECORD_FIRST)
		h->kind = 63;
	feeder->batch.bytes += h->size;
	feeder->batch.count++;
	feeder->produced++;
}

static void add_strange(struct feeder *feeder, const struct step *step)
{
	struct fpt_header *h = (void *)((char *)feeder->events + feeder->batch.bytes);
	uint16_t size = sizeof(*h) + 8 * (step->choice % 24);

	memset(h, step->state, size);
	h->size = size;
	h->kind = step->kind == STEP_EVENTS + STRANGE_SIZE ? 1 + step->object % KINDS : KINDS + 1;
	h->tid = step->thread;
	feeder->batch.bytes += size;
	feeder->batch.count++;
	feeder->produced++;
}

static void begin_run(struct feeder *feeder, const struct step *step)
{
	struct fpt_run_record run = { .h = { sizeof(run), FPT_RUN, 0, 0, 1, 1, 1 },
				      .events = ~0ULL,
				      .some_tasks_only = step->choice == 1,
				      .only_ino = step->choice == 2 ? 2 : 0 };
	struct fpt_batch batch = { .events = &run, .bytes = sizeof(run), .count = 1 };

	if (fpt_session__batch(&feeder->session, &batch))
		abort();
}

static void take_step(struct feeder *feeder, const struct step *step)
{
	struct fpt_time_record time = { .h = { sizeof(time), FPT_TIME, 0, 0, 1, 1, 1 } };

	if (BATCH_BYTES - feeder->batch.bytes < 2 * FPT_EVENT_MAX)
		hand_over(feeder);
	if (step->kind < STEP_EVENTS)
		return add_event(feeder, step);
	switch ((enum what)(step->kind - STEP_EVENTS)) {
	case LOSS:
		feeder->batch.lost += 1 + step->choice;
		feeder->produced += 1 + step->choice;
		feeder->lost += 1 + step->choice;
		break;
	case MISS:
		feeder->batch.missed++;
		break;
	case GAP:
		hand_over(feeder);
		fpt_session__gap(&feeder->session);
		break;
	case TICK:
		hand_over(feeder);
		feeder->now += step->time * SECOND;
		time.h.ts_ns = feeder->now;
		memcpy(feeder->events, &time, sizeof(time));
		feeder->batch = (struct fpt_batch){ .bytes = sizeof(time), .count = 1 };
		hand_over(feeder);
		break;
	case STRANGE_KIND:
	case STRANGE_SIZE:
		add_strange(feeder, step);
		break;
	case SECOND_RUN:
		begin_run(feeder, step);
		break;
	default:
		hand_over(feeder);
	}
}

static void must_hold(const struct fpt_summary *summary)
{
	enum fpt_verdict verdict = fpt_summary__verdict(summary);

	if (summary->impossible && verdict != FPT_VERDICT_INCONCLUSIVE)
		abort();
	if (!summary->impossible != !summary->first_impossible[0])
		abort();
	if ((summary->lost || summary->missed || summary->gaps) && verdict == FPT_VERDICT_PASS)
		abort();
}

static void must_be_json(char *text)
{
	char *end;

	for (; *text; text = end + 1) {
		end = text + strcspn(text, "\n");
		if (!*end || !json_is_line(strndupa(text, (size_t)(end - text) + 1)))
			abort();
	}
}

static void judge(const uint8_t *data, size_t size, const struct fpt_output *output)
{
	static struct feeder feeder;
	static const struct fpt_ending ending;
	struct fpt_session_options options = { .sinks.count = 1, .events = true, .counts = true };
	struct step step = {};
	size_t length;
	char *text;
	FILE *out;

	memset(&feeder, 0, sizeof(feeder));
	feeder.now = 100 * SECOND;
	options.all_events = size & 16;
	out = open_memstream(&text, &length);
	if (!out)
		abort();
	options.sinks.sink[0] = (struct fpt_sink){ .form = output, .out = out };
	fpt_session__init(&feeder.session, &options);
	if (size)
		step.choice = data[0];
	begin_run(&feeder, &step);
	for (; size >= sizeof(step); data += sizeof(step), size -= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		take_step(&feeder, &step);
	}
	hand_over(&feeder);
	feeder.batch = (struct fpt_batch){ .end = true, .lost = feeder.lost };
	hand_over(&feeder);
	fpt_session__end(&feeder.session, &ending);
	must_hold(fpt_session__summary(&feeder.session));
	fpt_session__free(&feeder.session);
	fclose(out);
	if (output == &fpt_out_json)
		must_be_json(text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	judge(data, size, size & 8 ? &fpt_out_text : &fpt_out_json);
	return 0;
}
