#include "proof_note.hpp"

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {

TEST_CASE("a proof is remembered; anything else is none", "[proof_note]") {
    const support::ScratchFolder folder;
    CHECK_FALSE(read_proof_note(folder.path()));
    const Instant when{std::chrono::milliseconds(1'795'459'726'123)};
    REQUIRE(write_proof_note(folder.path(), {when, "20261123T184846Z-0011aabb"}));
    CHECK(text_of_path(folder / "last-proof") ==
          "edgeward-backup-proof 1\ntime 2026-11-23T18:48:46.123Z\nname 20261123T184846Z-0011aabb\n");
    const auto note = read_proof_note(folder.path());
    REQUIRE(note);
    CHECK(note->when == when);
    CHECK(note->name == "20261123T184846Z-0011aabb");
    for (const char* text : {"", "edgeward-backup-proof 2\n", "edgeward-backup-proof 1\ntime x\nname y\n",
                             "edgeward-backup-proof 1\ntime 2026-11-23T18:48:46.123Z\n"}) {
        write_text(folder / "last-proof", text);
        CHECK_FALSE(read_proof_note(folder.path()));
    }
}

}  // namespace edgeward::backup
