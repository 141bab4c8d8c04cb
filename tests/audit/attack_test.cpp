#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

#include "trail.hpp"

// Every attack of the matrix the design rests on, carried out on exports. "Clumsy": the attacker changes rows
// and leaves the digests alone. "Relinked": he computes every later digest anew but has no signing key. "With
// the key": he signs every checkpoint anew; only an anchor from elsewhere can convict him.
namespace edgeward::audit {
namespace {

constexpr std::uint64_t log_size = 60;  // checkpoints at 10, 20, … 60

enum class Anchors : std::uint8_t { none, newest };

struct Attack {
    std::string name;
    std::function<void(Trail&, std::size_t)> act;  // on the record with that index, 12 … 47
    Finding finding = Finding::none;
    Anchors anchors = Anchors::none;
    std::int64_t first_bad_offset = 0;  // from the attacked record's sequence; `unproven`: its block's first
};
constexpr std::int64_t unproven = -1000;
constexpr std::int64_t end_of_log = 1000;

using Index = std::ptrdiff_t;

void edit(Trail& trail, std::size_t at) {
    trail.records[at].event.actor = "destination:elsewhere";
    trail.records[at].octets = canonical(trail.records[at].time, trail.records[at].event).value();
}
void erase(Trail& trail, std::size_t at) {
    trail.records.erase(trail.records.begin() + static_cast<Index>(at));
}
void insert(Trail& trail, std::size_t at) {
    Record made = trail.records[at];
    made.event.object = "made up";
    made.octets = canonical(made.time, made.event).value();
    trail.records.insert(trail.records.begin() + static_cast<Index>(at), made);
}
void swap(Trail& trail, std::size_t at) {
    std::swap(trail.records[at], trail.records[at + 1]);
}
void renumber(Trail& trail) {
    std::uint64_t sequence = 0;
    for (Record& record : trail.records)
        record.sequence = ++sequence;
}
void truncate(Trail& trail, std::uint64_t size) {
    trail.records.resize(size);
    trail.notes.erase(trail.notes.upper_bound(size), trail.notes.end());
}
auto relinked(void (*change)(Trail&, std::size_t)) {
    return [change](Trail& trail, std::size_t at) {
        change(trail, at);
        trail.relink();
    };
}
auto with_key(void (*change)(Trail&, std::size_t)) {
    return [change](Trail& trail, std::size_t at) {
        change(trail, at);
        trail.relink();
        trail.resign(1);
    };
}

std::vector<Attack> clumsy_attacks() {
    return {
        {"edit a record", edit, Finding::edit},
        {"edit a record and its own digest",
         [](Trail& trail, std::size_t at) {
             edit(trail, at);
             Record& record = trail.records[at];
             record.digest = link_digest(record.previous, record.sequence, record.octets);
         },
         Finding::edit, Anchors::none, 1},
        {"delete a record", erase, Finding::deletion},
        {"delete a record and number the rest anew",
         [](Trail& trail, std::size_t at) {
             erase(trail, at);
             renumber(trail);
         },
         Finding::deletion},
        {"insert a record under a number that exists",
         [](Trail& trail, std::size_t at) {
             insert(trail, at);
             Record& made = trail.records[at];
             made.digest = link_digest(made.previous, made.sequence, made.octets);
         },
         Finding::insertion},
        {"insert a record and number the rest anew",
         [](Trail& trail, std::size_t at) {
             insert(trail, at);
             renumber(trail);
             Record& made = trail.records[at];
             made.digest = link_digest(made.previous, made.sequence, made.octets);
         },
         Finding::insertion},
        {"swap two records", swap, Finding::reorder},
        {"swap two records and number them anew",
         [](Trail& trail, std::size_t at) {
             swap(trail, at);
             renumber(trail);
         },
         Finding::reorder},
        {"move a record far back",
         [](Trail& trail, std::size_t at) {
             std::rotate(trail.records.begin() + static_cast<Index>(at),
                         trail.records.begin() + static_cast<Index>(at) + 1,
                         trail.records.begin() + static_cast<Index>(at) + 9);
         },
         Finding::reorder},
    };
}

std::vector<Attack> relinked_attacks() {
    const auto all_signed_anew_by = [](std::uint8_t seed) {
        return [seed](Trail& trail, std::size_t) { trail = Trail::make(log_size, 10, seed); };
    };
    return {
        {"edit and relink", relinked(edit), Finding::edit, Anchors::none, unproven},
        {"delete and relink", relinked(erase), Finding::edit, Anchors::none, unproven},
        {"insert and relink", relinked(insert), Finding::edit, Anchors::none, unproven},
        {"swap and relink", relinked(swap), Finding::edit, Anchors::none, unproven},
        {"edit and relink and sign with a key of his own",
         [](Trail& trail, std::size_t at) {
             edit(trail, at);
             trail.relink();
             trail.resign(9);
         },
         Finding::bad_signature, Anchors::none, -static_cast<std::int64_t>(log_size)},
        {"replace by the log of another device", all_signed_anew_by(7), Finding::bad_signature, Anchors::none,
         -static_cast<std::int64_t>(log_size)},
    };
}

std::vector<Attack> anchored_attacks() {
    return {
        {"edit with the key", with_key(edit), Finding::fork, Anchors::newest, unproven},
        {"delete with the key", with_key(erase), Finding::truncation, Anchors::newest, end_of_log},
        {"insert with the key", with_key(insert), Finding::fork, Anchors::newest, unproven},
        {"swap with the key", with_key(swap), Finding::fork, Anchors::newest, unproven},
        {"truncate to a checkpoint", [](Trail& trail, std::size_t) { truncate(trail, 50); },
         Finding::truncation, Anchors::newest, end_of_log},
        {"put an older state back and go on",
         [](Trail& trail, std::size_t) {
             truncate(trail, 40);
             trail.extend(55, 5, 1, 3600);
         },
         Finding::rollback, Anchors::newest, end_of_log},
        {"put an older state back and overtake the anchor",
         [](Trail& trail, std::size_t) {
             truncate(trail, 40);
             trail.extend(90, 10, 1, 3600);
         },
         Finding::fork, Anchors::newest, unproven},
        {"replace by the log of another device that has the same key",
         [](Trail& trail, std::size_t) {
             trail = Trail::make(log_size, 10, 1, "edgeward/ffffffffffffffffffffffffffffffff");
         },
         Finding::replacement, Anchors::newest, -static_cast<std::int64_t>(log_size)},
    };
}

// Attacks on random places; gives the place.
std::size_t some_place(unsigned round) {
    return 12 + (round * 7919U) % 36;
}

void check_first_bad(const Attack& attack, std::size_t at, const Trail& trail, const Verdict& verdict) {
    const std::uint64_t sequence = at + 1;
    if (attack.first_bad_offset == end_of_log) {
        CHECK(verdict.first_bad == trail.records.size() + 1);
    } else if (attack.first_bad_offset == unproven) {
        CHECK(verdict.first_bad == verdict.proven + 1);
        CHECK(verdict.first_bad <= sequence + 40);
    } else if (attack.first_bad_offset <= -static_cast<std::int64_t>(log_size)) {
        CHECK(verdict.first_bad == 1);
    } else if (attack.first_bad_offset == 1 && sequence % 10 == 0) {
        CHECK(verdict.first_bad == verdict.proven + 1);  // the checkpoint stands between the two records
    } else {
        CHECK(verdict.first_bad == sequence + static_cast<std::uint64_t>(attack.first_bad_offset));
    }
}

void carry_out(const Attack& attack, unsigned round) {
    const Trail sound = Trail::make(log_size);
    Trail trail = sound;
    const std::size_t at = some_place(round);
    CAPTURE(attack.name, at);
    attack.act(trail, at);
    std::vector<std::string> anchors;
    if (attack.anchors == Anchors::newest) anchors.push_back(sound.notes.rbegin()->second);
    const Verdict verdict = verify(trail.text(), anchors);
    CAPTURE(verdict.explanation);
    CHECK(name_of(verdict.finding) == name_of(attack.finding));
    CHECK(exit_code(verdict) == 1);
    check_first_bad(attack, at, trail, verdict);
    // What the verdict calls proven is unchanged.
    for (std::uint64_t i = 0; i < verdict.proven; ++i)
        CHECK(trail.records[i].digest == sound.records[i].digest);
}

}  // namespace

TEST_CASE("clumsy changes are found by the links alone", "[attack]") {
    for (const Attack& attack : clumsy_attacks())
        for (unsigned round = 0; round < 36; ++round)
            carry_out(attack, round);
}

TEST_CASE("a rewritten chain is found by the signed checkpoints", "[attack]") {
    for (const Attack& attack : relinked_attacks())
        for (unsigned round = 0; round < 36; ++round)
            carry_out(attack, round);
}

TEST_CASE("what the holder of the key does is found by an anchor", "[attack]") {
    for (const Attack& attack : anchored_attacks())
        for (unsigned round = 0; round < 36; ++round)
            carry_out(attack, round);
}

TEST_CASE("an attacker who leaves the later checkpoints out cannot get exit code 0", "[attack]") {
    Trail trail = Trail::make(log_size);
    edit(trail, 44);
    trail.relink();
    trail.notes.erase(trail.notes.upper_bound(40), trail.notes.end());
    const Verdict without = verify(trail.text());
    CHECK(without.finding == Finding::none);
    CHECK(without.proven == 40);
    CHECK(without.unsigned_tail() == 20);
    CHECK(exit_code(without) == 3);
    const Verdict anchored = verify(trail.text(), {Trail::make(log_size).notes.at(50)});
    CHECK(anchored.finding == Finding::fork);
}

// The limit the documentation states: without an anchor there is nothing left to see here.
TEST_CASE("truncation to a checkpoint is invisible without an anchor", "[attack]") {
    Trail trail = Trail::make(log_size);
    truncate(trail, 50);
    CHECK(exit_code(verify(trail.text())) == 0);
}

TEST_CASE("clock steps and restarts are no tampering", "[attack]") {
    Trail trail = Trail::make(30);
    trail.extend(60, 10, 1, -86'400);
    trail.extend(90, 10, 1, 86'400 * 365);
    const Verdict verdict = verify(trail.text(), {trail.notes.at(30), trail.notes.at(70)});
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.anchors_matched == 2);
    CHECK(exit_code(verdict) == 0);
}

}  // namespace edgeward::audit
