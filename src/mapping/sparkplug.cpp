#include "sparkplug.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include <edgeward/device/sparkplug_topic.hpp>

#include "sparkplug_payload.hpp"

namespace edgeward::mapping {
namespace {

// Specification 3.0, chapter 6: DataType, by number.
constexpr std::array<std::string_view, 35> type_names{"Unknown",      "Int8",
                                                      "Int16",        "Int32",
                                                      "Int64",        "UInt8",
                                                      "UInt16",       "UInt32",
                                                      "UInt64",       "Float",
                                                      "Double",       "Boolean",
                                                      "String",       "DateTime",
                                                      "Text",         "UUID",
                                                      "DataSet",      "Bytes",
                                                      "File",         "Template",
                                                      "PropertySet",  "PropertySetList",
                                                      "Int8Array",    "Int16Array",
                                                      "Int32Array",   "Int64Array",
                                                      "UInt8Array",   "UInt16Array",
                                                      "UInt32Array",  "UInt64Array",
                                                      "FloatArray",   "DoubleArray",
                                                      "BooleanArray", "StringArray",
                                                      "DateTimeArray"};
namespace datatype {
constexpr std::uint32_t unknown = 0, int8 = 1, int64 = 4, uint8 = 5, uint64 = 8, float32 = 9, float64 = 10,
                        boolean = 11, string = 12, date_time = 13, text = 14, uuid = 15, int8_array = 22,
                        uint8_array = 26, float_array = 30, double_array = 31;
}  // namespace datatype

constexpr std::array<std::string_view, 6> topic_words{"NBIRTH", "NDATA", "NDEATH",
                                                      "DBIRTH", "DDATA", "DDEATH"};

template <typename Number>
std::string text_of_number(Number number) {
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(number)) return {};
    }
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return {digits.data(), written.ptr};
}

// Octets of an integer type, from its number among the four of its sign.
constexpr unsigned width_of(std::uint32_t type, std::uint32_t first) noexcept {
    return 1U << (type - first);
}

// Encoders write a negative number of 8 bits in 32 as FFFFFFxx or as xx.
template <typename Value>
std::optional<std::string> signed_integer(const Value& value, unsigned octets) {
    const auto number = value.has_int_value() ? std::int64_t{static_cast<std::int32_t>(value.int_value())}
                                              : static_cast<std::int64_t>(value.long_value());
    if (octets == 8) return value.has_long_value() ? std::optional(text_of_number(number)) : std::nullopt;
    const std::int64_t beyond = std::int64_t{1} << (8 * octets - 1);
    if (number < -beyond || number >= 2 * beyond) return std::nullopt;
    return text_of_number(number < beyond ? number : number - 2 * beyond);
}

template <typename Value>
std::optional<std::string> unsigned_integer(const Value& value, unsigned octets) {
    const std::uint64_t number = value.has_int_value() ? value.int_value() : value.long_value();
    if (octets < 8 && number >> (8 * octets) != 0) return std::nullopt;
    return text_of_number(number);
}

// Whole numbers are little-endian there, whatever this machine is.
template <typename Number>
bool put_samples(TreeBuilder& tree, std::string_view octets) {
    if (octets.size() % sizeof(Number) != 0) return tree.refuse("bad_sparkplug", "an array is cut off");
    tree.open(NodeKind::array);
    for (; !octets.empty(); octets.remove_prefix(sizeof(Number))) {
        std::uint64_t bits = 0;
        for (std::size_t i = sizeof(Number); i > 0; --i)
            bits = bits << 8U | static_cast<std::uint8_t>(octets[i - 1]);
        Number number{};
        if constexpr (std::is_same_v<Number, float>) {
            const auto half = static_cast<std::uint32_t>(bits);
            std::memcpy(&number, &half, sizeof number);
        } else if constexpr (std::is_same_v<Number, double>) {
            std::memcpy(&number, &bits, sizeof number);
        } else {
            number = static_cast<Number>(bits);
        }
        const std::string digits = text_of_number(number);
        if (!tree.value(digits.empty() ? NodeKind::null : NodeKind::number, digits)) return false;
    }
    return tree.close();
}

bool put_array(TreeBuilder& tree, std::uint32_t type, std::string_view octets) {
    if (type == datatype::float_array) return put_samples<float>(tree, octets);
    if (type == datatype::double_array) return put_samples<double>(tree, octets);
    const bool has_sign = type < datatype::uint8_array;
    switch (width_of(type, has_sign ? datatype::int8_array : datatype::uint8_array)) {
        case 1:
            return has_sign ? put_samples<std::int8_t>(tree, octets)
                            : put_samples<std::uint8_t>(tree, octets);
        case 2:
            return has_sign ? put_samples<std::int16_t>(tree, octets)
                            : put_samples<std::uint16_t>(tree, octets);
        case 4:
            return has_sign ? put_samples<std::int32_t>(tree, octets)
                            : put_samples<std::uint32_t>(tree, octets);
        default:
            return has_sign ? put_samples<std::int64_t>(tree, octets)
                            : put_samples<std::uint64_t>(tree, octets);
    }
}

// Not a number and infinity have no place in a measurement: the text is none.
bool put_number(TreeBuilder& tree, std::string_view digits) {
    if (digits.empty()) return tree.value(NodeKind::text, "NaN");
    return tree.value(NodeKind::number, digits);
}

std::optional<std::string> integer_of(const auto& value, std::uint32_t type) {
    if (type >= datatype::int8 && type <= datatype::int64)
        return signed_integer(value, width_of(type, datatype::int8));
    if (type >= datatype::uint8 && type <= datatype::uint64)
        return unsigned_integer(value, width_of(type, datatype::uint8));
    if (type == datatype::date_time) return unsigned_integer(value, 8);
    return std::nullopt;
}

// The value under the key that was just said, as its field and datatype have it.
bool put_scalar(TreeBuilder& tree, const auto& value, std::uint32_t type) {
    const auto fits = [type](std::initializer_list<std::uint32_t> types) {
        return type == datatype::unknown || std::ranges::find(types, type) != types.end();
    };
    if (value.is_null()) return tree.value(NodeKind::null);
    if (value.has_float_value() && fits({datatype::float32}))
        return put_number(tree, text_of_number(value.float_value()));
    if (value.has_double_value() && fits({datatype::float64}))
        return put_number(tree, text_of_number(value.double_value()));
    if (value.has_boolean_value() && fits({datatype::boolean}))
        return tree.value(NodeKind::boolean, {}, value.boolean_value());
    if (value.has_string_value() && fits({datatype::string, datatype::text, datatype::uuid}))
        return tree.value(NodeKind::text, value.string_value());
    if (has_integer(value) && type == datatype::unknown)
        return tree.refuse("no_birth", "a whole number whose datatype no birth has told");
    const auto integer = has_integer(value) ? integer_of(value, type) : std::nullopt;
    if (!integer) return tree.refuse("bad_sparkplug", "a value is not of its datatype");
    return tree.value(NodeKind::number, *integer);
}

bool put(TreeBuilder& tree, std::string_view key, NodeKind kind, std::string_view text, bool truth = false) {
    return tree.key(key) && tree.value(kind, text, truth);
}

bool is_read(const wire::PropertyValue& value) {
    return value.is_null() || value.value_case() != wire::PropertyValue::VALUE_NOT_SET;
}

bool put_properties(TreeBuilder& tree, const wire::PropertySet& properties) {
    if (!tree.key("properties") || !tree.open(NodeKind::object)) return false;
    for (int i = 0; i < properties.keys_size(); ++i) {
        const auto& value = properties.values(i);
        if (is_read(value) && (!tree.key(properties.keys(i)) || !put_scalar(tree, value, value.type())))
            return false;
    }
    if (!tree.close()) return false;
    for (int i = 0; i < properties.keys_size(); ++i) {
        if (properties.keys(i) == "engUnit" && properties.values(i).has_string_value())
            return put(tree, "unit", NodeKind::text, properties.values(i).string_value());
    }
    return true;
}

bool put_value(TreeBuilder& tree, const wire::Metric& metric) {
    const bool samples = metric.has_bytes_value() && metric.datatype() >= datatype::int8_array &&
                         metric.datatype() <= datatype::double_array;
    const bool nothing =
        metric.value_case() == wire::Metric::VALUE_NOT_SET || (metric.has_bytes_value() && !samples);
    if (nothing && !metric.is_null()) return true;
    if (!tree.key("value")) return false;
    if (samples && !metric.is_null()) return put_array(tree, metric.datatype(), metric.bytes_value());
    return put_scalar(tree, metric, metric.datatype());
}

bool put_metric(TreeBuilder& tree, const wire::Metric& metric) {
    if (!metric.has_name()) return tree.refuse("no_birth", "an alias that no birth has told");
    if (!tree.open(NodeKind::object) || !put(tree, "name", NodeKind::text, metric.name())) return false;
    if (metric.has_timestamp() &&
        !put(tree, "timestamp", NodeKind::number, text_of_number(metric.timestamp())))
        return false;
    const std::string_view type = metric.datatype() < type_names.size() ? type_names[metric.datatype()] : "";
    return put(tree, "datatype", NodeKind::text, type) &&
           put(tree, "historical", NodeKind::boolean, {}, metric.is_historical()) &&
           put_value(tree, metric) && put_properties(tree, metric.properties()) && tree.close();
}

bool put_topic(TreeBuilder& tree, std::string_view topic) {
    const auto read = device::read_sparkplug_topic(topic).value_or(device::SparkplugTopic{});
    const auto word = read.node.empty() ? "" : topic_words.at(static_cast<std::size_t>(read.type));
    return put(tree, "type", NodeKind::text, word) && put(tree, "group", NodeKind::text, read.group) &&
           put(tree, "node", NodeKind::text, read.node) && put(tree, "device", NodeKind::text, read.device);
}

bool put_payload(TreeBuilder& tree, const wire::Payload& payload, std::string_view topic) {
    if (!tree.open(NodeKind::object) || !put_topic(tree, topic)) return false;
    if (payload.has_timestamp() &&
        !put(tree, "timestamp", NodeKind::number, text_of_number(payload.timestamp())))
        return false;
    if (payload.has_seq() && !put(tree, "seq", NodeKind::number, text_of_number(payload.seq()))) return false;
    if (!tree.key("metrics") || !tree.open(NodeKind::array)) return false;
    for (const auto& metric : payload.metrics()) {
        if (!put_metric(tree, metric)) return false;
    }
    return tree.close() && tree.close();
}

}  // namespace

tl::expected<Tree, MappingFailure> read_sparkplug(ByteView octets, std::string_view topic) {
    const auto payload = parse_payload(octets);
    if (!payload) return tl::unexpected(payload.error());
    TreeBuilder tree;
    if (!put_payload(tree, *payload, topic)) return tl::unexpected(tree.failure());
    return tree.take();
}

bool has_metrics(const Tree& sparkplug) {
    return sparkplug.first_child(*sparkplug.member(sparkplug.root(), "metrics")) != nullptr;
}

}  // namespace edgeward::mapping
