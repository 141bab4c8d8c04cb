#include <edgeward/fhir/strict_json.hpp>

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace edgeward::fhir {
namespace {

constexpr int deepest = 64;

}  // namespace

Result<nlohmann::json> parse_strictly(std::string_view text) {
    using nlohmann::json;
    std::vector<std::set<std::string>> names;
    bool twice = false;
    bool too_deep = false;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        too_deep = too_deep || depth > deepest;
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key)
            twice = !names.back().insert(parsed.get<std::string>()).second || twice;
        return true;
    };
    auto made = json::parse(text, watch, /*allow_exceptions=*/false);
    if (!made.is_object()) return failure(ErrorKind::invalid_input, "expected a JSON object");
    if (twice) return failure(ErrorKind::invalid_input, "expected every name once in an object");
    if (too_deep) return failure(ErrorKind::invalid_input, "expected at most 64 levels");
    return made;
}

}  // namespace edgeward::fhir
