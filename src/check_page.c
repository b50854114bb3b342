// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page cache under passthrough: nobody may fill it, read from it or map it
 * while a backing file is attached (I24), and a mapping holds the cached mode if
 * and only if it shares it (I41).
 */
#include "check_internal.h"
#include "value.h"

/* "backing id 1 (...)": what is attached, by its key */
static const char *attached_words(char *out, size_t size, struct fpt_checker *checker,
				  uint64_t conn_key, uint64_t fb)
{
	struct fpt_known_conn *conn = fpt_known__conn(&checker->known, conn_key);
	struct fpt_known_backing *backing = conn ? fpt_known__backing_by_key(conn, fb) : NULL;

	return fpt_backing_words(out, size, backing);
}

/* From before entry until now, in every order of events. */
static bool attached_throughout(const struct fpt_known_inode *inode, const struct fpt_mmap *e)
{
	return e->before_fb && e->before_fb == e->after_fb && inode->active->fb_since_ns &&
	       inode->active->fb_since_ns < e->begin_ns;
}

void fpt_check_mmap(struct fpt_checker *checker, const struct fpt_mmap *e)
{
	const struct fpt_id *id = fpt_id_of(&e->inode);
	struct fpt_known_inode *inode = fpt_known__inode(&checker->known, id);
	struct fpt_known_file *file = inode ? fpt_known__find_file(inode, e->file) : NULL;
	bool direct = e->open_flags & FPT_FOPEN_DIRECT_IO;
	char words[160], flags[FPT_VALUE_MAX];

	if (!inode || e->after_bits & FPT_BIT_DAX)
		return;
	if (file && !e->shared && file->cached_tid == e->h.tid && file->cached_ns >= e->begin_ns)
		fpt_report(checker, FPT_CHECK_MMAP_MODE_UNASKED, id, file->name,
			   "a private mapping of a file with %s asked for the cached mode",
			   fpt_print_fopen(flags, sizeof(flags), e->open_flags));
	if (e->ret)
		return;
	if (file)
		file->mapped = true;
	if (e->open_flags & FPT_FOPEN_PASSTHROUGH)
		return;
	if (direct && e->shared && e->file_mode != FPT_IOM_CACHED)
		fpt_report(checker, FPT_CHECK_MMAP_MODE_MISSING, id, file ? file->name : NULL,
			   "a shared mapping of a file with %s succeeded and left it in mode %u",
			   fpt_print_fopen(flags, sizeof(flags), e->open_flags), e->file_mode);
	if (attached_throughout(inode, e))
		fpt_report_history(
			checker, FPT_CHECK_MMAP_UNDER_PASSTHROUGH, inode, id,
			"a file with flags %s was mapped through the page cache while %s is attached",
			fpt_print_fopen(flags, sizeof(flags), e->open_flags),
			attached_words(words, sizeof(words), checker, e->conn, e->before_fb));
}

/*
 * A private mapping made before the passthrough open may fault pages in.  Only of
 * a file with FOPEN_DIRECT_IO alone, as the others hold a mode.
 */
static bool may_be_fault(const struct fpt_checker *checker, const struct fpt_page_io *e,
			 const struct fpt_known_file *file)
{
	if (!(e->open_flags & FPT_FOPEN_DIRECT_IO) || e->file_mode != FPT_IOM_NONE)
		return false;
	if (e->route != FPT_ROUTE_READ_FOLIO && e->route != FPT_ROUTE_READAHEAD)
		return false;
	return !file || file->mapped || !file->since_ns ||
	       fpt_checker__in_doubt(checker, file->since_ns) ||
	       !(checker->options.events & N(MMAP));
}

void fpt_check_page_io(struct fpt_checker *checker, const struct fpt_page_io *e)
{
	const struct fpt_id *id = fpt_id_of(&e->inode);
	struct fpt_known_inode *inode = fpt_known__inode(&checker->known, id);
	struct fpt_known_file *file = inode ? fpt_known__find_file(inode, e->file) : NULL;
	char words[160], flags[FPT_VALUE_MAX], route[FPT_VALUE_MAX];

	if (!e->before_fb || may_be_fault(checker, e, file))
		return;
	attached_words(words, sizeof(words), checker, e->conn, e->before_fb);
	fpt_print_fopen(flags, sizeof(flags), e->open_flags);
	if (e->route == FPT_ROUTE_SPLICE_READ && e->open_flags & FPT_FOPEN_DIRECT_IO)
		fpt_report(
			checker, FPT_CHECK_PAGE_CACHE_SPLICE, id, file ? file->name : NULL,
			"splice of a file with %s takes pages of the cache while %s is attached: they may be older than what was written to it",
			flags, words);
	else
		fpt_report(checker, FPT_CHECK_PAGE_CACHE_IO, id, file ? file->name : NULL,
			   "%s of a file with flags %s uses the page cache while %s is attached",
			   fpt_print_route(route, sizeof(route), e->route), flags, words);
}
