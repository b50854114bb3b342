/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ABI between bpf/ and src/, and of the log: event structures made from
 * spec/events.def, the configuration that src/ hands to bpf/, and the loss
 * counters.  Holds no logic.
 */
#ifndef FPT_EVENT_H
#define FPT_EVENT_H

#include <linux/types.h>

// clang-format off
#include "spec/events.def"

typedef char FPT_TEXT16[16];
typedef char FPT_TEXT64[64];

/* How a field is shown; out_value.c has a writer for each. */
#define FPT_FORMATS(F) \
	F(DEC) F(HEX) F(OCT) F(KEY) F(DEV) F(NS) F(BOOL) F(TEXT) F(HIDDEN) \
	F(ERRNO) F(FOPEN) F(IOMODE) F(CONN) F(BITS) F(OP) F(OPCODE) F(ROUTE)

/*
 * Begins every event.  cpu and seq count what that CPU produced, whether or not
 * it could be recorded: a gap in seq is lost evidence.
 */
struct fpt_header {
	__u16 size; /* of the whole event, bytes */
	__u16 kind; /* enum fpt_kind; a reader skips unknown ones by size */
	__u32 cpu;
	__u64 seq; /* per cpu, from 0 */
	__u64 ts_ns; /* CLOCK_MONOTONIC */
	__u32 tgid; /* "pid" to user space */
	__u32 tid;
};

#define FPT_KIND(number, NAME, name, text) FPT_##NAME = number,
enum fpt_kind { FPT_EVENTS(FPT_KIND) };
#undef FPT_KIND

#define FPT_MEMBER(type, name, format) type name;
struct fpt_id { FPT_FIELDS_ID(FPT_MEMBER) };
struct fpt_state { FPT_FIELDS_STATE(FPT_MEMBER, ) };
struct fpt_backing { FPT_FIELDS_BACKING(FPT_MEMBER) };

#define FPT_STRUCT(number, NAME, name, text) \
	struct fpt_##name { \
		struct fpt_header h; \
		FPT_FIELDS_##NAME(FPT_MEMBER) \
	}; \
	_Static_assert(sizeof(struct fpt_##name) % 8 == 0, #NAME " has a hole at its end");
FPT_EVENTS(FPT_STRUCT)
#undef FPT_STRUCT

/* ABI promises of the log: a changed size is another event. */
_Static_assert(sizeof(struct fpt_header) == 32, "fpt_header");
_Static_assert(sizeof(struct fpt_id) == 40, "fpt_id");
_Static_assert(sizeof(struct fpt_state) == 32, "fpt_state");
_Static_assert(sizeof(struct fpt_backing) == 32, "fpt_backing");
_Static_assert(sizeof(struct fpt_init) == 88, "fpt_init");
_Static_assert(sizeof(struct fpt_backing_open) == 136, "fpt_backing_open");
_Static_assert(sizeof(struct fpt_backing_close) == 56, "fpt_backing_close");
_Static_assert(sizeof(struct fpt_op_begin) == 96, "fpt_op_begin");
_Static_assert(sizeof(struct fpt_io_open) == 192, "fpt_io_open");
_Static_assert(sizeof(struct fpt_passthrough_open) == 136, "fpt_passthrough_open");
_Static_assert(sizeof(struct fpt_cached_open) == 168, "fpt_cached_open");
_Static_assert(sizeof(struct fpt_uncached_start) == 184, "fpt_uncached_start");
_Static_assert(sizeof(struct fpt_uncached_end) == 144, "fpt_uncached_end");
_Static_assert(sizeof(struct fpt_io_release) == 160, "fpt_io_release");
_Static_assert(sizeof(struct fpt_open) == 200, "fpt_open");
_Static_assert(sizeof(struct fpt_release) == 168, "fpt_release");
_Static_assert(sizeof(struct fpt_lookup) == 152, "fpt_lookup");
_Static_assert(sizeof(struct fpt_readdirplus) == 160, "fpt_readdirplus");
_Static_assert(sizeof(struct fpt_attr) == 144, "fpt_attr");
_Static_assert(sizeof(struct fpt_forget) == 64, "fpt_forget");
_Static_assert(sizeof(struct fpt_evict) == 112, "fpt_evict");
_Static_assert(sizeof(struct fpt_backing_free) == 80, "fpt_backing_free");
_Static_assert(sizeof(struct fpt_getattr) == 96, "fpt_getattr");
_Static_assert(sizeof(struct fpt_backing_gone) == 64, "fpt_backing_gone");
_Static_assert(sizeof(struct fpt_mmap) == 168, "fpt_mmap");
_Static_assert(sizeof(struct fpt_page_io) == 128, "fpt_page_io");
_Static_assert(sizeof(struct fpt_release_sent) == 64, "fpt_release_sent");
_Static_assert(sizeof(struct fpt_backing_closing) == 48, "fpt_backing_closing");
_Static_assert(sizeof(struct fpt_counted) == 64, "fpt_counted");
_Static_assert(sizeof(struct fpt_identity) == 104, "fpt_identity");
_Static_assert(sizeof(struct fpt_number) == 104, "fpt_number");
_Static_assert(sizeof(struct fpt_forgotten) == 72, "fpt_forgotten");

_Static_assert(sizeof(struct fpt_wait) == 168, "fpt_wait");
_Static_assert(sizeof(struct fpt_request) == 56, "fpt_request");
_Static_assert(sizeof(struct fpt_reply) == 72, "fpt_reply");
_Static_assert(sizeof(struct fpt_init_reply) == 48, "fpt_init_reply");
_Static_assert(sizeof(struct fpt_unanswered) == 64, "fpt_unanswered");
_Static_assert(sizeof(struct fpt_error_replaced) == 40, "fpt_error_replaced");
_Static_assert(sizeof(struct fpt_backing_error) == 40, "fpt_backing_error");

#define FPT_EVENT_MAX 200
// clang-format on

/* Operations that change an inode's io mode; OP_BEGIN names one of them. */
#define FPT_OPS(O) \
	O(1, IO_OPEN, "io_open") \
	O(2, CACHED_OPEN, "cached_open") \
	O(3, UNCACHED_START, "uncached_start") \
	O(4, UNCACHED_END, "uncached_end") \
	O(5, IO_RELEASE, "io_release")
#define FPT_OP(number, NAME, text) FPT_OP_##NAME = number,
enum fpt_op { FPT_OPS(FPT_OP) };
#undef FPT_OP

/* Ways into an inode's page cache; PAGE_IO names one of them. */
#define FPT_ROUTES(R) \
	R(1, READ_FOLIO, "read_folio") \
	R(2, READAHEAD, "readahead") \
	R(3, BUFFERED_WRITE, "buffered_write") \
	R(4, PAGE_MKWRITE, "page_mkwrite") \
	R(5, SPLICE_READ, "splice_read")
#define FPT_ROUTE(number, NAME, text) FPT_ROUTE_##NAME = number,
enum fpt_route { FPT_ROUTES(FPT_ROUTE) };
#undef FPT_ROUTE

/* fuse_file.iomode */
enum fpt_iomode { FPT_IOM_NONE, FPT_IOM_CACHED, FPT_IOM_UNCACHED };

/* conn_flags: what is in force on the connection */
enum fpt_conn_flags {
	FPT_CONN_PASSTHROUGH = 1 << 0,
	FPT_CONN_PASSTHROUGH_INO = 1 << 1, /* the kernel enforces equal numbers */
	FPT_CONN_WRITEBACK = 1 << 2,
	FPT_CONN_NO_OPEN = 1 << 3,
	FPT_CONN_KNOWS_INO = 1 << 4, /* this kernel has the passthrough_ino bit */
};

/* bits: of fuse_inode.state, and what is known of the reading itself */
enum fpt_bits {
	FPT_BIT_CACHE_IO = 1 << 0, /* FUSE_I_CACHE_IO_MODE */
	FPT_BIT_BAD = 1 << 1, /* FUSE_I_BAD */
	FPT_BIT_READ = 1 << 2, /* the state was read; without it, it is unknown */
	FPT_BIT_DAX = 1 << 3, /* S_DAX: io modes do not apply */
	FPT_BIT_AUTOMOUNT = 1 << 4, /* S_AUTOMOUNT: it has a submount's nodeid, and no hash */
	FPT_BIT_UNHASHED = 1 << 5, /* not found by its nodeid any more; told by EVICT */
};

/* What user space tells the programs before they load (their .rodata). */
struct fpt_config {
	__u64 secret; /* xored into every key */
	__u64 ino; /* only inodes with this nodeid or number; 0: all */
	__u32 dev; /* only this s_dev; 0: all */
	__u32 tgid; /* only this process; 0: all */
	__u32 not_tgid; /* not this process; 0: none */
	__u32 target; /* 0: the built-in fuse, 1: the bundled module */
	char comm[16]; /* only this command: prefix */
	char comm_tail[16]; /* and suffix */
	__u8 comm_mode; /* enum fpt_comm_mode */
	__u8 comm_not; /* the pattern excludes */
	__u8 cache_io_bit; /* FUSE_I_CACHE_IO_MODE of this kernel's enum */
	__u8 bad_bit; /* FUSE_I_BAD of this kernel's enum */
	__u8 start_fb_arg; /* which argument of uncached_io_start is the backing */
	__u8 init_args_arg; /* which of process_init_reply is the fuse_args */
	__u8 init_error_arg; /* and which the error */
	__u8 passthrough_id_arg; /* which of passthrough_open is the backing id */
	__u8 forget_by_chan; /* the first argument of queue_forget is the channel */
	__u8 request_args_arg; /* which of __fuse_simple_request is the fuse_args */
	__u8 revalidate_entry_arg; /* which of dentry_revalidate is the dentry */
	__u8 end_write_iocb; /* the first argument of passthrough_end_write is the iocb */
	__u8 end_write_moved_arg; /* and which is the number of bytes */
	__u8 pad[3];
	__u32 ino_bit; /* the INIT bit of FUSE_PASSTHROUGH_INO; 0: none */
	__u32 wake_bytes; /* wake the reader at this fill of the ring */
};

enum fpt_comm_mode { FPT_COMM_ANY, FPT_COMM_EXACT, FPT_COMM_GLOB };

/*
 * Per CPU.  An event is first produced, then recorded or lost; in between it is
 * undecided, so a reader takes produced and waits until the others add up to it.
 */
struct fpt_counters {
	__u64 produced;
	__u64 recorded;
	__u64 lost;
	__u64 pad[5]; /* a cache line of its own */
};

#define FPT_MAX_CPUS 1024

/* Bytes that reads and writes moved, per CPU and mount: in the map "moved", by s_dev. */
struct fpt_moved {
	__u64 backing_read, backing_written; /* past the server */
	__u64 server_read, server_written; /* in its replies to READ and WRITE */
};

/* Of mounts beyond these, the bytes are counted as those of dev 0. */
#define FPT_MAX_MOVED 1024

#endif
