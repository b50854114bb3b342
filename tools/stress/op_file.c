// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations on descriptors. A descriptor may be closed by another thread at any moment, and
 * its number may then be another file's: both are wanted, and do no harm, for nothing but files
 * of the mount is opened while the workers run.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stress.h"

static int64_t result(int64_t ret)
{
	return ret < 0 ? -errno : ret;
}

static int fd_of(const struct fpt_worker *w, unsigned int slot)
{
	return atomic_load(&w->run->slots[slot]);
}

static int put_fd(struct fpt_worker *w, unsigned int slot, int fd)
{
	return atomic_exchange(&w->run->slots[slot], fd);
}

static int open_flags(unsigned int bits)
{
	static const int access[] = { O_RDONLY, O_RDWR, O_RDWR, O_WRONLY };
	int flags = access[bits & 3] | O_CLOEXEC;

	if (bits >> 2 & 1)
		flags |= O_CREAT;
	if ((bits >> 3 & 15) == 0)
		flags |= O_EXCL | O_CREAT;
	if ((bits >> 7 & 15) == 0 && (flags & O_ACCMODE) != O_RDONLY)
		flags |= O_TRUNC;
	if ((bits >> 11 & 7) == 0)
		flags |= O_DIRECT;
	if ((bits >> 14 & 7) == 0)
		flags |= O_APPEND;
	return flags;
}

int64_t fpt_op_open(struct fpt_worker *w, const struct fpt_step *s)
{
	char name[16];
	int fd = openat(w->run->dir_fd, fpt_name(s->name, name), open_flags(s->bits), 0644), old;

	if (fd < 0)
		return -errno;
	old = put_fd(w, s->slot, fd);
	if (old >= 0)
		close(old);
	return fd;
}

int64_t fpt_op_close(struct fpt_worker *w, const struct fpt_step *s)
{
	int fd = put_fd(w, s->slot, -1);

	return fd < 0 ? -EBADF : result(close(fd));
}

int64_t fpt_op_read(struct fpt_worker *w, const struct fpt_step *s)
{
	return result(read(fd_of(w, s->slot), w->buffer, s->size));
}

int64_t fpt_op_pread(struct fpt_worker *w, const struct fpt_step *s)
{
	return result(pread(fd_of(w, s->slot), w->buffer, s->size, s->offset));
}

/* The position grows with each write, and the file would with it. */
int64_t fpt_op_write(struct fpt_worker *w, const struct fpt_step *s)
{
	int fd = fd_of(w, s->slot);

	if (lseek(fd, 0, SEEK_CUR) > FPT_FILE_MAX)
		lseek(fd, 0, SEEK_SET);
	return result(write(fd, w->buffer, s->size));
}

int64_t fpt_op_pwrite(struct fpt_worker *w, const struct fpt_step *s)
{
	return result(pwrite(fd_of(w, s->slot), w->buffer, s->size, s->offset));
}

int64_t fpt_op_aio(struct fpt_worker *w, const struct fpt_step *s)
{
	struct iocb iocb[2], *list[2] = { &iocb[0], &iocb[1] };
	struct io_event event[2];
	int64_t submitted, reaped = 0, n, err = 0;

	for (unsigned int i = 0; i < 2; i++)
		iocb[i] = (struct iocb){
			.aio_lio_opcode = s->bits >> i & 1 ? IOCB_CMD_PREAD : IOCB_CMD_PWRITE,
			.aio_fildes = (uint32_t)fd_of(w, s->slot),
			.aio_buf = (uintptr_t)w->buffer + i * FPT_BUFFER / 2,
			.aio_nbytes = s->size / 2,
			.aio_offset = s->offset + i * FPT_BUFFER / 2,
		};
	submitted = result(syscall(SYS_io_submit, w->aio, 2, list));
	while (reaped < submitted) {
		n = result(syscall(SYS_io_getevents, w->aio, 1, 2, event, NULL));
		if (n < 0)
			return n;
		for (int64_t i = 0; i < n; i++)
			err = event[i].res < 0 ? event[i].res : err;
		reaped += n;
	}
	return err ? err : submitted;
}

int64_t fpt_op_ftruncate(struct fpt_worker *w, const struct fpt_step *s)
{
	return result(ftruncate(fd_of(w, s->slot), s->offset));
}

int64_t fpt_op_fstat(struct fpt_worker *w, const struct fpt_step *s)
{
	struct stat st;

	return result(fstat(fd_of(w, s->slot), &st));
}

int64_t fpt_op_fsync(struct fpt_worker *w, const struct fpt_step *s)
{
	int fd = fd_of(w, s->slot);

	return result(s->bits & 1 ? fsync(fd) : fdatasync(fd));
}

int64_t fpt_op_splice(struct fpt_worker *w, const struct fpt_step *s)
{
	loff_t from = s->offset, to = s->offset / 2;
	ssize_t n = splice(fd_of(w, s->slot), &from, w->pipe[1], NULL, s->size, SPLICE_F_NONBLOCK);
	int64_t ret = result(n);

	if (n > 0 && s->bits & 1)
		ret = result(splice(w->pipe[0], NULL, fd_of(w, s->slot2), &to, (size_t)n,
				    SPLICE_F_NONBLOCK));
	/* The pipe does not block; what is left in it would make the next one short. */
	while (read(w->pipe[0], w->buffer, FPT_BUFFER) > 0)
		;
	return ret;
}

int64_t fpt_op_sendfile(struct fpt_worker *w, const struct fpt_step *s)
{
	int out = fd_of(w, s->slot2);
	off_t from = s->offset;

	if (lseek(out, 0, SEEK_CUR) > FPT_FILE_MAX)
		lseek(out, 0, SEEK_SET);
	return result(sendfile(out, fd_of(w, s->slot), &from, s->size));
}

int64_t fpt_op_letgo(struct fpt_worker *w, const struct fpt_step *s)
{
	(void)s;
	fpt_letgo(w);
	return 0;
}

void fpt_letgo(struct fpt_worker *w)
{
	struct fpt_step step = {};

	for (unsigned int i = 0; i < FPT_SLOTS; i++) {
		step.slot = w->index * FPT_SLOTS + i;
		fpt_op_close(w, &step);
		fpt_op_munmap(w, &step);
	}
}
