#include "dictionary_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/program.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

TEST_CASE("the dictionary is filled at the start and after an erasure", "[dictionary_keeper]") {
    support::ScratchFolder folder;
    const auto keys = crypto::KeyRing::generate();
    const auto vault = *vault::open_vault(folder.path(), keys);
    for (int i = 0; i < 500; ++i)
        REQUIRE(vault->subject_of({"KANARIE-" + std::to_string(1000 + i), "KIS", "MR"}));
    metrics::Registry metrics;
    DictionaryKeeper keeper(*vault, metrics);
    CHECK_FALSE(vault->dictionary().complete());
    keeper.start();
    keeper.start();
    REQUIRE(eventually([&] { return vault->dictionary().complete(); }));
    const auto before = vault->dictionary().entries();
    CHECK(before >= 500);
    const auto gone = vault->subject_of({"KANARIE-1007", "KIS", "MR"});
    REQUIRE(vault->erase(gone->pseudonym));
    CHECK(vault->dictionary().stale());
    CHECK(eventually([&] { return !vault->dictionary().stale() && vault->dictionary().entries() < before; }));
    CHECK(vault->dictionary().complete());
    CHECK(metrics.expose().find("edgeward_dlp_dictionary_complete 1") != std::string::npos);
}
