// SPDX-License-Identifier: GPL-2.0-only
/*
 * Backing files in use: how many hold one, and which inode has which.  Counts
 * only what was seen whole; a doubt about a backing file silences it for good.
 */
#include "check_internal.h"
#include "value.h"

static struct fpt_known_backing *by_key(const struct fpt_known_conn *conn, uint64_t key)
{
	return conn ? fpt_known__backing_by_key(conn, key) : NULL;
}

static bool same_file(const struct fpt_known_backing *a, const struct fpt_known_backing *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->generation == b->generation;
}

/* I31: passthrough_ino wants one inode for one backing file. */
static void check_shared(struct fpt_checker *checker, const struct fpt_known_conn *conn,
			 const struct fpt_known_backing *attached, const struct fpt_id *id)
{
	const struct fpt_known_backing *other;

	for (other = conn->by_key; other; other = other->by_key.next) {
		if (other == attached || other->attached <= 0 || other->nodeid == id->nodeid ||
		    !same_file(other, attached))
			continue;
		fpt_report(checker, FPT_CHECK_INO_SHARED_BACKING, id, NULL,
			   "backing ino %llu is attached to nodeid %llu as well",
			   (unsigned long long)attached->ino, (unsigned long long)other->nodeid);
		return;
	}
}

/* I32: the same nodeid and generation, so it should be the same file. */
static void check_changed(struct fpt_checker *checker, struct fpt_known_inode *inode,
			  const struct fpt_known_backing *attached, const struct fpt_id *id)
{
	char now[FPT_VALUE_MAX], then[FPT_VALUE_MAX];

	if (inode->backing_ino && (inode->backing_dev != attached->dev ||
				   inode->backing_generation != attached->generation))
		fpt_report(checker, FPT_CHECK_INO_BACKING_CHANGED, id, NULL,
			   "attached now: dev %s generation %u; before: dev %s generation %u",
			   fpt_print_dev(now, sizeof(now), attached->dev), attached->generation,
			   fpt_print_dev(then, sizeof(then), inode->backing_dev),
			   inode->backing_generation);
	inode->backing_ino = attached->ino;
	inode->backing_dev = attached->dev;
	inode->backing_generation = attached->generation;
}

void fpt_backing_moved(struct fpt_checker *checker, struct fpt_known_inode *inode,
		       const struct fpt_id *id, const struct fpt_state *before,
		       const struct fpt_state *after, bool exclusive)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, id->conn);
	struct fpt_known_backing *left = by_key(conn, before->fb);
	struct fpt_known_backing *taken = by_key(conn, after->fb);

	if (!exclusive) {
		/* What was read may be another operation's doing. */
		if (left)
			left->uncertain = true;
		if (taken)
			taken->uncertain = true;
		return;
	}
	if (left == taken)
		return;
	if (left)
		left->attached--;
	if (!taken)
		return;
	taken->attached++;
	taken->nodeid = id->nodeid;
	if (!(id->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		return;
	check_shared(checker, conn, taken, id);
	check_changed(checker, inode, taken, id);
}

/*
 * I21, where nothing else is going on: the id, each inode and this open hold one
 * reference each.  A close of the id may be half done, unseen yet.
 */
void fpt_check_count(struct fpt_checker *checker, const struct fpt_known_task *task,
		     const struct fpt_passthrough_open *e)
{
	const struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	const struct fpt_known_backing *backing = by_key(conn, e->backing);
	int due;

	if (!conn || !backing || !conn->from_start || backing->uncertain ||
	    checker->options.only_ino || checker->incomplete || !task->open.alone ||
	    task->open.activity + 1 != checker->activity)
		return;
	due = !backing->closed + backing->attached + 1;
	if (e->backing_count == due || (!backing->closed && e->backing_count == due - 1))
		return;
	fpt_report(checker, FPT_CHECK_BACKING_COUNT, fpt_id_of(&e->inode), NULL,
		   "backing id %d (ino %llu) has count %d: its id, %d inodes and this open make %d",
		   e->backing_id, (unsigned long long)e->backing_ino, e->backing_count,
		   backing->attached, due);
}
