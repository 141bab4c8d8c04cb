#include <edgeward/audit/verifier.hpp>

#include <algorithm>
#include <array>

namespace edgeward::audit {

std::string_view name_of(Finding finding) noexcept {
    constexpr std::array<std::string_view, 12> names = {"none",    "edit",          "delete",  "insert",
                                                        "reorder", "truncate",      "replace", "rollback",
                                                        "fork",    "bad_signature", "gap",     "malformed"};
    static_assert(names.size() == static_cast<std::size_t>(Finding::malformed) + 1);
    return names.at(static_cast<std::size_t>(finding));
}

std::uint64_t Verdict::unsigned_tail() const noexcept {
    const std::uint64_t before = first == 0 ? 0 : first - 1;
    return linked - std::min(linked, std::max(proven, before));
}

int exit_code(const Verdict& verdict) noexcept {
    if (verdict.finding == Finding::malformed) return 2;
    if (verdict.finding != Finding::none) return 1;
    if (verdict.unsigned_tail() > 0) return 3;
    return verdict.anchors_lost > 0 ? 4 : 0;
}

}  // namespace edgeward::audit
