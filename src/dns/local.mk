# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/message.c \
	%D%/message.h \
	%D%/name.c \
	%D%/name.h \
	%D%/words.c \
	%D%/words.h
