# SPDX-License-Identifier: BSD-2-Clause
# The maker of captures: for the laws and for make bench.
check_PROGRAMS += %D%/gen
%C%_gen_SOURCES = \
	%D%/draw.c \
	%D%/gen.c \
	%D%/gen.h \
	%D%/names.c \
	%D%/options.c \
	%D%/output.c \
	%D%/plan.c \
	%D%/queue.c \
	%D%/traffic.c \
	%D%/truth.c \
	%D%/wire.c
%C%_gen_LDADD =
