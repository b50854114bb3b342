# What must hold for a run of the tests, beside that no rule was broken: one a line.
.lost == 0                   # all of it was seen
.opens.count > 0             # the tests did open files of the server
.opens.served.share == 1     # and each one's reads and writes went past it
