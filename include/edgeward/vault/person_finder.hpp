#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>

namespace edgeward::vault {

// Knows by what a message names one person, and says nothing else about the person. Move-only; what it knows
// is overwritten when it dies. Threads: any.
//
// A text names the person when an identifier, the visit number or an account of at least `shortest`
// characters stands in it as a whole word, whatever the case, or when the inspection of outbound octets
// (docs/dlp.md) finds an identifier, or a name and the date of birth, whatever they are encoded in.
class PersonFinder {
public:
    static constexpr std::size_t shortest = 4;
    explicit PersonFinder(const std::vector<model::Identity>& identities);
    PersonFinder(PersonFinder&&) noexcept;
    PersonFinder& operator=(PersonFinder&&) noexcept;
    PersonFinder(const PersonFinder&) = delete;
    PersonFinder& operator=(const PersonFinder&) = delete;
    ~PersonFinder();

    [[nodiscard]] bool is_named_in(std::string_view text, Instant now) const;
    // Identifiers that are too short to be looked for.
    [[nodiscard]] std::size_t unsearched() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::vault
