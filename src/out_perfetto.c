// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace for ui.perfetto.dev: a track for each mount, below it one for each
 * inode, whose slices are its io modes and whose instants the findings.  Written
 * as it comes; what is kept is an entry for each inode that is in memory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "follow.h"
#include "proto.h"
#include "report.h"
#include "value.h"

/* Numbers of perfetto's protos/perfetto/trace/, which are never changed. */
enum {
	TRACE_PACKET = 1,

	PACKET_CLOCK_SNAPSHOT = 6,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_CLOCK = 58,
	PACKET_TRACK = 60,

	SNAPSHOT_CLOCKS = 1,
	SNAPSHOT_PRIMARY = 2,
	CLOCK_ID = 1,
	CLOCK_NOW = 2,
	REALTIME = 1,
	MONOTONIC = 3,

	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_PARENT = 5,

	EVENT_ANNOTATION = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_CATEGORY = 22,
	EVENT_NAME = 23,
	ANNOTATION_STRING = 6,
	ANNOTATION_NAME = 10,
};
enum event_type { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3 };

#define STATE_CLEARED 1 /* of PACKET_SEQUENCE_FLAGS: the sequence begins here */
#define RUN_UUIDS 4 /* between the tracks of two runs themselves; the first's is 1 */

struct track {
	struct fpt_inode_key key;
	enum fpt_inode_mode mode;
	uint64_t since_ns;
	bool described;
	char name[65]; /* of the file, once an open told it */
	UT_hash_handle hh;
};

/* A device number, which one mount after another can have. */
struct device {
	uint32_t dev;
	uint32_t nth; /* mount that has it */
	bool described; /* that mount's track */
};

/* The key of a track has both: its dev is @dev below, with nth in the upper half. */
#define NTH_SHIFT 32

/* Of all runs. */
struct clocks {
	bool related; /* a snapshot was written */
	uint64_t base_ns; /* time of day of the first run */
};

/* Of one run.  Each has a sequence and tracks of its own; the time of several is that of day. */
struct perfetto {
	unsigned int run; /* from 1 */
	bool several;
	uint64_t offset_ns; /* to be added to times */
	struct track *tracks;
	struct device *device;
	size_t devices;
	uint64_t last_ns;
};

/* The track of the run itself. */
static uint64_t run_uuid(const struct perfetto *perfetto)
{
	return 1 + (uint64_t)RUN_UUIDS * (perfetto->run - 1);
}

/* Tracks are told apart by a number that nothing else must have; equal keys have the same. */
static uint64_t uuid_of(const struct perfetto *perfetto, uint64_t dev, uint64_t nodeid)
{
	uint64_t hash = dev * 0x9e3779b97f4a7c15ULL ^ (nodeid + 1) * 0xc2b2ae3d27d4eb4fULL ^
			(perfetto->run - 1) * 0x165667b19e3779f9ULL;

	hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9ULL;
	return (hash ^ hash >> 32) | 2; /* neither 0 nor a run's */
}

static void write_packet(struct fpt_sink *sink, struct fpt_proto *packet)
{
	const struct perfetto *perfetto = sink->state;
	struct fpt_proto trace = {};

	fpt_proto__number(packet, PACKET_SEQUENCE, perfetto->run);
	fpt_proto__message(&trace, TRACE_PACKET, packet);
	if (!trace.full)
		fwrite(trace.bytes, 1, trace.used, sink->out);
}

static void write_track(struct fpt_sink *sink, uint64_t uuid, uint64_t parent, const char *name)
{
	struct fpt_proto packet = {}, track = {};

	fpt_proto__number(&track, TRACK_UUID, uuid);
	if (parent)
		fpt_proto__number(&track, TRACK_PARENT, parent);
	fpt_proto__string(&track, TRACK_NAME, name);
	fpt_proto__message(&packet, PACKET_TRACK, &track);
	write_packet(sink, &packet);
}

static struct fpt_proto begin_event(enum event_type type, uint64_t track, const char *category,
				    const char *name)
{
	struct fpt_proto event = {};

	fpt_proto__number(&event, EVENT_TYPE, type);
	fpt_proto__number(&event, EVENT_TRACK, track);
	if (category)
		fpt_proto__string(&event, EVENT_CATEGORY, category);
	if (name)
		fpt_proto__string(&event, EVENT_NAME, name);
	return event;
}

static void annotate(struct fpt_proto *event, const char *name, const char *text)
{
	struct fpt_proto annotation = {};

	fpt_proto__string(&annotation, ANNOTATION_NAME, name);
	fpt_proto__string(&annotation, ANNOTATION_STRING, text);
	fpt_proto__message(event, EVENT_ANNOTATION, &annotation);
}

static void write_event(struct fpt_sink *sink, uint64_t ts_ns, const struct fpt_proto *event)
{
	const struct perfetto *perfetto = sink->state;
	struct fpt_proto packet = {};

	fpt_proto__number(&packet, PACKET_TIMESTAMP, ts_ns + perfetto->offset_ns);
	fpt_proto__number(&packet, PACKET_CLOCK, perfetto->several ? REALTIME : MONOTONIC);
	fpt_proto__message(&packet, PACKET_TRACK_EVENT, event);
	write_packet(sink, &packet);
}

static void add_clock(struct fpt_proto *snapshot, unsigned int id, uint64_t now_ns)
{
	struct fpt_proto clock = {};

	fpt_proto__number(&clock, CLOCK_ID, id);
	fpt_proto__number(&clock, CLOCK_NOW, now_ns);
	fpt_proto__message(snapshot, SNAPSHOT_CLOCKS, &clock);
}

static int perfetto_open(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	(void)tally;
	sink->all = calloc(1, sizeof(struct clocks));
	return sink->all ? 0 : -ENOMEM;
}

static int perfetto_close(struct fpt_sink *sink, const struct fpt_tally *tally)
{
	(void)tally;
	free(sink->all);
	return 0;
}

/*
 * Relates the clocks.  Boots and hosts have each a monotonic clock of their own: several runs are
 * put on the time of day, by one snapshot.
 */
static void write_clocks(struct fpt_sink *sink, const struct fpt_run_record *run)
{
	const struct perfetto *perfetto = sink->state;
	struct fpt_proto packet = {}, snapshot = {};
	struct clocks *clocks = sink->all;

	if (!clocks->related) {
		clocks->related = true;
		clocks->base_ns = run->h.ts_ns + run->realtime_offset_ns;
		add_clock(&snapshot, MONOTONIC, run->h.ts_ns);
		add_clock(&snapshot, REALTIME, run->h.ts_ns + run->realtime_offset_ns);
		fpt_proto__number(&snapshot, SNAPSHOT_PRIMARY,
				  perfetto->several ? REALTIME : MONOTONIC);
		fpt_proto__message(&packet, PACKET_CLOCK_SNAPSHOT, &snapshot);
	}
	fpt_proto__number(&packet, PACKET_SEQUENCE_FLAGS, STATE_CLEARED);
	write_packet(sink, &packet);
}

static int perfetto_begin(struct fpt_sink *sink, const struct fpt_session *session)
{
	const struct fpt_run_record *run = &session->run;
	struct perfetto *perfetto = calloc(1, sizeof(*perfetto));
	const struct clocks *clocks = sink->all;
	char name[700], host[100], kernel[100];

	if (!perfetto)
		return -ENOMEM;
	sink->state = perfetto;
	perfetto->several = fpt_session__is_one_of_several(session);
	perfetto->run = perfetto->several ? session->options.run : 1;
	write_clocks(sink, run);
	/* The debug log of a server knows no time: its lines begin where the first run does. */
	if (perfetto->several)
		perfetto->offset_ns = run->realtime_offset_ns ?: clocks->base_ns;
	fpt_sanitize(host, sizeof(host), run->host, sizeof(run->host));
	fpt_sanitize(kernel, sizeof(kernel), run->kernel, sizeof(run->kernel));
	snprintf(name, sizeof(name), "%s%sfusept on %.80s, %.80s",
		 perfetto->several ? session->options.log : "", perfetto->several ? ": " : "", host,
		 kernel);
	write_track(sink, run_uuid(perfetto), 0, name);
	return 0;
}

/* NULL without memory */
static struct device *device_of(struct perfetto *perfetto, uint32_t dev)
{
	struct device *grown;
	size_t i;

	for (i = 0; i < perfetto->devices; i++)
		if (perfetto->device[i].dev == dev)
			return &perfetto->device[i];
	grown = realloc(perfetto->device, (perfetto->devices + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	perfetto->device = grown;
	grown[perfetto->devices] = (struct device){ .dev = dev };
	return &grown[perfetto->devices++];
}

static struct fpt_inode_key key_of(struct perfetto *perfetto, uint64_t nodeid, uint32_t dev)
{
	const struct device *device = device_of(perfetto, dev);
	uint64_t nth = device ? device->nth : 0;

	return (struct fpt_inode_key){ .nodeid = nodeid, .dev = dev | nth << NTH_SHIFT };
}

/* A mount's track is described once, by the path that is known then. */
static uint64_t mount_track(struct fpt_sink *sink, const struct fpt_session *session, uint32_t dev)
{
	const struct perfetto *perfetto = sink->state;
	struct device *device = dev ? device_of(sink->state, dev) : NULL;
	char name[FPT_MOUNT_WORDS];
	uint64_t uuid;

	if (!device)
		return run_uuid(perfetto);
	uuid = uuid_of(perfetto, key_of(sink->state, 0, dev).dev, UINT64_MAX);
	if (!device->described)
		write_track(sink, uuid, perfetto->several ? run_uuid(perfetto) : 0,
			    fpt_session__mount_words(session, dev, name, sizeof(name)));
	device->described = true;
	return uuid;
}

/* NULL without memory */
static struct track *track_of(struct perfetto *perfetto, const struct fpt_inode_key *key)
{
	struct track *track;

	HASH_FIND(hh, perfetto->tracks, key, sizeof(*key), track);
	if (track)
		return track;
	track = calloc(1, sizeof(*track));
	if (!track)
		return NULL;
	track->key = *key;
	HASH_ADD(hh, perfetto->tracks, key, sizeof(*key), track);
	return track;
}

/* Describes an inode's track, once; @name: of the file, or "". */
static void describe(struct fpt_sink *sink, const struct fpt_session *session, struct track *track,
		     const char *name)
{
	const struct fpt_inode_key *key = &track->key;
	char words[300], all[400];

	if (track->described)
		return;
	track->described = true;
	fpt_sanitize(words, sizeof(words), name, 64);
	snprintf(all, sizeof(all), "%s%snodeid %" PRIu64, words, *words ? ", " : "", key->nodeid);
	write_track(sink, uuid_of(sink->state, key->dev, key->nodeid),
		    mount_track(sink, session, (uint32_t)key->dev), all);
}

/* Ends the mode that an inode is in: the slice is written when it is over. */
static void end_mode(struct fpt_sink *sink, const struct fpt_session *session, struct track *track,
		     uint64_t ts_ns)
{
	uint64_t uuid = uuid_of(sink->state, track->key.dev, track->key.nodeid);
	struct fpt_proto begin =
		begin_event(SLICE_BEGIN, uuid, "io-mode", fpt_inode_mode_name(track->mode));
	struct fpt_proto end = begin_event(SLICE_END, uuid, NULL, NULL);

	if (track->mode == FPT_INODE_NONE)
		return;
	describe(sink, session, track, track->name);
	write_event(sink, track->since_ns, &begin);
	/* In the ring's order time can go back a little. */
	write_event(sink, ts_ns > track->since_ns ? ts_ns : track->since_ns, &end);
}

static void take_name(struct perfetto *perfetto, const struct fpt_open *e)
{
	struct fpt_inode_key key = key_of(perfetto, e->nodeid, e->dev);
	struct track *track;

	HASH_FIND(hh, perfetto->tracks, &key, sizeof(key), track);
	if (track && !*track->name)
		memcpy(track->name, e->name, sizeof(e->name));
}

/* A new connection: what was seen on its device was another's. */
static void begin_mount(struct fpt_sink *sink, const struct fpt_session *session,
			const struct fpt_init *init)
{
	struct perfetto *perfetto = sink->state;
	struct device *device = device_of(perfetto, init->dev);
	struct track *track, *next;

	HASH_ITER(hh, perfetto->tracks, track, next)
	{
		if ((uint32_t)track->key.dev != init->dev)
			continue;
		end_mode(sink, session, track, init->h.ts_ns);
		HASH_DEL(perfetto->tracks, track);
		free(track);
	}
	if (!device)
		return;
	device->nth++;
	device->described = false;
}

static void perfetto_every(struct fpt_sink *sink, const struct fpt_session *session,
			   const struct fpt_header *event)
{
	struct perfetto *perfetto = sink->state;
	enum fpt_inode_mode mode;
	struct fpt_inode_key key;
	struct track *track;

	perfetto->last_ns = event->ts_ns;
	if (event->kind == FPT_OPEN)
		return take_name(perfetto, (const void *)event);
	if (event->kind == FPT_INIT)
		begin_mount(sink, session, (const void *)event);
	if (!fpt_follow__mode(event, &key, &mode))
		return;
	key = key_of(perfetto, key.nodeid, (uint32_t)key.dev);
	track = track_of(perfetto, &key);
	if (!track)
		return;
	if (track->mode != mode) {
		end_mode(sink, session, track, event->ts_ns);
		track->mode = mode;
		track->since_ns = event->ts_ns;
	}
	if (event->kind == FPT_EVICT) {
		HASH_DEL(perfetto->tracks, track);
		free(track);
	}
}

static void perfetto_finding(struct fpt_sink *sink, const struct fpt_session *session,
			     const struct fpt_finding *finding)
{
	const struct fpt_check_info *check = &fpt_checks[finding->check];
	struct fpt_inode_key key = key_of(sink->state, finding->nodeid, finding->dev);
	struct track *track = finding->nodeid ? track_of(sink->state, &key) : NULL;
	uint64_t uuid = track ? uuid_of(sink->state, key.dev, key.nodeid)
			      : mount_track(sink, session, finding->dev);
	struct fpt_proto event;

	if (track)
		describe(sink, session, track, finding->name);
	event = begin_event(INSTANT, uuid, "finding", check->id);
	annotate(&event, "text", finding->text);
	annotate(&event, "who", fpt_who_name(check->who));
	annotate(&event, "severity", fpt_severity_word(check->severity));
	write_event(sink, finding->event->ts_ns, &event);
}

static void perfetto_end(struct fpt_sink *sink, const struct fpt_report *report)
{
	struct perfetto *perfetto = sink->state;
	struct fpt_proto event;
	struct track *track;
	char words[640];

	if (!perfetto)
		return;
	for (track = perfetto->tracks; track; track = track->hh.next)
		end_mode(sink, report->session, track, perfetto->last_ns);
	event = begin_event(INSTANT, run_uuid(perfetto), "verdict",
			    fpt_verdict_name(report->verdict));
	if (fpt_report__doubt_words(report, words, sizeof(words)))
		annotate(&event, "missing", words);
	write_event(sink, perfetto->last_ns, &event);
}

static void perfetto_free(struct fpt_sink *sink)
{
	struct perfetto *perfetto = sink->state;
	struct track *track, *next;

	if (!perfetto)
		return;
	HASH_ITER(hh, perfetto->tracks, track, next)
	{
		HASH_DEL(perfetto->tracks, track);
		free(track);
	}
	free(perfetto->device);
	free(perfetto);
}

const struct fpt_output fpt_out_perfetto = {
	.name = "perfetto",
	.binary = true,
	.open = perfetto_open,
	.close = perfetto_close,
	.begin = perfetto_begin,
	.every = perfetto_every,
	.finding = perfetto_finding,
	.end = perfetto_end,
	.free = perfetto_free,
};
