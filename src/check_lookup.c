// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who an inode is, for as long as it lives, and how many lookups it owes the
 * server.  Judges only inodes that were seen from their first reply on.
 */
#include "check_internal.h"
#include "value.h"

#define TYPE(mode) ((mode) >> 12 & 15)

/* Nothing about it was missed, but for what filters on tasks hide. */
static struct fpt_known_inode *followed(struct fpt_checker *checker, uint64_t key)
{
	struct fpt_known_inode *inode = fpt_known__born(&checker->known, key);
	uint64_t only_ino = checker->options.only_ino;

	return inode && (!only_ino || inode->nodeid == only_ino) ? inode : NULL;
}

/* A root is looked up by nobody, a submount's lookups are kept elsewhere. */
static bool has_lookups(const struct fpt_known_inode *inode)
{
	return inode->nodeid != 1 && !inode->automount;
}

static const char *type_words(uint32_t type)
{
	static const char *const words[16] = {
		[1] = "fifo",	      [2] = "character device", [4] = "directory",
		[6] = "block device", [8] = "regular file",	[10] = "symbolic link",
		[12] = "socket",
	};

	return words[type] ?: "file of no type";
}

/* "nodeid 7, generation 2, regular file" */
static const char *identity_words(char *out, size_t size, uint64_t nodeid, uint32_t generation,
				  uint32_t type)
{
	snprintf(out, size, "nodeid %llu, generation %u, %s", (unsigned long long)nodeid,
		 generation, type_words(type));
	return out;
}

void fpt_inode_begins(struct fpt_checker *checker, struct fpt_known_inode *inode,
		      const struct fpt_attr *e)
{
	struct fpt_known_conn *conn = inode->active->conn;
	struct fpt_known_inode *before;

	inode->born = false;
	inode->generation = e->generation;
	inode->type = TYPE(e->mode);
	inode->lookups = 0;
	inode->superseded = false;
	inode->automount = e->before_bits & FPT_BIT_AUTOMOUNT;
	if (!conn->dev)
		conn->dev = e->dev;
	conn->submounts |= inode->automount || e->dev != conn->dev;
	if (!inode->proven)
		return;
	before = fpt_known__is_born(&checker->known, inode);
	if (before)
		before->superseded = true;
}

void fpt_check_same(struct fpt_checker *checker, const struct fpt_id *id)
{
	struct fpt_known_inode *inode = followed(checker, id->inode);
	char then[100], now[100];

	if (!inode || (inode->nodeid == id->nodeid && inode->generation == id->generation &&
		       inode->type == TYPE(id->mode)))
		return;
	fpt_report(
		checker, FPT_CHECK_IDENTITY_CHANGED, id, NULL, "an inode that was %s is now %s",
		identity_words(then, sizeof(then), inode->nodeid, inode->generation, inode->type),
		identity_words(now, sizeof(now), id->nodeid, id->generation, TYPE(id->mode)));
	inode->born = false;
}

/* It comes only where they differ.  A root cannot be replaced: it is bad, and stays. */
void fpt_check_identity(struct fpt_checker *checker, const struct fpt_identity *e)
{
	char opcode[FPT_VALUE_MAX], told[100], is[100];

	if (e->root && (e->bits & FPT_BIT_BAD))
		return;
	fpt_report(checker, FPT_CHECK_IDENTITY_MIXED, fpt_id_of(&e->inode), NULL,
		   "%s told of %s was taken for %s",
		   e->opcode ? fpt_print_opcode(opcode, sizeof(opcode), e->opcode) : "attributes",
		   identity_words(told, sizeof(told), e->told_nodeid, e->told_generation,
				  TYPE(e->told_mode)),
		   identity_words(is, sizeof(is), e->nodeid, e->generation, TYPE(e->mode)));
}

static void report_count(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			 const char *when, uint64_t nlookup)
{
	struct fpt_id id = { .nodeid = inode->nodeid,
			     .dev = fpt_known__conn_of(&checker->known, inode)->dev };

	fpt_report(checker, FPT_CHECK_LOOKUP_COUNT_WRONG, &id, NULL,
		   "%s nlookup is %llu after %u replies taken for it", when,
		   (unsigned long long)nlookup, inode->lookups);
}

/* Everyone told so far had been counted when nlookup was read; others may have been, too. */
void fpt_check_counted(struct fpt_checker *checker, const struct fpt_counted *e)
{
	struct fpt_known_inode *inode = followed(checker, e->inode);

	if (!inode)
		return;
	inode->lookups++;
	if (!has_lookups(inode) || e->nlookup >= inode->lookups)
		return;
	report_count(checker, inode, "after a lookup", e->nlookup);
	inode->lookups = e->nlookup;
}

void fpt_count_linked(struct fpt_checker *checker, const struct fpt_readdirplus *e)
{
	struct fpt_known_inode *inode = followed(checker, e->inode);

	if (inode)
		inode->lookups++;
}

/* Only a nodeid that comes back takes a live inode out of the hash. */
static bool is_unhashed(const struct fpt_evict *e)
{
	return e->nlookup && (e->before_bits & FPT_BIT_UNHASHED) &&
	       !(e->before_bits & FPT_BIT_AUTOMOUNT);
}

void fpt_check_gone(struct fpt_checker *checker, const struct fpt_evict *e)
{
	struct fpt_known_inode *inode = followed(checker, e->inode);
	bool superseded = inode && inode->superseded &&
			  !fpt_known__conn_of(&checker->known, inode)->submounts;

	if (!(e->before_bits & FPT_BIT_BAD) && (is_unhashed(e) || superseded))
		fpt_report(checker, FPT_CHECK_NODEID_TWO_INODES, fpt_id_of(&e->inode), NULL,
			   "evicted as a good inode, though its nodeid had become another inode's");
	if (inode && has_lookups(inode) && e->nlookup != inode->lookups)
		report_count(checker, inode, "at its eviction", e->nlookup);
}

/*
 * Found out by several programs together, so the beginning must have been seen:
 * nothing was under way before INIT, or a while after tracing began.
 */
void fpt_check_forgotten(struct fpt_checker *checker, const struct fpt_forgotten *e)
{
	const struct fpt_known_conn *conn = fpt_known__conn(&checker->known, e->conn);
	struct fpt_id id = { .nodeid = e->nodeid, .dev = e->dev };
	unsigned long long due = e->due, forgotten = e->forgotten;
	char opcode[FPT_VALUE_MAX];

	if (fpt_checker__in_doubt(checker, e->h.ts_ns) ||
	    !((conn && conn->from_start) || fpt_checker__quiet_by(checker, e->h.ts_ns)))
		return;
	if (!due)
		fpt_report(checker, FPT_CHECK_FORGET_WRONG, &id, NULL,
			   "%llu lookups were forgotten where none was due", forgotten);
	else if (!e->opcode)
		fpt_report(checker, FPT_CHECK_FORGET_WRONG, &id, NULL,
			   "evicted with %llu lookups, of which %llu were forgotten", due,
			   forgotten);
	else
		fpt_report(checker, FPT_CHECK_FORGET_WRONG, &id, NULL,
			   "a reply to %s was neither taken for an inode nor forgotten",
			   fpt_print_opcode(opcode, sizeof(opcode), e->opcode));
}
