.lost ==
