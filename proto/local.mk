# SPDX-License-Identifier: BSD-2-Clause
# The protobuf-c decoder, against which the tests hold the program's own one. Both files are shipped.

EXTRA_DIST += %D%/dnstap.proto
if UNIT_TESTS
check_LIBRARIES += %D%/libdnstap-proto.a
endif
%C%_libdnstap_proto_a_SOURCES = %D%/dnstap.pb-c.c %D%/dnstap.pb-c.h
%C%_libdnstap_proto_a_CFLAGS = $(STD_CFLAGS) $(HARDEN_CFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
MAINTAINERCLEANFILES += %D%/dnstap.pb-c.c %D%/dnstap.pb-c.h

# One run writes both; the header is touched last, so that it is never older.
%D%/dnstap.pb-c.c: %D%/dnstap.proto
	$(AM_V_at)$(MKDIR_P) %D%
	$(AM_V_GEN)$(PROTOC_C) -I$(srcdir)/%D% --c_out=%D% $(srcdir)/%D%/dnstap.proto \
		&& touch %D%/dnstap.pb-c.h
%D%/dnstap.pb-c.h: %D%/dnstap.pb-c.c
	@:
