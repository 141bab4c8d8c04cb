#include <edgeward/fhir/served_resource.hpp>

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "observation_text.hpp"
#include "pressure_panel.hpp"
#include "resource_text.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::size_t uuid_length = 36;

// {"resourceType":"X" becomes {"resourceType":"X","id":"…".
void insert_id(std::string& body, std::string_view type, std::string_view id) {
    const std::size_t head = std::string_view(R"({"resourceType":"")").size() + type.size();
    std::string member = R"(,"id":")";
    member += id;
    member += '"';
    body.insert(head, member);
}

bool is_served(const Item& item) {
    const model::Observation* const one =
        item.is_panel() ? *std::find_if(item.parts.begin(), item.parts.end(),
                                        [](const auto* part) { return part != nullptr; })
                        : item.single;
    return one->category != model::Category::technical && one->category != model::Category::laboratory &&
           (item.is_panel() || has_code(one->code));
}

}  // namespace

std::vector<Served> serve_observations(const BundleSettings& settings, const model::Report& report,
                                       std::uint64_t number, const ServedNames& names,
                                       const NameGiver& uuid_of) {
    Surroundings around{settings, names.patient, names.device};
    around.identified = true;
    around.served = true;
    std::vector<Served> made;
    for (const auto& item : arrange(report.observations)) {
        if (!is_served(item)) continue;
        const std::string uuid = uuid_of(item_octets(item));
        Served one{std::to_string(number) + "-" + uuid, {}};
        append_observation(one.body, around, item, uuid);
        insert_id(one.body, "Observation", one.id);
        made.push_back(std::move(one));
    }
    return made;
}

std::optional<std::uint64_t> report_in_id(std::string_view id) {
    const auto dash = id.find('-');
    if (dash == std::string_view::npos || dash == 0 || id.size() - dash - 1 != uuid_length)
        return std::nullopt;
    std::uint64_t number = 0;
    const auto read = std::from_chars(id.data(), id.data() + dash, number);
    if (read.ec != std::errc() || read.ptr != id.data() + dash) return std::nullopt;
    return number;
}

Served serve_patient(const BundleSettings& settings, const model::Identity& identity, std::string id) {
    Served made{std::move(id), {}};
    append_patient(made.body, settings, {&identity, {}, {}});
    insert_id(made.body, "Patient", made.id);
    return made;
}

std::string served_device_id(const BundleSettings& settings, const DeviceFacts& device,
                             const NameGiver& uuid_of) {
    const Name name = device_name(settings, device, false);
    return uuid_of(bytes_of("Device|" + name.system + "|" + name.value));
}

bool has_identifier(const Served& resource, std::string_view system, std::string_view value) {
    const auto parsed = nlohmann::json::parse(resource.body);
    const auto identifiers = parsed.value("identifier", nlohmann::json::array());
    return std::any_of(identifiers.begin(), identifiers.end(), [&](const auto& one) {
        return one.value("system", "") == system && one.value("value", "") == value;
    });
}

Served serve_device(const BundleSettings& settings, const DeviceFacts& device, const NameGiver& uuid_of) {
    Served made{served_device_id(settings, device, uuid_of), {}};
    append_device(made.body, settings, device, false);
    insert_id(made.body, "Device", made.id);
    return made;
}

}  // namespace edgeward::fhir
