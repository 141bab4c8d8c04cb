#include <edgeward/model/decimal.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace edgeward::model {
namespace {

__extension__ using Wide = unsigned __int128;  // holds 38 decimal digits

constexpr std::size_t max_digits = 34;  // significant digits, and places on either side of the decimal sign
constexpr std::size_t max_text = 512;   // longer texts are no measurement

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// A number as sign, digits and the count of digits after the decimal sign.
struct Parts {
    bool negative = false;
    std::string digits;  // at least one
    long places = 0;     // may be negative while an exponent is being resolved
};

std::size_t skip_digits(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && is_digit(text[from]))
        ++from;
    return from;
}

// Reads [(e|E) [+|-] digits] at the end of the text; nothing when it is not of that form or beyond any
// measurement.
std::optional<long> read_exponent(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (text.empty() || skip_digits(text, 0) != text.size()) return std::nullopt;
    long value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || value > 999) return std::nullopt;
    return negative ? -value : value;
}

std::optional<Parts> split(std::string_view text) {
    Parts parts;
    if (text.size() > max_text) return std::nullopt;
    if (!text.empty() && text.front() == '-') {
        parts.negative = true;
        text.remove_prefix(1);
    }
    const std::size_t whole = skip_digits(text, 0);
    if (whole == 0 || (whole > 1 && text.front() == '0'))
        return std::nullopt;  // RFC 8259 §6: no leading zero
    parts.digits = text.substr(0, whole);
    std::size_t end = whole;
    if (end < text.size() && text[end] == '.') {
        const std::size_t fraction = skip_digits(text, end + 1);
        if (fraction == end + 1) return std::nullopt;
        parts.digits += text.substr(end + 1, fraction - end - 1);
        parts.places = static_cast<long>(fraction - end - 1);
        end = fraction;
    }
    const std::optional<long> exponent = read_exponent(text.substr(end));
    if (!exponent) return std::nullopt;
    parts.places -= *exponent;
    return parts;
}

void drop_leading_zeros(std::string& digits) {
    const std::size_t first = digits.find_first_not_of('0');
    digits.erase(0, first == std::string::npos ? digits.size() - 1 : first);
}

// Plain notation; nothing when it needs more digits than a Decimal holds.
std::optional<std::string> plain(Parts parts) {
    drop_leading_zeros(parts.digits);
    if (parts.digits.size() > max_digits) return std::nullopt;
    if (parts.places < 0) {
        const bool zero = parts.digits == "0";
        if (!zero) parts.digits.append(static_cast<std::size_t>(-parts.places), '0');
        parts.places = 0;
    }
    const auto places = static_cast<std::size_t>(parts.places);
    if (places > max_digits || parts.digits.size() > max_digits + places) return std::nullopt;
    if (parts.digits.size() <= places) parts.digits.insert(0, places + 1 - parts.digits.size(), '0');
    const bool zero = parts.digits.find_first_not_of('0') == std::string::npos;
    if (places > 0) parts.digits.insert(parts.digits.size() - places, 1, '.');
    if (parts.negative && !zero) parts.digits.insert(0, 1, '-');
    return std::move(parts.digits);
}

// A number as an integer count of 10^-places.
struct Scaled {
    bool negative = false;
    Wide magnitude = 0;
    int places = 0;
};

constexpr Wide power_of_ten(unsigned exponent) {
    Wide power = 1;
    for (unsigned i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}
constexpr Wide limit = power_of_ten(max_digits);  // every magnitude stays below; twice it still fits

Scaled to_scaled(std::string_view text) {
    Scaled number;
    bool fraction = false;
    for (const char c : text) {
        if (c == '-') {
            number.negative = true;
        } else if (c == '.') {
            fraction = true;
        } else {
            number.magnitude = number.magnitude * 10 + static_cast<unsigned>(c - '0');
            number.places += fraction ? 1 : 0;
        }
    }
    return number;
}

// False when the result would not stay below the limit.
bool multiply(Wide& magnitude, Wide by) {
    if (by != 0 && magnitude > (limit - 1) / by) return false;
    magnitude *= by;
    return true;
}

bool widen(Scaled& number, int places) {
    if (places <= number.places) return true;
    const auto by = static_cast<unsigned>(places - number.places);
    number.places = places;
    if (number.magnitude == 0) return true;
    return by <= max_digits && multiply(number.magnitude, power_of_ten(by));
}

// Both at the same places.
Scaled sum(const Scaled& left, const Scaled& right) {
    if (left.negative == right.negative)
        return {left.negative, left.magnitude + right.magnitude, left.places};
    if (left.magnitude >= right.magnitude) {
        return {left.negative, left.magnitude - right.magnitude, left.places};
    }
    return {right.negative, right.magnitude - left.magnitude, left.places};
}

// Half away from zero.
void round_to(Scaled& number, int places) {
    if (places >= number.places) return;
    const auto drop = static_cast<unsigned>(number.places - places);
    number.places = places;
    if (drop > max_digits) {
        number.magnitude = 0;
        return;
    }
    const Wide unit = power_of_ten(drop);
    const Wide rest = number.magnitude % unit;
    number.magnitude = number.magnitude / unit + (rest >= unit - rest ? 1 : 0);
}

std::string digits_of(Wide magnitude) {
    std::string text;
    do {
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    return text;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
    std::optional<Parts> parts = split(text);
    if (!parts) return failure(ErrorKind::invalid_input, "expected a decimal number");
    std::optional<std::string> resolved = plain(std::move(*parts));
    if (!resolved) return failure(ErrorKind::invalid_input, "expected a number of at most 34 digits");
    Decimal number;
    number.text_ = std::move(*resolved);
    return number;
}

Decimal Decimal::from_integer(std::int64_t value) {
    Decimal number;
    number.text_ = std::to_string(value);
    return number;
}

bool Decimal::is_zero() const noexcept {
    return text_.find_first_not_of("-0.") == std::string::npos;
}

int Decimal::decimals() const noexcept {
    const std::size_t point = text_.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(text_.size() - point - 1);
}

double Decimal::approximate() const noexcept {
    double value = 0;
    std::from_chars(text_.data(), text_.data() + text_.size(), value);
    return value;
}

Result<Decimal> Decimal::scaled(const Decimal& factor, const Decimal& offset, int decimals) const {
    if (decimals < 0 || decimals > 9) return failure(ErrorKind::invalid_input, "expected 0 to 9 decimals");
    const auto too_long = [] {
        return failure(ErrorKind::invalid_input, "the product needs more than 34 digits");
    };
    Scaled number = to_scaled(text_);
    const Scaled by = to_scaled(factor.text_);
    if (!multiply(number.magnitude, by.magnitude)) return too_long();
    number.places += by.places;
    number.negative = number.negative != by.negative;
    Scaled plus = to_scaled(offset.text_);
    if (!widen(number, plus.places) || !widen(plus, number.places)) return too_long();
    number = sum(number, plus);
    round_to(number, decimals);
    if (!widen(number, decimals)) return too_long();
    std::optional<std::string> text = plain({number.negative, digits_of(number.magnitude), decimals});
    if (!text) return too_long();
    Decimal result;
    result.text_ = std::move(*text);
    return result;
}

std::weak_ordering Decimal::compare(const Decimal& left, const Decimal& right) {
    const auto magnitude_order = [](std::string_view a, std::string_view b) {
        const std::size_t a_whole = std::min(a.find('.'), a.size());
        const std::size_t b_whole = std::min(b.find('.'), b.size());
        if (a_whole != b_whole) return a_whole <=> b_whole;
        const std::size_t length = std::max(a.size(), b.size());
        for (std::size_t i = 0; i < length; ++i) {  // "37" and "37." and "37.0" pad alike
            const char x = i < a.size() && a[i] != '.' ? a[i] : '0';
            const char y = i < b.size() && b[i] != '.' ? b[i] : '0';
            if (x != y) return x <=> y;
        }
        return std::strong_ordering::equal;
    };
    std::string_view a = left.text_;
    std::string_view b = right.text_;
    const bool a_negative = a.front() == '-';
    const bool b_negative = b.front() == '-';
    if (a_negative != b_negative) return a_negative ? std::weak_ordering::less : std::weak_ordering::greater;
    if (a_negative) {
        a.remove_prefix(1);
        b.remove_prefix(1);
        std::swap(a, b);
    }
    return magnitude_order(a, b);
}

}  // namespace edgeward::model
