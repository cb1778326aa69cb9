# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets: linked with libFuzzer by --enable-fuzzing, else with a main that replays files, which
# is what `make check` does with the corpus. TARGET.c has corpus/TARGET/ and TARGET.dict.

fuzz_targets = \
	%D%/cluster \
	%D%/dns \
	%D%/dnstap \
	%D%/filter \
	%D%/frames \
	%D%/gate \
	%D%/ip \
	%D%/messages \
	%D%/pcap \
	%D%/pcapng \
	%D%/tcp \
	%D%/whole
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += %D%/corpus %D%/cluster.dict %D%/dns.dict %D%/dnstap.dict %D%/filter.dict %D%/frames.dict %D%/gate.dict %D%/ip.dict \
	%D%/messages.dict %D%/pcap.dict %D%/pcapng.dict %D%/tcp.dict %D%/whole.dict

if FUZZING
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_main =
else
fuzz_ldflags = $(AM_LDFLAGS)
fuzz_main = %D%/libreplay.a
check_LIBRARIES += %D%/libreplay.a
endif
%C%_libreplay_a_SOURCES = %D%/replay.c
fuzz_libraries = $(fuzz_main) libanalyse.a $(LIBRARY_LIBS)
%C%_cluster_SOURCES = %D%/cluster.c %D%/file.h %D%/fuzz.h
%C%_cluster_LDADD = $(fuzz_libraries)
%C%_cluster_LDFLAGS = $(fuzz_ldflags)
%C%_dns_SOURCES = %D%/dns.c %D%/fuzz.h
%C%_dns_LDADD = $(fuzz_libraries)
%C%_dns_LDFLAGS = $(fuzz_ldflags)
%C%_dnstap_SOURCES = %D%/dnstap.c %D%/fuzz.h
%C%_dnstap_LDADD = $(fuzz_libraries)
%C%_dnstap_LDFLAGS = $(fuzz_ldflags)
%C%_filter_SOURCES = %D%/filter.c %D%/fuzz.h
%C%_filter_LDADD = $(fuzz_libraries)
%C%_filter_LDFLAGS = $(fuzz_ldflags)
%C%_frames_SOURCES = %D%/frames.c %D%/file.h %D%/fuzz.h
%C%_frames_LDADD = $(fuzz_libraries)
%C%_frames_LDFLAGS = $(fuzz_ldflags)
%C%_gate_SOURCES = %D%/gate.c %D%/file.h %D%/fuzz.h
%C%_gate_LDADD = $(fuzz_libraries)
%C%_gate_LDFLAGS = $(fuzz_ldflags)
%C%_ip_SOURCES = %D%/ip.c %D%/network.h %D%/fuzz.h
%C%_ip_LDADD = $(fuzz_libraries)
%C%_ip_LDFLAGS = $(fuzz_ldflags)
%C%_messages_SOURCES = %D%/messages.c %D%/fuzz.h
%C%_messages_LDADD = $(fuzz_libraries)
%C%_messages_LDFLAGS = $(fuzz_ldflags)
%C%_pcap_SOURCES = %D%/pcap.c %D%/packets.h %D%/file.h %D%/fuzz.h
%C%_pcap_LDADD = $(fuzz_libraries)
%C%_pcap_LDFLAGS = $(fuzz_ldflags)
%C%_pcapng_SOURCES = %D%/pcapng.c %D%/packets.h %D%/file.h %D%/fuzz.h
%C%_pcapng_LDADD = $(fuzz_libraries)
%C%_pcapng_LDFLAGS = $(fuzz_ldflags)
%C%_tcp_SOURCES = %D%/tcp.c %D%/network.h %D%/fuzz.h
%C%_tcp_LDADD = $(fuzz_libraries)
%C%_tcp_LDFLAGS = $(fuzz_ldflags)
%C%_whole_SOURCES = %D%/whole.c %D%/file.h %D%/fuzz.h
%C%_whole_LDADD = $(fuzz_libraries)
%C%_whole_LDFLAGS = $(fuzz_ldflags)

fuzz_seconds = 60
if FUZZING
fuzz-smoke: $(fuzz_targets)
	@set -e; for target in $(fuzz_targets); do \
		name=$${target##*/}; $(MKDIR_P) fuzz-found/$$name; \
		echo "== $$target, $(fuzz_seconds) s"; \
		./$$target -max_total_time=$(fuzz_seconds) -max_len=65536 -timeout=10 \
			-rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
			-artifact_prefix=fuzz-found/$$name- -dict='$(srcdir)/fuzz/'$$name.dict \
			fuzz-found/$$name '$(srcdir)/fuzz/corpus/'$$name; \
	done
else
# In a build of its own, from a copy of the sources, whatever this one is made with.
fuzz-smoke:
	$(MKDIR_P) fuzz-build
	$(MAKE) $(AM_MAKEFLAGS) distdir distdir=fuzz-build/source
	cd fuzz-build && { test -f config.status || \
		./source/configure -q CC=clang --enable-fuzzing --enable-sanitizers; }
	cd fuzz-build && $(MAKE) $(AM_MAKEFLAGS) fuzz-smoke fuzz_seconds=$(fuzz_seconds)
endif
.PHONY: fuzz-smoke
