/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the check*.c files alone. */
#ifndef FPT_CHECK_INTERNAL_H
#define FPT_CHECK_INTERNAL_H

#include <string.h>

#include "check.h"
#include "inside.h"
#include "known.h"
#include "value.h"

#define FPT_HISTORY_KINDS 64

/* Where fields are that many kinds of events have, or one that is always sound in its place. */
struct fpt_history_kind {
	uint16_t size; /* of the event; 0: there is no such kind */
	uint16_t inode, conn, begin_ns;
	uint16_t ends; /* enum fpt_op whose end it tells; 0: of none */
};

/* For check_history.c */
struct fpt_history {
	struct fpt_history_kind kind[FPT_HISTORY_KINDS];
	struct fpt_inside inside;
	uint64_t counted; /* place of the last event that was found impossible */
};

struct fpt_checker {
	struct fpt_checker_options options;
	struct fpt_known known;
	struct fpt_summary summary;
	const struct fpt_header *event; /* the one being checked */
	uint64_t unsure_since_ns; /* evidence before this may be incomplete */
	bool started; /* else the next event sets unsure_since_ns */
	unsigned int doubtful; /* batches still to come whose events do so too */
	uint64_t serial; /* of the event being checked */
	uint64_t activity; /* events about io modes and backing ids so far */
	unsigned int in_flight; /* operations begun and not ended */
	bool incomplete; /* evidence was lost, at unsure_since_ns at the latest */
	struct fpt_history history;
	uint64_t soon, later; /* keys of inodes whose events were told to come */
	struct fpt_requests *requests; /* NULL until there is one */
};

/*
 * An operation that was in flight when evidence was incomplete is over after
 * this, unless it waits for direct writes (T6b), which the state shows.
 */
#define FPT_SETTLE_NS 1000000000ULL

#define FPT_FOPEN_DIRECT_IO (1U << 0)
#define FPT_FOPEN_PARALLEL_DIRECT_WRITES (1U << 6)
#define FPT_FOPEN_PASSTHROUGH (1U << 7)
#define FPT_FOPEN_NOFLUSH (1U << 5)

static inline const struct fpt_id *fpt_id_of(const __u64 *first)
{
	return (const struct fpt_id *)first;
}

/* A log can hold numbers that no kernel returns. */
static inline const char *fpt_errno_words(int err)
{
	return fpt_errno_name(err) ?: "an error without a name";
}

/*
 * Reports a finding about an inode (NULL: none).  Kernel findings that rest on
 * history are for fpt_report_history().
 */
void fpt_report(struct fpt_checker *checker, enum fpt_check_id check, const struct fpt_id *id,
		const char *name, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same, but only where no evidence about the inode can be missing. */
void fpt_report_history(struct fpt_checker *checker, enum fpt_check_id check,
			const struct fpt_known_inode *inode, const struct fpt_id *id,
			const char *format, ...) __attribute__((format(printf, 5, 6)));

bool fpt_checker__proven(const struct fpt_checker *checker, const struct fpt_known_inode *inode);
/* Whether at @ts_ns nothing unseen was in flight any more, but what waits (T6b). */
bool fpt_checker__quiet_by(const struct fpt_checker *checker, uint64_t ts_ns);
/* Whether events of about @ts_ns may have been lost. */
bool fpt_checker__in_doubt(const struct fpt_checker *checker, uint64_t ts_ns);

/* "name" (comm, pid N), or what is known of it; into @out, printable. */
const char *fpt_file_words(char *out, size_t size, const struct fpt_known_file *file);
/* "backing id 1 (ino 3, dev 0:28)" */
const char *fpt_backing_words(char *out, size_t size, const struct fpt_known_backing *backing);

/* A kind of its own: all of them in one would make each event save what any may need. */
#define FPT_OF_KIND __attribute__((noinline))

/* check_history.c: whether what is told can have happened at all */
void fpt_history__init(struct fpt_history *history);
/* The key of the inode that an event is about; false: of none, or it cannot be understood. */
static inline bool fpt_history__inode(const struct fpt_history *history,
				      const struct fpt_header *event, uint64_t *key)
{
	const struct fpt_history_kind *kind = &history->kind[event->kind % FPT_HISTORY_KINDS];

	if (event->kind >= FPT_HISTORY_KINDS || kind->inode < sizeof(*event) ||
	    event->size != kind->size)
		return false;
	memcpy(key, (const char *)event + kind->inode, sizeof(*key));
	return true;
}
/* Before the event's own checks.  False: it cannot be understood, and gets none. */
bool fpt_history__event(struct fpt_checker *checker, const struct fpt_header *event);
/* A user's last close of a file of this inode, before it is counted. */
void fpt_history__release(struct fpt_checker *checker, const struct fpt_known_inode *inode);
void fpt_history__evict(struct fpt_checker *checker, const struct fpt_known_inode *inode);

/* check_mode.c: the automaton */
FPT_OF_KIND void fpt_check_op_begin(struct fpt_checker *checker, const struct fpt_op_begin *e);
FPT_OF_KIND void fpt_check_cached_open(struct fpt_checker *checker,
				       const struct fpt_cached_open *e);
FPT_OF_KIND void fpt_check_uncached_start(struct fpt_checker *checker,
					  const struct fpt_uncached_start *e);
FPT_OF_KIND void fpt_check_uncached_end(struct fpt_checker *checker,
					const struct fpt_uncached_end *e);
FPT_OF_KIND void fpt_check_io_release(struct fpt_checker *checker, const struct fpt_io_release *e);
FPT_OF_KIND void fpt_check_evict(struct fpt_checker *checker, const struct fpt_evict *e);

/* check_backing.c: an operation may have attached or detached one */
void fpt_backing_settle(struct fpt_checker *checker, struct fpt_known_inode *inode,
			const struct fpt_id *id);
/* An operation has ended: what nobody holds any more must be freed by now. */
void fpt_tell_leaks(struct fpt_checker *checker, struct fpt_known_conn *conn);
static inline void fpt_check_leaks(struct fpt_checker *checker, uint64_t conn_key)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, conn_key);

	if (conn && conn->unfreed && !checker->in_flight)
		fpt_tell_leaks(checker, conn);
}
FPT_OF_KIND void fpt_check_backing_gone(struct fpt_checker *checker,
					const struct fpt_backing_gone *e);
/* T8. Returns whether what the event says of the id cannot be. */
bool fpt_check_id_lookup(struct fpt_checker *checker, const struct fpt_known_conn *conn,
			 const struct fpt_known_task *task, const struct fpt_passthrough_open *e);
void fpt_check_count(struct fpt_checker *checker, const struct fpt_known_task *task,
		     const struct fpt_passthrough_open *e);

/* check_wait.c: whether an open waits in vain */
void fpt_tell_waiters(struct fpt_checker *checker, struct fpt_known_inode *inode, uint64_t ts_ns);
static inline void fpt_check_waiters(struct fpt_checker *checker, struct fpt_known_inode *inode,
				     uint64_t ts_ns)
{
	if (fpt_mode__may_wait(&inode->active->mode))
		fpt_tell_waiters(checker, inode, ts_ns);
}
void fpt_check_wait(struct fpt_checker *checker, const struct fpt_wait *e);
/* A direct write begins, is on, and ends: whether it minds a cached open that waits. */
void fpt_check_write_begins(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			    const struct fpt_op_begin *e);
void fpt_note_write(struct fpt_known_active *active, uint32_t tid);
void fpt_check_write_ended(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			   const struct fpt_uncached_end *e);

/* check_page.c: mappings, and who uses the page cache */
void fpt_check_mmap(struct fpt_checker *checker, const struct fpt_mmap *e);
void fpt_check_page_io(struct fpt_checker *checker, const struct fpt_page_io *e);

/* check_open.c: opens, and why they failed */
FPT_OF_KIND void fpt_check_passthrough_open(struct fpt_checker *checker,
					    const struct fpt_passthrough_open *e);
FPT_OF_KIND void fpt_check_io_open(struct fpt_checker *checker, const struct fpt_io_open *e);
FPT_OF_KIND void fpt_check_open(struct fpt_checker *checker, const struct fpt_open *e);
FPT_OF_KIND void fpt_check_release(struct fpt_checker *checker, const struct fpt_release *e);
void fpt_check_release_sent(struct fpt_checker *checker, const struct fpt_release_sent *e);

/* check_cause.c: the cause of an EIO of fuse_file_io_open, as a finding; @user may be NULL */
void fpt_explain_open(struct fpt_checker *checker, const struct fpt_known_open *open,
		      const struct fpt_open *user);

/* check_number.c: inode numbers */
void fpt_check_readdirplus(struct fpt_checker *checker, const struct fpt_readdirplus *e);
FPT_OF_KIND void fpt_check_attr(struct fpt_checker *checker, const struct fpt_attr *e);
void fpt_check_getattr(struct fpt_checker *checker, const struct fpt_getattr *e);
/* Whether it reported a finding; then the automaton need not. */
bool fpt_check_start_numbers(struct fpt_checker *checker, const struct fpt_uncached_start *e);

void fpt_check_number(struct fpt_checker *checker, const struct fpt_number *e);

/* check_lookup.c: who an inode is, and its lookups */
void fpt_inode_begins(struct fpt_checker *checker, struct fpt_known_inode *inode,
		      const struct fpt_attr *e);
void fpt_check_same(struct fpt_checker *checker, const struct fpt_id *id);
void fpt_check_identity(struct fpt_checker *checker, const struct fpt_identity *e);
FPT_OF_KIND void fpt_check_counted(struct fpt_checker *checker, const struct fpt_counted *e);
void fpt_count_linked(struct fpt_checker *checker, const struct fpt_readdirplus *e);
void fpt_check_gone(struct fpt_checker *checker, const struct fpt_evict *e);
void fpt_check_forgotten(struct fpt_checker *checker, const struct fpt_forgotten *e);

/* check_request.c: requests and replies, as a debug log tells them */
struct fpt_requests;
void fpt_requests__free(struct fpt_requests *requests);
/* Any event; those of other kinds are left alone. */
void fpt_check_server(struct fpt_checker *checker, const struct fpt_header *h);

/* check_conn.c: negotiation and backing ids */
FPT_OF_KIND void fpt_check_init(struct fpt_checker *checker, const struct fpt_init *e);
FPT_OF_KIND void fpt_check_backing_open(struct fpt_checker *checker,
					const struct fpt_backing_open *e);
void fpt_check_backing_free(struct fpt_checker *checker, const struct fpt_backing_free *e);
FPT_OF_KIND void fpt_check_backing_closing(struct fpt_checker *checker,
					   const struct fpt_backing_closing *e);
FPT_OF_KIND void fpt_check_backing_close(struct fpt_checker *checker,
					 const struct fpt_backing_close *e);

#endif
