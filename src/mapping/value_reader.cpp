#include <algorithm>
#include <cmath>
#include <compare>
#include <utility>

#include <edgeward/core/text.hpp>

#include "value_reader.hpp"

namespace edgeward::mapping {
namespace {

using model::Decimal;
using Outcome = tl::expected<ReadValue, Refusal>;

constexpr std::size_t max_text_octets = 1000;
constexpr std::size_t max_samples = 65536;
constexpr int max_decimals = 9;

tl::unexpected<Refusal> refused(Refusal why) {
    return tl::unexpected(why);
}

bool lists(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The word of a scalar: what off, true and false lists and code tables are compared with.
std::string_view word_of(const Node& node) {
    if (node.kind == NodeKind::boolean) return node.truth ? "true" : "false";
    return node.text;
}

bool is_off(const Reading& reading, const Decimal& number) {
    return std::any_of(reading.off_numbers.begin(), reading.off_numbers.end(),
                       [&](const Decimal& off) { return std::is_eq(Decimal::compare(off, number)); });
}

std::string_view take_comparator(std::string_view& text) {
    for (const std::string_view sign : {"<=", ">=", "<", ">"}) {
        if (text.substr(0, sign.size()) == sign) {
            text = trimmed(text.substr(sign.size()), " ");
            return sign;
        }
    }
    return {};
}

// The number of a quantity as the device wrote it, and its comparator.
tl::expected<std::pair<Decimal, std::string_view>, Refusal> read_number(const Reading& reading,
                                                                        const Node& node) {
    const bool is_text = node.kind == NodeKind::text;
    if (node.kind != NodeKind::number && !is_text) return refused(Refusal::bad_value);
    std::string_view text = is_text ? trimmed(node.text, " ") : std::string_view(node.text);
    if (lists(reading.off_texts, text)) return refused(Refusal::off);
    if (is_text && !reading.numeric_text) return refused(Refusal::not_a_number);
    const std::string_view comparator = is_text && reading.comparators ? take_comparator(text) : "";
    auto number = Decimal::parse(text);
    if (!number) return refused(Refusal::not_a_number);
    if (is_off(reading, *number)) return refused(Refusal::off);
    return std::pair(std::move(*number), comparator);
}

Result<Decimal> correct(const Reading& reading, const Decimal& number) {
    if (!reading.correction) return number;
    const Correction& by = *reading.correction;
    const int exact = std::max(number.decimals() + by.factor.decimals(), by.offset.decimals());
    return number.scaled(by.factor, by.offset, std::min(exact, max_decimals));
}

Result<Decimal> convert(const Decimal& number, const coding::UnitConversion& by,
                        std::optional<int> decimals) {
    if (by.identity) return number;
    const int kept = std::clamp(number.decimals() + by.decimals_shift, 0, max_decimals);
    return number.scaled(by.factor, by.offset, decimals.value_or(kept));
}

Result<Decimal> limit_decimals(const Decimal& number, std::optional<int> decimals) {
    if (!decimals || number.decimals() <= *decimals) return number;
    return number.scaled(Decimal::from_integer(1), Decimal(), *decimals);
}

// Correction, unit conversion and rounding, in this order.
tl::expected<Decimal, Refusal> in_our_unit(const Reading& reading, const Decimal& number,
                                           std::string_view stated) {
    std::optional<coding::UnitConversion> by = stated.empty() ? reading.convert : std::nullopt;
    if (!stated.empty() && stated != reading.ucum) {
        if (!coding::is_known_unit(stated)) return refused(Refusal::unknown_unit);
        by = coding::conversion(stated, reading.ucum);
        if (!by) return refused(Refusal::unit_mismatch);
    }
    auto result = correct(reading, number);
    if (result && by) result = convert(*result, *by, reading.decimals);
    if (result) result = limit_decimals(*result, reading.decimals);
    if (!result) return refused(Refusal::not_a_number);
    return std::move(*result);
}

bool is_plausible(const Reading& reading, const Decimal& number) {
    return (!reading.least || std::is_gteq(Decimal::compare(number, *reading.least))) &&
           (!reading.most || std::is_lteq(Decimal::compare(number, *reading.most)));
}

Outcome read_quantity(const Reading& reading, const Node& node, std::string_view stated) {
    auto number = read_number(reading, node);
    if (!number) return refused(number.error());
    auto value = in_our_unit(reading, number->first, stated);
    if (!value) return refused(value.error());
    ReadValue read;
    if (!is_plausible(reading, *value)) {
        if (!reading.keep_implausible) return refused(Refusal::out_of_range);
        read.quality = model::Quality::questionable;
    }
    read.value = model::Quantity{std::move(*value), reading.ucum, std::string(number->second)};
    return read;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 && c != '\n' && c != '\r' && c != '\t';
    });
}

Outcome read_text(const Reading& reading, const Node& node) {
    if (node.kind != NodeKind::text) return refused(Refusal::bad_value);
    if (lists(reading.off_texts, node.text)) return refused(Refusal::off);
    if (node.text.empty()) return refused(Refusal::absent);
    if (node.text.size() > max_text_octets || has_control_character(node.text))
        return refused(Refusal::bad_value);
    return ReadValue{model::Text{node.text}};
}

bool is_scalar(const Node& node) {
    return node.kind != NodeKind::array && node.kind != NodeKind::object;
}

Outcome read_code(const Reading& reading, const Node& node) {
    if (!is_scalar(node)) return refused(Refusal::bad_value);
    const std::string_view word = word_of(node);
    if (lists(reading.off_texts, word)) return refused(Refusal::off);
    const auto found = reading.codes.find(word);
    if (found == reading.codes.end()) return refused(Refusal::not_listed);
    return ReadValue{found->second};
}

Outcome read_boolean(const Reading& reading, const Node& node) {
    if (!is_scalar(node)) return refused(Refusal::bad_value);
    const std::string_view word = word_of(node);
    if (lists(reading.true_words, word)) return ReadValue{true};
    if (lists(reading.false_words, word)) return ReadValue{false};
    if (node.kind == NodeKind::boolean) return ReadValue{node.truth};
    return refused(Refusal::bad_value);
}

// Appends one sample in canonical form: a plain decimal, E (missing), U or L (beyond the sensor's limits).
bool append_sample(std::string& samples, std::string_view sample) {
    if (!samples.empty()) samples += ' ';
    if (sample == "E" || sample == "U" || sample == "L") {
        samples += sample;
        return true;
    }
    const auto number = Decimal::parse(sample);
    if (number) samples += number->text();
    return number.has_value();
}

bool join_array(const Tree& tree, const Node& array, std::string& samples) {
    std::size_t count = 0;
    for (const Node* sample = tree.first_child(array); sample != nullptr; sample = tree.next(*sample)) {
        const bool is_number = sample->kind == NodeKind::number;
        if (!is_number && sample->kind != NodeKind::null) return false;
        if (++count > max_samples || !append_sample(samples, is_number ? sample->text : "E")) return false;
    }
    return true;
}

bool join_text(std::string_view text, std::string& samples) {
    constexpr std::string_view separators = " ,;\t\r\n";
    std::size_t count = 0;
    for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        if (++count > max_samples || !append_sample(samples, text.substr(at, end - at))) return false;
        at = text.find_first_not_of(separators, end);
    }
    return true;
}

// The sample period from a number of milliseconds, or from a rate in Hz. At most an hour.
std::optional<std::chrono::microseconds> period_of(const WaveformContext& context) {
    const Node* node = context.period_ms != nullptr ? context.period_ms : context.rate_hz;
    if (node == nullptr || node->kind != NodeKind::number) return std::nullopt;
    const auto number = Decimal::parse(node->text);
    const double stated = number ? number->approximate() : 0.0;
    if (stated <= 0) return std::nullopt;
    const double micros = context.period_ms != nullptr ? stated * 1e3 : 1e6 / stated;
    if (micros < 1 || micros > 3.6e9) return std::nullopt;
    return std::chrono::microseconds(std::lround(micros));
}

Outcome read_waveform(const Reading& reading, const Node& node, const WaveformContext& context) {
    model::SampledData data;
    const bool is_text = node.kind == NodeKind::text;
    if (!is_text && node.kind != NodeKind::array) return refused(Refusal::bad_value);
    const bool joined =
        is_text ? join_text(node.text, data.samples) : join_array(context.tree, node, data.samples);
    if (!joined) return refused(Refusal::not_a_number);
    if (data.samples.empty()) return refused(Refusal::absent);
    const auto period = reading.waveform.period ? reading.waveform.period : period_of(context);
    if (!period) return refused(Refusal::bad_value);
    data.period = *period;
    data.origin = reading.waveform.origin;
    data.factor = reading.waveform.factor;
    data.ucum = reading.ucum;
    return ReadValue{std::move(data)};
}

}  // namespace

std::string_view name_of(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::off:
            return "off";
        case Refusal::absent:
            return "absent";
        case Refusal::out_of_range:
            return "out_of_range";
        case Refusal::not_a_number:
            return "not_a_number";
        case Refusal::not_listed:
            return "not_listed";
        case Refusal::duplicate:
            return "duplicate";
        case Refusal::unknown_unit:
            return "unknown_unit";
        case Refusal::unit_mismatch:
            return "unit_mismatch";
        case Refusal::bad_value:
            return "bad_value";
        case Refusal::quality_control:
            return "quality_control";
    }
    return "";
}

Outcome read_value(const Reading& reading, const Node& node, std::string_view stated,
                   const WaveformContext& waveform) {
    if (node.kind == NodeKind::null) return refused(Refusal::absent);
    switch (reading.kind) {
        case ValueKind::quantity:
            return read_quantity(reading, node, stated);
        case ValueKind::text:
            return read_text(reading, node);
        case ValueKind::code:
            return read_code(reading, node);
        case ValueKind::boolean:
            return read_boolean(reading, node);
        case ValueKind::waveform:
            return read_waveform(reading, node, waveform);
    }
    return refused(Refusal::bad_value);
}

}  // namespace edgeward::mapping
