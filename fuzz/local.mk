# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets: linked with libFuzzer by --enable-fuzzing, else with a main that replays files.

fuzz_seconds = 60
if FUZZING
fuzz-smoke: $(fuzz_targets)
	@set -e; for target in $(fuzz_targets); do \
		name=$${target##*/}; corpus='$(srcdir)/%D%/corpus/'$$name; \
		dictionary='$(srcdir)/%D%/'$$name.dict; \
		$(MKDIR_P) fuzz-found/$$name; echo "== $$target, $(fuzz_seconds) s"; \
		./$$target -max_total_time=$(fuzz_seconds) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -verbosity=0 -artifact_prefix=fuzz-found/$$name- \
			$$(test ! -f "$$dictionary" || echo "-dict=$$dictionary") \
			fuzz-found/$$name "$$corpus"; \
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
