// SPDX-License-Identifier: BSD-2-Clause
// Packets from the IP header on: fragments, tunnels, UDP, ICMP, and whatever else stands in them.
// Each is preceded by its length (2), what the snap length took (1), and how time goes on (1).
#include "base/bytes.h"

#include "network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = bytes_of(data, size);
    struct run run = {.now = 1};

    if (size > FUZZ_BYTES_MAX)
        return 0;
    run_open(&run);
    while (bytes_left(&bytes) >= 4) {
        size_t len = bytes_be16(&bytes), missing = bytes_u8(&bytes);
        uint8_t step = bytes_u8(&bytes);

        if (len > bytes_left(&bytes))
            len = bytes_left(&bytes);
        run.now += (int64_t)step << 22; /* up to a second */
        run_give(&run, bytes_cut(&bytes, len), len, missing, step & 3);
    }
    run_close(&run);
    return 0;
}
