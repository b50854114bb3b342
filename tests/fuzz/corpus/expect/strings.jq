.a == "# no comment" # one
	.b | . as [$x, {c: $y}] | $x == $y