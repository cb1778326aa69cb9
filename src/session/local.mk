# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/attempt.c \
	%D%/chain.c \
	%D%/cold.c \
	%D%/attempt-fields.c \
	%D%/field-lists.c \
	%D%/fields.c \
	%D%/fields.h \
	%D%/fuse.c \
	%D%/join.c \
	%D%/live.h \
	%D%/loss.c \
	%D%/loss.h \
	%D%/nest.c \
	%D%/packet.c \
	%D%/objects.c \
	%D%/pair.c \
	%D%/recent.c \
	%D%/roles.c \
	%D%/session.c \
	%D%/session.h \
	%D%/settle.c \
	%D%/status-packet.c \
	%D%/status.c \
	%D%/stream.c \
	%D%/table.c \
	%D%/tags.c \
	%D%/words.c \
	%D%/zones.c
