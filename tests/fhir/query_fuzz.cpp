#include <cstdint>

#include <edgeward/fhir/capabilities.hpp>
#include <edgeward/fhir/observation_query.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;

// Lines "name=value": a query, which is then asked about two observations; and the whole as a statement.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto observations =
        serve_observations(samples::settings(ProfileSet::isik),
                           samples::report({samples::heart_rate(), samples::pressure(7, 150021, 0, "120")}),
                           1, {"P1-X", "d"}, samples::uuid_of);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Parameters parameters;
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
        const auto equals = line.find('=');
        parameters.emplace_back(line.substr(0, equals),
                                equals == std::string_view::npos ? "" : line.substr(equals + 1));
    }
    if (const auto query = ObservationQuery::parse(parameters, "https://g.example/fhir", "Europe/Berlin")) {
        for (const auto& one : observations)
            (void)query->matches(one);
        (void)query->link("P1-X", PageStart{1, 2, 3});
    }
    (void)read_capabilities(text, BundleForm::transaction);
    return 0;
}
