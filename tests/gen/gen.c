// SPDX-License-Identifier: BSD-2-Clause
#include "packets.h"

int main(int argc, char **argv)
{
    struct options options;
    struct totals totals = {0};
    options_parse(&options, argc, argv);
    if (options.half_open) {
        half_open_run(&options);
        return 0;
    }
    struct truth *truth = truth_open(&options);
    struct output *output = output_open(&options);
    struct packets *packets = packets_open(&options);
    struct traffic *traffic = traffic_new(&options, output, packets, truth);
    traffic_run(traffic);
    traffic_totals(traffic, &totals);
    totals.bytes = output_close(output, &options);
    packets_close(packets, &totals);
    truth_close(truth, &options, &totals);
    traffic_free(traffic);
    return 0;
}
