#include "siem_position.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "house.hpp"

namespace edgeward::anchoring {

TEST_CASE("a position is read back and a file that is not there is the beginning", "[siem_position]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "siem.position";
    CHECK(read_siem_position(file) == SiemPosition{});
    const SiemPosition position{42, crypto::sha256(bytes_of("x")), second(7)};
    REQUIRE(write_siem_position(file, position));
    CHECK(read_siem_position(file) == position);
    // docs/audit-format.md, "What is known outside"; printf x | sha256sum.
    CHECK(support::text_of_file(file) ==
          "edgeward-siem-position 1 42 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 "
          "2023-11-14T22:13:27.000Z\n");
}

TEST_CASE("a position that was changed is corrupt", "[siem_position]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "siem.position";
    REQUIRE(write_siem_position(file, {42, {}, second(7)}));
    const auto sound = support::text_of_file(file);
    for (const std::string& text :
         {std::string(), std::string("x"), sound + "x", sound.substr(0, sound.size() - 1),
          std::string(sound).replace(23, 1, "2"), std::string(sound).replace(25, 2, "-1")}) {
        std::ofstream(file, std::ios::trunc) << text;
        const auto read = read_siem_position(file);
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::corrupt);
    }
}

}  // namespace edgeward::anchoring
