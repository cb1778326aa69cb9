# SPDX-License-Identifier: BSD-2-Clause
# Laws that hold for every capture, tried on captures that tests/gen/gen makes.
laws = \
	%D%/findings.py \
	%D%/kinds.py \
	%D%/lookups.py \
	%D%/merge.py \
	%D%/filter.py \
	%D%/prefix.py \
	%D%/same.py \
	%D%/truth.py
TESTS += $(laws)
EXTRA_DIST += %D%/agree.py %D%/law.py %D%/views.py $(laws)
