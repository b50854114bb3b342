// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens: collects what happened inside one, checks what fuse_file_io_open made
 * of it, and has a failure explained.
 */
#include <errno.h>
#include <string.h>

#include "check_internal.h"
#include "value.h"

#define PASSTHROUGH_MASK \
	(FPT_FOPEN_PASSTHROUGH | FPT_FOPEN_DIRECT_IO | FPT_FOPEN_PARALLEL_DIRECT_WRITES | \
	 FPT_FOPEN_NOFLUSH)

void fpt_check_passthrough_open(struct fpt_checker *checker, const struct fpt_passthrough_open *e)
{
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	struct fpt_known_backing *backing;

	if (task && task->open.in_io_open)
		task->open.passthrough = *e;
	if (!conn || fpt_check_id_lookup(checker, conn, task, e) || e->ret)
		return;
	backing = fpt_known__use_backing(conn, e->backing_id, e->backing);
	if (!backing)
		return;
	fpt_known__set_file(conn, backing,
			    &(struct fpt_known_identity){ e->backing_ino, e->backing_dev,
							  e->backing_generation,
							  e->backing_magic });
	if (task && task->open.in_io_open)
		fpt_check_count(checker, task, e);
}

static int inner_error(const struct fpt_known_open *open)
{
	if (open->passthrough.h.kind && open->passthrough.ret)
		return open->passthrough.ret;
	if (open->start.h.kind && open->start.ret)
		return open->start.ret;
	if (open->cached.h.kind && open->cached.ret)
		return open->cached.ret;
	return 0;
}

/* What a file that was let in must look like. */
static void check_success(struct fpt_checker *checker, const struct fpt_io_open *e,
			  const struct fpt_known_open *open, const struct fpt_known_inode *inode)
{
	const struct fpt_id *id = fpt_id_of(&e->inode);
	bool passthrough = e->asked_open_flags & FPT_FOPEN_PASSTHROUGH;
	const struct fpt_passthrough_open *lookup = &open->passthrough;
	char flags[FPT_VALUE_MAX];

	if (inner_error(open))
		fpt_report(checker, FPT_CHECK_OPEN_ERROR_LOST, id, NULL,
			   "fuse_file_io_open succeeded though %s inside it",
			   fpt_errno_words(inner_error(open)));
	if (passthrough &&
	    (e->asked_open_flags & ~PASSTHROUGH_MASK || !(e->conn_flags & FPT_CONN_PASSTHROUGH)))
		fpt_report(checker, FPT_CHECK_OPEN_FLAGS_ACCEPTED, id, NULL,
			   "an open with %s succeeded%s",
			   fpt_print_fopen(flags, sizeof(flags), e->asked_open_flags),
			   e->conn_flags & FPT_CONN_PASSTHROUGH ? "" : " without passthrough");
	if (!passthrough && !open->may_no_fb && open->may_fb)
		fpt_report_history(
			checker, FPT_CHECK_OPEN_MODE_ACCEPTED, inode, id,
			"an open with flags %s succeeded while a backing file was attached",
			fpt_print_fopen(flags, sizeof(flags), e->asked_open_flags));
	if ((e->file_mode == FPT_IOM_UNCACHED) != (e->passthrough_ino != 0))
		fpt_report(checker, FPT_CHECK_OPEN_PASSTHROUGH_SET, id, NULL,
			   "the file is %s but has %s backing file of its own",
			   e->file_mode == FPT_IOM_UNCACHED ? "uncached" : "not uncached",
			   e->passthrough_ino ? "a" : "no");
	if (e->passthrough_ino && lookup->h.kind && !lookup->ret &&
	    (e->passthrough_ino != lookup->backing_ino ||
	     e->passthrough_dev != lookup->backing_dev))
		fpt_report(checker, FPT_CHECK_OPEN_WRONG_FILE, id, NULL,
			   "the file reads ino %llu, backing id %d is ino %llu",
			   (unsigned long long)e->passthrough_ino, e->backing_id,
			   (unsigned long long)lookup->backing_ino);
	if ((e->open_flags & FPT_FOPEN_PARALLEL_DIRECT_WRITES) &&
	    !(e->open_flags & FPT_FOPEN_DIRECT_IO))
		fpt_report(checker, FPT_CHECK_OPEN_PARALLEL_KEPT, id, NULL,
			   "the file keeps PARALLEL_DIRECT_WRITES without DIRECT_IO");
}

static void check_file_mode(struct fpt_checker *checker, const struct fpt_io_open *e)
{
	bool passthrough = e->asked_open_flags & FPT_FOPEN_PASSTHROUGH;
	uint32_t due = FPT_IOM_NONE;

	if (!e->ret && passthrough)
		due = FPT_IOM_UNCACHED;
	else if (!e->ret && !(e->asked_open_flags & FPT_FOPEN_DIRECT_IO))
		due = FPT_IOM_CACHED;
	if (e->file_mode_before != FPT_IOM_NONE || e->file_mode != due)
		fpt_report(checker, FPT_CHECK_FILE_MODE_JUMP, fpt_id_of(&e->inode), NULL,
			   "fuse_file_io_open took the file from mode %u to %u, not from 0 to %u",
			   e->file_mode_before, e->file_mode, due);
}

void fpt_check_io_open(struct fpt_checker *checker, const struct fpt_io_open *e)
{
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	struct fpt_known_inode *inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	struct fpt_known_file *file;

	if (inode && !e->ret)
		inode->active->opened++;
	/*
	 * DAX takes no io mode at all (T1); without its begin little is known (S9),
	 * and where that was lost the task's last open may be another.
	 */
	if (!task || !inode || !task->open.in_io_open || e->after_bits & FPT_BIT_DAX ||
	    !e->begin_ns || e->file != task->open.file)
		return;
	fpt_known__open_ends(task);
	task->open.has_io_open = true;
	task->open.io_open = *e;
	if (e->ret && e->ret != -EIO)
		fpt_report(checker, FPT_CHECK_OPEN_ERRNO, fpt_id_of(&e->inode), NULL,
			   "fuse_file_io_open returned %s", fpt_errno_words(e->ret));
	check_file_mode(checker, e);
	if (!e->ret) {
		check_success(checker, e, &task->open, inode);
		file = fpt_known__file(&checker->known, inode, e->file);
		if (file) {
			file->mode = e->file_mode;
			file->open_flags = e->open_flags;
			file->backing_id = e->backing_id;
			file->since_ns = e->h.ts_ns;
			file->tgid = e->h.tgid;
		}
	} else if (!(checker->options.events & N(OPEN))) {
		fpt_explain_open(checker, &task->open, NULL);
	}
}

/* What the user is told is what fuse_file_io_open made of it. */
static void check_told(struct fpt_checker *checker, const struct fpt_open *e,
		       const struct fpt_io_open *inside)
{
	const struct fpt_id *id = fpt_id_of(&e->inode);
	char told[FPT_VALUE_MAX], chosen[FPT_VALUE_MAX];

	if (inside->ret && inside->ret != e->ret)
		fpt_report(checker, FPT_CHECK_OPEN_ERROR_LOST, id, NULL,
			   "the open ended with %s though fuse_file_io_open said %s",
			   fpt_print_errno(told, sizeof(told), e->ret),
			   fpt_errno_words(inside->ret));
	else if (!e->ret && inside->file == e->file && inside->file_mode != e->file_mode)
		fpt_report(checker, FPT_CHECK_FILE_MODE_JUMP, id, NULL,
			   "fuse_file_io_open made the file %s, and it was %s at the open's end",
			   fpt_print_iomode(chosen, sizeof(chosen), inside->file_mode),
			   fpt_print_iomode(told, sizeof(told), e->file_mode));
}

void fpt_check_open(struct fpt_checker *checker, const struct fpt_open *e)
{
	struct fpt_known_task *task = fpt_known__find_task(&checker->known, e->h.tid);
	struct fpt_known_inode *inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	struct fpt_summary *summary = &checker->summary;
	struct fpt_known_file *file = NULL;

	summary->opens++;
	if (e->ret)
		summary->opens_failed++;
	else if (inode)
		file = fpt_known__file(&checker->known, inode, e->file);
	if (file) {
		/* The file's io_open may have been missed, by a stacked open inside it too. */
		file->mode = e->file_mode;
		if (!file->since_ns)
			file->since_ns = e->h.ts_ns;
		memcpy(file->name, e->name, sizeof(e->name));
		memcpy(file->comm, e->comm, sizeof(e->comm));
		file->tgid = e->h.tgid;
		summary->opens_passthrough += file->mode == FPT_IOM_UNCACHED;
		summary->opens_cached += file->mode == FPT_IOM_CACHED;
		summary->opens_direct += file->mode == FPT_IOM_NONE;
	}
	if (!task)
		return;
	/* One that began before this open did was inside another, whose end was lost. */
	if (!task->open.has_io_open || task->open.io_open.begin_ns < e->begin_ns)
		goto out;
	if (e->ret && task->open.io_open.ret)
		fpt_explain_open(checker, &task->open, e);
	if (task->open.io_open.inode == e->inode)
		check_told(checker, e, &task->open.io_open);
out:
	fpt_known__drop_task(&checker->known, task);
}

void fpt_check_release(struct fpt_checker *checker, const struct fpt_release *e)
{
	struct fpt_known_inode *inode;

	fpt_check_same(checker, fpt_id_of(&e->inode));
	inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	if (!inode)
		return;
	fpt_history__release(checker, inode);
	inode->active->opened -= inode->active->opened > 0;
}

void fpt_check_release_sent(struct fpt_checker *checker, const struct fpt_release_sent *e)
{
	struct fpt_id id = { .conn = e->conn, .nodeid = e->nodeid, .dev = e->dev };
	char mode[FPT_VALUE_MAX];

	fpt_report(checker, FPT_CHECK_RELEASE_EARLY, &id, NULL,
		   "RELEASE is sent while the file (handle %llu) still is %s",
		   (unsigned long long)e->file, fpt_print_iomode(mode, sizeof(mode), e->file_mode));
}
