#pragma once

#include <vector>

#include <edgeward/device/flat_lines.hpp>
#include <edgeward/model/report.hpp>

namespace edgeward::pipeline {

// The numbers in them for the device watch, in order: code, part of the device, place and unit make the
// channel. Of this process alone: another one makes other digests.
std::vector<device::ChannelValue> channel_values(const std::vector<model::IdentifiedReport>& reports);

}  // namespace edgeward::pipeline
