# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/codec.c \
	%D%/codec.h \
	%D%/copies.c \
	%D%/copies.h \
	%D%/format.h \
	%D%/formats.c \
	%D%/formats.h \
	%D%/inputs.c \
	%D%/inputs.h \
	%D%/message.h \
	%D%/skip.c \
	%D%/skip.h \
	%D%/source.c \
	%D%/source.h \
	%D%/stream.c \
	%D%/stream.h \
	%D%/dnstap/capture.c \
	%D%/dnstap/capture.h \
	%D%/dnstap/control.c \
	%D%/dnstap/control.h \
	%D%/dnstap/decode.c \
	%D%/dnstap/dnstap.c \
	%D%/dnstap/dnstap.h \
	%D%/dnstap/frames.c \
	%D%/dnstap/frames.h \
	%D%/dnstap/program.c
