#include <algorithm>
#include <utility>

#include "check_symbols.hpp"

namespace edgeward::pseudonym {
namespace {

constexpr std::size_t group_order = 31;

struct Field {
    std::array<Symbol, group_order> power{};  // power[k] = t^k
    std::array<std::size_t, 32> logarithm{};  // of 1 to 31
};

constexpr Field make_field() {
    Field field;
    unsigned element = 1;
    for (std::size_t exponent = 0; exponent < group_order; ++exponent) {
        field.power[exponent] = static_cast<Symbol>(element);
        field.logarithm[element] = exponent;
        element <<= 1U;
        if ((element & 32U) != 0) element ^= 0b100101U;  // t^5 = t^2 + 1
    }
    return field;
}

constexpr Field field = make_field();

// t^exponent * symbol
Symbol times_power(std::size_t exponent, Symbol symbol) noexcept {
    return symbol == 0 ? Symbol{0} : field.power[(exponent + field.logarithm[symbol]) % group_order];
}

// Collects repairs; two different ones are none.
class Repairs {
public:
    void consider(const std::vector<Symbol>& word) {
        if (!is_valid(word)) return;
        if (found_.empty()) found_ = word;
        ++count_;
    }
    [[nodiscard]] std::optional<std::vector<Symbol>> only_one() && {
        if (count_ != 1) return std::nullopt;
        return std::move(found_);
    }

private:
    std::vector<Symbol> found_;
    std::size_t count_ = 0;
};

}  // namespace

std::optional<Symbol> symbol_of(char letter) noexcept {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    const auto at = alphabet.find(letter);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<Symbol>(at);
}

std::array<Symbol, 2> check_symbols(std::span<const Symbol> data) noexcept {
    std::array<Symbol, 2> check{};
    for (std::size_t i = 0; i < data.size(); ++i) {
        check[0] ^= times_power(i + 1, data[i]);
        check[1] ^= times_power(2 * (i + 1), data[i]);
    }
    return check;
}

bool is_valid(std::span<const Symbol> word) noexcept {
    if (word.size() < 2) return false;
    const auto data = word.first(word.size() - 2);
    return std::ranges::equal(check_symbols(data), word.last(2));
}

std::optional<std::vector<Symbol>> repair(std::span<const Symbol> word) {
    std::vector<Symbol> tried(word.begin(), word.end());
    if (is_valid(tried)) return tried;
    Repairs repairs;
    for (std::size_t i = 0; i < tried.size(); ++i) {
        const Symbol kept = tried[i];
        for (unsigned value = 0; value < alphabet.size(); ++value) {
            tried[i] = static_cast<Symbol>(value);
            repairs.consider(tried);
        }
        tried[i] = kept;
    }
    for (std::size_t i = 0; i + 1 < tried.size(); ++i) {
        std::swap(tried[i], tried[i + 1]);
        repairs.consider(tried);
        std::swap(tried[i], tried[i + 1]);
    }
    return std::move(repairs).only_one();
}

}  // namespace edgeward::pseudonym
