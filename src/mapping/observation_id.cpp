#include <edgeward/core/octet_writer.hpp>
#include <edgeward/crypto/digest.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "observation_id.hpp"

namespace edgeward::mapping {
namespace {

// Length-prefixed parts: 4 octets big-endian, then the part.
class Parts : public OctetWriter {
public:
    using OctetWriter::OctetWriter;

    void text(std::string_view part) { OctetWriter::text(part, 4); }
    // A part of a letter and a text.
    void text(char letter, std::string_view part) {
        number(part.size() + 1, 4);
        number(static_cast<std::uint8_t>(letter), 1);
        octets(bytes_of(part));
    }
    void tagged(char letter, std::uint64_t value) {
        number(9, 4);
        number(static_cast<std::uint8_t>(letter), 1);
        number(value, 8);
    }
};

void add_code(Parts& parts, const model::Code& code) {
    if (code.mdc != 0) {
        parts.tagged('m', code.mdc);
    } else if (!code.loinc.empty()) {
        parts.text('l', code.loinc);
    } else if (!code.snomed.empty()) {
        parts.text('s', code.snomed);
    } else {
        parts.text('v', code.local_system);
        parts.text(code.local_code);
    }
}

// Where on the device and on the body.
void add_place(Parts& parts, const model::Observation& observation) {
    parts.number(observation.containment, 2);
    parts.text(observation.body_site);
    const auto& part = observation.part;
    if (part != model::Part{}) parts.tagged('p', std::uint64_t{part.vmd} << 16U | part.channel);
}

void add_value(Parts& parts, const model::Observation& observation) {
    parts.number(observation.value.index(), 1);
    std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                parts.number(static_cast<std::uint64_t>(observation.absent), 1);
            } else if constexpr (std::is_same_v<T, model::Quantity>) {
                parts.text(value.comparator);
                parts.text(value.value.text());
                parts.text(value.ucum);
            } else if constexpr (std::is_same_v<T, model::Text>) {
                parts.text(value.text);
            } else if constexpr (std::is_same_v<T, model::CodedValue>) {
                parts.text(value.system);
                parts.text(value.code);
            } else if constexpr (std::is_same_v<T, bool>) {
                parts.number(value ? 1 : 0, 1);
            } else {
                parts.text(value.samples);
                parts.number(static_cast<std::uint64_t>(value.period.count()), 8);
            }
        },
        observation.value);
}

}  // namespace

model::ObservationId observation_id(const model::Observation& observation, const IdFacts& facts) {
    thread_local Bytes octets;  // reused: one allocation per thread, not per value
    Parts parts(octets);
    const auto millis = static_cast<std::uint64_t>(observation.effective.utc.time_since_epoch().count());
    parts.text(facts.device);
    if (facts.sequence) parts.tagged('q', *facts.sequence);
    if (!facts.sequence || !facts.time_from_receipt) parts.tagged('t', millis);
    add_code(parts, observation.code);
    add_place(parts, observation);
    add_value(parts, observation);
    if (!facts.order.empty()) parts.text('o', facts.order);
    if (observation.appraisal.status != model::ResultStatus::unverified)
        parts.tagged('r', static_cast<std::uint64_t>(observation.appraisal.status));
    const crypto::Digest digest = crypto::sha256(parts.written());

    model::ObservationId id;
    const auto hours = static_cast<std::uint32_t>(millis / 3'600'000U);
    // Growing within the hour too: names made one after the other lie side by side in the store's index.
    const auto within = static_cast<std::uint32_t>(
        facts.sequence && facts.time_from_receipt ? *facts.sequence : millis % 3'600'000U);
    for (unsigned i = 0; i < 4; ++i)
        id.octets[i] = static_cast<std::uint8_t>(hours >> (24U - 8U * i));
    for (unsigned i = 0; i < 3; ++i)
        id.octets[4 + i] = static_cast<std::uint8_t>(within >> (16U - 8U * i));
    std::copy_n(digest.begin(), 9, id.octets.begin() + 7);
    return id;
}

namespace {

model::ResultKey first_of(const crypto::Digest& digest) {
    model::ResultKey key{};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

}  // namespace

model::ResultKey result_key(const model::Observation& observation, const IdFacts& facts) {
    Bytes octets;
    Parts parts(octets);
    parts.text("edgeward-result-1");
    parts.text(facts.device);
    parts.text(facts.order);
    if (facts.order.empty())
        parts.tagged('t', static_cast<std::uint64_t>(observation.effective.utc.time_since_epoch().count()));
    add_code(parts, observation.code);
    add_place(parts, observation);
    return first_of(crypto::sha256(parts.written()));
}

model::ResultKey order_key(std::string_view device, std::string_view filler) {
    Bytes octets;
    Parts parts(octets);
    parts.text("edgeward-order-1");
    parts.text(device);
    parts.text(filler);
    return first_of(crypto::sha256(parts.written()));
}

}  // namespace edgeward::mapping
