/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of a small run, as JSON Lines. */
#ifndef JSONL_LINES_H
#define JSONL_LINES_H

#include "audit_fixture.h"

// clang-format off
#define HEADER "{\"type\":\"header\",\"version\":1,\"fusept\":\"0\",\"events\":\"all\"}\n"
#define RUN_LINE \
	"{\"type\":\"run\",\"ts\":1,\"cpu\":0,\"seq\":0,\"pid\":1,\"tid\":1,\"realtime_offset_ns\":\"0\"," \
	"\"events\":\"0xffffffffffffffff\",\"only_ino\":\"0\",\"only_dev\":\"0:0\"," \
	"\"some_tasks_only\":false,\"fusept\":\"0\",\"kernel\":\"6\",\"host\":\"\",\"boot_id\":\"\"}\n"
#define CLOSING(ret) \
	"{\"type\":\"event\",\"event\":\"backing_close\",\"ts\":5,\"cpu\":0,\"seq\":0,\"pid\":1,\"tid\":1," \
	"\"conn\":\"0x10\",\"dev\":\"0:41\",\"backing_id\":1,\"ret\":" ret \
	",\"conn_flags\":\"PASSTHROUGH\"}\n"
#define BATCH "{\"type\":\"batch\",\"lost\":0,\"missed\":0}\n"
#define END "{\"type\":\"end\",\"lost\":0,\"missed\":0,\"produced\":1}\n"
#define WHOLE HEADER RUN_LINE CLOSING("0") BATCH END
#define SUMMARY "{\"type\":\"summary\"}\n"
// clang-format on

#endif
