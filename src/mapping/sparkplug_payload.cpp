#include "sparkplug_payload.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

#include <edgeward/core/utf8.hpp>

#include "json_tree.hpp"

namespace edgeward::mapping {
namespace {

constexpr std::size_t max_metrics = 10'000;
constexpr std::uint32_t metrics_tag = 2U << 3U | 2U;  // field 2, length-delimited
// What Eclipse Tahu's clients write there when the payload proper is packed in `body`.
constexpr std::string_view compressed = "SPBV1.0_COMPRESSED";

tl::unexpected<MappingFailure> wrong(std::string detail) {
    return tl::unexpected(MappingFailure{"bad_sparkplug", std::move(detail)});
}

// Counted before anything is made of them: a metric takes a hundred times the two octets it can be sent in.
bool has_too_many(ByteView octets) {
    google::protobuf::io::CodedInputStream stream(octets.data(), static_cast<int>(octets.size()));
    std::size_t metrics = 0;
    while (const std::uint32_t tag = stream.ReadTag()) {
        std::uint32_t length = 0;
        std::uint64_t number = 0;
        switch (tag & 7U) {
            case 0:
                if (!stream.ReadVarint64(&number)) return false;
                break;
            case 1:
                if (!stream.Skip(8)) return false;
                break;
            case 2:
                if (!stream.ReadVarint32(&length) || !stream.Skip(static_cast<int>(length))) return false;
                break;
            case 5:
                if (!stream.Skip(4)) return false;
                break;
            default:
                return false;  // no payload: the reader says so
        }
        if (tag == metrics_tag && ++metrics > max_metrics) return true;
    }
    return false;
}

bool is_sound(const wire::PropertySet& properties) {
    return properties.keys_size() == properties.values_size() &&
           std::ranges::all_of(properties.keys(), [](const std::string& key) { return is_utf8(key); }) &&
           std::ranges::all_of(properties.values(), [](const wire::PropertyValue& value) {
               return is_utf8(value.string_value());
           });
}

}  // namespace

tl::expected<wire::Payload, MappingFailure> parse_payload(ByteView octets) {
    if (octets.size() > Tree::max_octets)
        return tl::unexpected(MappingFailure{"too_large", "the message is longer than 1 MiB"});
    if (has_too_many(octets))
        return tl::unexpected(MappingFailure{"too_large", "the message has more than 10000 metrics"});
    wire::Payload payload;
    if (!payload.ParseFromArray(octets.data(), static_cast<int>(octets.size())))
        return wrong("expected a Sparkplug B payload");
    if (payload.uuid() == compressed) return wrong("compressed payloads are not read");
    for (const auto& metric : payload.metrics()) {
        if (!metric.has_name() && !metric.has_alias()) return wrong("a metric has neither name nor alias");
        if (!is_utf8(metric.name()) || !is_utf8(metric.string_value())) return wrong("a text is not UTF-8");
        if (!is_sound(metric.properties())) return wrong("the properties of a metric do not read");
    }
    return payload;
}

}  // namespace edgeward::mapping
