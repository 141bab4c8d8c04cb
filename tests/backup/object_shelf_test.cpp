#include "object_shelf.hpp"

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

const std::string name_text(32, 'a');

model::ObjectName name() {
    return object_name_of(name_text).value();
}

struct Scene {
    Scene() { write_text(folder / name_text, std::string(3'000'000, 'x')); }
    ListedObject put() {
        Pace pace(0);
        return must(shelf.put(folder / name_text, pace)).value();
    }
    support::ScratchFolder folder;
    ObjectShelf shelf{folder.path(), "here"};
};

TEST_CASE("a copy is put once; is what it was and comes back", "[object_shelf]") {
    Scene scene;
    const auto listed = scene.put();
    CHECK(listed.size == 3'000'000);
    // head -c 3000000 /dev/zero | tr '\0' x | sha256sum
    CHECK(to_hex(listed.sha256) == "e55b8bdf621ddaa8f462c74745db9680d3bb7536a9cf854f8d6668b34a287890");
    CHECK(scene.shelf.file_of(name()) == scene.folder / "objects" / "here" / name_text);
    CHECK(scene.shelf.has(name(), listed));
    CHECK(scene.shelf.check(name(), listed));
    CHECK(scene.shelf.names() == std::vector{name()});
    const support::ScratchFolder back;
    REQUIRE(scene.shelf.give(name(), listed, back.path()));
    CHECK(text_of_path(back / name_text) == text_of_path(scene.folder / name_text));
    REQUIRE(scene.shelf.remove(name()));
    CHECK(scene.shelf.names().empty());
    CHECK_FALSE(scene.shelf.has(name(), listed));
}

TEST_CASE("a copy that is damaged; cut off or gone is found and not given", "[object_shelf]") {
    Scene scene;
    const auto listed = scene.put();
    const auto file = scene.shelf.file_of(name());
    SECTION("one octet") {
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
        out.seekp(2'000'000);
        out.put('y');
    }
    SECTION("its end") {
        std::filesystem::resize_file(file, 2'999'999);
    }
    SECTION("all of it") {
        std::filesystem::remove(file);
    }
    CHECK(scene.shelf.check(name(), listed).error().kind == ErrorKind::corrupt);
    const support::ScratchFolder back;
    CHECK(scene.shelf.give(name(), listed, back.path()).error().kind == ErrorKind::corrupt);
    CHECK(entries_in(back.path()) == 0);
}

TEST_CASE("an object that is not there is none; one that was cut off is cleared away", "[object_shelf]") {
    Scene scene;
    Pace pace(0);
    CHECK_FALSE(must(scene.shelf.put(scene.folder / std::string(32, 'b'), pace)));
    scene.put();
    const auto shelf = scene.folder / "objects" / "here";
    write_text(shelf / (name_text + ".Ab12cD"), "half");
    write_text(shelf / "somebody-elses.txt", "kept");
    scene.shelf.remove_leftovers();
    CHECK(entries_in(shelf) == 2);
    CHECK(scene.shelf.names() == std::vector{name()});
}

TEST_CASE("a copy ends when the gateway stops and leaves nothing", "[object_shelf]") {
    Scene scene;
    const std::atomic<bool> cancelled = true;
    ObjectShelf shelf(scene.folder.path(), "here", &cancelled);
    Pace pace(0);
    CHECK(shelf.put(scene.folder / name_text, pace).error().kind == ErrorKind::unavailable);
    CHECK(entries_in(scene.folder / "objects" / "here") == 0);
}

TEST_CASE("only the name of an object is one", "[object_shelf]") {
    CHECK(object_name_of("/a/" + name_text));
    for (const std::string& other : {std::string(), std::string(31, 'a'), std::string(34, 'a'),
                                     std::string(32, 'A'), std::string(32, 'g'), name_text + ".Ab12cD"})
        CHECK_FALSE(object_name_of(other));
}

}  // namespace
}  // namespace edgeward::backup
