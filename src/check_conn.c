// SPDX-License-Identifier: GPL-2.0-only
/* Negotiation, and the life of backing ids. */
#include <errno.h>

#include "check_internal.h"
#include "value.h"

#define INIT_EXT (1ULL << 30)
#define PASSTHROUGH (1ULL << 37)
#define WRITEBACK_CACHE (1ULL << 16)

/* sys_admin of an event; 0: not known */
#define LACKS_ADMIN 1
#define HAS_ADMIN 2

/* FUSE_PASSTHROUGH_INO as this kernel has it; 0: it does not. */
static uint64_t ino_flag(const struct fpt_init *e)
{
	return e->ino_bit && e->ino_bit < 64 ? 1ULL << e->ino_bit : 0;
}

static const char *why_off(const struct fpt_init *e)
{
	if (!(e->requested & INIT_EXT))
		return "the reply lacks FUSE_INIT_EXT, so flags2 is ignored";
	if (e->requested & WRITEBACK_CACHE)
		return "FUSE_WRITEBACK_CACHE excludes it";
	if (e->requested_stack_depth == 0)
		return "max_stack_depth is 0";
	if (e->requested_stack_depth > 2)
		return "max_stack_depth is above 2";
	return "for no reason known here";
}

static void check_in_force(struct fpt_checker *checker, const struct fpt_init *e,
			   const struct fpt_id *id)
{
	bool passthrough = e->conn_flags & FPT_CONN_PASSTHROUGH;
	uint64_t ino_bit = ino_flag(e);

	if (passthrough && (e->effective_stack_depth < 1 || e->effective_stack_depth > 2 ||
			    e->conn_flags & FPT_CONN_WRITEBACK || !(e->requested & INIT_EXT)))
		fpt_report(checker, FPT_CHECK_INIT_STACK_DEPTH, id, NULL,
			   "passthrough is in force with max_stack_depth %u%s%s",
			   e->effective_stack_depth,
			   e->conn_flags & FPT_CONN_WRITEBACK ? " and the writeback cache" : "",
			   e->requested & INIT_EXT ? "" : " and without FUSE_INIT_EXT");
	if (!(e->conn_flags & FPT_CONN_PASSTHROUGH_INO) || !ino_bit)
		return;
	if (!passthrough || !(e->requested & ino_bit))
		fpt_report(checker, FPT_CHECK_INIT_INO_ALONE, id, NULL,
			   "passthrough_ino is in force, but %s",
			   passthrough ? "was not requested" : "passthrough is not");
}

void fpt_check_init(struct fpt_checker *checker, const struct fpt_init *e)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	uint64_t ino_bit = ino_flag(e);
	uint64_t wanted = e->offered & e->requested;
	struct fpt_id id = { .conn = e->conn, .dev = e->dev };

	if (!conn)
		return;
	conn->dev = e->dev;
	conn->from_start = true;
	conn->init = *e;
	if (e->ret)
		return;
	if (wanted & PASSTHROUGH && !(e->conn_flags & FPT_CONN_PASSTHROUGH))
		fpt_report(
			checker, FPT_CHECK_INIT_PASSTHROUGH_OFF, &id, NULL,
			"the server asked for passthrough and the mount succeeded without it: %s",
			why_off(e));
	else if (wanted & ino_bit && !(e->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		fpt_report(
			checker, FPT_CHECK_INIT_INO_OFF, &id, NULL,
			"the server asked for passthrough_ino and the mount succeeded without it: %s",
			wanted & PASSTHROUGH ? "the kernel did not take it"
					     : "it did not ask for FUSE_PASSTHROUGH");
	check_in_force(checker, e, &id);
}

/* In the words of fuse_backing_open()'s tests, in their order. */
static const char *why_refused(const struct fpt_backing_open *e)
{
	switch (e->ret) {
	case -EPERM:
		if (!(e->conn_flags & FPT_CONN_PASSTHROUGH))
			return "passthrough is not in force on this mount";
		return e->sys_admin == HAS_ADMIN ? "a security module of this kernel forbids it"
						 : "the server lacks CAP_SYS_ADMIN";
	case -EINVAL:
		return "flags or padding are not 0, or it is no regular file";
	case -EBADF:
		return "no such file descriptor in the server";
	case -EISDIR:
		return "it is a directory";
	case -ELOOP:
		return "its file system is stacked as deep as max_stack_depth allows";
	}
	return "the kernel could not";
}

/* What fuse_backing_open() should have refused; NULL if nothing. */
static const char *why_not_acceptable(const struct fpt_backing_open *e)
{
	bool read = e->backing_mode != 0; /* the file was still to be had */

	if (!(e->conn_flags & FPT_CONN_PASSTHROUGH))
		return "passthrough is not in force";
	if (e->sys_admin == LACKS_ADMIN)
		return "the server lacks CAP_SYS_ADMIN";
	if (e->ret == 0)
		return "0 is no id";
	if (e->map_flags || e->map_padding)
		return "its flags or padding are not 0";
	if (read && (e->backing_mode & 0170000) != 0100000)
		return "it is no regular file";
	if (read && e->backing_depth >= e->max_stack_depth)
		return "its file system is stacked too deep";
	return NULL;
}

/*
 * What is looked at before the file is: the errno that is due for it, 0 for none.
 * The file's own tests, and their order, differ from kernel to kernel.
 */
static int errno_due(const struct fpt_backing_open *e)
{
	if (!(e->conn_flags & FPT_CONN_PASSTHROUGH) || e->sys_admin == LACKS_ADMIN)
		return -EPERM;
	if (e->map_flags || e->map_padding)
		return e->ret == -EPERM ? -EPERM : -EINVAL; /* a security module may refuse */
	return 0;
}

static void check_refusal(struct fpt_checker *checker, const struct fpt_backing_open *e,
			  const struct fpt_id *id)
{
	if (errno_due(e) && e->ret != errno_due(e))
		fpt_report(checker, FPT_CHECK_BACKING_ERRNO, id, NULL,
			   "BACKING_OPEN of fd %d said %s, but %s, which is %s", e->fd,
			   fpt_errno_words(e->ret), why_not_acceptable(e),
			   fpt_errno_words(errno_due(e)));
	else
		fpt_report(checker, FPT_CHECK_BACKING_REFUSED, id, NULL,
			   "BACKING_OPEN of fd %d said %s: %s", e->fd, fpt_errno_words(e->ret),
			   why_refused(e));
}

void fpt_check_backing_open(struct fpt_checker *checker, const struct fpt_backing_open *e)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	struct fpt_id id = { .conn = e->conn, .dev = e->dev };
	struct fpt_known_backing *backing;

	if (!conn)
		return;
	if (e->ret < 0) {
		check_refusal(checker, e, &id);
		return;
	}
	if (why_not_acceptable(e))
		fpt_report(checker, FPT_CHECK_BACKING_ACCEPTED, &id, NULL,
			   "BACKING_OPEN of fd %d gave id %d, but %s", e->fd, e->ret,
			   why_not_acceptable(e));
	/* A server that guesses an id can have it used before its registration is told. */
	backing = fpt_known__backing_by_id(conn, e->ret);
	if (!backing || backing->closed || backing->told)
		backing = fpt_known__new_backing(conn, e->ret);
	if (!backing)
		return;
	backing->told = true;
	fpt_known__set_file(conn, backing,
			    &(struct fpt_known_identity){ e->backing_ino, e->backing_dev,
							  e->backing_generation,
							  e->backing_magic });
}

static struct fpt_known_backing *find_backing(struct fpt_checker *checker, uint64_t conn_key,
					      int32_t id)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, conn_key);

	return conn ? fpt_known__backing_by_id(conn, id) : NULL;
}

void fpt_check_backing_closing(struct fpt_checker *checker, const struct fpt_backing_closing *e)
{
	struct fpt_known_backing *backing = find_backing(checker, e->conn, e->backing_id);

	if (backing)
		backing->closing++;
}

void fpt_check_backing_close(struct fpt_checker *checker, const struct fpt_backing_close *e)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	struct fpt_known_backing *backing = find_backing(checker, e->conn, e->backing_id);

	if (!backing)
		return;
	backing->closing -= backing->closing > 0;
	if (e->ret)
		return;
	fpt_known__close_backing(conn, backing, e->h.ts_ns);
	backing->closed_at = checker->activity;
	fpt_check_leaks(checker, e->conn);
}

/* fuse_backing_id_free(): the last of a connection, so the count is exact. */
void fpt_check_backing_free(struct fpt_checker *checker, const struct fpt_backing_free *e)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	struct fpt_known_backing *backing = find_backing(checker, e->conn, e->backing_id);
	struct fpt_id id = { .conn = e->conn, .dev = conn ? conn->dev : 0 };

	if (backing)
		fpt_known__backing_gone(conn, backing);
	if (e->backing_count != 1)
		fpt_report(
			checker, FPT_CHECK_BACKING_COUNT_END, &id, NULL,
			"at the end of the connection backing id %d (ino %llu) has count %d, not 1",
			e->backing_id, (unsigned long long)e->backing_ino, e->backing_count);
}
