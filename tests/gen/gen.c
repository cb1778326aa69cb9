// SPDX-License-Identifier: BSD-2-Clause
#include "gen.h"

int main(int argc, char **argv)
{
    struct options options;
    uint64_t frames;
    int64_t first, last;
    options_parse(&options, argc, argv);
    struct truth *truth = truth_open(&options);
    struct output *output = output_open(&options);
    struct traffic *traffic = traffic_new(&options, output, truth);
    traffic_run(traffic);
    traffic_totals(traffic, &frames, &first, &last);
    uint64_t bytes = output_close(output, &options);
    truth_close(truth, &options, frames, bytes, first, last);
    traffic_free(traffic);
    return 0;
}
