#include <edgeward/model/consent.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace edgeward::model {
namespace {

constexpr std::array<std::string_view, 6> words = {"draft",    "proposed", "active",
                                                   "rejected", "inactive", "entered-in-error"};
static_assert(words.size() == static_cast<std::size_t>(ConsentStatus::entered_in_error));

}  // namespace

std::string_view name_of(ConsentStatus status) noexcept {
    const auto index = static_cast<std::size_t>(status) - 1;
    return index < words.size() ? words[index] : std::string_view();
}

std::optional<ConsentStatus> parse_consent_status(std::string_view word) noexcept {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<ConsentStatus>(found - words.begin() + 1);
}

}  // namespace edgeward::model
