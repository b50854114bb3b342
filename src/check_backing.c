// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backing files in use: how many hold one, and which inode has which.  Counts
 * only what was seen whole; a doubt about a backing file silences it for good.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_internal.h"
#include "value.h"

static struct fpt_known_backing *by_key(const struct fpt_known_conn *conn, uint64_t key)
{
	return conn ? fpt_known__backing_by_key(conn, key) : NULL;
}

static bool same_file(const struct fpt_known_identity *a, const struct fpt_known_identity *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->generation == b->generation;
}

/* "device and generation": in which two files differ */
static const char *difference(char *out, size_t size, const struct fpt_known_identity *a,
			      const struct fpt_known_identity *b)
{
	bool device = a->dev != b->dev, ino = a->ino != b->ino;
	bool generation = a->generation != b->generation;

	snprintf(out, size, "%s%s%s%s%s", device ? "device" : "",
		 device && ino ? (generation ? ", " : " and ") : "", ino ? "ino" : "",
		 (device || ino) && generation ? " and " : "", generation ? "generation" : "");
	return out;
}

/* "ino 103 (dev 0:28, generation 7, magic 0x1021994)" */
static const char *identity_words(char *out, size_t size, const struct fpt_known_identity *file)
{
	char dev[FPT_VALUE_MAX];

	snprintf(out, size, "ino %llu (dev %s, generation %u, magic %#llx)",
		 (unsigned long long)file->ino, fpt_print_dev(dev, sizeof(dev), file->dev),
		 file->generation, (unsigned long long)file->magic);
	return out;
}

/* I31: passthrough_ino wants one inode for one number, and so for one backing file. */
static void check_shared(struct fpt_checker *checker, const struct fpt_id *id,
			 const struct fpt_known_identity *file,
			 const struct fpt_known_backing *other)
{
	unsigned long long nodeid = other->nodeid;
	char words[120], other_words[120], parts[40];

	identity_words(words, sizeof(words), file);
	if (same_file(file, &other->file))
		fpt_report(checker, FPT_CHECK_INO_SHARED_BACKING, id, NULL,
			   "backing %s is attached to nodeid %llu as well", words, nodeid);
	else
		fpt_report(
			checker, FPT_CHECK_INO_SHARED_BACKING, id, NULL,
			"backing %s has the number of another file, attached to nodeid %llu and differing in %s: %s",
			words, nodeid, difference(parts, sizeof(parts), file, &other->file),
			identity_words(other_words, sizeof(other_words), &other->file));
}

/* I32: the same nodeid and generation, so it should be the same file. */
static void check_changed(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			  const struct fpt_known_identity *file, const struct fpt_id *id)
{
	struct fpt_known_identity then;
	char words[120], old_words[120], parts[40];

	if (fpt_known__backing_before(&checker->known, inode, &then) && !same_file(file, &then))
		fpt_report(checker, FPT_CHECK_INO_BACKING_CHANGED, id, NULL,
			   "attached now: %s; before: %s, differing in %s",
			   identity_words(words, sizeof(words), file),
			   identity_words(old_words, sizeof(old_words), &then),
			   difference(parts, sizeof(parts), file, &then));
}

/* One whose nodeid went to another inode is bad, and only waits for its last close. */
static bool is_live(struct fpt_checker *checker, uint64_t key)
{
	const struct fpt_known_inode *inode = fpt_known__born(&checker->known, key);

	return !inode || !inode->superseded;
}

/* A backing file is about to be counted as attached to the inode. */
static void check_attached(struct fpt_checker *checker, struct fpt_known_inode *inode,
			   const struct fpt_id *id, struct fpt_known_backing *taken)
{
	const struct fpt_known_backing *other =
		fpt_known__attached_ino(inode->active->conn, taken->file.ino);

	if (id->conn_flags & FPT_CONN_PASSTHROUGH_INO) {
		if (other && other->nodeid != id->nodeid && is_live(checker, other->inode))
			check_shared(checker, id, &taken->file, other);
		check_changed(checker, inode, &taken->file, id);
	}
	taken->nodeid = id->nodeid;
	taken->inode = id->inode;
	fpt_known__remember_backing(&checker->known, inode, &taken->file);
}

void fpt_backing_settle(struct fpt_checker *checker, struct fpt_known_inode *inode,
			const struct fpt_id *id)
{
	const struct fpt_known_active *active = inode->active;
	bool sure = fpt_mode__certain(&active->mode);
	uint64_t fb = sure ? active->mode.state.fb : active->counted;
	struct fpt_known_backing *taken;

	/* Most times nothing has changed. */
	if ((!sure && fpt_mode__in_flight(&active->mode)) ||
	    (fb == active->counted && active->uncounted == !sure))
		return;
	taken = fb && fb != active->counted ? by_key(active->conn, fb) : NULL;
	if (taken)
		check_attached(checker, inode, id, taken);
	fpt_known__count_attached(inode, fb, sure);
}

/* Whether everything that holds its backing files was seen, and nothing is at work. */
static bool all_counted(const struct fpt_checker *checker, const struct fpt_known_conn *conn)
{
	return conn->from_start && !conn->uncounted && !checker->incomplete &&
	       !checker->options.only_ino;
}

static bool is_open(const struct fpt_known_backing *backing)
{
	return backing && backing->told && backing->key && !backing->closed && !backing->closing;
}

/* An id that was no good for the whole time of the lookup is not found; nor is another's file. */
bool fpt_check_id_lookup(struct fpt_checker *checker, const struct fpt_known_conn *conn,
			 const struct fpt_known_task *task, const struct fpt_passthrough_open *e)
{
	const struct fpt_known_backing *backing = fpt_known__backing_by_id(conn, e->backing_id);
	bool closed = backing && backing->closed && task && task->open.in_io_open &&
		      backing->closed_at < task->open.activity;
	const struct fpt_known_backing *owner = by_key(conn, e->backing);
	bool other = !e->ret && ((is_open(backing) && backing->key != e->backing) ||
				 (is_open(owner) && owner->id != e->backing_id));
	int due = e->backing_id <= 0 ? -EINVAL : closed ? -ENOENT : e->ret;

	if (checker->incomplete || (e->ret == due && !other))
		return false;
	if (other)
		fpt_report(checker, FPT_CHECK_BACKING_LOOKUP_WRONG, fpt_id_of(&e->inode), NULL,
			   "passthrough_open of backing id %d took another registration's file",
			   e->backing_id);
	else
		fpt_report(checker, FPT_CHECK_BACKING_LOOKUP_WRONG, fpt_id_of(&e->inode), NULL,
			   "passthrough_open of backing id %d, which %s, %s%s", e->backing_id,
			   closed ? "was closed before" : "is not above 0",
			   e->ret ? "said " : "found it", e->ret ? fpt_errno_words(e->ret) : "");
	return true;
}

/* I21, where nothing else is going on: the id, each inode and this open hold one. */
void fpt_check_count(struct fpt_checker *checker, const struct fpt_known_task *task,
		     const struct fpt_passthrough_open *e)
{
	const struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	const struct fpt_known_backing *backing = by_key(conn, e->backing);
	int due;

	if (!conn || !backing || !all_counted(checker, conn) || !task->open.alone ||
	    task->open.activity + 1 != checker->activity)
		return;
	due = !backing->closed + backing->attached + 1;
	if (e->backing_count == due || (backing->closing && e->backing_count == due - 1))
		return;
	fpt_report(checker, FPT_CHECK_BACKING_COUNT, fpt_id_of(&e->inode), NULL,
		   "backing id %d (ino %llu) has count %d: its id, %d inodes and this open make %d",
		   e->backing_id, (unsigned long long)e->backing_ino, e->backing_count,
		   backing->attached, due);
}

/* I22: the id is closed, nobody has the file, and yet it was not freed. */
void fpt_check_leaks(struct fpt_checker *checker, uint64_t conn_key)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, conn_key);
	struct fpt_known_backing *backing, *next;
	struct fpt_id id = { .conn = conn_key, .dev = conn ? conn->dev : 0 };
	char words[160];

	if (!conn || !conn->unfreed || checker->in_flight || !all_counted(checker, conn))
		return;
	for (backing = conn->closed; backing; backing = next) {
		next = backing->next;
		if (backing->gone || !backing->key || backing->attached > 0)
			continue;
		fpt_backing_words(words, sizeof(words), backing);
		fpt_known__backing_gone(conn, backing);
		fpt_report(checker, FPT_CHECK_BACKING_LEAKED, &id, NULL,
			   "%s is closed and attached nowhere, but was not freed", words);
	}
}

/* An inode that surely has it, and that no operation can be about to leave. */
static const struct fpt_known_inode *holder(const struct fpt_checker *checker, uint64_t key)
{
	const struct fpt_known_active *active;

	for (active = checker->known.active; active; active = active->next)
		if (active->counted == key && fpt_mode__certain(&active->mode))
			return active->inode;
	return NULL;
}

/* Its memory is freed by RCU: at this time the address is still its own. */
static void backing_gone(struct fpt_checker *checker, struct fpt_known_conn *conn,
			 struct fpt_known_backing *backing)
{
	const struct fpt_known_inode *inode = NULL;
	struct fpt_id id = { .conn = conn->key, .dev = conn->dev };
	bool registered = !backing->closed && !backing->closing;
	char words[160];

	if (backing->attached > 0)
		inode = holder(checker, backing->key);
	if (!conn->from_start || checker->incomplete || (!registered && !inode)) {
		fpt_known__backing_gone(conn, backing);
		return;
	}
	fpt_backing_words(words, sizeof(words), backing);
	fpt_known__backing_gone(conn, backing);
	id.nodeid = inode ? inode->nodeid : 0;
	fpt_report(checker, FPT_CHECK_BACKING_FREED_IN_USE, &id, NULL, "%s is freed while %s",
		   words, inode ? "the inode has it attached" : "its id is registered");
}

void fpt_check_backing_gone(struct fpt_checker *checker, const struct fpt_backing_gone *e)
{
	struct fpt_known_backing *backing;
	struct fpt_known_conn *conn;
	uint32_t i;

	for (i = 0; i < checker->known.conns; i++) {
		conn = checker->known.conn[i];
		backing = by_key(conn, e->backing);
		if (backing)
			backing_gone(checker, conn, backing);
	}
}
