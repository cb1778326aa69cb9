# SPDX-License-Identifier: BSD-2-Clause
# Counts held against other programs; INTEROP_DIRS names more folders with captures.
EXTRA_DIST += %D%/explained.tsv %D%/interop.py %D%/peers.py

interop: dnstap-analyse$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/interop/interop.py
.PHONY: interop
