// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and replies, as the debug log of a server tells them (I43 to I51).
 * What the log does not tell, such as the nodeids of a READDIRPLUS reply, is
 * reckoned in the favour of the one who would be blamed.
 */
#include <linux/fuse.h>
#include <stdlib.h>

#include "check_internal.h"
#include "hash.h"

#define KERNEL_ERRNOS 512 /* ERESTARTSYS, the first that is the kernel's own */
#define WRITEBACK_CACHE (1ULL << 16)
#define STACK_DEPTH_MAX 2 /* FILESYSTEM_MAX_STACK_DEPTH */
#define MINOR_OF_SIZES 12 /* replies have had their sizes since then */
#define LATER_REPLIES 16 /* a request that they have overtaken may be forgotten */
#define OPCODE_TMPFILE 51
#define OPCODE_COPY_FILE_RANGE_64 53
#define HEADER_BYTES sizeof(struct fuse_out_header)

/* What a nodeid was told and asked; forgotten once nothing is open or looked up. */
struct node {
	uint64_t nodeid;
	uint64_t lookups, forgotten;
	uint64_t opens[2], releases[2]; /* of files, of directories */
	UT_hash_handle hh;
};

struct fpt_requests {
	struct node *nodes;
	uint32_t minor; /* of the protocol; 0: not seen */
	bool any, from_start;
	/* Told of nodeids that the log does not name; forgotten beyond what was told by name. */
	uint64_t unnamed_lookups, unnamed_creates;
	uint64_t extra_forgotten, extra_releases;
};

void fpt_requests__free(struct fpt_requests *requests)
{
	struct node *node, *next;

	if (!requests)
		return;
	HASH_ITER(hh, requests->nodes, node, next)
	{
		HASH_DEL(requests->nodes, node);
		free(node);
	}
	free(requests);
}

static struct fpt_requests *requests_of(struct fpt_checker *checker)
{
	if (!checker->requests)
		checker->requests = calloc(1, sizeof(*checker->requests));
	return checker->requests;
}

/* NULL without memory. */
static struct node *node_of(struct fpt_requests *requests, uint64_t nodeid)
{
	struct node *node;

	HASH_FIND(hh, requests->nodes, &nodeid, sizeof(nodeid), node);
	if (node)
		return node;
	node = calloc(1, sizeof(*node));
	if (!node)
		return NULL;
	node->nodeid = nodeid;
	HASH_ADD(hh, requests->nodes, nodeid, sizeof(nodeid), node);
	return node;
}

static void rest(struct fpt_requests *requests, struct node *node)
{
	if (node->lookups != node->forgotten || node->opens[0] != node->releases[0] ||
	    node->opens[1] != node->releases[1])
		return;
	HASH_DEL(requests->nodes, node);
	free(node);
}

/* Whether counts are complete: from INIT on, without a gap. */
static bool is_complete(const struct fpt_checker *checker)
{
	return checker->requests->from_start && !checker->incomplete;
}

static const char *opcode_words(char *out, size_t size, uint32_t opcode)
{
	return opcode ? fpt_print_opcode(out, size, opcode) : "a request";
}

/* ---- sizes ---- */

/* Bytes after the header that a successful reply has; -1: they vary, or are not known. */
static int body_of(uint32_t opcode)
{
	switch (opcode) {
	case FUSE_LOOKUP:
	case FUSE_SYMLINK:
	case FUSE_MKNOD:
	case FUSE_MKDIR:
	case FUSE_LINK:
		return sizeof(struct fuse_entry_out);
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		return sizeof(struct fuse_attr_out);
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		return sizeof(struct fuse_open_out);
	case FUSE_CREATE:
	case OPCODE_TMPFILE:
		return sizeof(struct fuse_entry_out) + sizeof(struct fuse_open_out);
	case FUSE_WRITE:
	case FUSE_COPY_FILE_RANGE:
	case OPCODE_COPY_FILE_RANGE_64:
		return sizeof(struct fuse_write_out);
	case FUSE_STATFS:
		return sizeof(struct fuse_statfs_out);
	case FUSE_LSEEK:
		return sizeof(struct fuse_lseek_out);
	case FUSE_UNLINK:
	case FUSE_RMDIR:
	case FUSE_RENAME:
	case FUSE_RENAME2:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FSYNC:
	case FUSE_FSYNCDIR:
	case FUSE_FLUSH:
	case FUSE_SETXATTR:
	case FUSE_REMOVEXATTR:
	case FUSE_ACCESS:
	case FUSE_FALLOCATE:
		return 0;
	default:
		return -1;
	}
}

/* The kernel refuses such a reply, and ends the request with EIO. */
static void check_size(struct fpt_checker *checker, const struct fpt_reply *e,
		       const struct fpt_id *id)
{
	int body = e->ret ? 0 : body_of(e->opcode);
	char words[FPT_VALUE_MAX];

	if (body < 0 || !e->opcode || checker->requests->minor < MINOR_OF_SIZES ||
	    e->outsize == HEADER_BYTES + (unsigned int)body)
		return;
	fpt_report(
		checker, FPT_CHECK_REPLY_SIZE_WRONG, id, NULL,
		"the %s reply to %s of nodeid %llu (unique %llu) has %u bytes, not %zu: the kernel makes it EIO",
		e->ret ? "error" : "successful", opcode_words(words, sizeof(words), e->opcode),
		(unsigned long long)e->nodeid, (unsigned long long)e->unique, e->outsize,
		HEADER_BYTES + (size_t)body);
}

/* ---- counts ---- */

static uint64_t excess(uint64_t count, uint64_t due)
{
	return count > due ? count - due : 0;
}

static void granted(struct fpt_requests *requests, uint64_t nodeid, bool is_dir)
{
	struct node *node = nodeid ? node_of(requests, nodeid) : NULL;

	if (!node) {
		requests->unnamed_creates++;
		return;
	}
	requests->extra_releases -= excess(node->releases[is_dir], node->opens[is_dir]);
	node->opens[is_dir]++;
	requests->extra_releases += excess(node->releases[is_dir], node->opens[is_dir]);
	rest(requests, node);
}

static void told(struct fpt_requests *requests, uint64_t nodeid)
{
	struct node *node = nodeid ? node_of(requests, nodeid) : NULL;

	if (!node) {
		requests->unnamed_lookups++;
		return;
	}
	requests->extra_forgotten -= excess(node->forgotten, node->lookups);
	node->lookups++;
	requests->extra_forgotten += excess(node->forgotten, node->lookups);
	rest(requests, node);
}

/* What a successful reply grants and tells. */
static void count_reply(struct fpt_requests *requests, const struct fpt_reply *e)
{
	/* The least that an entry takes, with a name of one character. */
	const unsigned int entry = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET_DIRENTPLUS + 1);

	switch (e->opcode) {
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		granted(requests, e->nodeid, e->opcode == FUSE_OPENDIR);
		break;
	case FUSE_CREATE:
	case OPCODE_TMPFILE:
		granted(requests, e->told_nodeid, false);
		told(requests, e->told_nodeid);
		break;
	case FUSE_LOOKUP:
	case FUSE_SYMLINK:
	case FUSE_MKNOD:
	case FUSE_MKDIR:
	case FUSE_LINK:
		told(requests, e->told_nodeid);
		break;
	case FUSE_READDIRPLUS:
		requests->unnamed_lookups += e->outsize / entry;
		break;
	}
}

static void check_release(struct fpt_checker *checker, const struct fpt_request *e,
			  const struct fpt_id *id)
{
	struct fpt_requests *requests = checker->requests;
	bool is_dir = e->opcode == FUSE_RELEASEDIR;
	struct node *node = node_of(requests, e->nodeid);
	uint64_t before;

	if (!node)
		return;
	before = excess(node->releases[is_dir], node->opens[is_dir]);
	node->releases[is_dir]++;
	requests->extra_releases += excess(node->releases[is_dir], node->opens[is_dir]) - before;
	if (requests->extra_releases > requests->unnamed_creates) {
		requests->unnamed_creates = requests->extra_releases;
		if (is_complete(checker))
			fpt_report(
				checker, FPT_CHECK_RELEASE_UNOPENED, id, NULL,
				"%s of nodeid %llu (unique %llu): every open that was granted was released before",
				is_dir ? "RELEASEDIR" : "RELEASE", (unsigned long long)e->nodeid,
				(unsigned long long)e->unique);
	}
	rest(requests, node);
}

static void check_forget(struct fpt_checker *checker, const struct fpt_forget *e)
{
	struct fpt_id id = { .nodeid = e->nodeid, .dev = e->dev };
	struct fpt_requests *requests = checker->requests;
	struct node *node = requests ? node_of(requests, e->nodeid) : NULL;

	uint64_t left;

	/* No log has so many replies. */
	if (!node || e->nlookup > UINT64_MAX / 2 - node->forgotten)
		return;
	left = excess(node->lookups, node->forgotten);
	requests->extra_forgotten -= excess(node->forgotten, node->lookups);
	node->forgotten += e->nlookup;
	requests->extra_forgotten += excess(node->forgotten, node->lookups);
	if (requests->extra_forgotten > requests->unnamed_lookups) {
		requests->unnamed_lookups = requests->extra_forgotten;
		if (is_complete(checker))
			fpt_report(checker, FPT_CHECK_FORGET_UNFOUNDED, &id, NULL,
				   "FORGET of %llu for nodeid %llu, of which %llu %s left",
				   (unsigned long long)e->nlookup, (unsigned long long)e->nodeid,
				   (unsigned long long)left, left == 1 ? "was" : "were");
	}
	rest(requests, node);
}

/* ---- events ---- */

static void check_request(struct fpt_checker *checker, const struct fpt_request *e)
{
	struct fpt_id id = { .nodeid = e->nodeid };

	if (!checker->requests->any)
		checker->requests->from_start = e->opcode == FUSE_INIT;
	checker->requests->any = true;
	if (e->opcode == FUSE_RELEASE || e->opcode == FUSE_RELEASEDIR)
		check_release(checker, e, &id);
}

static void check_reply(struct fpt_checker *checker, const struct fpt_reply *e)
{
	struct fpt_id id = { .nodeid = e->nodeid };
	char words[FPT_VALUE_MAX];

	if (!e->asked)
		fpt_report(checker, FPT_CHECK_REPLY_UNASKED, NULL, NULL,
			   "a reply to unique %llu, which is no request that waits for one",
			   (unsigned long long)e->unique);
	else if (e->ret > 0 || e->ret <= -KERNEL_ERRNOS)
		fpt_report(
			checker, FPT_CHECK_REPLY_ERRNO_REFUSED, &id, NULL,
			"the reply to %s of nodeid %llu (unique %llu) has the error %d: the kernel refuses it, and waits on",
			opcode_words(words, sizeof(words), e->opcode),
			(unsigned long long)e->nodeid, (unsigned long long)e->unique, e->ret);
	else
		check_size(checker, e, &id);
	if (e->asked && !e->ret)
		count_reply(checker->requests, e);
}

static void check_init_reply(struct fpt_checker *checker, const struct fpt_init_reply *e)
{
	bool writeback = e->flags & WRITEBACK_CACHE;

	checker->requests->minor = e->minor;
	if (!e->requested_stack_depth ||
	    (e->requested_stack_depth <= STACK_DEPTH_MAX && !writeback))
		return;
	fpt_report(checker, FPT_CHECK_INIT_PASSTHROUGH_UNMET, NULL, NULL,
		   "INIT asks for passthrough with max_stack_depth %u%s: it stays off",
		   e->requested_stack_depth, writeback ? " and writeback cache" : "");
}

static void check_unanswered(struct fpt_checker *checker, const struct fpt_unanswered *e)
{
	struct fpt_id id = { .nodeid = e->nodeid };
	char words[FPT_VALUE_MAX];

	/* These may wait for as long as they like. */
	if (e->later < LATER_REPLIES || e->opcode == FUSE_SETLKW || e->opcode == FUSE_POLL ||
	    e->opcode == FUSE_IOCTL)
		return;
	fpt_report(
		checker, FPT_CHECK_REQUEST_UNANSWERED, &id, NULL,
		"%s of nodeid %llu (unique %llu) has no answer at the end of the log, %llu replies later",
		opcode_words(words, sizeof(words), e->opcode), (unsigned long long)e->nodeid,
		(unsigned long long)e->unique, (unsigned long long)e->later);
}

static void check_backing_error(struct fpt_checker *checker, const struct fpt_backing_error *e)
{
	fpt_report(checker, FPT_CHECK_BACKING_IOCTL_FAILED, NULL, NULL,
		   "FUSE_DEV_IOC_BACKING_%s failed with %s", e->closing ? "CLOSE" : "OPEN",
		   fpt_errno_words(e->ret));
}

static void check_error_replaced(struct fpt_checker *checker, const struct fpt_error_replaced *e)
{
	fpt_report(checker, FPT_CHECK_ERROR_REPLACED, NULL, NULL,
		   "the server answered with the error %d, in place of which libfuse sent ERANGE",
		   e->error);
}

void fpt_check_server(struct fpt_checker *checker, const struct fpt_header *h)
{
	if (h->kind == FPT_FORGET)
		return check_forget(checker, (const void *)h);
	if (h->kind >= 64 || !(FPT_SERVER_EVENTS >> h->kind & 1) || !requests_of(checker))
		return;
	switch (h->kind) {
	case FPT_REQUEST:
		return check_request(checker, (const void *)h);
	case FPT_REPLY:
		return check_reply(checker, (const void *)h);
	case FPT_INIT_REPLY:
		return check_init_reply(checker, (const void *)h);
	case FPT_UNANSWERED:
		return check_unanswered(checker, (const void *)h);
	case FPT_ERROR_REPLACED:
		return check_error_replaced(checker, (const void *)h);
	case FPT_BACKING_ERROR:
		return check_backing_error(checker, (const void *)h);
	}
}
