#include "object_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include "store/bench.hpp"

using namespace edgeward;
using namespace edgeward::app;
using namespace edgeward::store;

namespace {

struct House : Bench {
    House()
        : Bench(std::vector<std::string>{}), keeper(files.path(), *parts.reader, *parts.writer, metrics) {}
    void take(std::uint64_t id, std::uint8_t number) {
        Inbound message = stored_message(id, 1);
        ObjectFile file;
        file.name.fill(number);
        file.octets = 5;
        std::get<Stored>(message.fate).reports.front().file = file;
        must(record({message}));
        files.write(to_hex(file.name), "octets");
    }
    [[nodiscard]] bool has(std::uint8_t number) const {
        return std::filesystem::exists(files / to_hex(Bytes(16, number)));
    }
    support::ScratchFolder files;
    metrics::Registry metrics;
    ObjectKeeper keeper;
};

}  // namespace

TEST_CASE("the file of an emptied report is removed and its row with it", "[object_keeper]") {
    House kept;
    kept.take(10, 1);
    kept.take(11, 2);
    REQUIRE(kept.keeper.sweep());
    CHECK(kept.has(1));
    REQUIRE(kept.change([](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_reports({1}, {person(1)}, "test");
        if (!erased) return failure(erased.error());
        return {};
    }));
    REQUIRE(kept.keeper.sweep());
    CHECK_FALSE(kept.has(1));
    CHECK(kept.has(2));
    CHECK(kept.parts.reader->object_totals()->files == 1);
    CHECK(kept.metrics.expose().find("edgeward_objects 1") != std::string::npos);
}

TEST_CASE("files that a crash has left are removed at the start", "[object_keeper]") {
    House kept;
    kept.take(10, 1);
    kept.files.write(to_hex(Bytes(16, 7)), "never committed");
    kept.files.write(to_hex(Bytes(16, 8)) + ".x8Kd2a", "not even whole");
    REQUIRE(kept.keeper.remove_strangers());
    CHECK(kept.has(1));
    CHECK(std::distance(std::filesystem::directory_iterator(kept.files.path()), {}) == 1);
}
