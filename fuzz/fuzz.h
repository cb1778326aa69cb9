// SPDX-License-Identifier: BSD-2-Clause
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
/*
 * What every fuzz target is: one function that takes any bytes and must come back, with nothing
 * kept, in little time.  libFuzzer calls it with bytes that it makes up, replay.c with files.
 */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Longer inputs find nothing that shorter ones do not, only later. */
#define FUZZ_BYTES_MAX 65536

#endif
