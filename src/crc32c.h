/* SPDX-License-Identifier: GPL-2.0-only */
/* CRC32C, the checksum of iSCSI, Btrfs and ext4: by the processor where it can. */
#ifndef FPT_CRC32C_H
#define FPT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Goes on from @crc, which is 0 at the beginning. */
uint32_t fpt_crc32c(uint32_t crc, const void *bytes, size_t size);

/* The same without the processor's help. */
uint32_t fpt_crc32c_table(uint32_t crc, const void *bytes, size_t size);

#endif
