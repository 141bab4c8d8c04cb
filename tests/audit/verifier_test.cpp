#include <edgeward/audit/verifier.hpp>

#include <catch2/catch_test_macros.hpp>

#include "trail.hpp"

namespace edgeward::audit {
namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a sound log is proven to its last record", "[verifier]") {
    const Trail trail = Trail::make(25);
    const Verdict verdict = verify(trail.text());
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.origin == test_origin);
    CHECK(verdict.records == 25);
    CHECK(verdict.linked == 25);
    CHECK(verdict.proven == 25);
    CHECK(verdict.checkpoints == 3);
    CHECK(verdict.head == trail.records.back().digest);
    CHECK(exit_code(verdict) == 0);
}

TEST_CASE("any split of an export gives the same verdict", "[verifier]") {
    const std::string text = Trail::make(4, 2).text();
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        VerifierSettings settings;
        settings.key = crypto::public_key_of(seed_of(1));
        Verifier verifier = std::move(Verifier::open(settings).value());
        verifier.feed(std::string_view(text).substr(0, cut));
        verifier.feed(std::string_view(text).substr(cut));
        const Verdict verdict = verifier.finish();
        CAPTURE(cut);
        CHECK(verdict.finding == Finding::none);
        CHECK(verdict.proven == 4);
    }
}

TEST_CASE("an export cut off anywhere is never taken for whole", "[verifier]") {
    const std::string text = Trail::make(4, 2).text();
    for (std::size_t size = 0; size < text.size(); ++size) {
        CAPTURE(size);
        CHECK(verify(text.substr(0, size)).finding != Finding::none);
    }
}

TEST_CASE("no flipped bit of an export goes unnoticed", "[verifier]") {
    const std::string text = Trail::make(3, 3).text();
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string flipped = text;
            flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
            CAPTURE(i, bit);
            CHECK(verify(flipped).finding != Finding::none);
        }
    }
}

TEST_CASE("readable columns that differ from the hashed octets are an edit", "[verifier]") {
    const Verdict verdict = verify(replaced(Trail::make(9).text(), "reports 5-8", "reports 5-9"));
    CHECK(verdict.finding == Finding::edit);
    CHECK(verdict.first_bad == 5);
}

TEST_CASE("a partial export is verified from the record asked for", "[verifier]") {
    Trail trail = Trail::make(40);
    std::string text;
    ExportWriter writer(trail.origin, [&text](std::string_view octets) { text.append(octets); });
    for (std::size_t i = 15; i < 40; ++i) {
        writer.record(trail.records[i]);
        if (trail.notes.count(i + 1) != 0) writer.checkpoint(trail.notes.at(i + 1));
    }
    writer.end();
    CHECK(verify(text).finding == Finding::gap);
    VerifierSettings settings;
    settings.key = crypto::public_key_of(seed_of(1));
    settings.first = 16;
    settings.anchors = {trail.notes.at(10), trail.notes.at(30)};
    Verifier verifier = std::move(Verifier::open(settings).value());
    verifier.feed(text);
    const Verdict verdict = verifier.finish();
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.proven == 40);
    CHECK(verdict.anchors_matched == 1);
}

TEST_CASE("an export of another installation is a replacement when one is expected", "[verifier]") {
    VerifierSettings settings;
    settings.key = crypto::public_key_of(seed_of(1));
    settings.origin = "edgeward/another";
    Verifier verifier = std::move(Verifier::open(settings).value());
    verifier.feed(Trail::make(3).text());
    CHECK(verifier.finish().finding == Finding::replacement);
    CHECK(verify(replaced(Trail::make(3).text(), test_origin, "edgeward/another")).finding ==
          Finding::replacement);
}

TEST_CASE("checkpoints in another order are a reorder", "[verifier]") {
    Trail trail = Trail::make(20);
    const std::string text = trail.text();
    const std::size_t first = text.find("checkpoint\t10\n");
    const std::string note = text.substr(first, text.find("record\t11") - first);
    std::string moved = text;
    moved.insert(moved.find("end\t"), note);
    CHECK(verify(moved).finding == Finding::reorder);
}

TEST_CASE("records without any checkpoint are sound but not proven", "[verifier]") {
    Trail trail = Trail::make(5);
    trail.notes.clear();
    const Verdict verdict = verify(trail.text());
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.proven == 0);
    CHECK(verdict.unsigned_tail() == 5);
    CHECK(exit_code(verdict) == 3);
}

TEST_CASE("text after the end and lines of no kind are malformed", "[verifier]") {
    const std::string text = Trail::make(2).text();
    CHECK(verify(text + "more\n").finding == Finding::malformed);
    CHECK(verify(replaced(text, "\nend\t", "\nhello\nend\t")).finding == Finding::malformed);
    CHECK(verify("").finding == Finding::malformed);
    CHECK(verify(std::string(100'000, 'x')).finding == Finding::malformed);
    CHECK(exit_code(verify("hello\n")) == 2);
}

TEST_CASE("an anchor that is no checkpoint of the key is refused before reading", "[verifier]") {
    VerifierSettings settings;
    settings.key = crypto::public_key_of(seed_of(1));
    settings.anchors = {Trail::make(3, 3, 2).notes.at(3)};
    CHECK_FALSE(Verifier::open(settings));
    settings.anchors = {"anchor"};
    CHECK_FALSE(Verifier::open(settings));
}

// A log that lost its records after `backup`, went on with the record of the restore, and grew again.
Trail restored_at(std::uint64_t backup, std::int64_t second_of_restore, bool declared = true) {
    Trail trail = Trail::make(100);
    trail.records.resize(backup);
    trail.notes.erase(trail.notes.upper_bound(backup), trail.notes.end());
    HashChain chain(backup, trail.records.back().digest);
    Event event;
    event.actor = "user:0";
    event.action = declared ? Action::restored : Action::started;
    event.object = "backup 20261123T184846Z-0011aabb";
    event.details = crypto::sha256(bytes_of("manifest"));
    trail.records.push_back(chain.append(second(second_of_restore), event).value());
    trail.extend(backup + 30, 10, 1, second_of_restore);
    return trail;
}

TEST_CASE("a declared restore explains the anchors of what it gave up", "[verifier]") {
    const Trail before = Trail::make(100);
    const Trail after = restored_at(45, 1000);
    // One anchor from before the backup, two of what was given up (one beyond the end of the new log), one
    // since.
    const Verdict verdict = verify(
        after.text(), {before.notes.at(40), before.notes.at(60), before.notes.at(100), after.notes.at(70)});
    CAPTURE(verdict.explanation);
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.restores == 1);
    CHECK(verdict.last_restore == 46);
    CHECK(verdict.anchors_matched == 2);
    CHECK(verdict.anchors_lost == 2);
    CHECK(exit_code(verdict) == 4);
    CHECK(exit_code(verify(after.text(), {before.notes.at(40)})) == 0);
}

TEST_CASE("the same without the record is a rollback or a fork", "[verifier]") {
    const Trail before = Trail::make(100);
    const Trail after = restored_at(45, 1000, false);
    CHECK(verify(after.text(), {before.notes.at(60)}).finding == Finding::fork);
    CHECK(verify(after.text(), {before.notes.at(100)}).finding == Finding::rollback);
}

TEST_CASE("a restore does not explain anchors younger than it or older than the backup", "[verifier]") {
    const Trail before = Trail::make(100);
    // Declared with a time before the anchor of record 60 was made (second 60).
    CHECK(verify(restored_at(45, 50).text(), {before.notes.at(60)}).finding == Finding::fork);
    // Somebody changed record 30, which the backup has, and declares a restore at 46.
    Trail changed = restored_at(45, 1000);
    changed.records[29].event.object = "reports 1-2";
    changed.relink();
    changed.resign(1);
    CHECK(verify(changed.text(), {before.notes.at(40)}).finding == Finding::fork);
}

}  // namespace edgeward::audit
