/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which check each stream of check_scenarios.h must lead to.  What it finds, to
 * the letter, is the example in spec/explain.def.
 */
#ifndef CHECK_EXPECTED_H
#define CHECK_EXPECTED_H

#include "check_scenarios.h"
#include "check_scenarios_server.h"

struct scenario {
	enum fpt_check_id check;
	void (*run)(struct stream *s);
};

static const struct scenario scenarios[] = {
	{ FPT_CHECK_INO_BACKING_MISMATCH, ino_backing_mismatch },
	{ FPT_CHECK_INO_ATTACH_UNEQUAL, ino_attach_unequal },
	{ FPT_CHECK_INO_REOPEN_UNEQUAL, ino_reopen_unequal },
	{ FPT_CHECK_INO_ERRNO_WRONG, ino_errno_wrong },
	{ FPT_CHECK_INO_DIRENT_MISMATCH, ino_dirent_mismatch },
	{ FPT_CHECK_INO_DRIFT_ATTACHED, ino_drift_attached },
	{ FPT_CHECK_INO_DRIFT, ino_drift },
	{ FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH, cached_under_passthrough },
	{ FPT_CHECK_MODE_DIRECT_UNDER_PASSTHROUGH, direct_under_passthrough },
	{ FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED, passthrough_under_cached },
	{ FPT_CHECK_MODE_CACHED_LOST_RACE, cached_lost_race },
	{ FPT_CHECK_BACKING_SECOND_FILE, backing_second_file },
	{ FPT_CHECK_BACKING_SECOND_ID, backing_second_id },
	{ FPT_CHECK_BACKING_ID_INVALID, backing_id_invalid },
	{ FPT_CHECK_BACKING_ID_UNKNOWN, backing_id_unknown },
	{ FPT_CHECK_BACKING_OPEN_FAILED, backing_open_failed },
	{ FPT_CHECK_BACKING_REFUSED, backing_refused },
	{ FPT_CHECK_OPEN_FLAGS_REFUSED, open_flags_refused },
	{ FPT_CHECK_OPEN_NOT_NEGOTIATED, open_not_negotiated },
	{ FPT_CHECK_INIT_PASSTHROUGH_OFF, init_passthrough_off },
	{ FPT_CHECK_INIT_INO_OFF, init_ino_off },
	{ FPT_CHECK_MODE_UNCACHED_WHILE_CACHED, uncached_while_cached },
	{ FPT_CHECK_MODE_CACHED_WHILE_PASSTHROUGH, cached_while_passthrough },
	{ FPT_CHECK_MODE_SECOND_BACKING, second_backing_accepted },
	{ FPT_CHECK_MODE_ERRNO_UNFOUNDED, errno_unfounded },
	{ FPT_CHECK_MODE_EBUSY_DIRECT, ebusy_direct },
	{ FPT_CHECK_MODE_ERRNO_UNKNOWN, errno_unknown },
	{ FPT_CHECK_MODE_START_WRONG, start_wrong },
	{ FPT_CHECK_MODE_END_WRONG, end_wrong },
	{ FPT_CHECK_MODE_OPEN_WRONG, open_wrong },
	{ FPT_CHECK_MODE_RELEASE_WRONG, release_wrong },
	{ FPT_CHECK_MODE_DRIFT, drift },
	{ FPT_CHECK_MODE_BIT_WRONG, bit_wrong },
	{ FPT_CHECK_MODE_NO_ORDER, no_order },
	{ FPT_CHECK_MODE_EVICT_BUSY, evict_busy },
	{ FPT_CHECK_FILE_MODE_LEFT, file_mode_left },
	{ FPT_CHECK_FILE_MODE_JUMP, file_mode_jump },
	{ FPT_CHECK_OPEN_ERRNO, open_errno },
	{ FPT_CHECK_OPEN_EIO_UNCAUSED, eio_uncaused },
	{ FPT_CHECK_OPEN_ERROR_LOST, error_lost },
	{ FPT_CHECK_OPEN_PASSTHROUGH_SET, passthrough_set },
	{ FPT_CHECK_OPEN_WRONG_FILE, wrong_file },
	{ FPT_CHECK_BACKING_LOOKUP_WRONG, lookup_wrong },
	{ FPT_CHECK_OPEN_PARALLEL_KEPT, parallel_kept },
	{ FPT_CHECK_OPEN_FLAGS_ACCEPTED, flags_accepted },
	{ FPT_CHECK_OPEN_MODE_ACCEPTED, mode_accepted },
	{ FPT_CHECK_INIT_STACK_DEPTH, init_stack_depth },
	{ FPT_CHECK_INIT_INO_ALONE, init_ino_alone },
	{ FPT_CHECK_BACKING_ACCEPTED, backing_accepted },
	{ FPT_CHECK_BACKING_ERRNO, backing_errno },
	{ FPT_CHECK_BACKING_COUNT, backing_count },
	{ FPT_CHECK_BACKING_COUNT_END, backing_count_end },
	{ FPT_CHECK_MODE_WAIT_STUCK, wait_stuck },
	{ FPT_CHECK_MODE_WRITE_OVER_WAITER, write_over_waiter },
	{ FPT_CHECK_BACKING_FREED_IN_USE, backing_freed_in_use },
	{ FPT_CHECK_BACKING_LEAKED, backing_leaked },
	{ FPT_CHECK_PAGE_CACHE_IO, page_cache_io },
	{ FPT_CHECK_PAGE_CACHE_SPLICE, page_cache_splice },
	{ FPT_CHECK_MMAP_UNDER_PASSTHROUGH, mmap_under_passthrough },
	{ FPT_CHECK_MMAP_MODE_MISSING, mmap_mode_missing },
	{ FPT_CHECK_MMAP_MODE_UNASKED, mmap_mode_unasked },
	{ FPT_CHECK_RELEASE_EARLY, release_early },
	{ FPT_CHECK_STAT_INO_WRONG, stat_ino_wrong },
	{ FPT_CHECK_INO_SHARED_BACKING, shared_backing },
	{ FPT_CHECK_INO_BACKING_CHANGED, backing_changed },
	{ FPT_CHECK_IDENTITY_CHANGED, identity_changed },
	{ FPT_CHECK_IDENTITY_MIXED, identity_mixed },
	{ FPT_CHECK_NODEID_TWO_INODES, two_inodes },
	{ FPT_CHECK_LOOKUP_COUNT_WRONG, lookup_count_wrong },
	{ FPT_CHECK_FORGET_WRONG, forget_wrong },
	{ FPT_CHECK_INO_SQUASH_WRONG, ino_squash_wrong },
	{ FPT_CHECK_REPLY_SIZE_WRONG, reply_size_wrong },
	{ FPT_CHECK_REPLY_ERRNO_REFUSED, reply_errno_refused },
	{ FPT_CHECK_REPLY_UNASKED, reply_unasked },
	{ FPT_CHECK_ERROR_REPLACED, error_replaced },
	{ FPT_CHECK_INIT_PASSTHROUGH_UNMET, init_passthrough_unmet },
	{ FPT_CHECK_BACKING_IOCTL_FAILED, backing_ioctl_failed },
	{ FPT_CHECK_RELEASE_UNOPENED, release_unopened },
	{ FPT_CHECK_FORGET_UNFOUNDED, forget_unfounded },
	{ FPT_CHECK_REQUEST_UNANSWERED, request_unanswered },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

#endif
