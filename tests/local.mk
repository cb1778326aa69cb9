# SPDX-License-Identifier: BSD-2-Clause

# Every test finds these; it is a list of statements, so put more in front of it with `;`.
AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; TZ=UTC; export LC_ALL TZ; \
	TOP_SRCDIR='$(abs_top_srcdir)'; TOP_BUILDDIR='$(abs_top_builddir)'; \
	FIXTURES='$(abs_top_srcdir)/fixtures'; TOOL='$(abs_top_builddir)/dnstap-analyse$(EXEEXT)'; \
	export TOP_SRCDIR TOP_BUILDDIR FIXTURES TOOL; \
	SANITIZED='$(sanitized)'; PYTHON3='$(PYTHON3)'; PYTHONDONTWRITEBYTECODE=1; \
	export SANITIZED PYTHON3 PYTHONDONTWRITEBYTECODE; \
	ASAN_OPTIONS=exitcode=86; UBSAN_OPTIONS=print_stacktrace=1:exitcode=86; \
	export ASAN_OPTIONS UBSAN_OPTIONS; \
	unset NO_COLOR COLUMNS;
if SANITIZERS
sanitized = yes
else
sanitized = no
endif

TEST_EXTENSIONS = .sh .py
SH_LOG_COMPILER = $(BASH)
PY_LOG_COMPILER = $(PYTHON3)

# Promises about the code and the documents, and the program as users run it.
scripts = \
	%D%/layers.sh \
	%D%/sizes.sh \
	%D%/banned.sh \
	%D%/lists.sh \
	%D%/docs.sh \
	%D%/examples.py \
	%D%/goldens.sh \
	%D%/fuzz.sh \
	%D%/fixtures.py \
	%D%/findings.py \
	%D%/messages.py \
	%D%/pages.py \
	%D%/pairs.py \
	%D%/parsers.py \
	%D%/ci.py \
	%D%/schema.py \
	%D%/prefixes.py
TESTS += $(scripts)
EXTRA_DIST += %D%/lib.sh %D%/hostile.py $(scripts)

# Goldens and fixtures go into the tarball as they stand.
EXTRA_DIST += %D%/golden fixtures

# Options, exit statuses and faults.
cli = \
	%D%/cli/cluster.sh \
	%D%/cli/explain.sh \
	%D%/cli/filter.sh \
	%D%/cli/gates.sh \
	%D%/cli/live.sh \
	%D%/cli/outputs.sh \
	%D%/cli/packets.sh \
	%D%/cli/status.sh \
	%D%/cli/usage.sh
TESTS += $(cli)
EXTRA_DIST += $(cli) %D%/cli/junit.xsd

# Unit tests: one cmocka program a file of src/, of the same name.
unit = \
	%D%/unit/base-addr \
	%D%/unit/base-bytes \
	%D%/unit/base-condition \
	%D%/unit/base-error \
	%D%/unit/base-field \
	%D%/unit/base-filter \
	%D%/unit/base-lru \
	%D%/unit/base-map \
	%D%/unit/base-memory \
	%D%/unit/base-sketch \
	%D%/unit/base-text \
	%D%/unit/base-value \
	%D%/unit/base-when \
	%D%/unit/cli-filters \
	%D%/unit/cluster-corefile \
	%D%/unit/cluster-expect \
	%D%/unit/cluster-fields \
	%D%/unit/cluster-forwards \
	%D%/unit/cluster-names \
	%D%/unit/cluster-read \
	%D%/unit/dns-contents \
	%D%/unit/dns-message \
	%D%/unit/dns-name \
	%D%/unit/dns-spelling \
	%D%/unit/dns-words \
	%D%/unit/finding-answers \
	%D%/unit/finding-asking \
	%D%/unit/finding-cluster \
	%D%/unit/finding-kinds \
	%D%/unit/finding-ledger \
	%D%/unit/finding-losses \
	%D%/unit/finding-names \
	%D%/unit/finding-servers \
	%D%/unit/finding-upstreams \
	%D%/unit/finding-verdict \
	%D%/unit/gate-baseline \
	%D%/unit/gate-compare \
	%D%/unit/gate-gates \
	%D%/unit/gate-metric \
	%D%/unit/gate-tolerance \
	%D%/unit/input-dnstap \
	%D%/unit/input-frames \
	%D%/unit/input-inputs \
	%D%/unit/input-scan \
	%D%/unit/input-stream \
	%D%/unit/lookup-fields \
	%D%/unit/lookup-loss \
	%D%/unit/lookup-match \
	%D%/unit/lookup-name \
	%D%/unit/lookup-outcome \
	%D%/unit/lookup-stub \
	%D%/unit/lookup-turn \
	%D%/unit/messages-log \
	%D%/unit/messages-fields \
	%D%/unit/pcap-capture \
	%D%/unit/pcap-fragment \
	%D%/unit/pcap-icmp \
	%D%/unit/pcap-ip \
	%D%/unit/pcap-link \
	%D%/unit/pcap-packets \
	%D%/unit/pcap-pcapng \
	%D%/unit/pcap-plausible \
	%D%/unit/pcap-servers \
	%D%/unit/pcap-tcp \
	%D%/unit/pcap-tls \
	%D%/unit/pcap-tunnel \
	%D%/unit/pcap-udp \
	%D%/unit/render-csv \
	%D%/unit/render-html \
	%D%/unit/render-json \
	%D%/unit/render-junit \
	%D%/unit/render-page-findings \
	%D%/unit/render-plan \
	%D%/unit/render-scalar \
	%D%/unit/render-table \
	%D%/unit/render-yaml \
	%D%/unit/report-compact \
	%D%/unit/report-replicas \
	%D%/unit/report-report \
	%D%/unit/report-timeline \
	%D%/unit/report-tops \
	%D%/unit/report-upstreams \
	%D%/unit/session-loss \
	%D%/unit/session-words \
	%D%/unit/session-zones \
	%D%/unit/wire-connect \
	%D%/unit/wire-copies \
	%D%/unit/wire-ending \
	%D%/unit/wire-hosts \
	%D%/unit/wire-inputs \
	%D%/unit/wire-match \
	%D%/unit/wire-table \
	%D%/unit/wire-tie \
	%D%/unit/wire-wire
if UNIT_TESTS
check_PROGRAMS += $(unit)
TESTS += $(unit)
else
check-local:
	@echo 'cmocka, libprotobuf-c or protoc-c was not found by configure: no unit tests'; exit 1
endif
unit_headers = \
	%D%/unit/cluster-file.h \
	%D%/unit/input-capture.h \
	%D%/unit/pcap-file.h \
	%D%/unit/pcap-net.h \
	%D%/unit/pcap-reading.h \
	%D%/unit/pcap-stream.h \
	%D%/unit/pcap-wire.h \
	%D%/unit/render-toy.h \
	%D%/unit/finding-clients.h \
	%D%/unit/gate-report.h \
	%D%/unit/lookup-session.h \
	%D%/unit/report-session.h \
	%D%/unit/wire-packets.h
EXTRA_DIST += $(unit_headers)
LDADD = libanalyse.a $(LIBRARY_LIBS) $(CMOCKA_LIBS)
# The decoder is held against that of protobuf-c.
%C%_unit_input_dnstap_LDADD = proto/libdnstap-proto.a $(LDADD) $(PROTOBUF_C_LIBS)
%D%/unit/input-dnstap.$(OBJEXT): proto/dnstap.pb-c.h

include tests/gen/local.mk
include tests/law/local.mk
include tests/scenario/local.mk
include tests/bench/local.mk
include tests/interop/local.mk
include tests/robust/local.mk
include tests/browser/local.mk
