#include <edgeward/core/folder.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>

#include "support/scratch_folder.hpp"

namespace edgeward {
namespace {

using support::ScratchFolder;

TEST_CASE("the files of a folder come by extension and in name order", "[folder]") {
    const ScratchFolder folder;
    for (const char* name : {"b.toml", "a.toml", "a.toml.bak", "c.cedar", "toml"})
        REQUIRE(write_file_durably(folder / name, {}, 0600));
    const auto files = files_in(folder.path(), ".toml");
    REQUIRE(files);
    CHECK(*files == std::vector<std::filesystem::path>{folder / "a.toml", folder / "b.toml"});
    REQUIRE(files_in(folder.path(), ".json"));
    CHECK(files_in(folder.path(), ".json")->empty());
}

TEST_CASE("a folder that is not there is no empty one", "[folder]") {
    const ScratchFolder folder;
    const auto files = files_in(folder / "missing", ".toml");
    REQUIRE_FALSE(files);
    CHECK(files.error().kind == ErrorKind::unavailable);
    CHECK(files.error().message == "No such file or directory");
}

}  // namespace
}  // namespace edgeward
