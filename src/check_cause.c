// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why an open failed: fuse_file_io_open says EIO whatever the reason, so the
 * reason is read from what was called inside it, and told with its witness.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <string.h>

#include "check_internal.h"
#include "value.h"

struct story {
	struct fpt_checker *checker;
	const struct fpt_known_open *open;
	const struct fpt_io_open *io;
	const struct fpt_id *id;
	const char *name;
	struct fpt_known_conn *conn;
	struct fpt_known_inode *inode;
	const char *loss; /* what else may have come of the open; or "" */
};

#define TELL(s, check, format, ...) \
	fpt_report((s)->checker, check, (s)->id, (s)->name, format "%s", ##__VA_ARGS__, (s)->loss)

/* What %llu takes; inttypes.h's formats would cut a message in pieces. */
static unsigned long long ull(uint64_t number)
{
	return number;
}

static void tell_unequal(const struct story *s, const struct fpt_uncached_start *e)
{
	/* The number may have changed meanwhile: it is the unequal one that was met. */
	uint64_t ino = e->before_ino == e->backing_ino ? e->after_ino : e->before_ino;
	char dev[FPT_VALUE_MAX];

	/* Then EIO is the kernel's mistake, and reported as such (ino-errno-wrong). */
	if (ino == e->backing_ino || !(e->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		return;
	TELL(s, FPT_CHECK_INO_BACKING_MISMATCH,
	     "uncached_io_start said EIO: backing ino %llu (dev %s) != fuse ino %llu",
	     ull(e->backing_ino), fpt_print_dev(dev, sizeof(dev), e->backing_dev), ull(ino));
}

static void tell_busy(const struct story *s, const struct fpt_uncached_start *e)
{
	const struct fpt_known_backing *attached =
		s->conn ? fpt_known__backing_by_key(s->conn, e->before_fb) : NULL;
	const struct fpt_known_file *holder =
		s->inode ? fpt_known__file_in_mode(s->inode, FPT_IOM_UNCACHED) : NULL;
	bool same = attached && attached->file.ino == e->backing_ino &&
		    attached->file.dev == e->backing_dev &&
		    attached->file.generation == e->backing_generation;
	char there[120], who[320], dev[FPT_VALUE_MAX];

	fpt_backing_words(there, sizeof(there), attached);
	fpt_file_words(who, sizeof(who), holder);
	if (same)
		TELL(s, FPT_CHECK_BACKING_SECOND_ID,
		     "uncached_io_start said EBUSY: backing id %d registers once more the file of %s, which is attached by %s",
		     s->io->backing_id, there, who);
	else
		TELL(s, FPT_CHECK_BACKING_SECOND_FILE,
		     "uncached_io_start said EBUSY: backing id %d (ino %llu, dev %s) is not %s, which is attached by %s",
		     s->io->backing_id, ull(e->backing_ino),
		     fpt_print_dev(dev, sizeof(dev), e->backing_dev), there, who);
}

static void tell_start(const struct story *s, const struct fpt_uncached_start *e)
{
	char who[320];

	switch (e->ret) {
	case -EIO:
		return tell_unequal(s, e);
	case -EBUSY:
		return tell_busy(s, e);
	case -ETXTBSY:
		fpt_file_words(who, sizeof(who),
			       s->inode ? fpt_known__file_in_mode(s->inode, FPT_IOM_CACHED) : NULL);
		return TELL(
			s, FPT_CHECK_MODE_PASSTHROUGH_UNDER_CACHED,
			"uncached_io_start said ETXTBSY: the inode is in cached mode, held by %s",
			who);
	default:
		return TELL(s, FPT_CHECK_MODE_ERRNO_UNKNOWN, "uncached_io_start said %s",
			    fpt_errno_words(e->ret));
	}
}

static void tell_unknown_id(const struct story *s, const struct fpt_passthrough_open *e)
{
	const struct fpt_known_backing *backing =
		s->conn ? fpt_known__backing_by_id(s->conn, e->backing_id) : NULL;

	if (backing && backing->closed)
		TELL(s, FPT_CHECK_BACKING_ID_UNKNOWN,
		     "passthrough_open said ENOENT: backing id %d (ino %llu) was closed %.3f ms before",
		     e->backing_id, ull(backing->file.ino),
		     (e->h.ts_ns - backing->closed_ns) / 1e6);
	else if (backing)
		TELL(s, FPT_CHECK_BACKING_OPEN_FAILED,
		     "passthrough_open said ENOENT: the file of backing id %d (ino %llu) could not be opened",
		     e->backing_id, ull(backing->file.ino));
	else
		TELL(s, FPT_CHECK_BACKING_ID_UNKNOWN,
		     "passthrough_open said ENOENT: backing id %d was not registered%s",
		     e->backing_id, s->conn && s->conn->from_start ? "" : " since tracing began");
}

static void tell_lookup(const struct story *s, const struct fpt_passthrough_open *e)
{
	if (e->ret == -EINVAL && e->backing_id <= 0)
		TELL(s, FPT_CHECK_BACKING_ID_INVALID,
		     "passthrough_open said EINVAL: backing id %d is not above 0", e->backing_id);
	else if (e->ret == -ENOENT)
		tell_unknown_id(s, e);
	else
		TELL(s, FPT_CHECK_BACKING_OPEN_FAILED,
		     "passthrough_open said %s: the file of backing id %d could not be opened",
		     fpt_errno_words(e->ret), e->backing_id);
}

/* Nothing was called: it was the server's flags, or T4. */
static void tell_flags(const struct story *s)
{
	uint32_t flags = s->io->asked_open_flags;
	bool direct = flags & FPT_FOPEN_DIRECT_IO;
	char words[FPT_VALUE_MAX], who[320];
	uint32_t refused = flags & ~(FPT_FOPEN_PASSTHROUGH | FPT_FOPEN_DIRECT_IO |
				     FPT_FOPEN_PARALLEL_DIRECT_WRITES | FPT_FOPEN_NOFLUSH);

	if (flags & FPT_FOPEN_PASSTHROUGH && !(s->io->conn_flags & FPT_CONN_PASSTHROUGH))
		TELL(s, FPT_CHECK_OPEN_NOT_NEGOTIATED,
		     "FOPEN_PASSTHROUGH without passthrough in force on this mount (inner EINVAL)");
	else if (flags & FPT_FOPEN_PASSTHROUGH && refused)
		TELL(s, FPT_CHECK_OPEN_FLAGS_REFUSED,
		     "FOPEN_PASSTHROUGH does not go with %s (inner EINVAL)",
		     fpt_print_fopen(words, sizeof(words), refused));
	else if (fpt_checker__in_doubt(s->checker, s->io->begin_ns))
		s->checker->summary.unproven++; /* what it called may have been lost */
	else if (!(flags & FPT_FOPEN_PASSTHROUGH) && s->open->may_fb)
		TELL(s,
		     direct ? FPT_CHECK_MODE_DIRECT_UNDER_PASSTHROUGH
			    : FPT_CHECK_MODE_CACHED_UNDER_PASSTHROUGH,
		     "opened %s while in passthrough (inner EINVAL), held by %s",
		     direct ? "FOPEN_DIRECT_IO alone" : "cached",
		     fpt_file_words(who, sizeof(who),
				    s->inode ? fpt_known__file_in_mode(s->inode, FPT_IOM_UNCACHED)
					     : NULL));
	else if (s->inode)
		fpt_report_history(
			s->checker, FPT_CHECK_OPEN_EIO_UNCAUSED, s->inode, s->id,
			"fuse_file_io_open said EIO to an open with flags %s, and nothing it called had failed%s",
			fpt_print_fopen(words, sizeof(words), flags), s->loss);
}

/*
 * With atomic_o_trunc the server truncates before the kernel looks at its answer. A connection that
 * was met in mid-life may have that.
 */
static bool may_have_truncated(const struct fpt_open *user, const struct fpt_known_conn *conn)
{
	if (!user || user->opcode != FUSE_OPEN || !(user->f_flags & O_TRUNC))
		return false;
	return !conn || !conn->from_start || conn->init.requested & FUSE_ATOMIC_O_TRUNC;
}

void fpt_explain_open(struct fpt_checker *checker, const struct fpt_known_open *open,
		      const struct fpt_open *user)
{
	struct story s = { checker,
			   open,
			   &open->io_open,
			   fpt_id_of(&open->io_open.inode),
			   user ? user->name : NULL,
			   fpt_known__conn(&checker->known, open->io_open.conn),
			   NULL,
			   "" };

	if (may_have_truncated(user, s.conn))
		s.loss = "; O_TRUNC was the server's to do before it answered: possible data loss";
	s.inode = fpt_known__inode(&checker->known, s.id);
	/* What no order explains is the kernel's mistake: it was reported as such. */
	if (open->verdict == FPT_MODE_UNEXPLAINED && s.inode &&
	    fpt_checker__proven(checker, s.inode))
		return;
	if (open->start.h.kind)
		tell_start(&s, &open->start);
	else if (open->passthrough.h.kind && open->passthrough.ret)
		tell_lookup(&s, &open->passthrough);
	else if (open->cached.h.kind)
		TELL(&s, FPT_CHECK_MODE_CACHED_LOST_RACE,
		     "cached_open said %s: the inode entered passthrough while the open waited",
		     fpt_errno_words(open->cached.ret));
	else
		tell_flags(&s);
}
