import "x" as x; x::f
include "y"; g
input
$ENV.HOME == 1
input_filename
