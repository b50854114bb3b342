// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations on mappings. Mappings are their thread's own, or one thread would fault in what
 * another has removed. A page past the file's end raises SIGBUS, which is an error like others.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "stress.h"

#define MAP_MAX 16u /* pages */

static __thread sigjmp_buf before_touch;
static __thread volatile sig_atomic_t touching;

static void on_sigbus(int sig)
{
	if (touching)
		siglongjmp(before_touch, 1);
	signal(sig, SIG_DFL);
	raise(sig);
}

int fpt_maps__init(void)
{
	struct sigaction action = { .sa_handler = on_sigbus };

	return sigaction(SIGBUS, &action, NULL) ? -errno : 0;
}

static struct fpt_map *map_of(struct fpt_worker *w, const struct fpt_step *s)
{
	return &w->maps[s->slot % FPT_SLOTS];
}

int64_t fpt_op_munmap(struct fpt_worker *w, const struct fpt_step *s)
{
	struct fpt_map *map = map_of(w, s);
	int ret = 0;

	if (map->at)
		ret = munmap(map->at, map->size) ? -errno : 0;
	*map = (struct fpt_map){ NULL, 0, 0 };
	return ret;
}

int64_t fpt_op_mmap(struct fpt_worker *w, const struct fpt_step *s)
{
	struct fpt_map map = { .size = (s->size / FPT_PAGE % MAP_MAX + 1) * FPT_PAGE };
	int fd = atomic_load(&w->run->slots[s->slot]);

	map.prot = s->bits & 1 ? PROT_READ : PROT_READ | PROT_WRITE;
	map.at = mmap(NULL, map.size, map.prot, s->bits & 2 ? MAP_PRIVATE : MAP_SHARED, fd,
		      s->offset / FPT_PAGE * FPT_PAGE);
	if (map.at == MAP_FAILED)
		return -errno;
	fpt_op_munmap(w, s);
	*map_of(w, s) = map;
	return 0;
}

/* Returns 1 when it touched a page that is not there. */
static int touch(const struct fpt_map *map, const struct fpt_step *s)
{
	volatile unsigned char *at = map->at + s->offset % map->size, sum = 0;

	if (sigsetjmp(before_touch, 1)) {
		touching = 0;
		return 1;
	}
	touching = 1;
	for (unsigned int i = 0; i < 2; i++) {
		sum += at[0];
		if (map->prot & PROT_WRITE)
			at[0] = sum;
		at = map->at + s->size % map->size;
	}
	touching = 0;
	return 0;
}

int64_t fpt_op_touch(struct fpt_worker *w, const struct fpt_step *s)
{
	const struct fpt_map *map = map_of(w, s);

	return map->at && touch(map, s) ? -EFAULT : 0;
}

int64_t fpt_op_msync(struct fpt_worker *w, const struct fpt_step *s)
{
	const struct fpt_map *map = map_of(w, s);

	return map->at && msync(map->at, map->size, s->bits & 1 ? MS_SYNC : MS_ASYNC) ? -errno : 0;
}
