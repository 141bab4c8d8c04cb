#include "container_writer.hpp"

#include <catch2/catch_test_macros.hpp>

#include "container_scene.hpp"

namespace edgeward::backup {
namespace {

TEST_CASE("a container appears only when it is published", "[container_writer]") {
    const ContainerScene scene;
    {
        auto writer = ContainerWriter::begin(scene.file, scene.header, scene.key);
        REQUIRE(writer);
        REQUIRE(writer->add("erasures", "edgeward-erasures 1\n"));
        CHECK_FALSE(std::filesystem::exists(scene.file));
    }
    CHECK(entries_in(scene.folder.path()) == 0);
    scene.write({{"erasures", "edgeward-erasures 1\n"}});
    CHECK(entries_in(scene.folder.path()) == 1);
    CHECK((std::filesystem::status(scene.file).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
}

TEST_CASE("nothing that was put in is readable in the file", "[container_writer]") {
    const ContainerScene scene;
    scene.write({{"erasures", std::string(5000, 'x') + std::string(canary)}});
    const auto octets = text_of_path(scene.file);
    CHECK(octets.find(canary) == std::string::npos);
    CHECK(octets.find("xxxx") == std::string::npos);
    CHECK(octets.starts_with("edgeward-backup 2\npart data\n"));
}

TEST_CASE("a container is as long as its content asks for", "[container_writer]") {
    // Whole chunks, one octet less and one more: the last chunk is never empty and never left out.
    for (const std::size_t size : {chunk_size - 2000, chunk_size, 3 * chunk_size, 3 * chunk_size + 1}) {
        const ContainerScene scene;
        const auto written = scene.write({{"erasures", std::string(size, 'x')}});
        CHECK(written == std::filesystem::file_size(scene.file));
        CHECK(scene.texts().at("erasures").size() == size);
    }
}

TEST_CASE("a name that is none and a content that fails are refused", "[container_writer]") {
    const ContainerScene scene;
    auto writer = ContainerWriter::begin(scene.file, scene.header, scene.key);
    REQUIRE(writer);
    CHECK(writer->add("../x", "").error().kind == ErrorKind::invalid_input);
    const auto failed =
        writer->add("store.db", 10, 0, [](std::uint64_t, std::span<std::uint8_t>) -> Result<void> {
            return failure(ErrorKind::unavailable, "gone");
        });
    CHECK(failed.error().kind == ErrorKind::unavailable);
    CHECK_FALSE(ContainerWriter::begin(scene.folder.path() / "none" / "x", scene.header, scene.key));
}

TEST_CASE("reading keeps to its pace", "[container_writer]") {
    const ContainerScene scene;
    auto writer = ContainerWriter::begin(scene.file, scene.header, scene.key);
    REQUIRE(writer);
    const auto begun = std::chrono::steady_clock::now();
    REQUIRE(writer->add("store.db", 4 * chunk_size, 20 * chunk_size,
                        [](std::uint64_t, std::span<std::uint8_t>) { return Result<void>(); }));
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(190));
}

}  // namespace
}  // namespace edgeward::backup
