// SPDX-License-Identifier: BSD-2-Clause
// pcapng captures: blocks, options, sections, link layers and all above them.
#include "packets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > FUZZ_BYTES_MAX || size < 4 || data[0] != 0x0a)
        return 0;
    read_twice(data, size);
    return 0;
}
