// SPDX-License-Identifier: GPL-2.0-only
/* Inode numbers: what replies say, and what passthrough_ino demands of them. */
#include <errno.h>
#include <string.h>

#include "check_internal.h"
#include "value.h"

void fpt_check_readdirplus(struct fpt_checker *checker, const struct fpt_readdirplus *e)
{
	fpt_check_same(checker, fpt_id_of(&e->inode));
	fpt_count_linked(checker, e);
	if (e->dirent_ino != e->attr_ino)
		fpt_report(checker, FPT_CHECK_INO_DIRENT_MISMATCH, fpt_id_of(&e->inode), e->name,
			   "READDIRPLUS of nodeid %llu: dirent.ino %llu != attr.ino %llu",
			   (unsigned long long)e->parent, (unsigned long long)e->dirent_ino,
			   (unsigned long long)e->attr_ino);
}

/* Runs under fi->lock, so the state in it is exact; it is sent on a change only. */
void fpt_check_attr(struct fpt_checker *checker, const struct fpt_attr *e)
{
	bool fresh = e->before_ino == 0 && e->before_attr_version == 0;
	bool root = e->nodeid == 1; /* its number is made up until its first GETATTR */
	struct fpt_known_inode *inode;
	uint64_t only_ino = checker->options.only_ino;
	char dev[FPT_VALUE_MAX];

	if (!fresh)
		fpt_check_same(checker, fpt_id_of(&e->inode));
	inode = fpt_known__inode(&checker->known, fpt_id_of(&e->inode));
	if (!inode)
		return;
	if (fresh) {
		inode->told = inode->conn->tells_births = true;
		fpt_mode__forget(&inode->active->mode);
		fpt_known__count_attached(inode, 0, true);
		inode->proven = !fpt_checker__in_doubt(checker, e->h.ts_ns);
		inode->active->mode.known = true;
		memset(&inode->active->mode.state, 0, sizeof(inode->active->mode.state));
		fpt_inode_begins(checker, inode, e);
	}
	/* From here on the filter hides it. */
	if (only_ino && e->nodeid != only_ino && e->attr_ino != only_ino)
		inode->proven = inode->active->mode.known = false;
	if (fresh || root || !(e->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		return;
	if (e->before_fb && e->attr_ino != e->backing_ino)
		fpt_report(
			checker, FPT_CHECK_INO_DRIFT_ATTACHED, fpt_id_of(&e->inode),
			inode->active->files ? inode->active->files->name : NULL,
			"a reply changes the number from %llu to %llu while backing ino %llu (dev %s) is attached",
			(unsigned long long)e->before_ino, (unsigned long long)e->attr_ino,
			(unsigned long long)e->backing_ino,
			fpt_print_dev(dev, sizeof(dev), e->backing_dev));
	else if (!e->before_fb)
		fpt_report(checker, FPT_CHECK_INO_DRIFT, fpt_id_of(&e->inode),
			   inode->active->files ? inode->active->files->name : NULL,
			   "a reply changes the number from %llu to %llu",
			   (unsigned long long)e->before_ino, (unsigned long long)e->attr_ino);
}

bool fpt_check_start_numbers(struct fpt_checker *checker, const struct fpt_uncached_start *e)
{
	const struct fpt_id *id = fpt_id_of(&e->inode);
	bool in_force = e->conn_flags & FPT_CONN_PASSTHROUGH_INO;
	bool unequal = in_force && e->backing_ino != e->before_ino;
	char dev[FPT_VALUE_MAX];

	/* If the number changed meanwhile, either of the two may have been met. */
	if (!e->backing || !(e->before_bits & FPT_BIT_READ) || e->before_ino != e->after_ino ||
	    e->before_attr_version != e->after_attr_version)
		return false;
	if (e->ret == 0 && unequal) {
		fpt_report(checker,
			   e->before_fb == e->backing ? FPT_CHECK_INO_REOPEN_UNEQUAL
						      : FPT_CHECK_INO_ATTACH_UNEQUAL,
			   id, NULL,
			   "uncached_io_start accepted backing ino %llu (dev %s) for fuse ino %llu",
			   (unsigned long long)e->backing_ino,
			   fpt_print_dev(dev, sizeof(dev), e->backing_dev),
			   (unsigned long long)e->before_ino);
		return true;
	}
	if (e->ret == -EIO && !unequal) {
		fpt_report(
			checker, FPT_CHECK_INO_ERRNO_WRONG, id, NULL,
			"uncached_io_start said EIO though %s: backing ino %llu (dev %s), fuse ino %llu",
			in_force ? "the numbers are equal" : "passthrough_ino is not in force",
			(unsigned long long)e->backing_ino,
			fpt_print_dev(dev, sizeof(dev), e->backing_dev),
			(unsigned long long)e->before_ino);
		return true;
	}
	if (unequal && e->ret != -EIO && e->ret != -EBUSY) {
		fpt_report(
			checker, FPT_CHECK_INO_ERRNO_WRONG, id, NULL,
			"uncached_io_start said %s, not EIO: backing ino %llu (dev %s) != fuse ino %llu",
			fpt_errno_words(e->ret), (unsigned long long)e->backing_ino,
			fpt_print_dev(dev, sizeof(dev), e->backing_dev),
			(unsigned long long)e->before_ino);
		return true;
	}
	return false;
}

/* Comes only where the numbers differ, and nothing changed them meanwhile. */
void fpt_check_getattr(struct fpt_checker *checker, const struct fpt_getattr *e)
{
	fpt_report(checker, FPT_CHECK_STAT_INO_WRONG, fpt_id_of(&e->inode), NULL,
		   "stat gave ino %llu, %s is %llu", (unsigned long long)e->stat_ino,
		   e->asked ? "the reply's" : "the inode's", (unsigned long long)e->told_ino);
}

/* Comes only where it is not the inode's number, and nothing changed that meanwhile. */
void fpt_check_number(struct fpt_checker *checker, const struct fpt_number *e)
{
	char opcode[FPT_VALUE_MAX];

	if (!e->opcode)
		fpt_report(checker, FPT_CHECK_INO_SQUASH_WRONG, fpt_id_of(&e->inode), NULL,
			   "the inode's number is %llu, the last reply's was %llu",
			   (unsigned long long)e->ino, (unsigned long long)e->orig_ino);
	else if (e->nodeid != 1 && (e->conn_flags & FPT_CONN_PASSTHROUGH_INO))
		fpt_report(checker, FPT_CHECK_INO_DRIFT, fpt_id_of(&e->inode), NULL,
			   "%s tells %llu, which stat shows, but the inode keeps %llu",
			   fpt_print_opcode(opcode, sizeof(opcode), e->opcode),
			   (unsigned long long)e->told_ino, (unsigned long long)e->orig_ino);
}
