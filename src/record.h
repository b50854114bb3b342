/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records that user space adds to the event stream and the log; the programs
 * in bpf/ never make one.  Numbers and fields are append-only.
 */
#ifndef FPT_RECORD_H
#define FPT_RECORD_H

#include "event.h"

// clang-format off
typedef char FPT_TEXT128[128];
typedef char FPT_TEXT256[256];

/* As FPT_FIELDS_* and FPT_EVENTS of spec/events.def. */
#define FPT_FIELDS_MOUNT(F) \
	F(__u32, dev, DEV) \
	F(__u32, pad, HIDDEN) \
	F(FPT_TEXT16, fstype, TEXT) \
	F(FPT_TEXT256, path, TEXT)

/* What one run looked at; the first record of a stream. */
#define FPT_FIELDS_RUN(F) \
	F(__u64, realtime_offset_ns, DEC) \
	F(__u64, events, HEX) \
	F(__u64, only_ino, DEC) \
	F(__u32, only_dev, DEV) \
	F(__u32, some_tasks_only, BOOL) \
	F(FPT_TEXT16, fusept, TEXT) \
	F(FPT_TEXT64, kernel, TEXT) \
	F(FPT_TEXT64, host, TEXT) \
	F(FPT_TEXT64, boot_id, TEXT)

/* One kernel side that it looked at: the built-in fuse or the bundled module. */
#define FPT_FIELDS_TARGET(F) \
	F(__u64, hooks, HEX) \
	F(__u32, ino_bit, DEC) \
	F(__u32, pad, HIDDEN) \
	F(FPT_TEXT16, fstype, TEXT)

/* What became of a processor's events; at the end of a stream. */
#define FPT_FIELDS_CPU(F) \
	F(__u64, number, DEC) \
	F(__u64, produced, DEC) \
	F(__u64, recorded, DEC) \
	F(__u64, lost, DEC)

/*
 * What reads and writes moved on a mount until then, or, with dev 0, on mounts
 * that found no room.  A run without such a record did not count.
 */
#define FPT_FIELDS_MOVED(F) \
	F(__u32, dev, DEV) \
	F(__u32, pad, HIDDEN) \
	F(__u64, backing_read, DEC) \
	F(__u64, backing_written, DEC) \
	F(__u64, server_read, DEC) \
	F(__u64, server_written, DEC) \
	F(__u64, missed, DEC)

/* Time alone shows that somebody waits for too long. */
#define FPT_FIELDS_TIME(F) \
	F(__u64, waiting, DEC)

/*
 * A place in the kernel that calls came from, and from where it was called itself:
 * the number of another such record, which was told before; 0: not known.
 */
#define FPT_FIELDS_FRAME(F) \
	F(__u32, number, DEC) \
	F(__u32, caller, DEC) \
	F(FPT_TEXT128, name, TEXT)

#define FPT_RECORDS(E) \
	E(1000, MOUNT, mount, "a mount was seen") \
	E(1001, RUN, run, "tracing began") \
	E(1002, TARGET, target, "a fuse was found to trace") \
	E(1003, CPU, cpu, "tracing ended: the events of a processor") \
	E(1004, TIME, time, "a second went by, and cached opens still waited for direct writes") \
	E(1005, MOVED, moved, "what reads and writes moved on a mount so far") \
	E(1006, FRAME, frame, "a function was found to lead to events")

#define FPT_RECORD_FIRST 1000 /* kinds from here on are records */
#define FPT_UNKNOWN_KIND 999 /* that no event will ever be of */

#define FPT_RECORD(number, NAME, name, text) FPT_##NAME = number,
enum fpt_record_kind { FPT_RECORDS(FPT_RECORD) };
#undef FPT_RECORD

#define FPT_RECORD_STRUCT(number, NAME, name, text) \
	struct fpt_##name##_record { \
		struct fpt_header h; \
		FPT_FIELDS_##NAME(FPT_MEMBER) \
	}; \
	_Static_assert(sizeof(struct fpt_##name##_record) % 8 == 0, #NAME " has a hole");
FPT_RECORDS(FPT_RECORD_STRUCT)
#undef FPT_RECORD_STRUCT

/* An ABI promise of the log: a changed size is another record. */
_Static_assert(sizeof(struct fpt_mount_record) == 312, "fpt_mount_record");
_Static_assert(sizeof(struct fpt_run_record) == 272, "fpt_run_record");
_Static_assert(sizeof(struct fpt_target_record) == 64, "fpt_target_record");
_Static_assert(sizeof(struct fpt_cpu_record) == 64, "fpt_cpu_record");
_Static_assert(sizeof(struct fpt_time_record) == 40, "fpt_time_record");
_Static_assert(sizeof(struct fpt_moved_record) == 80, "fpt_moved_record");
_Static_assert(sizeof(struct fpt_frame_record) == 168, "fpt_frame_record");
// clang-format on

#endif
