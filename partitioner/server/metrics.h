// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/observe/exposition.h"
#include "common/time/time.h"
#include "partitioner/forward/forwarder.h"
#include "partitioner/ingest/ingest_figures.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::server {

// What a partitioner tells a scraper. Pure.
void WriteIngestMetrics(const ingest::IngestFigures& figures, observe::Exposition& exposition);
void WriteSeriesMetrics(const route::SeriesTable& series, observe::Exposition& exposition);
void WriteForwardMetrics(const std::vector<forward::Forwarder::JoinerView>& joiners, Time now,
                         observe::Exposition& exposition);

}  // namespace oneway::partitioner::server
