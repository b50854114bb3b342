# what a healthy run looks like
.violations == 0
.opens.passthrough.share > 0.95   # nearly all
.checks["ino-backing-mismatch"].count == 1

.lost == 0 and (.bytes.backing.read > 100 * .bytes.server.read)
[.events[]] | add > 10
