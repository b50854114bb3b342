// SPDX-License-Identifier: GPL-2.0-only
// what: inodes are found by any nodeid but their own
// expect: I34
// scenario: lookups

// inode.c: what iget5_locked() asks for each inode of a list
@inverted@
symbol inode, nodeid;
@@
  fuse_inode_eq(...)
  {
  <+...
- get_node_id(inode) == nodeid
+ get_node_id(inode) != nodeid
  ...+>
  }
