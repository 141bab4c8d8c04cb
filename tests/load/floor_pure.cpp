// The floor of thinking: a payload parsed as a tree (nlohmann), its values read, an HMAC-SHA-256 of the
// patient, the values sealed by AES-256-GCM and hashed by SHA-256; no mapping, no checks.
//
//   load_floor_pure --count N --payload OCTETS
//
// Prints one JSON object.

#include <array>
#include <iostream>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/seal.hpp>
#include <nlohmann/json.hpp>

#include "options.hpp"
#include "payload.hpp"

int main(int count, char** words) {
    using namespace edgeward;        // NOLINT(google-build-using-namespace)
    using namespace edgeward::load;  // NOLINT(google-build-using-namespace)
    const Options options(count, words);
    const auto wanted = static_cast<std::size_t>(options.number("count"));
    Payload payload(Content::numerics, static_cast<std::size_t>(options.number("payload")), {0, 1000});
    const Secret key = crypto::random_key();
    const crypto::SealingKey sealing(key);
    constexpr std::array names{"HR", "ABPSys", "ABPDias", "ABPMean", "PULSE", "RESP", "SpO2"};
    double sum = 0;
    std::size_t octets = 0;
    const double cpu = cpu_microseconds();
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto tree = nlohmann::json::parse(payload.text(i, static_cast<std::int64_t>(i)));
        std::array<double, names.size()> values{};
        for (std::size_t n = 0; n < names.size(); ++n)
            sum += values[n] = tree.at(names[n]).get<double>();
        const auto patient = tree.at("patient").get<std::string>();
        const auto pseudonym = crypto::hmac_sha256(key, bytes_of(patient));
        const auto text = bytes_of(payload.text(i, static_cast<std::int64_t>(i)));
        const Bytes sealed = sealing.seal(text, pseudonym);
        octets += crypto::sha256(sealed)[0];
    }
    std::cout << R"({"messages":)" << wanted << R"(,"cpu_us":)"
              << static_cast<long long>(cpu_microseconds() - cpu) << R"(,"check":)"
              << sum + static_cast<double>(octets) << "}" << std::endl;
    return 0;
}
