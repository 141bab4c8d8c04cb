#include "mapped_message.hpp"

#include <algorithm>
#include <utility>

namespace edgeward::mapping {
namespace {

bool is_technical(const model::IdentifiedReport& report) {
    return std::ranges::all_of(report.observations, [](const auto& observation) {
        return observation.category == model::Category::technical;
    });
}

}  // namespace

MappedMessage mapped_message(std::vector<model::IdentifiedReport> reports, const RefusalCounts& refused) {
    MappedMessage mapped;
    for (auto& report : reports) {
        if (report.observations.empty()) continue;
        report.about_person = !is_technical(report);
        if (!report.about_person) report.patient.reset();
        mapped.reports.push_back(std::move(report));
    }
    for (std::size_t i = 0; i < refused.size(); ++i) {
        if (refused[i] > 0) mapped.refused_values.emplace_back(name_of(static_cast<Refusal>(i)), refused[i]);
    }
    return mapped;
}

}  // namespace edgeward::mapping
