/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One mount from INIT to its end.
 */
#ifndef FPT_SERVER_SESSION_H
#define FPT_SERVER_SESSION_H

#include "req.h"

/* Before the mount, so that none is left behind by a signal. */
void fpt_session__block_signals(void);
/* Serves INIT. Returns 0, or -1 after a message. */
int fpt_session__init(struct fpt_server *server);
/* Starts the threads. Returns 0, or -1 after a message. */
int fpt_session__start(struct fpt_server *server);
/* Waits for a signal or the end of the mount. Returns the exit code. */
int fpt_session__wait(void);
/*
 * Unmounts and ends the threads. Returns false when some may be running still, for then what they
 * use must not be freed.
 */
bool fpt_session__stop(struct fpt_server *server);

#endif
