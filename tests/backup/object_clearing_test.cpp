#include "object_clearing.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/erase_all.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

Unlocking by(std::uint8_t kek) {
    Unlocking unlocking;
    unlocking.wrapping = wrapping_key(kek_of(kek));
    return unlocking;
}

// Two backups: the first names objects 1 and 2, the second only 2.
struct Scene {
    Scene() {
        const auto subject = yard.take_in("4711", yard.seal_object(1));
        yard.take_in("4712", yard.seal_object(2));
        first = yard.create().name;
        must(store::erase_all_reports(
            *yard.store.reader, *yard.store.writer,
            [&](const model::Pseudonym& one) { return one == subject; }, [&] { return std::vector{subject}; },
            "test"));
        std::filesystem::remove(yard.object_file(1));
        yard.create();
    }
    [[nodiscard]] Result<std::uint64_t> clear(std::uint8_t kek = 1) const {
        return clear_objects(yard.backups(), yard.installation(), by(kek));
    }
    Yard yard;
    std::string first;
};

TEST_CASE("a copy stays as long as a backup names it", "[object_clearing]") {
    const Scene scene;
    CHECK(scene.clear() == 0U);
    CHECK(std::filesystem::exists(scene.yard.copy_file(1)));
    std::filesystem::remove(scene.yard.pair(scene.first).data.file);
    CHECK(scene.clear() == 1U);
    CHECK_FALSE(std::filesystem::exists(scene.yard.copy_file(1)));
    CHECK(std::filesystem::exists(scene.yard.copy_file(2)));
    CHECK(verify_backup(scene.yard.pair(), Yard::by_kek(), {scene.yard.backups()}));
}

TEST_CASE("a backup that does not open may name each of them", "[object_clearing]") {
    const Scene scene;
    std::filesystem::remove(scene.yard.pair(scene.first).data.file);
    CHECK(scene.clear(9).error().kind == ErrorKind::corrupt);
    CHECK(std::filesystem::exists(scene.yard.copy_file(1)));
}

TEST_CASE("copies of another installation are let be", "[object_clearing]") {
    const Scene scene;
    const auto others = scene.yard.backups() / "objects" / std::string(32, 'f');
    std::filesystem::create_directory(others);
    write_text(others / std::string(32, 'a'), "kept");
    CHECK(scene.clear() == 0U);
    CHECK(std::filesystem::exists(others / std::string(32, 'a')));
}

}  // namespace
}  // namespace edgeward::backup
