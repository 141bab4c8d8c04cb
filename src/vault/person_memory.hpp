#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <edgeward/crypto/digest.hpp>

#include "person.hpp"
#include "place_index.hpp"

namespace edgeward::vault {

// The persons asked for lately, at most `most`, in some 85 octets each: found by PersonTable::lookup of an
// identifier, of which 128 bits are kept, and by pseudonym. Who has not been asked for since the last round
// goes first. Identifiers are never here; data keys are overwritten when they leave. One thread at a time.
class PersonMemory {
public:
    explicit PersonMemory(std::size_t most) : most_(most) {}
    PersonMemory(const PersonMemory&) = delete;
    PersonMemory& operator=(const PersonMemory&) = delete;
    ~PersonMemory() { clear(); }

    std::optional<Subject> find(const crypto::Digest& lookup);
    std::optional<Subject> find(const model::Pseudonym& pseudonym);

    void keep(const Person& person);
    // A person with several identifiers is kept once for each that was asked for.
    void keep(const crypto::Digest& lookup, const Person& person);
    void clear();

    [[nodiscard]] std::size_t size() const noexcept { return count_; }

private:
    using Name = std::array<std::uint8_t, 16>;
    using Place = PlaceIndex::Place;
    struct Record {
        model::Pseudonym pseudonym;
        Name name;
        std::array<std::uint8_t, 32> data_key;
        policy::Restriction restriction;
        bool named;  // `name` says something
        bool asked;  // since the last round
    };
    static constexpr std::size_t chunk = 1024;  // records; they do not move, no key is left behind

    static Name name_of(const crypto::Digest& lookup) noexcept;
    Record& at(Place place) { return chunks_[place / chunk][place % chunk]; }
    [[nodiscard]] const Record& at(Place place) const { return chunks_[place / chunk][place % chunk]; }
    [[nodiscard]] std::optional<Place> place_of(const Name& name) const;
    [[nodiscard]] std::optional<Place> place_of(const model::Pseudonym& pseudonym) const;
    Subject asked_for(Place place);
    // A place for another person: a new one, or that of somebody who goes.
    Place free_place(const model::Pseudonym& pseudonym);
    void forget(Place place);
    void write(Place place, const Person& person);

    std::size_t most_;
    std::size_t count_ = 0;
    std::size_t hand_ = 0;  // whose turn it is to go
    std::vector<std::vector<Record>> chunks_;
    PlaceIndex by_name_;
    PlaceIndex by_pseudonym_;
};

}  // namespace edgeward::vault
