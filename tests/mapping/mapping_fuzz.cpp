#include <edgeward/mapping/mapping.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace edgeward;

namespace {

// Every kind of value and level, so that foreign octets reach every reader.
constexpr const char* mapping_text = R"(
[mapping]
name = "fuzz"
[defaults]
numeric_text = true
off_values = [0]
[timestamp]
path = "$.t"
fallback_path = "$.e"
format = "rfc3339"
[patient]
path = "$.p"
authority = "KIS"
[sequence]
path = "$.s"
[[rule]]
[[rule.value]]
parameter = "core_temperature"
path = "$.temp"
unit = "[degF]"
comparators = true
plausible = { min = 20, max = 45, otherwise = "questionable" }
[[rule.value]]
mdc = 131330
category = "measurement"
kind = "waveform"
unit = "mV"
path = "$.ecg"
waveform = { rate_hz_path = "$.hz" }
[[rule.value]]
local_system = "urn:x"
local_code = "text"
category = "technical"
kind = "text"
path = "$['text']"
null_means = "error"
[[rule]]
each = ["$.beds[*]", "@.v[*]"]
timestamp = { path = "@.t", format = "epoch_ms" }
[[rule.value]]
path = "@.v"
code_path = "@.c"
code_table = "codes"
unit_path = "^.u"
[lookup.codes]
HR = { parameter = "heart_rate", convert = { factor = 0.1, offset = -1.5 } }
F = { local_system = "urn:x", local_code = "f", category = "technical", kind = "boolean", true_values = [1] }
)";

constexpr const char* senml_text = R"(
[mapping]
name = "fuzz"
format = "senml"
[[rule]]
each = ["$[*]"]
timestamp = { path = "@.t", format = "senml" }
[[rule.value]]
parameter = "heart_rate"
path = "@.v"
)";

void apply(const mapping::LoadedMappings& loaded, const model::RawMessage& message) {
    const auto result = loaded.set.find("fuzz")->apply(message, {"device", true, "Europe/Berlin"});
    if (!result && result.error().reason.empty()) std::abort();
    if (result && mapping::describe(*result, true).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const mapping::LoadedMappings json = mapping::parse_mapping(mapping_text, "fuzz.toml");
    static const mapping::LoadedMappings senml = mapping::parse_mapping(senml_text, "fuzz.toml");
    model::RawMessage message;
    message.received = Instant(std::chrono::milliseconds(1795459680000));
    message.payload.assign(data, data + size);
    apply(json, message);
    apply(senml, message);
    return 0;
}
