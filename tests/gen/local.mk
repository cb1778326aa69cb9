# SPDX-License-Identifier: BSD-2-Clause
# The maker of captures, dnstap and packets: for the laws and for make bench.
check_PROGRAMS += %D%/gen
%C%_gen_SOURCES = \
	%D%/datagram.c \
	%D%/draw.c \
	%D%/gen.c \
	%D%/gen.h \
	%D%/half-open.c \
	%D%/leg.c \
	%D%/names.c \
	%D%/options.c \
	%D%/output.c \
	%D%/packets.c \
	%D%/packets.h \
	%D%/plan.c \
	%D%/queue.c \
	%D%/recording.c \
	%D%/sockets.c \
	%D%/traffic.c \
	%D%/truth.c \
	%D%/wire.c
%C%_gen_LDADD =
# The maker of fixtures/22-aks-guide.
EXTRA_DIST += %D%/aks.py %D%/capture.py
