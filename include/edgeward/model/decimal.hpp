#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward::model {

// A measured number exactly as the device wrote it: 37.0 is not 37, the trailing zero is its precision.
//
//   grammar: [-] digits [. digits] [(e|E) [+|-] digits]        JSON's number, RFC 8259 §6
//
// Up to 34 significant digits; exponents are resolved into plain notation ("1.2e2" becomes "120"), which
// keeps the value and the significant digits. A value type; no thread of its own.
class Decimal {
public:
    Decimal() = default;  // "0"

    // invalid_input: not a number of that grammar, NaN, infinity, too long.
    static Result<Decimal> parse(std::string_view text);
    static Decimal from_integer(std::int64_t value);

    // The number as it goes out: plain notation, "." as the decimal sign, no superfluous sign.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool is_zero() const noexcept;
    // Digits after the decimal sign.
    [[nodiscard]] int decimals() const noexcept;
    // For plausibility limits and alarm rules, not for output.
    [[nodiscard]] double approximate() const noexcept;

    // this * factor + offset, rounded half away from zero to `decimals` places (0 to 9).
    // invalid_input when the exact product needs more than 34 digits.
    [[nodiscard]] Result<Decimal> scaled(const Decimal& factor, const Decimal& offset, int decimals) const;

    // Same text: 37.0 and 37 differ.
    friend bool operator==(const Decimal&, const Decimal&) = default;
    // By numeric value: 37.0 and 37 are equivalent.
    [[nodiscard]] static std::weak_ordering compare(const Decimal& left, const Decimal& right);

private:
    std::string text_ = "0";
};

}  // namespace edgeward::model
