#include "person_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>

namespace edgeward::vault {
namespace {

// Of a keyed hash or a pseudonym: every part of them is evenly spread.
std::uint32_t bits_of(const std::array<std::uint8_t, 16>& octets) noexcept {
    std::uint32_t bits = 0;
    std::memcpy(&bits, octets.data(), sizeof bits);
    return bits;
}

}  // namespace

PersonMemory::Name PersonMemory::name_of(const crypto::Digest& lookup) noexcept {
    Name name{};
    std::copy_n(lookup.begin(), name.size(), name.begin());
    return name;
}

std::optional<PersonMemory::Place> PersonMemory::place_of(const Name& name) const {
    return by_name_.find(bits_of(name), [&](Place place) { return at(place).name == name; });
}

std::optional<PersonMemory::Place> PersonMemory::place_of(const model::Pseudonym& pseudonym) const {
    return by_pseudonym_.find(bits_of(pseudonym.octets()),
                              [&](Place place) { return at(place).pseudonym == pseudonym; });
}

Subject PersonMemory::asked_for(Place place) {
    Record& record = at(place);
    record.asked = true;
    return {record.pseudonym, std::make_shared<const crypto::SealingKey>(Secret(ByteView(record.data_key))),
            record.restriction};
}

std::optional<Subject> PersonMemory::find(const crypto::Digest& lookup) {
    const auto place = place_of(name_of(lookup));
    if (!place) return std::nullopt;
    return asked_for(*place);
}

std::optional<Subject> PersonMemory::find(const model::Pseudonym& pseudonym) {
    const auto place = place_of(pseudonym);
    if (!place) return std::nullopt;
    return asked_for(*place);
}

PersonMemory::Place PersonMemory::free_place(const model::Pseudonym& pseudonym) {
    if (count_ < most_) {
        if (count_ % chunk == 0) chunks_.emplace_back().reserve(chunk);
        chunks_.back().push_back({pseudonym, {}, {}, policy::Restriction::none, false, false});
        return static_cast<Place>(count_++);
    }
    for (;; hand_ = (hand_ + 1) % count_) {
        auto& asked = at(static_cast<Place>(hand_)).asked;
        if (!asked) break;
        asked = false;
    }
    const auto place = static_cast<Place>(hand_);
    hand_ = (hand_ + 1) % count_;
    forget(place);
    return place;
}

void PersonMemory::forget(Place place) {
    const Record& record = at(place);
    by_pseudonym_.remove(bits_of(record.pseudonym.octets()), place);
    if (record.named) by_name_.remove(bits_of(record.name), place);
}

void PersonMemory::write(Place place, const Person& person) {
    Record& record = at(place);
    const ByteView key = person.data_key.reveal();
    if (key.size() != record.data_key.size()) std::abort();  // SealingKey does so too
    record.pseudonym = person.subject.pseudonym;
    std::ranges::copy(key, record.data_key.begin());
    record.restriction = person.subject.restriction;
    record.asked = true;
}

void PersonMemory::keep(const Person& person) {
    const auto known = place_of(person.subject.pseudonym);
    if (known) return write(*known, person);
    const Place place = free_place(person.subject.pseudonym);
    at(place).named = false;
    write(place, person);
    by_pseudonym_.put(bits_of(person.subject.pseudonym.octets()), place);
}

void PersonMemory::keep(const crypto::Digest& lookup, const Person& person) {
    const Name name = name_of(lookup);
    auto place = place_of(name);
    if (!place) {
        place = place_of(person.subject.pseudonym);
        if (place && at(*place).named) place.reset();  // by another identifier
    }
    if (place)
        forget(*place);
    else
        place = free_place(person.subject.pseudonym);
    write(*place, person);
    at(*place).named = true;
    at(*place).name = name;
    by_name_.put(bits_of(name), *place);
    if (!place_of(person.subject.pseudonym))
        by_pseudonym_.put(bits_of(person.subject.pseudonym.octets()), *place);
}

void PersonMemory::clear() {
    static_assert(std::is_trivially_copyable_v<Record>);
    for (auto& records : chunks_)
        wipe(records.data(), records.size() * sizeof(Record));
    chunks_.clear();
    count_ = 0;
    hand_ = 0;
    by_name_.clear();
    by_pseudonym_.clear();
}

}  // namespace edgeward::vault
